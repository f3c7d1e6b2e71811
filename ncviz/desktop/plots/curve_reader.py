"""The recorded point that keys read, where the mouse would point at it."""

from typing import Protocol

import numpy as np
from PyQt6.QtCore import QPointF, Qt

from ncviz.desktop.certain import certain
from ncviz.desktop.plots.drawn_curve import DrawnCurve
from ncviz.desktop.plots.zoom_box import ZoomBox
from ncviz.language import tr

KEY = Qt.Key
ALONG = {KEY.Key_Left: -1, KEY.Key_Right: 1}
ACROSS = {KEY.Key_Up: -1, KEY.Key_Down: 1}
ENDS = {KEY.Key_Home: 0, KEY.Key_End: -1}
ZOOMS = {KEY.Key_Plus: 0.8, KEY.Key_Equal: 0.8, KEY.Key_Minus: 1.25}


class ReadPlot(Protocol):
    """What is read of a plot, and how the crosshair is moved there."""

    box: ZoomBox
    zoomed: bool

    @property
    def crosshair_shown(self) -> bool: ...

    def readable(self) -> list[DrawnCurve]: ...

    def place_of_moment(self) -> float | None: ...

    def read(self, trace: DrawnCurve, index: int, scene_point: QPointF) -> str: ...

    def hide_crosshair(self) -> None: ...

    def show_whole(self) -> None: ...

    def announce(self, words: str, *, at_rest: bool = False) -> None: ...


class CurveReader:
    """Goes along a line of a plot, and from line to line, with the crosshair.

    Attributes
    ----------
    point : tuple of DrawnCurve and int, or None
        The line and the number of its point.
    """

    def __init__(self, plot: ReadPlot) -> None:
        self._plot = plot
        self.point: tuple[DrawnCurve, int] | None = None

    def press(self, key: int) -> bool:
        """Do what a key asks for; return whether that is anything."""
        if key in ALONG or key in ENDS or key in ACROSS:
            self._go(key)
        elif key in ZOOMS:
            self._zoom(ZOOMS[Qt.Key(key)])
        elif key == KEY.Key_0:
            self._plot.show_whole()
            self.show()
        elif key == KEY.Key_Escape and self.point is not None:
            self.end()
        else:
            return False
        return True

    def end(self) -> None:
        """Read nothing."""
        if self.point is not None:
            self.point = None
            self._plot.hide_crosshair()
            self._plot.announce("")

    def follow(self, trace: DrawnCurve) -> None:
        """Go on reading a line that has other values: its point has moved, or is there no more."""
        if self.point is not None and self.point[0] is trace:
            self.show(at_rest=True)

    def _go(self, key: int) -> None:
        lines = [trace for trace in self._plot.readable() if len(_order(trace))]
        if not lines:
            self.end()
            self._plot.announce(tr("No recorded point is drawn."))
            return
        if self.point is None or self.point[0] not in lines:
            # What is meant most often, where the scene is.
            trace = min(lines, key=lambda trace: trace.recess)
            self.point = trace, _nearest(trace, self._plot.place_of_moment())
        if key in ENDS:
            trace = self.point[0]
            self.point = trace, int(_order(trace)[ENDS[Qt.Key(key)]])
        elif self._plot.crosshair_shown:  # the first arrow shows where one is
            self._step(lines, key)
        self.show()

    def _step(self, lines: list[DrawnCurve], key: int) -> None:
        trace, index = certain(self.point)
        if key in ACROSS:
            other = lines[(lines.index(trace) + ACROSS[Qt.Key(key)]) % len(lines)]
            self.point = other, _nearest(other, float(trace.places[index]))
            return
        order = _order(trace).tolist()
        here = order.index(index) if index in order else order.index(_nearest(trace, None))
        self.point = trace, order[min(max(here + ALONG[Qt.Key(key)], 0), len(order) - 1)]

    def show(self, *, at_rest: bool = False) -> None:
        """Bring the crosshair to the point, and the point into what is seen."""
        if self.point is None:
            return
        trace, index = self.point
        if trace not in self._plot.readable() or index not in _order(trace):
            self.end()
            return
        place = QPointF(float(trace.places[index]), float(_heights(trace)[index]))
        self._bring_into_view(place)
        told = self._plot.read(trace, index, self._plot.box.mapViewToScene(place))
        self._plot.announce(told, at_rest=at_rest)

    def _bring_into_view(self, place: QPointF) -> None:
        """Move a plot that is zoomed to where the point is; one that is whole shows it."""
        ranges = self._plot.box.viewRange()
        wanted = [_around(r, at) for r, at in zip(ranges, (place.x(), place.y()), strict=True)]
        if self._plot.zoomed and wanted != [list(r) for r in ranges]:
            self._plot.box.setRange(xRange=wanted[0], yRange=wanted[1], padding=0)

    def _zoom(self, factor: float) -> None:
        box = self._plot.box
        center = None
        if self.point is not None:
            trace, index = self.point
            center = QPointF(float(trace.places[index]), float(_heights(trace)[index]))
        box.zooming.emit()
        box.scaleBy((factor, factor), center)
        self.show()


def _heights(trace: DrawnCurve) -> np.ndarray:
    heights = trace.item.getData()[1]
    return np.empty(0) if heights is None else np.asarray(heights)


def _order(trace: DrawnCurve) -> np.ndarray:
    """Return the numbers of the points that are drawn, from left to right."""
    heights = _heights(trace)
    if len(heights) != len(trace.places):
        return np.empty(0, dtype=int)
    drawn = np.flatnonzero(np.isfinite(heights) & np.isfinite(trace.places))
    return drawn[np.argsort(trace.places[drawn], kind="stable")]


def _nearest(trace: DrawnCurve, place: float | None) -> int:
    """Return the number of the point that is drawn nearest to a place of the lower axis."""
    order = _order(trace)
    away = np.zeros(len(order)) if place is None else np.abs(trace.places[order] - place)
    return int(order[away.argmin()])


def _around(ends: list[float], at: float) -> list[float]:
    """Return a range as long as another one that holds a number in it."""
    low, high = ends
    if low <= at <= high:
        return [low, high]
    return [at - (high - low) / 2, at + (high - low) / 2]
