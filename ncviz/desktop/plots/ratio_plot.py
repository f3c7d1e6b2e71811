"""Numbers over what a model is solved along, with trained runs and curves that stay."""

import html
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QBoxLayout, QGridLayout, QLabel, QToolButton, QWidget

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.colors import painted
from ncviz.charts.plot import Plot
from ncviz.charts.rich_text import typeset
from ncviz.desktop.certain import certain
from ncviz.desktop.plots.axes import LogAxis, logarithm
from ncviz.desktop.plots.chart_plot import ChartPlot
from ncviz.desktop.plots.handles import Handles
from ncviz.desktop.plots.points import Points
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.explorer.answers import Answer
from ncviz.explorer.optimum_desk import MAXIMUM_PINS, NUMERALS, OptimumDesk
from ncviz.language import tr
from ncviz.scenes.plot_heights import FLOOR
from ncviz.values_in_words import Facts
from ncviz.wording import three_digits

MOST_OVERLAID = 4
ROUNDING = 1e-9  # of heights that are one
POINT = 13  # pixels, where the model stands
FIRST_ROW = 3  # so many readings; the others stand below


class RemovableRows(QWidget):
    """Lines of words, each with a button that removes what it names.

    Parameters
    ----------
    most : int
        So many lines at most.
    what : str
        What a line names, as in 'curve'.

    Signals
    -------
    removed(int)
    """

    removed = pyqtSignal(int)

    def __init__(self, most: int, what: str) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self.labels: list[QLabel] = []
        self.buttons: list[QToolButton] = []
        for number in range(most):
            label = QLabel()
            label.setProperty("role", "caption")
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setWordWrap(True)
            button = QToolButton()
            button.setText("×")
            button.setProperty("role", "quiet")
            button.setToolTip(plain_tip(tr("Remove this {what}.", what=what)))
            button.setAccessibleName(tr("Remove {what} {number}", what=what, number=number + 1))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _, n=number: self.removed.emit(n))
            self._grid.addWidget(label, number, 0)
            self._grid.addWidget(button, number, 1, Qt.AlignmentFlag.AlignTop)
            self.labels.append(label)
            self.buttons.append(button)
        self.show_rows(())

    def show_rows(self, words: Sequence[str]) -> None:
        """Write these lines, rich text each."""
        for number, (label, button) in enumerate(zip(self.labels, self.buttons, strict=True)):
            there = number < len(words)
            label.setVisible(there)
            button.setVisible(there)
            label.setText(words[number] if there else "")
        self.setVisible(bool(words))


class RatioPlot(ChartPlot):
    """Draws a chart over what a model is solved along, with a dot where the timeline stands.

    Signals
    -------
    unpin_asked(int), removal_asked(int)
        Remove a pinned curve, or a run that was laid over the curve.
    dragged(int, float)
        A point of the chart's handles was dragged to a height.
    held(bool)
        A point is dragged from now on, or was let go.
    """

    dragged = pyqtSignal(int, float)
    held = pyqtSignal(bool)
    unpin_asked = pyqtSignal(int)
    removal_asked = pyqtSignal(int)

    def __init__(self, declared: Plot) -> None:
        super().__init__(declared, LogAxis("bottom"))
        self._bottom = cast(LogAxis, self.plot.axes["bottom"])
        self.signs: list[pg.TextItem] = []
        self.nothing = pg.TextItem("", anchor=(0.5, 0.5))
        self.here = Points(POINT)
        self.box.sigResized.connect(lambda _box: self.fit())
        self.runs = Points(11, "d")
        self.handles = Handles()
        self.handles.moved.connect(self._dragged)
        self.handles.held.connect(self.held)
        # While a point is dragged the numbers under the tools are what one reads.
        self.handles.held.connect(lambda on: self._show_strip(not on))
        for item in (self.nothing, self.runs, self.here, self.handles):
            item.setZValue(2)  # over curves that come later
            self.box.addItem(item, ignoreBounds=True)
        self.here.setZValue(3)  # and over their points
        self.overlaid = RemovableRows(MOST_OVERLAID, tr("run"))
        self.overlaid.removed.connect(lambda row: self.removal_asked.emit(self._first_run + row))
        self._first_run = 0  # of those that have a line
        self._at = 0.0
        column = cast(QBoxLayout, self.layout())
        column.insertWidget(column.indexOf(self.numbers_room) + 1, self.overlaid)
        self.pins = RemovableRows(MAXIMUM_PINS, tr("curve"))
        self.pins.removed.connect(self.unpin_asked)
        certain(self.layout()).addWidget(self.pins)
        self.follow_look()

    def follow_look(self) -> None:
        super().follow_look()
        theme = self.theme
        self.nothing.setColor(theme.text)
        self.handles.setPen(pg.mkPen(theme.quiet, width=1))
        self.here.setBrush(pg.mkBrush(theme.classifier))
        self.here.setPen(pg.mkPen(theme.surface, width=2))
        self.runs.setBrush(pg.mkBrush(theme.text))
        self.runs.setPen(pg.mkPen(theme.surface, width=1))
        if self.chart is not None:
            self._show_signs(self.chart)

    def follow_series(self, explorer: OptimumDesk[Any]) -> None:
        self.chart = chart = explorer.chart(self._declared)
        self.entitle(chart.title or self._declared.heading)
        self.name_axes(chart.across.title)
        self.across = chart.across.unit
        across = chart.across.logarithmic, chart.across.whole
        if across != (self._bottom.logarithmic, self._bottom.whole):
            self._bottom.logarithmic, self._bottom.whole = across
            self._bottom.picture = None
        self.floor = FLOOR if chart.floor is None else chart.floor
        self.take(chart.curves)
        for curve, trace in self._drawn:
            at = chart.across.at if curve.at is None else curve.at
            self.place(trace, at, self._along(at), curve.values)
        self._show_range(chart)
        self.nothing.setText(chart.nothing)
        self.nothing.setVisible(bool(chart.nothing))
        self.show_lines(chart, lambda value: float(self._along(value)))
        self._show_signs(chart)
        self._show_rows(explorer, chart)
        self._show_here(explorer, chart)

    def follow_moment(self, explorer: OptimumDesk[Any]) -> None:
        self.chart = explorer.chart(self._declared)
        self._show_here(explorer, self.chart)

    def redraw(self) -> None:
        super().redraw()
        if self.chart is not None:
            self._show_signs(self.chart)
            self._show_spots(self.chart)

    def fit(self) -> None:
        if self.chart is not None:
            self._show_range(self.chart)

    def _along(self, values: Any) -> np.ndarray:
        """Return where values lie on the lower axis."""
        return np.log10(values) if self._bottom.logarithmic else np.asarray(values, dtype=float)

    def _up(self, values: Any) -> np.ndarray:
        """Return where values lie on the left axis."""
        return logarithm(values, self.floor) if self.logarithmic else np.asarray(values, float)

    def _show_range(self, chart: Chart) -> None:
        if self.zoomed:
            return
        reach = self._along(certain(chart.across.reach))
        room = max(0.03, POINT / max(self.box.width(), POINT / 0.2))  # a point is whole
        self.box.reach(pg.ViewBox.XAxis, float(reach[0]), float(reach[-1]), room)
        if chart.nothing:
            self.nothing.setPos(float(reach.mean()), 0.0)
        limits = chart.limits or _limits(chart, self.logarithmic)
        if limits is not None:
            low, high = self._up(limits)
            room = max(0.05, POINT / max(self.box.height(), POINT / 0.2))
            self.box.reach(pg.ViewBox.YAxis, float(low), float(high), room)

    def _show_here(self, desk: OptimumDesk[Any], chart: Chart) -> None:
        self._at = float(self._along(desk.at))
        self._show_spots(chart)
        words = [self.reading_in_words(reading) for reading in chart.readings]
        both = words[:FIRST_ROW], words[FIRST_ROW:]
        # The space is for screen readers: Qt's names of labels know no line break.
        self.say(" &nbsp;<br>".join(" &nbsp; ".join(row) for row in both))
        self.plot.finish()

    def _dragged(self, number: int, place: float) -> None:
        self.hide_crosshair()  # which reads what the point was before
        self.dragged.emit(number, 10.0**place if self.logarithmic else place)

    def _show_spots(self, chart: Chart) -> None:
        held = chart.curve(chart.handles) if chart.handles else None
        if held is None:
            self._put(self.handles, [], [])
        else:
            at = chart.across.at if held.at is None else held.at
            self._put(self.handles, at, held.values)
        for item, here in ((self.here, True), (self.runs, False)):
            spots = [spot for spot in chart.spots if spot.here == here]
            self._put(item, [spot.at for spot in spots], [spot.height for spot in spots])

    def _put(self, item: Points, across: Any, up: Any) -> None:
        """Let points stand at values; those that stand there, and none at all, cost nothing."""
        now = self._along(across), self._up(up)
        if not all(map(np.array_equal, item.getData(), now)):
            item.setData(*now)
        item.setVisible(bool(len(now[0])))

    def _show_signs(self, chart: Chart) -> None:
        signed = [
            (curve.sign, trace)
            for curve, trace in self._drawn
            if curve.sign is not None and np.isfinite(trace.values).any()
        ]
        while len(self.signs) < len(signed):
            self.signs.append(pg.TextItem())
            self.signs[-1].setZValue(1.5)  # over curves that stand out, under points
            self.box.addItem(self.signs[-1], ignoreBounds=True)
        for number, item in enumerate(self.signs):
            item.setVisible(number < len(signed))
        for item, (sign, trace) in zip(self.signs, signed, strict=False):
            known = np.isfinite(trace.values)
            place = float(self._along(sign.at))
            height = np.interp(place, trace.places[known], self._up(trace.values[known]))
            item.setText(sign.text)
            item.setAnchor((0.5, 0.0 if sign.below else 1.0 if sign.above else 0.5))
            item.setColor(painted(sign.color, self.theme, "", self.theme.surface))
            beside = sign.below or sign.above  # and hides no curve
            item.fill = pg.mkBrush(None if beside else self.theme.surface)
            item.setPos(place, float(height))

    def _show_rows(self, desk: OptimumDesk[Any], chart: Chart) -> None:
        runs = [spot for spot in chart.spots if not spot.here]
        self._first_run = max(0, len(runs) - MOST_OVERLAID)
        model = desk.model
        self.overlaid.show_rows(
            [
                f"◆ {html.escape(spot.label)}: {html.escape(model.moment_text(spot.at))}, "
                f"{model.height} <b>{three_digits(spot.height)}</b>"
                for spot in runs[self._first_run :]
            ]
        )
        labels = [
            tr("{sign} &nbsp;{label}", sign=sign, label=typeset(html.escape(pin.label)))
            for sign, pin in zip(NUMERALS, desk.pins, strict=False)
        ]
        self.pins.show_rows(labels)

    def place_of_moment(self) -> float | None:
        return self._at

    def facts(self, layer: int | None = None, **more: object) -> Facts:
        return Facts(**cast(Any, more))

    def answer_of(self, key: str) -> Answer | None:
        return self.answer_of_reading(key)

    def toggle(self, key: str) -> None:
        """Words here are of no line."""


def _limits(chart: Chart, logarithmic: bool) -> tuple[float, float] | None:
    """Return between which heights all curves lie that the axis makes room for."""

    def heights(curve: Curve) -> np.ndarray:
        values = curve.heights
        return values[np.isfinite(values) & ((values > 0) | (not logarithmic))]

    room = [heights(curve) for curve in chart.curves if curve.makes_room]
    values = np.concatenate([*room, [level.at for level in chart.levels]])
    if not len(values):
        return None
    low, high = float(values.min()), float(values.max())
    if high - low <= ROUNDING * abs(high):
        return (low / 2, high * 2) if logarithmic else (low - 0.5, high + 0.5)
    return low, high
