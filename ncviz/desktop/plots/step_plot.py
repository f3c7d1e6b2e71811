"""Curves over the steps of a model that descends."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt

from ncviz.charts.words import plain
from ncviz.desktop.certain import certain
from ncviz.desktop.plots.axes import LogAxis, PlainAxis, StopAxis
from ncviz.desktop.plots.quiet_plot import QuietPlot
from ncviz.desktop.plots.trace import HIDES
from ncviz.explorer.answers import Answer, about
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.models.model import StepChart
from ncviz.scenes.palette import Theme
from ncviz.values_in_words import Facts
from ncviz.wording import three_digits

TARGET = "target"  # the link of the line that is not one of the curves
FLOOR = 1e-12  # rounding error, for all of these quantities


class StepPlot(QuietPlot):
    """Curves over recorded steps, with a cursor and a target.

    Parameters
    ----------
    chart : StepChart
    """

    def __init__(self, chart: StepChart) -> None:
        self.chart = chart
        self._stops = StopAxis()
        left = LogAxis("left") if chart.logarithmic else PlainAxis("left")
        axes = {"left": left, "bottom": self._stops}
        super().__init__(chart.heading, chart.tip, axes, chart.formulas, "step")
        self.name_axes("step, spaced as recorded", chart.name)
        self._target: float | None = None
        self._desk: DescentDesk[Any] | None = None
        self.floor = FLOOR
        self.curves = {
            line.key: self.curve("#000000", 1.0, line.dash, line.key, line.label)
            for line in chart.lines
        }
        self.target = pg.InfiniteLine(angle=0, movable=False)
        self.cursor_line = pg.InfiniteLine(angle=90, movable=False)
        self.target.setVisible(False)
        self.box.addItem(self.target)
        self.box.addItem(self.cursor_line, ignoreBounds=True)

    def set_theme(self, theme: Theme, text_scale: float = 1.0) -> None:
        super().set_theme(theme, text_scale)
        for trace, line in zip(self.traces, self.chart.lines, strict=True):
            style = Qt.PenStyle.DashLine if line.dash else Qt.PenStyle.SolidLine
            trace.color = getattr(theme, line.color)
            trace.item.setPen(pg.mkPen(trace.color, width=1, style=style))
        certain(self.cursor_line).setPen(pg.mkPen(theme.accent, width=1))
        self.target.setPen(pg.mkPen(theme.etf, width=1, style=Qt.PenStyle.DashLine))
        # As many lines always, so that the plots stand still while the numbers change.
        self.numbers.ensurePolished()
        lines = 1 if len(self.chart.lines) <= 2 and text_scale <= 1.2 else 2
        self.numbers.setFixedHeight(lines * (self.numbers.fontMetrics().lineSpacing() + 1))
        self.numbers.setAlignment(Qt.AlignmentFlag.AlignTop)

    def show_curve(self, desk: DescentDesk[Any], target: float | None = None) -> None:
        """Draw what has been recorded, and the target if there is one."""
        self._desk, self._target = desk, target
        player, epochs = desk.player, desk.run.epochs
        self._stops.set_stops(player.stops, player.places)
        if not self.zoomed:
            self.box.setXRange(0, max(1.0, player.last), padding=0.02)
        places = np.array([player.position_of(float(step)) for step in epochs])
        for trace in self.traces:
            self.place(trace, np.array(epochs), places, np.array(desk.history[trace.key]))
        self.redraw()
        self.show_moment(desk)

    def redraw(self) -> None:
        target = self._target
        shown = target is not None and (target > 0 or not self.logarithmic)
        self.target.setVisible(shown)
        if target is not None and shown:
            self.target.setPos(np.log10(target) if self.logarithmic else target)

    def show_moment(self, desk: DescentDesk[Any]) -> None:
        """Move the cursor and show the numbers of the nearest recorded step."""
        self._desk = desk
        certain(self.cursor_line).setPos(min(desk.player.position, desk.frontier))
        parts = [
            f"{self.word(trace)}&nbsp;<b>{three_digits(desk.value(trace.key))}</b>"
            for trace in self.traces
        ]
        if self._target is not None:
            style = f"color:{self.theme.word(self.theme.etf)};text-decoration:none"
            name = f'<a href="{TARGET}" style="{style}">{self.chart.target}</a>'
            parts.append(f"{name}&nbsp;<b>{three_digits(self._target)}</b>")
        self.say(" &nbsp; ".join(parts))

    def answer_of(self, key: str) -> Answer | None:
        desk = self._desk
        if desk is None or not key:
            return None
        if key == TARGET:
            said = f"It is {three_digits(self._target)}."
            return Answer(plain(self.chart.target).capitalize(), said, self.chart.target_tip)
        line = next(line for line in self.chart.lines if line.key == key)
        title, value = plain(line.label), desk.value(key)
        if not line.concept:
            return Answer(title.capitalize(), f"It is {three_digits(value)}.", line.tip, HIDES)
        classes = desk.descent.classes
        width = min(classes - 1, desk.descent.dimension)
        known: dict[str, Any] = {"classes": classes, "directions": width, **line.facts}
        return about(line.concept, value, Facts(**known), title=title, action=HIDES)

    def toggle(self, key: str) -> None:
        if key != TARGET:
            super().toggle(key)

    def legend_changed(self) -> None:
        if self._desk is not None:
            self.show_moment(self._desk)
