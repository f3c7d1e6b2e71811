"""Curves and points over the layers."""

import html
from collections.abc import Sequence
from typing import cast

import numpy as np
import pyqtgraph as pg
from PyQt6.QtWidgets import QBoxLayout

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.plot import Plot
from ncviz.charts.repeated import repeats_that_know
from ncviz.desktop.certain import certain
from ncviz.desktop.plots.axes import LayerAxis, logarithm
from ncviz.desktop.plots.chart_plot import POINT, ChartPlot
from ncviz.desktop.plots.drawn_curve import HIDES, DrawnCurve
from ncviz.desktop.plots.quiet_plot import GAP
from ncviz.desktop.widgets.linked_label import LinkedLabel
from ncviz.desktop.widgets.teaching import teach
from ncviz.desktop.widgets.words_at import link_at
from ncviz.errors import UserError
from ncviz.explorer.answers import Answer, Light
from ncviz.explorer.explorer import Explorer
from ncviz.language import tr
from ncviz.runs.layer_names import layer_in_words, tick_names, with_symbol
from ncviz.runs.run import Run
from ncviz.scenes.palette import mix
from ncviz.scenes.plot_heights import FLOOR

ROOM = 10.0  # pixels from the middle of the ring around a point to beyond its edge
RING = 15  # pixels across the ring about a point
MANY = 30  # layers, of which points are drawn smaller
LIT = 22  # pixels across the disc behind a layer that is pointed at elsewhere
OTHER = "other"  # key of another run's curves
OF_OTHER = Answer(tr("The other run"), meaning=tr("D of the run on the right."), action=HIDES)


class LayersPlot(ChartPlot):
    """Draws a chart over the layers 1…m, on an axis that stands still while epochs go by."""

    def __init__(self, declared: Plot) -> None:
        super().__init__(declared, LayerAxis())
        self.run_signs = "", ""
        self.names: tuple[str, ...] = ()
        self.ring: DrawnCurve | None = None
        self._range: tuple[float, float] | None = None
        self._run: Run | None = None
        self._seen: tuple[object, ...] = ()  # of run and view, when the chart was made
        self.lit = self.points_of("", LIT)  # the layer that is pointed at elsewhere
        self.lit.item.setZValue(1)
        self._others.append(self.lit)
        self.traces.append(self.lit)
        self.legend = LinkedLabel()
        self.legend.setProperty("role", "caption")
        self.legend.linkActivated.connect(self.toggle)
        teach(self.legend, lambda point: self._answer_of_legend(link_at(self.legend, point)))
        self.legend.hide()
        column = cast(QBoxLayout, self.layout())
        column.insertWidget(column.indexOf(self.numbers_room) + 1, self.legend)
        self.box.sigResized.connect(self._show_range)
        self.follow_look()

    def follow_look(self) -> None:
        super().follow_look()
        self.lit.item.setBrush(pg.mkBrush(mix(self.theme.surface, self.theme.accent, 0.45)))
        self.legend_changed()

    def dress(self, trace: DrawnCurve, curve: Curve) -> None:
        if not curve.points:
            super().dress(trace, curve)
            return
        color = trace.color = self.color_of(curve)
        wide = 1 if curve.key == OTHER else 1.5
        pens = {"full": None, "ring": pg.mkPen(color, width=2)}
        trace.item.setPen(pens.get(curve.points, pg.mkPen(color, width=wide)))
        inside = {"ring": None, "hollow": self.theme.surface}.get(curve.points, color)
        trace.item.setBrush(None if inside is None else pg.mkBrush(inside))
        size = RING if curve.points == "ring" else POINT
        trace.item.setSize(size / 2 if len(self.names) > MANY else size)
        # What is lit lies over the ring, and below the points.
        trace.item.setZValue(0 if curve.key == OTHER else 0.5 if curve.points == "ring" else 2)

    # The axis

    def set_layers(self, names: Sequence[str]) -> None:
        """Name the points of a network and forget the old range."""
        self.zoomed = False
        self.names = ()
        self.make_room(names)
        self._range = None

    def make_room(self, names: Sequence[str]) -> None:
        """Let the axis reach as far as these points do, by the names of the deeper network."""
        if len(names) <= len(self.names):
            return
        self.names = tuple(names)
        self.plot.axes["bottom"].set_names(tick_names(names))
        if not self.zoomed:
            self.box.setXRange(0.6, len(names) + 0.4, padding=0)

    def place_name(self, across: float) -> str:
        return with_symbol(self.names, round(across) - 1)

    @property
    def place_columns(self) -> tuple[str, ...]:
        return "t", tr("layer")

    def place_cells(self, across: float) -> tuple[str, ...]:
        return f"{across:.0f}", layer_in_words(self.names[round(across) - 1])

    def place_of_moment(self) -> float | None:
        return None if self.ring is None else float(self.ring.places[0])

    def _include(self, chart: Chart) -> None:
        """Make room for values that will come, so that the axis need not move."""
        room = [curve.heights for curve in chart.curves if curve.makes_room]
        values = np.concatenate([np.empty(0), *room]) if chart.reach is None else chart.reach
        finite = np.maximum(values[np.isfinite(values)], FLOOR)
        if not len(finite):
            return
        low, high = float(finite.min()), float(finite.max())
        if self._range is not None:
            low, high = min(low, self._range[0]), max(high, self._range[1])
        if (low, high) != self._range:
            self._range = low, high
            self._show_range()

    def fit(self) -> None:
        self._show_range()

    def _show_range(self) -> None:
        """Leave room for the ring, however low the plot is."""
        if self._range is None or self.zoomed:
            return
        height = self.box.height()
        low, high = logarithm(self._range) if self.logarithmic else (0.0, self._range[1])
        padding = ROOM / max(ROOM, height - 2 * ROOM)
        self.box.reach(pg.ViewBox.YAxis, float(low), float(high), padding)

    # What PlotColumn calls

    def follow_run(self, explorer: Explorer) -> None:
        self._explorer = explorer
        if explorer.run is None:
            return
        self._run = None
        self.follow_series(explorer)

    def follow_series(self, explorer: Explorer) -> None:
        self._explorer = explorer
        if explorer.run is None:
            return
        names = tuple(layer.name for layer in explorer.run.manifest.layers)
        if explorer.run is not self._run:  # of a model that begins anew
            self._run = explorer.run
            self.set_layers(names)
        series = certain(explorer.series)
        for epoch in (explorer.run.epochs[0], explorer.run.epochs[-1]):
            if series.is_at_once(epoch):
                try:
                    self._include(self.chart_of(explorer, epoch))
                except UserError:
                    continue  # told when the curves come to it
        self.plot.finish()

    def follow_moment(self, explorer: Explorer) -> None:
        self._explorer = explorer
        if explorer.run is None:
            return
        seen = self._seen_now()
        if seen != self._seen:
            self._seen, self._palette = seen, explorer.view.palette
            self._show(self.chart_of(explorer))

    def _seen_now(self) -> tuple[object, ...]:
        """Return all that the plot depends on: it is drawn again where that has changed."""
        both = [one for one in (self._explorer, self._other_explorer) if one is not None]
        known = [
            (
                *(e.run, epoch := e.nearest_epoch, len(series.epochs)),
                repeats_that_know(self.needs, series, epoch),
            )
            for e in both
            if (series := e.series)
        ]
        return (*known, *self.seen_of_view())

    def follow_other(self, explorer: Explorer | None) -> None:
        self._other_explorer = explorer
        if self.chart is not None:
            self._show(self.chart)

    def _show(self, chart: Chart) -> None:
        """Draw a chart, with the other run's curves that stand beside it."""
        self.chart = chart
        self.gist = chart.gist or self._declared.gist
        self._include(chart)
        curves = [(curve, chart.across.at) for curve in chart.curves if not curve.page_only]
        first = next((n for n, (curve, _) in enumerate(curves) if curve.beside), len(curves))
        curves[first:first] = self._beside()
        self.say_whose(chart.samples)
        self.take([curve for curve, _ in curves])
        for (_, trace), (curve, across) in zip(self._drawn, curves, strict=True):
            known = np.isfinite(curve.values) if curve.points == "ring" else slice(None)
            self.place(trace, across[known], across[known], curve.values[known])
            if curve.points == "ring":
                self.ring = trace if len(trace.places) else None
        self.light(self._light)
        self.legend_changed()
        self.plot.finish()

    def _beside(self) -> list[tuple[Curve, np.ndarray]]:
        """Return the curves of another run that are laid over these."""
        other = self._other_explorer
        if other is None or other.series is None or self._explorer is None:
            return []
        if not other.series.is_at_once(other.nearest_epoch):
            return []  # it is drawn with the moment that a thread has read
        chart = self.chart_of(other)
        if (chart.gist or self._declared.gist) != self.gist:
            self.gist = ""  # it would be said of both
        are_there = any(curve.beside for curve in chart.curves)
        self.run_signs = ("●", "○") if are_there else ("", "")
        if not are_there:
            return []
        self.make_room(chart.across.names)
        self._include(chart)
        return [
            (
                Curve(
                    OTHER,
                    curve.beside,
                    curve.values,
                    curve.color,
                    dash=curve.dash,
                    points="hollow" if curve.points else "",
                    aside=0.5 if curve.points else 1.0,
                ),
                chart.across.at,
            )
            for curve in chart.curves
            if curve.beside
        ]

    # What is pointed at

    def light(self, light: Light) -> None:
        super().light(light)
        full = next((trace for curve, trace in self._drawn if curve.points == "full"), None)
        layer = light.layer
        there = full is not None and layer is not None and layer < len(full.values)
        one = slice(layer, layer + 1) if there and layer is not None else slice(0, 0)
        shown = self.lit if full is None else full
        self.place(self.lit, shown.across[one], shown.places[one], shown.values[one])

    def answer_of(self, key: str) -> Answer | None:
        return self.answer_of_reading(key)

    def _answer_of_legend(self, key: str) -> Answer | None:
        entries = self.chart.legend if self.chart else ()
        told = {e.key: Answer(e.title, meaning=e.meaning, action=HIDES) for e in entries}
        return told.get(key, OF_OTHER if key == OTHER else None)

    # Words

    def legend_changed(self) -> None:
        chart = self.chart
        if chart is None:
            return
        numbers = GAP.join(self.reading_in_words(reading) for reading in chart.readings)
        words = html.escape(chart.nothing) or chart.lead + numbers
        self.say(words)
        self.numbers_room.setVisible(bool(words))  # no empty line over many classes
        entries = [(entry.key, entry.words) for entry in chart.legend]
        other = self._other_explorer
        if entries and other is not None and other.run is not None:
            entries.append((OTHER, tr("○ right run")))
        self.legend.setVisible(bool(entries))
        self.legend.setText(GAP.join(self._entry_in_words(*entry) for entry in entries))

    def _entry_in_words(self, key: str, words: str) -> str:
        text = f"<s>{words}</s>" if key in self._hidden else words
        style = f"color:{self.theme.quiet};text-decoration:none"
        return f'<a href="{key}" style="{style}">{text}</a>'
