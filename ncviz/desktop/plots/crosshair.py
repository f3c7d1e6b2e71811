"""The crosshair: the recorded point that is nearest to the pointer, and its values."""

import html
import math
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QLabel

from ncviz.desktop.plots.drawn_curve import DrawnCurve
from ncviz.desktop.plots.plot_view import PlotView
from ncviz.desktop.plots.straight_line import StraightLine
from ncviz.desktop.plots.zoom_box import ZoomBox
from ncviz.desktop.style.theme import current_look
from ncviz.wording import three_digits

REACH = 48.0  # pixels from the pointer to the point that it means


class Crosshair:
    """Two lines through a recorded point, and a label with its values.

    Parameters
    ----------
    plot : PlotView
    box : ZoomBox
        Its area.
    name_of : callable
        Says in words which place of the lower axis a number is.
    """

    def __init__(self, plot: PlotView, box: ZoomBox, name_of: Callable[[float], str]) -> None:
        self._plot = plot
        self._name_of = name_of
        self._box = box
        self.lines = [StraightLine(angle=angle, movable=False) for angle in (90, 0)]
        for line in self.lines:
            line.setVisible(False)
            line.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
            box.addItem(line, ignoreBounds=True)
        self.label = QLabel(plot)
        self.label.setObjectName("crosshair")
        self.label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label.setTextFormat(Qt.TextFormat.RichText)
        self.label.hide()
        self.follow_look()

    def follow_look(self) -> None:
        """Draw the lines in the colour of words."""
        for line in self.lines:
            pen = pg.mkPen(current_look().theme.text, width=1)
            pen.setDashPattern((2, 3))
            line.setPen(pen)

    def point_at(self, traces: list[DrawnCurve], scene_point: QPointF) -> None:
        """Show the recorded point nearest to a point of the scene, if one is near."""
        found = self.nearest(traces, scene_point)
        if found is None:
            self.hide()
            return
        self.show(*found, scene_point)

    @property
    def shown(self) -> bool:
        """Return whether a point is read."""
        return self.label.isVisible()

    def show(self, trace: DrawnCurve, index: int, scene_point: QPointF) -> None:
        """Show a point of a trace, its label beside a point of the scene."""
        up = trace.item.getData()[1][index]
        for line, place in zip(self.lines, (trace.places[index], up), strict=True):
            line.setPos(place)
            line.setVisible(True)
        named = html.escape(self._name_of(float(trace.across[index])))
        self.label.setText(
            f"{named} · {trace.label} <b>{three_digits(float(trace.values[index]))}</b>"
        )
        self._put_label(scene_point)

    def nearest(
        self, traces: list[DrawnCurve], scene_point: QPointF
    ) -> tuple[DrawnCurve, int] | None:
        """Return the trace and the number of the point nearest to a point of the scene."""
        if not self._box.sceneBoundingRect().contains(scene_point):
            return None
        (left, right), (low, high) = self._box.viewRange()
        here = self._box.mapSceneToView(scene_point)
        across = self._box.width() / max(right - left, 1e-300)
        up = self._box.height() / max(high - low, 1e-300)
        best, found = math.inf, None
        for trace in traces:
            heights = trace.item.getData()[1]
            if heights is None or len(heights) != len(trace.places) or not len(heights):
                continue
            away = np.hypot((trace.places - here.x()) * across, (heights - here.y()) * up)
            away[~np.isfinite(away)] = math.inf
            index = int(np.argmin(away))
            seems = float(away[index]) + trace.recess
            if away[index] < REACH and seems < best:
                best, found = seems, (trace, index)
        return found

    def hide(self) -> None:
        """Show nothing."""
        if self.label.isVisible() or self.lines[0].isVisible():
            self.label.hide()
            for line in self.lines:
                line.setVisible(False)

    def _put_label(self, scene_point: QPointF) -> None:
        self.label.adjustSize()
        place = self._plot.mapFromScene(scene_point)
        width, height = self.label.width(), self.label.height()
        x = (
            place.x() + 12
            if place.x() + 12 + width < self._plot.width()
            else place.x() - 12 - width
        )
        y = place.y() - height - 8 if place.y() > height + 8 else place.y() + 16
        self.label.move(max(0, x), y)
        self.label.show()
