"""Heights of a page's charts as shares of an axis, from below, with what is written beside it."""

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from ncviz.charts.chart import Chart
from ncviz.export.plot_axes import decades_between, power_of_ten

Floats = NDArray[np.float64]

DIGITS = 4  # after the point, of what stands on axes of 0 to 1: a tenth of a pixel
BEYOND = 0.06  # of an axis, above and below what is drawn
TICKS = 5


class Heights(Protocol):
    """An axis of heights."""

    is_empty: bool

    def shares(self, row: Floats) -> list[float | None]:
        """Return where values stand, from 0 to 1; None where there is none."""

    def ticks(self) -> list[list[Any]]:
        """Return places on the axis, and what is written there."""


class LogarithmicHeights:
    """Heights at equal ratios.

    Parameters
    ----------
    rows : sequence of array
        All that must find room.
    zero : float, optional
        Where zero is drawn; labelled as such.
    """

    def __init__(self, rows: Sequence[Floats], zero: float | None = None) -> None:
        values = np.concatenate([np.empty(0), *rows])
        known = values[np.isfinite(values) & (values > 0)]
        self.is_empty, self._zero = not len(known), zero
        low, high = (0.1, 1.0) if self.is_empty else (known.min(), known.max())
        bottom, top = math.log10(low), math.log10(high)
        room = max(0.06 * (top - bottom), 0.08)
        self._low, self._high = bottom - room, top + room

    def shares(self, row: Floats) -> list[float | None]:
        """Return where values stand, from 0 to 1; None where there is none."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found = (np.log10(row) - self._low) / (self._high - self._low)
        return [round(v, DIGITS) if math.isfinite(v) else None for v in found.tolist()]

    def ticks(self) -> list[list[Any]]:
        """Return places on the axis, and what is written there."""
        values, words = decades_between(self._low, self._high), {}
        if self._zero is not None:  # beside its own tick no other
            apart = (self._high - self._low) / 8
            foot = math.log10(self._zero)
            values = [self._zero, *(v for v in values if math.log10(v) > foot + apart)]
            words = {self._zero: "0"}
        shares = self.shares(np.array(values))
        named = [words.get(v, power_of_ten(v)) for v in values]
        return [[share, word] for share, word in zip(shares, named, strict=True)]


class LinearHeights:
    """Heights at equal steps.

    Parameters
    ----------
    rows : sequence of array
        All that must find room.
    limits : tuple of 2 floats, optional
        Where they end, if that is known beforehand.
    """

    def __init__(self, rows: Sequence[Floats], limits: tuple[float, float] | None = None) -> None:
        values = np.concatenate([np.empty(0), *rows])
        known = values[np.isfinite(values)]
        self.is_empty = not len(known)
        low, high = (0.0, 1.0) if self.is_empty else (float(known.min()), float(known.max()))
        low, high = limits or (low, high)
        room = BEYOND * (high - low) or 0.5 * abs(high) or 0.5
        self._low, self._high = low - room, high + room

    def shares(self, row: Floats) -> list[float | None]:
        """Return where values stand, from 0 to 1; None where there is none."""
        found = (row - self._low) / (self._high - self._low)
        return [round(v, DIGITS) if math.isfinite(v) else None for v in found.tolist()]

    def ticks(self) -> list[list[Any]]:
        """Return places on the axis, and what is written there."""
        found = list(MaxNLocator(TICKS).tick_values(self._low, self._high))
        shown = [value for value in found if self._low <= value <= self._high]
        shares = self.shares(np.array(shown, dtype=np.float64))
        words = [f"{value:g}".replace("-", "−") for value in shown]
        return [[share, word] for share, word in zip(shares, words, strict=True)]


def heights_of(
    chart: Chart, rows: Sequence[Floats], zero: float | None, *, logarithmic: bool
) -> Heights:
    """Return the axis for rows of heights, and the levels of their chart.

    Parameters
    ----------
    chart : Chart
    rows : sequence of array
    zero : float or None
        Where a logarithmic axis has its zero.
    logarithmic : bool
    """
    rows = [*rows, np.array([level.at for level in chart.levels], dtype=np.float64)]
    rows.append(np.array([spot.height for spot in chart.spots], dtype=np.float64))
    if logarithmic:
        return LogarithmicHeights(rows, zero)
    return LinearHeights(rows, chart.limits)
