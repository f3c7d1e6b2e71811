"""Where epochs stand along a timeline or an axis, one scale for window, figure and film."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

SPACINGS = ("recorded", "linear", "logarithmic")
# What an axis says of its distances.
AXIS_TITLES = {
    "recorded": "epoch, spaced as recorded",
    "linear": "epoch, linear",
    "logarithmic": "epoch, logarithmic",
}


@dataclass(frozen=True)
class EpochScale:
    """Places of recorded epochs, and of what lies between them.

    Parameters
    ----------
    stops : tuple of float
        Ascending, at least one.
    spacing : str
        One of `SPACINGS`. 'recorded' puts recorded epochs at equal distances,
        so that the early ones, where most happens and most is recorded, get
        their room; 'linear' is to scale; 'logarithmic' counts in
        log₂(1 + epochs since the first).
    """

    stops: tuple[float, ...]
    spacing: str = "recorded"

    @cached_property
    def places(self) -> tuple[float, ...]:
        """Return the places of the stops, the first at 0."""
        first = self.stops[0]
        if self.spacing == "recorded":
            return tuple(float(index) for index in range(len(self.stops)))
        passed = (stop - first for stop in self.stops)
        return tuple(map(logarithm, passed) if self.spacing == "logarithmic" else passed)

    @property
    def title(self) -> str:
        """Return what an axis says below its numbers."""
        return AXIS_TITLES[self.spacing]

    def position_of(self, value: float) -> float:
        """Return the place at which `value` stands, clipped to the stops."""
        stops, places = self.stops, self.places
        if value <= stops[0]:
            return 0.0
        if value >= stops[-1]:
            return places[-1]
        index = bisect_right(stops, value) - 1
        if value == stops[index]:
            return places[index]
        if self.spacing == "logarithmic":
            return min(max(logarithm(value - stops[0]), places[index]), places[index + 1])
        share = (value - stops[index]) / (stops[index + 1] - stops[index])
        return places[index] + share * (places[index + 1] - places[index])

    def ticks(self) -> list[tuple[float, str]]:
        """Return places to label, and their labels: stops, or round numbers between them."""
        first, last = self.stops[0], self.stops[-1]
        if self.spacing == "recorded" or first == last:
            labelled = list(self.stops)
        else:
            round_numbers = _decades(last) if self.spacing == "logarithmic" else _even(first, last)
            labelled = [first, *(v for v in round_numbers if first < v < last), last]
        return [(self.position_of(value), f"{value:.12g}") for value in labelled]


def logarithm(passed: float) -> float:
    """Return log₂(1 + epochs since the first): it begins at 0 and needs no epoch to be left out."""
    return math.log1p(passed) / math.log(2.0)


def _decades(last: float) -> list[float]:
    """Return 1, 2, 5, 10, … up to a number."""
    if last < 1:
        return []
    powers = range(math.floor(math.log10(last)) + 1)
    return [m * 10.0**power for power in powers for m in (1, 2, 5)]


def _even(first: float, last: float) -> list[float]:
    """Return round numbers at equal distances, about eight of them."""
    rough = (last - first) / 8
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    start = math.ceil(first / step)
    return [step * k for k in range(start, math.floor(last / step) + 1)]
