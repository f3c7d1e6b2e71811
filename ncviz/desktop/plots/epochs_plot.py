"""Curves over the recorded epochs."""

import html
import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent, QTextDocument

from ncviz.charts.chart import Chart, Curve, Level
from ncviz.charts.colors import painted
from ncviz.charts.plot import Plot
from ncviz.charts.rich_text import plain, tied, typeset
from ncviz.counting import EPOCHS
from ncviz.desktop.certain import certain
from ncviz.desktop.plots.axes import LogAxis, StopAxis
from ncviz.desktop.plots.chart_plot import ChartPlot, dotted
from ncviz.desktop.plots.drawn_curve import HIDES, DrawnCurve
from ncviz.desktop.plots.plotted_line import PlottedLine
from ncviz.desktop.plots.quiet_plot import GAP
from ncviz.desktop.plots.straight_line import StraightLine
from ncviz.explorer.answers import Answer, about
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.held_run import HeldRun
from ncviz.explorer.player import Player
from ncviz.language import tr
from ncviz.scenes.beside import matching_epoch
from ncviz.scenes.plot_heights import place_of_zero
from ncviz.wording import three_digits, upper_first

LONGEST = "0.123"  # about what numbers take; where they take more, the room grows
LEVEL = "level "  # before the number of a line at one height, in links of the legend
NUMBERED = 7  # so many lines show their numbers; of more, only the strong one does


class EpochsPlot(ChartPlot):
    """Draws a chart over the epochs, with a cursor where the scene is."""

    def __init__(self, declared: Plot) -> None:
        self._stops = StopAxis()
        super().__init__(declared, self._stops)
        self._curves: tuple[Curve, ...] = ()
        self._seen: tuple[object, ...] = ()  # of the view, when the chart was made
        self._rows: dict[float, int] = {}  # the number of each epoch in the values
        self._other: dict[str, DrawnCurve] = {}
        self._moment: tuple[float, int] | None = None
        self._counting, self._distances = EPOCHS, ""
        self._reserved: object = None  # for which words, in which width
        self.cursor_line = StraightLine(angle=90, movable=False)
        self.cursor_line.setZValue(-1)  # behind the curves
        self.box.addItem(self.cursor_line, ignoreBounds=True)
        self.follow_look()

    def follow_look(self) -> None:
        super().follow_look()
        certain(self.cursor_line).setPen(pg.mkPen(self.theme.accent, width=1))
        self.numbers.ensurePolished()
        self.numbers.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._reserved = None
        self._reserve()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._reserve()

    def _reserve(self) -> None:
        """Keep room for the longest numbers, so that plots stand still while they change."""
        named = [curve for curve in self._curves if not curve.unnamed]
        named.sort(key=lambda curve: bool(curve.of))
        words = [
            f"{'●&nbsp;' * curve.swatch}{curve.short or curve.label}"
            f"{f'&nbsp;<b>{LONGEST}</b>' * self._is_numbered(curve)}"
            for curve in named
        ]
        words += [reading.text for reading in self.chart.readings] if self.chart else []
        nothing = typeset(html.escape(self.chart.nothing)) if self.chart else ""
        written = nothing or GAP.join(words)
        of = written, self.width(), self.numbers.font().key()
        if of == self._reserved:  # to lay them out takes long
            return
        self._reserved = of
        longest = QTextDocument()
        longest.setDefaultFont(self.numbers.font())
        longest.setDocumentMargin(0)
        longest.setTextWidth(max(120, self.width()))
        longest.setHtml(written)
        line = self.numbers.fontMetrics().lineSpacing() + 1
        lines = max(1, math.ceil((longest.size().height() - 2) / line))
        self.numbers.setFixedHeight(lines * line)

    def _is_numbered(self, curve: Curve) -> bool:
        own = sum(not curve.of for curve in self._curves)
        return not curve.silent and (own <= NUMBERED or curve.strong)

    # What is shown

    def redress(self) -> None:
        super().redress()
        for key, other in self._other.items():
            other.item.setPen(dotted(self.trace(key).color))

    def take(self, curves: Sequence[Curve]) -> bool:
        before = [curve.key for curve in self._curves]
        self._curves = tuple(curves)
        if before != [curve.key for curve in curves]:
            self._forget_other()
        changed = super().take(curves)
        if changed:
            self._reserve()
        return changed

    def _show(self, chart: Chart, player: Player) -> None:
        """Draw what has been computed so far."""
        self.chart = chart
        self.gist = chart.gist or self._declared.gist
        self.say_whose(chart.samples)
        scale, across = player.scale, chart.across.at
        self.name_axes(scale.title, self.title_up(chart))
        places = scale.positions_of(across)
        places_of_stops = scale.positions_of(np.asarray(player.stops, dtype=np.float64))
        self._stops.set_stops(player.stops, tuple(places_of_stops.tolist()), player.counting)
        self._counting, self.across = player.counting, player.counting.unit
        self._distances = scale.meaning
        if not self.zoomed:
            self.box.reach(pg.ViewBox.XAxis, 0.0, max(1.0, player.last), 0.02)
        if not self.take([curve for curve in chart.curves if not curve.page_only]):
            self._reserve()  # readings may have come
        self._rows = {epoch: row for row, epoch in enumerate(across.tolist())}
        # Zero lies at the foot of the plot, a little below all that is positive.
        everything = np.concatenate([np.empty(0), *(curve.values for curve in self._curves)])
        self.floor = place_of_zero(everything) if chart.floor is None else chart.floor
        heights = self.plot.axes["left"]
        if isinstance(heights, LogAxis):
            zeros = (np.isfinite(everything) & (everything < self.floor)).any()
            has_zero = zeros and chart.floor is None
            heights.set_zero(math.log10(self.floor) if has_zero else None)
        for trace, curve in zip(self.traces, self._curves, strict=True):
            self.place(trace, across, places, curve.values)
        self.show_lines(chart, player.position_of)
        self._show_other(player)
        self._moment = None  # its numbers may be others

    def _show_moment(self, explorer: Explorer) -> None:
        """Move the cursor and show the numbers of the nearest recorded epoch, once of a moment."""
        # A descent may still be on its way to where its timeline stands.
        player, run = explorer.player, certain(explorer.run)
        recorded = player.position_of(float(run.epochs[-1]))
        before, epoch = self._moment, explorer.nearest_epoch
        self._moment = min(player.position, recorded), epoch
        certain(self.cursor_line).setPos(self._moment[0])
        if before is None or before[1] != epoch:
            self.legend_changed()
        self.plot.finish()

    def _value(self, curve: Curve, epoch: int) -> float | None:
        row = self._rows.get(epoch)
        return None if row is None else float(curve.values[row])

    def _numbers(self, epoch: int) -> list[str]:
        parts, added = [], []
        for trace, curve in zip(self.traces, self._curves, strict=True):
            value = self._value(curve, epoch)
            is_absent = value is not None and math.isnan(value)
            if curve.of and not curve.unnamed:
                added.append(self.word_of_added(curve))
                continue
            if curve.unnamed or (is_absent and not curve.facts.get("absent")):
                continue
            word = self.word(trace).replace(curve.label, curve.short or curve.label)
            if not self._is_numbered(curve):
                parts.append(word)
                continue
            shown = "–" if is_absent else three_digits(value)
            if curve.percent and value is not None and not is_absent:
                shown = f"{100 * value:.3g}&nbsp;%"
            parts.append(tr("{word}&nbsp;<b>{shown}</b>", word=word, shown=shown))
        for number, level in enumerate(self.chart.levels if self.chart else ()):
            style = f"color:{self.theme.word(self._color_of_level(level))};text-decoration:none"
            name = f'<a href="{LEVEL}{number}" style="{style}">{tied(level.label)}</a>'
            parts.append(tr("{name}&nbsp;<b>{at}</b>", name=name, at=three_digits(level.at)))
        readings = self.chart.readings if self.chart else ()
        return parts + [self.reading_in_words(reading) for reading in readings] + added

    def _color_of_level(self, level: Level) -> str:
        return painted(level.color, self.theme, self._palette, self.theme.surface)

    @property
    def unit_across(self) -> str:
        return self._counting.unit

    @property
    def distances(self) -> str:
        return self._distances

    def place_name(self, across: float) -> str:
        return self._counting.named(across)

    def place_cells(self, across: float) -> tuple[str, ...]:
        return (self._counting.text(across),)

    def legend_changed(self) -> None:
        for key, other in self._other.items():
            other.item.setVisible(self.trace(key).shown)
        if self._moment is not None:
            nothing = typeset(html.escape(self.chart.nothing)) if self.chart else ""
            self.say(nothing or GAP.join(self._numbers(self._moment[1])))

    # What is said of what one points at

    def answer_of(self, key: str) -> Answer | None:
        explorer = self._explorer
        if key.startswith(LEVEL) and self.chart is not None:
            level = self.chart.levels[int(key.removeprefix(LEVEL))]
            said = tr("It is {at}.", at=three_digits(level.at))
            return Answer(upper_first(plain(level.label)), said, level.meaning)
        curve = next((curve for curve in self._curves if curve.key == key), None)
        if curve is None and (told := self.answer_of_reading(key)) is not None:
            return told
        if curve is None or explorer is None or explorer.run is None or self._moment is None:
            return None
        if curve.of:
            return self.answer_of_added(curve)
        if not curve.concept:
            said = tr("It is {curve}.", curve=three_digits(self._value(curve, self._moment[1])))
            return Answer(upper_first(plain(curve.label)), said, curve.meaning, HIDES)
        layer = -1 if curve.layer is None else curve.layer
        return about(
            curve.concept,
            self._value(curve, self._moment[1]),
            self.facts(layer, **curve.facts),
            title=plain(curve.label),
            action=HIDES,
            classes=curve.classes,
            layer=curve.layer,
        )

    # What PlotColumn calls

    def follow_run(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self.zoomed = False
        self._moment = None
        self.box.enableAutoRange(pg.ViewBox.YAxis)
        self.follow_series(explorer)

    def follow_series(self, explorer: Explorer) -> None:
        self._explorer = explorer
        if explorer.run is None:
            return
        self._seen, self._palette = self._seen_now(), explorer.view.palette
        self._show(self.chart_of(explorer), explorer.player)
        self._show_moment(explorer)

    def follow_moment(self, explorer: Explorer) -> None:
        if explorer.run is None:
            return
        if self._explorer is explorer and self._seen != self._seen_now():
            self.follow_series(explorer)
        self._show_moment(explorer)

    def _seen_now(self) -> tuple[object, ...]:
        """Return what the chart depends on beside the numbers that `follow_series` brings."""
        run = certain(certain(self._explorer).run)
        known = (run, len(run.epochs)) if isinstance(run, HeldRun) else ()
        return (*self.seen_of_view(), *known)

    def follow_other(self, explorer: Explorer | None) -> None:
        self._other_explorer = explorer
        if explorer is None:
            self._forget_other()

    def _forget_other(self) -> None:
        for trace in self._other.values():
            self.box.removeItem(trace.item)
        self._other.clear()

    def toggle(self, key: str) -> None:
        if not key.startswith(LEVEL):
            super().toggle(key)

    def _show_other(self, player: Player) -> None:
        """Lay the other run's curves over these, dotted, as far as this timeline goes."""
        other, explorer = self._other_explorer, self._explorer
        if other is None or other.series is None or other.run is None or explorer is None:
            return
        chart = self.chart_of(other)
        matching = [
            matching_epoch(other.run, e, certain(explorer.run)) for e in chart.across.at.tolist()
        ]
        epochs = np.array(matching, dtype=np.float64)
        inside = epochs <= player.stops[-1]
        places = player.scale.positions_of(epochs[inside])
        for curve in chart.curves:
            if curve.key in self.curves and not curve.of:
                if curve.key not in self._other:
                    self._other[curve.key] = self._other_trace(curve.key)
                trace = self._other[curve.key]
                trace.set(epochs[inside], places, curve.values[inside])
                trace.draw(self.logarithmic, self.floor)
                trace.item.setVisible(self.trace(curve.key).shown)

    def _other_trace(self, key: str) -> DrawnCurve:
        item = PlottedLine()
        item.setPen(dotted(self.trace(key).color))
        self.box.addItem(item)
        return DrawnCurve(key, "", item)

    def redraw(self) -> None:
        super().redraw()
        for other in self._other.values():
            other.draw(self.logarithmic, self.floor)
