"""What a network answers for the samples of a split, as scalars of a snapshot."""

import numpy as np
import torch

from ncviz.geometry.collapse import nc4
from ncviz.geometry.duality import quantile
from ncviz.measuring.measured import Loss, Measured, cross_entropy
from ncviz.measuring.passed import Passed


def judged(
    on: Measured, split: str, passed: Passed, loss: Loss, *, is_compared: bool
) -> dict[str, float]:
    """Return loss, error, margins and NC4 of a split with the network's classes.

    Parameters
    ----------
    on : Measured
    split : str
    passed : Passed
        Of this split.
    loss : callable
        See `Loss`.
    is_compared : bool
        Whether it is known what gives the logits: else there is no NC4.
    """
    labels, weights = on.labels[split], on.weights(split)
    if loss is cross_entropy:
        mean = float(np.average(passed.losses, weights=weights))
    else:
        mean = loss(passed.logits, torch.from_numpy(labels), weights)
    scalars = {
        f"{split}_loss": mean,
        f"{split}_error": float(np.average(passed.predicted != labels, weights=weights)),
    }
    for name, share in (("margin_least", 0.0), ("margin_5_percent", 0.05)):
        scalars[f"{name}_{split}"] = quantile(passed.leads, share, weights)
    if passed.nearest is not None and is_compared:
        scalars[f"nc4_{split}"] = nc4(passed.predicted, passed.nearest, weights)
    return scalars
