"""What a schedule is to its catalogue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ncviz.catalogue import entries


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The course of the learning rate.

    Parameters
    ----------
    name : str
        In recipes and on the command line.
    words : str
        For people.
    rate : callable
        Given the rate at the start, how many epochs are done and how many there are in all,
        returns the rate of the next one.
    described : str
        In sentences, after 'rate 0.1'.
    said : str
        In titles; its name and 'schedule' by default.
    drops : callable
        Given how many epochs there are, returns those at which the rate falls at once.
    source : str
        Who published it.
    order : int
        Place in lists.
    """

    name: str
    words: str
    rate: Callable[[float, int, int], float]
    described: str
    said: str = ""
    drops: Callable[[int], tuple[int, ...]] = lambda _epochs: ()
    source: str = ""
    order: int = 0


def schedules() -> Mapping[str, Schedule]:
    """Return all schedules by their names."""
    return entries("ncviz.training.schedules", Schedule)
