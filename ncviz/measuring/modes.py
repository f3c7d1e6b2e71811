"""In what mode a network is measured, and how it is put back."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import torch
from torch import nn


@contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """Put a network into evaluation mode, and every module of it back into its own."""
    modes = [(module, module.training) for module in network.modules()]
    try:
        network.eval()
        yield
    finally:
        for module, training in modes:
            module.training = training


@contextmanager
def uncast(*kinds: str) -> Iterator[None]:
    """Let nothing be cast to another precision on these kinds of devices, where that is known."""
    with ExitStack() as stack:
        for kind in filter(torch.amp.is_autocast_available, kinds):
            stack.enter_context(torch.autocast(kind, enabled=False))
        yield
