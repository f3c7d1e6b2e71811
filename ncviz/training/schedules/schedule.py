"""What a schedule is to its catalogue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ncviz.catalogue import RecipeChoice, entries


@dataclass(frozen=True, kw_only=True)
class Schedule(RecipeChoice):
    """The course of the learning rate.

    Parameters
    ----------
    rate : callable
        Given the rate at the start, how many epochs are done and how many there are in all,
        and its options by name, returns the rate of the next one.
    described : str
        In sentences, after 'rate 0.1'.
    drops : callable
        Given how many epochs there are, and its options by name, returns those at which the
        rate falls to a tenth.
    source : str
        Who published it.
    """

    rate: Callable[..., float]
    described: str
    drops: Callable[..., tuple[int, ...]] = lambda _epochs: ()
    source: str = ""


def schedules() -> Mapping[str, Schedule]:
    """Return all schedules by their names."""
    return entries("ncviz.training.schedules", Schedule)
