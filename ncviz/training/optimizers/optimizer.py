"""What an optimiser is to its catalogue."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ncviz.catalogue import RecipeChoice, entries

if TYPE_CHECKING:
    from torch import nn, optim


Weights: TypeAlias = "Iterator[nn.Parameter] | list[dict[str, Any]]"


@dataclass(frozen=True, kw_only=True)
class Optimizer(RecipeChoice):
    """What changes the weights.

    Parameters
    ----------
    build : callable
        Given the parameters of a network or groups of them, learning rate and weight decay, which
        holds where a group names none; torch is imported here alone.
    rate : float
        Learning rate for networks for which none was published.
    described : str
        In sentences; its words by default.
    asks_again : bool
        Whether a step computes the loss of its batch several times, by a closure.
    remembers : int
        Numbers that it keeps of each parameter.
    """

    build: "Callable[[Weights, float, float], optim.Optimizer]"
    rate: float
    described: str = ""
    asks_again: bool = False
    remembers: int = 0


def optimizers() -> Mapping[str, Optimizer]:
    """Return all optimisers by their names."""
    return entries("ncviz.training.optimizers", Optimizer)
