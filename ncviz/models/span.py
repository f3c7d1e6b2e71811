"""The timeline of a model that is solved: from one value to another, at equal ratios or steps."""

import math
from dataclasses import dataclass

import numpy as np

STOPS = 161


@dataclass(frozen=True)
class Span:
    """Where a timeline begins and ends.

    Parameters
    ----------
    low, high : float
        Positive where it is logarithmic.
    logarithmic : bool
        At equal ratios; else at equal steps.
    whole : bool
        One stops at whole numbers.
    """

    low: float
    high: float
    logarithmic: bool = True
    whole: bool = False

    @property
    def stops(self) -> tuple[float, ...]:
        """Return the values at which one stops."""
        if self.whole:
            return tuple(float(n) for n in range(math.ceil(self.low), math.floor(self.high) + 1))
        spaced = np.geomspace if self.logarithmic else np.linspace
        return tuple(float(stop) for stop in spaced(self.low, self.high, STOPS))

    def value(self, share: float) -> float:
        """Return the value after a share of the way."""
        if self.logarithmic:
            found = self.low * math.pow(self.high / self.low, share)
        else:
            found = self.low + (self.high - self.low) * share
        return min(max(found, self.low), self.high)

    def share(self, value: float) -> float:
        """Return after which share of the way a value comes."""
        if self.high == self.low:
            return 0.0
        if self.logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)
