"""What a network is to its catalogue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ncviz.catalogue import entries

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Network:
    """A kind of network, described without torch.

    Parameters
    ----------
    name : str
        In recipes and on the command line.
    title : str
        For people.
    parameters : type
        A frozen dataclass; its defaults are the network's.
    build : callable
        Given parameters, the shape of a sample such as (C, H, W), and K, returns the network.
        It takes samples of that shape, as they are. Its weights are drawn from PyTorch's
        global random numbers. Only here torch is imported.
    layers : callable
        Given parameters, returns the modules whose outputs are measured, as in
        ``network.named_modules()``, to what the layers are called, in their order. The
        last module is the linear layer that gives the logits: of that the input is
        measured, the last-layer features.
    weights : callable
        Given what `build` is given, returns how many parameters the network has.
    order : int
        Place in lists.
    """

    name: str
    title: str
    parameters: type
    build: "Callable[[Any, tuple[int, ...], int], nn.Module]"
    layers: Callable[[Any], Mapping[str, str]]
    weights: Callable[[Any, tuple[int, ...], int], int]
    order: int = 0


def networks() -> Mapping[str, Network]:
    """Return all networks by their names."""
    return entries(__package__, Network)
