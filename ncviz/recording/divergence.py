"""Tells whether a training has diverged: by its weights, or by its losses."""

import math
from collections.abc import Mapping

import torch
from torch import nn

from ncviz.language import tr


def not_finite(network: nn.Module) -> str:
    """Return which weights are no finite numbers; each device is waited for once."""
    named = dict(network.named_parameters())
    for device in {weights.device for weights in named.values()}:
        here = {name: w.detach() for name, w in named.items() if w.device == device}
        finite = torch.stack([torch.isfinite(weights).all() for weights in here.values()])
        for name, is_finite in zip(here, finite.cpu().tolist(), strict=True):
            if not is_finite:
                return name
    return ""


def said_of_losses(scalars: Mapping[str, float], moment: str) -> str:
    """Say that a loss is no finite number; empty where all are.

    Parameters
    ----------
    scalars : mapping of str to float
        Losses are those whose names end with '_loss'.
    moment : str
        What the moment is called, such as 'epoch 3'.
    """
    losses = (value for name, value in scalars.items() if name.endswith("_loss"))
    wrong = next((value for value in losses if not math.isfinite(value)), None)
    if wrong is None:
        return ""
    what = tr("no number") if math.isnan(wrong) else tr("infinite")
    return tr("The training had diverged at {epoch}: a loss was {what}.", epoch=moment, what=what)
