"""The cosine between the two smallest classes' classifiers over R, computed bit by bit."""

import time

import numpy as np
from numpy.typing import NDArray

from ncviz.models.class_sizes import Shape, sizes_of
from ncviz.models.peeled_optimum import optimum_of_sizes

Floats = NDArray[np.float64]

INTERVALS = 64  # a power of 2, so that the curve fills in by halves
MET = 1e-5  # 1 less the cosine of classifiers that are one, but for the solver's tolerance
HALVINGS = 10


class ShapeCurve:
    """Certified optima of one shape of class sizes over R.

    Parameters
    ----------
    shape : tuple of float
        See `ncviz.models.class_sizes`.
    budget : float
        E_H · E_W.
    maximum_ratio : float
        Where the curve ends; it begins at 1.

    Attributes
    ----------
    critical : float
        R₀, from where on the two smallest classes share a classifier, to three
        digits. NaN while it is sought, infinite if it is not reached.
    """

    def __init__(self, shape: Shape, budget: float, maximum_ratio: float) -> None:
        self.shape = shape
        self.budget = budget
        self.critical = float("nan")
        self._logarithms = np.linspace(0.0, np.log(maximum_ratio), INTERVALS + 1)
        self._cosines = np.full(INTERVALS + 1, np.nan)
        self._order = iter(_by_halves())
        self._bracket: tuple[float, float] | None = None
        self._halvings = 0

    @property
    def complete(self) -> bool:
        """Return whether everything has been computed."""
        return not np.isnan(self.critical)

    def points(self) -> tuple[Floats, Floats]:
        """Return the ratios and cosines that have been computed."""
        known = np.isfinite(self._cosines)
        return np.exp(self._logarithms[known]), self._cosines[known]

    def advance(self, seconds: float) -> None:
        """Compute for about so long, one optimum at least."""
        end = time.perf_counter() + seconds
        while not self.complete:
            self._advance_once()
            if time.perf_counter() >= end:
                return

    def _advance_once(self) -> None:
        index = next(self._order, None)
        if index is not None:
            self._cosines[index] = self._cosine(self._logarithms[index])
        elif self._bracket is None:
            met = np.flatnonzero(self._cosines >= 1 - MET)
            if not len(met):
                self.critical = float("inf")
            else:
                first = max(int(met[0]), 1)
                self._bracket = self._logarithms[first - 1], self._logarithms[first]
        elif self._halvings < HALVINGS:
            low, high = self._bracket
            middle = (low + high) / 2
            met_here = self._cosine(middle) >= 1 - MET
            self._bracket = (low, middle) if met_here else (middle, high)
            self._halvings += 1
        else:
            self.critical = float(np.exp(self._bracket[1]))

    def _cosine(self, logarithm: float) -> float:
        return optimum_of_sizes(sizes_of(self.shape, float(np.exp(logarithm))), self.budget).cosine


def _by_halves() -> list[int]:
    """Return 0…INTERVALS, the ends first, then middles of middles."""
    order = [0, INTERVALS]
    stride = INTERVALS
    while stride > 1:
        order += list(range(stride // 2, INTERVALS, stride))
        stride //= 2
    return order
