"""Taps: the features inside any network, read without changing it."""

import difflib
from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from ncviz.errors import UserError


def record_features(module: nn.Module, names: Sequence[str], *inputs: Any) -> dict[str, Tensor]:
    """Run a network once and return what the named layers put out.

    Parameters
    ----------
    module : nn.Module
        The network, left in the mode it is in. No gradient is recorded.
    names : sequence of str
        Layers as in ``module.named_modules()``, such as 'blocks.0' or 'layer4'.
    *inputs : Any
        What the network takes, a batch of N samples.

    Returns
    -------
    dict of str to tensor, shape (N, features)
        In the order of `names`. Each sample is flattened. A layer that runs
        several times gives its last output.

    Raises
    ------
    UserError
        If there is no such layer, it does not run, or it puts out something
        other than one tensor.
    """
    layers = dict(module.named_modules())
    for name in names:
        if name not in layers:
            raise UserError(unknown_layer(name, list(layers)))
    outputs: dict[str, Any] = {}
    handles = [layers[name].register_forward_hook(partial(_keep, outputs, name)) for name in names]
    try:
        with torch.no_grad():
            module(*inputs)
    finally:
        for handle in handles:
            handle.remove()
    return {name: _features(name, outputs) for name in names}


def _keep(outputs: dict[str, Any], name: str, _module: nn.Module, _args: Any, output: Any) -> None:
    # A copy: the activation that follows may work in place.
    outputs[name] = output.clone() if isinstance(output, Tensor) else output


def _features(name: str, outputs: dict[str, Any]) -> Tensor:
    if name not in outputs:
        raise UserError(f"The layer {name!r} did not run: choose a layer that the network uses.")
    output = outputs[name]
    if not isinstance(output, Tensor) or output.ndim < 2:
        raise UserError(
            f"The layer {name!r} does not put out one tensor of samples by features: "
            "choose a layer inside it or after it."
        )
    return output.flatten(start_dim=1)


def unknown_layer(name: str, known: list[str]) -> str:
    """Return a sentence about a layer that is not there, with the names nearest to it."""
    named = [k for k in known if k]
    close = difflib.get_close_matches(name, named, n=3) or named[:3]
    return f"The network has no layer {name!r}: choose one such as {', '.join(close)}."
