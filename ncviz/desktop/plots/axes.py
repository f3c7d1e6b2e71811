"""Axes of the plots: powers of ten, layers, epochs."""

import math
from collections.abc import Iterable
from typing import Any, cast

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QFontMetricsF, QPainter

from ncviz.charts.rich_text import typeset
from ncviz.counting import EPOCHS, Counting
from ncviz.runs.layer_names import ticks_that_fit
from ncviz.scenes.plot_heights import FLOOR
from ncviz.wording import raised


def logarithm(values: Iterable[float], floor: float = FLOOR) -> np.ndarray:
    """Return log10 of values, at least that of `floor`; NaN where they are not finite."""
    array = np.asarray(values, dtype=np.float64)
    return np.log10(np.where(np.isfinite(array), np.maximum(array, floor), np.nan))


Ticks = list[tuple[float, list[float]]]  # a spacing, and where its ticks stand


class PlainAxis(pg.AxisItem):
    """A plain axis, with real minus signs and no lines between its numbers."""

    def labelString(self) -> str:
        return typeset(str(super().labelString()))

    def boundingRect(self) -> QRectF:
        """Return the axis with half a line beyond its ends: a number there is drawn, too."""
        return cast(QRectF, super().boundingRect().adjusted(0, -8, 0, 8))

    def tickValues(self, low: float, high: float, size: float) -> Ticks:
        return cast(Ticks, super().tickValues(low, high, size)[:1])

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [text.replace("-", "−") for text in super().tickStrings(values, scale, spacing)]


class LogAxis(PlainAxis):
    """An axis of powers of ten over data that are logarithms already.

    With `logarithmic` switched off it is a plain axis over plain data. `zero` is the logarithm of
    where zeros are drawn, None where there are none: it is labelled 0, and nothing close beside it.
    Of a plain `whole` axis only whole numbers are labelled.
    """

    logarithmic = True
    whole = False
    zero: float | None = None

    def set_zero(self, zero: float | None) -> None:
        """Say where zeros are drawn."""
        if zero != self.zero:
            self.zero = zero
            self.picture = None
            self.update()

    def tickValues(self, low: float, high: float, size: float) -> Ticks:
        if not self.logarithmic:
            ticks = super().tickValues(low, high, size)
            return [_whole(*level) for level in ticks] if self.whole else ticks
        if self.zero is None or not low <= self.zero <= high:
            return self._powers(low, high, size)
        line = QFontMetricsF(self.style["tickFont"] or self.font()).height()
        zero, apart = self.zero, max(14.0, 0.85 * line) * (high - low) / max(size, 1.0)
        spacing, powers = self._powers(low, high, size)[0]
        return [(spacing, [zero, *(power for power in powers if power > zero + apart)])]

    def _powers(self, low: float, high: float, size: float) -> Ticks:
        if high - low > 1.5:
            decades = max(1, math.ceil((high - low) / max(2.0, size / 26)))
            whole = _multiples(decades, low, high)
            while len(whole) > 2 and self._touch(whole, decades * size / (high - low)):
                decades += 1
                whole = _multiples(decades, low, high)
            return [(float(decades), whole)]
        # Less than two decades: 1, 2, 5 within them.
        steps = [math.log10(s) for s in (1, 2, 5)]
        fine = [e + s for s in steps for e in range(math.floor(low), math.ceil(high))]
        shown = sorted(v for v in fine if low <= v <= high)
        if len(shown) < 2:  # zoomed in: as on a plain axis
            return super().tickValues(low, high, size)
        return [(0.3, shown)]

    def _touch(self, powers: list[float], apart: float) -> bool:
        """Return whether labels below a plot touch, so many pixels apart: letters may be large."""
        if self.orientation in ("left", "right"):
            return False
        metrics = QFontMetricsF(self.style["tickFont"] or self.font())
        labels = [_power_of_ten(power) for power in powers]
        return len(ticks_that_fit(labels, apart, metrics.horizontalAdvance)) < len(labels)

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if not self.logarithmic:
            return super().tickStrings(values, scale, spacing)
        # Where one zoomed in, numbers differ in later digits.
        apart = 10.0 ** min(spacing, 1.0) - 1 if spacing > 0 else 1.0
        digits = max(2, 1 + math.ceil(-math.log10(apart)))
        return ["0" if value == self.zero else _power_of_ten(value, digits) for value in values]


def _whole(spacing: float, values: list[float]) -> tuple[float, list[float]]:
    return max(spacing, 1.0), [value for value in values if abs(value - round(value)) < 1e-6]


def _multiples(decades: int, low: float, high: float) -> list[float]:
    first = math.ceil(low / decades) * decades
    return [float(e) for e in range(first, math.floor(high) + 1, decades)]


def _power_of_ten(exponent: float, digits: int = 2) -> str:
    value = 10.0**exponent
    if 1e-3 <= value < 1e4:
        return f"{value:.{digits}g}" if value < 10**digits else f"{value:.0f}"
    whole = round(exponent)
    if abs(exponent - whole) < 1e-6:
        return f"10{raised(whole)}"
    whole = math.floor(exponent)
    return f"{10 ** (exponent - whole):.{digits}g}·10{raised(whole)}"


class LayerAxis(pg.AxisItem):
    """An axis over the points of a network, 1…m, named as many as have room."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.names: tuple[str, ...] = ()

    def set_names(self, names: tuple[str, ...]) -> None:
        """Name the points."""
        if names != self.names:
            self.names = names
            self.picture = None
            self.update()

    def tickValues(self, low: float, high: float, size: float) -> Ticks:
        metrics = QFontMetricsF(self.style["tickFont"] or self.font())
        spacing = size / max(high - low, 1e-9)
        kept = ticks_that_fit(self.names, spacing, metrics.horizontalAdvance)
        return [(1.0, [k + 1.0 for k in kept if low <= k + 1 <= high])]

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        return [self.names[round(value) - 1] for value in values]


class StopAxis(pg.AxisItem):
    """An axis along the player's stops, labelled with their epochs."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.setStyle(hideOverlappingLabels=60)  # pixels beyond an end: they are moved inward
        self.stops: tuple[float, ...] = (0.0,)
        self.counting = EPOCHS
        self.positions: tuple[float, ...] = (0.0,)

    def set_stops(
        self, stops: tuple[float, ...], positions: tuple[float, ...], counting: Counting = EPOCHS
    ) -> None:
        """Label these epochs, or what is counted, at these places."""
        if (stops, positions, counting) != (self.stops, self.positions, self.counting):
            self.stops, self.positions, self.counting = stops, positions, counting
            self.picture = None
            self.update()

    def tickValues(self, low: float, high: float, size: float) -> Ticks:
        shown = [place for place in self.positions if low <= place <= high]
        if not shown:
            return []
        metrics = QFontMetricsF(self.style["tickFont"] or self.font())
        widest = max(map(metrics.horizontalAdvance, self.tickStrings(shown[-3:], 1.0, 1.0)))
        pixel = (high - low) / max(size, 1.0)
        nearest = max(48.0, widest + 12) * pixel  # two labels closer than this overlap
        half = widest / 2 * pixel

        def middle(place: float) -> float:  # of its label, which is moved inward at an end
            return max(low + half, min(place, high - half))

        kept: list[float] = []
        for place in shown[:-1]:
            if not kept or middle(place) - middle(kept[-1]) >= nearest:
                kept.append(place)
        last = shown[-1]  # which is always labelled
        while kept and middle(last) - middle(kept[-1]) < (widest + 8) * pixel:
            kept.pop()
        return [(nearest, [*kept, last])]

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        named = dict(zip(self.positions, self.stops, strict=True))
        return [self.counting.digits(named[v]) if v in named else "" for v in values]

    def generateDrawSpecs(self, painter: QPainter) -> tuple[Any, ...] | None:
        found = super().generateDrawSpecs(painter)
        if found is None:
            return None
        axis, ticks, words = found
        inside = self.mapRectFromParent(self.geometry())
        return (
            axis,
            ticks,
            [(box.translated(_way_into(inside, box), 0.0), *rest) for box, *rest in words],
        )


def _way_into(room: QRectF, box: QRectF) -> float:
    """Return how far to the right a box must move to lie within another."""
    return max(room.left() - box.left(), min(0.0, room.right() - box.right()))
