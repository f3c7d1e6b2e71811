"""What a network is called with: one tensor, several, or tensors by name."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

Inputs = Any
"""A tensor; a tuple of arguments; or a dict of arguments by name. Within these two,
lists, tuples and dicts of tensors are arguments of their own."""


def run(network: nn.Module, inputs: Inputs) -> Any:
    """Call a network so that each of its layers runs.

    Parameters
    ----------
    network : nn.Module
    inputs : Inputs
        Of a batch.
    """
    with _without_fast_path():
        if isinstance(inputs, Mapping):
            return network(**inputs)
        if isinstance(inputs, tuple):
            return network(*inputs)
        return network(inputs)


@contextmanager
def _without_fast_path() -> Iterator[None]:
    """Keep torch's transformers from nested tensors and from one call for a whole layer.

    Otherwise layers fail on what is padded, or do not run as modules of their own.
    """
    enabled = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(enabled)


def each(change: Callable[[Tensor], Tensor], inputs: Inputs) -> Inputs:
    """Return the same inputs with every tensor changed."""
    if isinstance(inputs, Tensor):
        return change(inputs)
    if isinstance(inputs, Mapping):
        return {name: each(change, value) for name, value in inputs.items()}
    if isinstance(inputs, list | tuple):
        return type(inputs)([each(change, value) for value in inputs])
    return inputs


def tensors_in(inputs: Inputs) -> Iterator[Tensor]:
    """Yield every tensor, the first argument's first."""
    if isinstance(inputs, Tensor):
        yield inputs
    elif isinstance(inputs, Mapping):
        for value in inputs.values():
            yield from tensors_in(value)
    elif isinstance(inputs, list | tuple):
        for value in inputs:
            yield from tensors_in(value)


def main_tensor(inputs: Inputs) -> Tensor:
    """Return the tensor that stands for a sample: the first of real numbers, else the first."""
    found = list(tensors_in(inputs))
    return next((tensor for tensor in found if tensor.is_floating_point()), found[0])


def device_of(network: nn.Module) -> torch.device:
    """Return where a network is just now; its first layer, if it is in several places."""
    parameter = next(network.parameters(), None)
    return torch.device("cpu") if parameter is None else parameter.device


def like_weights(inputs: Inputs, network: nn.Module) -> Inputs:
    """Bring samples to a network's device and to the precision of its first layer."""
    parameter = next(network.parameters(), None)
    device = device_of(network)

    def fitted(tensor: Tensor) -> Tensor:
        if parameter is not None and parameter.is_floating_point() and tensor.is_floating_point():
            return tensor.to(device, parameter.dtype)
        return tensor.to(device)

    return each(fitted, inputs)
