"""What all plots share that draw the chart of a run."""

from collections.abc import Iterable
from typing import cast

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPen

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.colors import painted
from ncviz.charts.moment import Moment
from ncviz.charts.plot import Plot
from ncviz.desktop.certain import certain
from ncviz.desktop.plots.axes import LogAxis, PlainAxis
from ncviz.desktop.plots.quiet_plot import QuietPlot
from ncviz.desktop.plots.trace import Trace
from ncviz.explorer.answers import NO_LIGHT, Light
from ncviz.explorer.explorer import Explorer
from ncviz.scenes.palette import readable

LIT = 3  # pixels of a line that is pointed at elsewhere


class ChartPlot(QuietPlot):
    """Draws the chart of a declared plot.

    Parameters
    ----------
    declared : Plot
    bottom : AxisItem
        The lower axis.
    """

    def __init__(self, declared: Plot, bottom: pg.AxisItem) -> None:
        left = LogAxis("left") if declared.logarithmic else PlainAxis("left")
        axes = {"left": left, "bottom": bottom}
        # What is across is called by its unit once a run is there.
        unit = declared.over.removesuffix("s")
        super().__init__(declared.heading, declared.tip, axes, declared.formulas, unit)
        self.name_axes(up=declared.up)
        self.needs = declared.needs
        self._declared = declared
        self._explorer: Explorer | None = None
        self._other_explorer: Explorer | None = None
        self._palette = ""
        self._looks: tuple[object, ...] = ()  # all that the pens depend on
        self._light: Light = NO_LIGHT
        self._classes: tuple[int, ...] = ()  # that are pointed at elsewhere
        self._hidden: set[str] = set()  # keys, also of curves that are not there at this moment

    def chart_of(self, explorer: Explorer, epoch: int | None = None) -> Chart:
        """Return the chart of a run in the view that is seen.

        Parameters
        ----------
        explorer : Explorer
            With a run: the one that is shown, or another beside it.
        epoch : int, optional
            By default the one that it stands at.
        """
        assert self._explorer is not None
        assert explorer.series is not None
        shown = explorer.nearest_epoch if epoch is None else epoch
        view, run = self._explorer.view, explorer.run
        # Its series knows what was computed of the run.
        chart = self._declared.draw(explorer.series, Moment(certain(run), shown, view))
        assert isinstance(chart, Chart)
        return chart

    def seen_of_view(self) -> tuple[object, ...]:
        """Return what of the view a chart shows, beside the epoch."""
        assert self._explorer is not None
        view, run = self._explorer.view, self._explorer.run
        return view.layer, view.visible_classes(certain(run).manifest.classes), view.palette

    @property
    def choices(self) -> frozenset[str]:
        return super().choices | self._hidden

    def toggle(self, key: str) -> None:
        self._hidden ^= {key}
        super().toggle(key)

    def hide_again(self, traces: Iterable[Trace]) -> None:
        """Hide those lines, made anew, whose words were clicked."""
        for trace in traces:
            trace.shown = trace.key not in self._hidden
            trace.item.setVisible(trace.shown)

    def place(
        self, trace: Trace, across: np.ndarray, places: np.ndarray, values: np.ndarray
    ) -> None:
        same = trace.drawn == (self.logarithmic, self.floor)
        same = same and np.array_equal(trace.values, values, equal_nan=True)
        if not (same and np.array_equal(trace.places, places)):  # drawing costs most
            super().place(trace, across, places, values)

    # Pens

    def color_of(self, curve: Curve) -> str:
        """Return the colour of a curve in this theme, hex."""
        return painted(curve.color, self.theme, self._palette, self.theme.surface)

    def dress(self, trace: Trace, curve: Curve) -> None:
        """Give a line its colour, its dashes, and its width by what is pointed at elsewhere."""
        trace.color = ink = self.color_of(curve)
        if not (isinstance(curve.color, str) or curve.faint):
            # The hues of classes are too bright for thin lines on a light ground.
            ink = readable(ink, self.theme.surface)
        style = Qt.PenStyle.DashLine if curve.dash else Qt.PenStyle.SolidLine
        style = Qt.PenStyle.DashDotLine if curve.dots else style
        trace.item.setPen(pg.mkPen(ink, width=self._width(curve), style=style))
        stands_out = curve.strong or bool(set(curve.classes) & set(self._classes))
        trace.item.setZValue(1 if stands_out else 0)

    def _width(self, curve: Curve) -> int:
        if curve.classes:
            return LIT if set(curve.classes) & set(self._classes) else 1
        return LIT if _is_meant(curve, self._light) else 2 if curve.strong else 1

    def looks_changed(self, curves: Iterable[Curve]) -> bool:
        """Return whether curves are drawn otherwise than those before: then draw them anew."""
        looks = (
            self._palette,
            *((c.key, c.color, c.points, c.dash, c.dots, c.strong, c.faint) for c in curves),
        )
        before, self._looks = self._looks, looks
        return looks != before

    def redress(self) -> None:
        """Draw all lines in their colours and widths anew."""

    def light(self, light: Light) -> None:
        if light != self._light:
            self._light = light
            self.redress()

    def point_at(self, classes: tuple[int, ...]) -> None:
        if classes != self._classes:
            self._classes = classes
            self.redress()


def _is_meant(curve: Curve, light: Light) -> bool:
    """Tell whether a line shows what is pointed at."""
    if light.layer is not None and curve.layer is not None:
        return light.layer == curve.layer
    return bool(curve.concept) and curve.concept == light.concept


def dotted(color: str) -> QPen:
    """Return the pen of another run's line."""
    return cast(QPen, pg.mkPen(color, width=1, style=Qt.PenStyle.DotLine))
