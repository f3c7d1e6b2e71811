"""Where epochs stand along a timeline or an axis, one scale for window, figure and film."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ncviz.counting import EPOCHS, Counting
from ncviz.language import tr

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SPACINGS = ("recorded", "linear", "logarithmic")
# What an axis says of its distances.
_DISTANCES = {
    "recorded": tr("spaced as recorded"),
    "linear": tr("linear"),
    "logarithmic": tr("logarithmic"),
}
_MEANINGS = {
    "recorded": tr("Neighbouring moments that were recorded stand equally far apart."),
    "linear": tr("Equal steps along the axis are equally long times."),
    "logarithmic": tr(
        "Equal steps along the axis are equal factors of 1 + the time since the first moment."
    ),
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
        log₂(1 + units since the first), such as epochs where numbers count halves.
    counting : Counting
        What the stops count.
    """

    stops: tuple[float, ...]
    spacing: str = "recorded"
    counting: Counting = EPOCHS

    @cached_property
    def places(self) -> tuple[float, ...]:
        """Return the places of the stops, the first at 0."""
        first = self.stops[0]
        if self.spacing == "recorded":
            return tuple(float(index) for index in range(len(self.stops)))
        if self.spacing == "logarithmic":
            return tuple(map(self._logarithm, self.stops))
        return tuple(stop - first for stop in self.stops)

    @property
    def title(self) -> str:
        """Return what an axis says below its numbers."""
        return f"{self.counting.name}, {_DISTANCES[self.spacing]}"

    @property
    def meaning(self) -> str:
        """Return what a distance along the axis is, in a sentence."""
        return _MEANINGS[self.spacing]

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
            return min(max(self._logarithm(value), places[index]), places[index + 1])
        share = (value - stops[index]) / (stops[index + 1] - stops[index])
        return places[index] + share * (places[index + 1] - places[index])

    def positions_of(self, values: "Floats") -> "Floats":
        """Return the places of many values, each as `position_of` has it."""
        import numpy as np  # the command line's options name spacings, and need none of it

        if self.spacing == "logarithmic":
            values = np.clip(values, self.stops[0], self.stops[-1])
            passed = (values - self.stops[0]) / self.counting.parts
            return np.asarray(np.log1p(passed) / math.log(2.0))
        return np.interp(values, self.stops, self.places)

    def ticks(self) -> list[tuple[float, str]]:
        """Return places to label, and their labels: stops, or round numbers between them."""
        parts, first, last = self.counting.parts, self.stops[0], self.stops[-1]
        if self.spacing == "recorded" or first == last:
            digits = map(self.counting.digits, self.stops)
            return list(zip(self.places, digits, strict=True))
        low, high = first / parts, last / parts
        even = self.spacing == "linear"
        between = _even(low, high) if even else _decades(1 / parts, high)
        labelled = [first, *(v * parts for v in between if low < v < high), last]
        return [(self.position_of(stop), self.counting.digits(stop)) for stop in labelled]

    def _logarithm(self, number: float) -> float:
        """Return log₂(1 + units since the first): it begins at 0 and leaves no epoch out."""
        return math.log1p((number - self.stops[0]) / self.counting.parts) / math.log(2.0)


def _decades(least: float, last: float) -> list[float]:
    """Return 1, 2, 5, 10, … from about one number up to another."""
    if last < least:
        return []
    powers = range(math.floor(math.log10(least)), math.floor(math.log10(last)) + 1)
    return [value for p in powers for m in (1, 2, 5) if (value := m * 10.0**p) >= least]


def _even(first: float, last: float) -> list[float]:
    """Return round numbers at equal distances, about eight of them."""
    rough = (last - first) / 8
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    start = math.ceil(first / step)
    return [step * k for k in range(start, math.floor(last / step) + 1)]
