"""In what mode a network is measured, and how it is put back."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

EVALUATION = "evaluation"


@contextmanager
def measuring_mode(network: nn.Module, mode: str = EVALUATION) -> Iterator[None]:
    """Put a network into a mode for measuring, and every module of it back into its own.

    Parameters
    ----------
    network : nn.Module
    mode : str, optional
        'evaluation'; in any other one batch norm alone trains: it uses the statistics of
        the samples that it is given, and leaves its running ones as they are.
    """
    modes = [(module, module.training) for module in network.modules()]
    normalising = [module for module, _ in modes if isinstance(module, _BatchNorm)]
    tracking = [module for module in normalising if module.track_running_stats]
    try:
        network.eval()
        if mode != EVALUATION:
            for norm in normalising:
                norm.train()
            for norm in tracking:
                norm.track_running_stats = False
        yield
    finally:
        for norm in tracking:
            norm.track_running_stats = True
        for module, training in modes:
            module.training = training


@contextmanager
def uncast(*kinds: str) -> Iterator[None]:
    """Let nothing be cast to another precision on these kinds of devices, where that is known."""
    with ExitStack() as stack:
        for kind in filter(torch.amp.is_autocast_available, kinds):
            stack.enter_context(torch.autocast(kind, enabled=False))
        yield
