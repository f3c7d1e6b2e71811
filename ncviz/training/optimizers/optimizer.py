"""What an optimiser is to its catalogue."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ncviz.catalogue import RecipeChoice, entries

if TYPE_CHECKING:
    from torch import nn, optim


@dataclass(frozen=True, kw_only=True)
class Optimizer(RecipeChoice):
    """What changes the weights.

    Parameters
    ----------
    build : callable
        Given the parameters of a network, learning rate and weight decay; torch is imported
        here alone.
    rate : float
        Learning rate for networks for which none was published.
    described : str
        In sentences; its words by default.
    """

    build: "Callable[[Iterator[nn.Parameter], float, float], optim.Optimizer]"
    rate: float
    described: str = ""


def optimizers() -> Mapping[str, Optimizer]:
    """Return all optimisers by their names."""
    return entries("ncviz.training.optimizers", Optimizer)
