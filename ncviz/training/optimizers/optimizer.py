"""What an optimiser is to its catalogue."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ncviz.catalogue import entries

if TYPE_CHECKING:
    from torch import nn, optim


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """What changes the weights.

    Parameters
    ----------
    name : str
        In recipes and on the command line.
    words : str
        For people.
    build : callable
        Given the parameters of a network, learning rate and weight decay; torch is imported
        here alone.
    rate : float
        Learning rate for networks for which none was published.
    said, described : str
        In titles and in sentences; its words by default.
    order : int
        Place in lists.
    """

    name: str
    words: str
    build: "Callable[[Iterator[nn.Parameter], float, float], optim.Optimizer]"
    rate: float
    said: str = ""
    described: str = ""
    order: int = 0


def optimizers() -> Mapping[str, Optimizer]:
    """Return all optimisers by their names."""
    return entries("ncviz.training.optimizers", Optimizer)
