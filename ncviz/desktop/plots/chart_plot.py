"""What all plots share that draw the chart of a run."""

import html
import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import cast

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QPen

from ncviz.charts.chart import Chart, Curve, Reading, Upright
from ncviz.charts.colors import painted
from ncviz.charts.moment import Moment
from ncviz.charts.plot import Plot
from ncviz.charts.repeated import TITLES
from ncviz.charts.rich_text import plain
from ncviz.concepts import CONCEPTS
from ncviz.desktop.certain import certain
from ncviz.desktop.plots.axes import LogAxis, PlainAxis
from ncviz.desktop.plots.axis_words import teach_axes
from ncviz.desktop.plots.drawn_area import AreaItem, DrawnArea
from ncviz.desktop.plots.drawn_curve import HIDES, DrawnCurve
from ncviz.desktop.plots.lone_curve import LoneCurve
from ncviz.desktop.plots.plotted_line import PlottedLine
from ncviz.desktop.plots.points import Points
from ncviz.desktop.plots.quiet_plot import QuietPlot
from ncviz.desktop.plots.straight_line import StraightLine
from ncviz.desktop.style.theme import BODY, CAPTION, letters
from ncviz.explorer.answers import NO_LIGHT, Answer, Light, about, facts_of
from ncviz.explorer.explorer import Explorer
from ncviz.language import tr
from ncviz.scenes.palette import readable
from ncviz.values_in_words import Facts
from ncviz.wording import three_digits

AREA = 0.16  # of its colour, in an area
LIT = 3  # pixels of a line that is pointed at elsewhere
POINT = 9  # pixels across a point
RECESS = 12.0  # pixels that the pointer must be nearer to what is farthest back to mean it


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
        unit = tr(declared.over.removesuffix("s"))
        super().__init__(declared.heading, declared.tip, axes, declared.formulas, unit)
        self.name_axes(up=declared.up)
        self.needs, self.gist = declared.needs, declared.gist
        self._declared = declared
        self._explorer: Explorer | None = None
        self._other_explorer: Explorer | None = None
        self._palette = ""
        self._light: Light = NO_LIGHT
        self._classes: tuple[int, ...] = ()  # that are pointed at elsewhere
        self._only: frozenset[str] = frozenset()  # keys of curves that are drawn; none for all
        self._hidden: set[str] = set()  # keys, also of curves that are not there at this moment
        self.chart: Chart | None = None
        self.curves: dict[str, PlottedLine | Points] = {}
        self._drawn: list[tuple[Curve, DrawnCurve]] = []
        self._spare: list[tuple[tuple[str, ...], DrawnCurve]] = []  # by their kinds
        self._others: list[DrawnCurve] = []  # that are read, and are no curves of the chart
        self.uprights: list[StraightLine] = []
        self.levels: list[StraightLine] = []
        self._lines: object = None  # of the chart, which are painted
        teach_axes(self)

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
        series = certain(explorer.series)
        shown = explorer.nearest_epoch if epoch is None else epoch
        moment = Moment(certain(explorer.run), shown, self._explorer.view)
        # Its series knows what was computed of the run.
        chart = self._declared.chart(series, moment)
        assert isinstance(chart, Chart)
        return chart.kept(self._only)

    def keep_to(self, curves: Iterable[str]) -> None:
        """Draw these of its curves, as if there were no others; none for all."""
        only = frozenset(curves) & frozenset(self._declared.curves)
        if only == self._only:
            return
        self._only = only
        if self._explorer is not None:
            self.follow_series(self._explorer)

    @property
    def unit_across(self) -> str:
        """Return the concept that is counted along the lower axis; '' for none."""
        unit = self._declared.over.removesuffix("s")
        return unit if unit in CONCEPTS else ""

    @property
    def distances(self) -> str:
        """Return what a distance along the lower axis is, in a sentence; '' for nothing."""
        return ""

    def title_up(self, chart: Chart) -> str:
        """Return what stands on the left axis: where one curve is drawn alone, what it shows."""
        alone = self._only and len(chart.curves) == 1
        return plain(chart.curves[0].label) if alone else self._declared.up

    def seen_of_view(self) -> tuple[object, ...]:
        """Return what of the view a chart shows, beside the epoch."""
        assert self._explorer is not None
        view, run = self._explorer.view, certain(self._explorer.run)
        shown = view.visible_classes(run.manifest.classes)
        split = run.measured_on(view.split).name
        return view.layer, shown, view.palette, split, self._only

    @property
    def choices(self) -> frozenset[str]:
        return super().choices | self._hidden

    def toggle(self, key: str) -> None:
        self._hidden ^= {key}
        super().toggle(key)
        self.hide_again(trace for trace in self.traces if trace.of)

    def hide_again(self, traces: Iterable[DrawnCurve]) -> None:
        """Hide those lines, made anew, whose words were clicked."""
        for trace in traces:
            trace.shown = self._hidden.isdisjoint((trace.key, trace.of))
            trace.item.setVisible(trace.shown)

    def place(
        self, trace: DrawnCurve, across: np.ndarray, places: np.ndarray, values: np.ndarray
    ) -> None:
        same = trace.drawn == (self.logarithmic, self.floor)
        same = same and np.array_equal(trace.values, values, equal_nan=True)
        if not (same and np.array_equal(trace.places, places)):  # drawing costs most
            super().place(trace, across, places, values)

    def take(self, curves: Sequence[Curve]) -> bool:
        """Have a line for each curve; return whether any is dressed otherwise than before.

        What stays keeps its line, since keys may be reading it, and what goes leaves it for what
        comes: from epoch to epoch there are more curves or fewer, and making lines costs most.
        """
        kinds = [_kind(curve) for curve in curves]
        made = [trace for _, trace in self._drawn]
        if kinds != [_kind(curve) for curve, _ in self._drawn]:
            free = [(_kind(c), trace) for c, trace in self._drawn] + self._spare
            made = []
            for curve, kind in zip(curves, kinds, strict=True):
                found = next((pair for pair in free if pair[0] == kind), None)
                if found is not None:
                    free.remove(found)
                made.append(self._line(curve) if found is None else found[1])
            self._spare = free
            for _, trace in free:
                trace.item.setVisible(False)
            self.traces[:] = [*self._others, *made]
            for back, front in pairwise(made):
                back.item.stackBefore(front.item)
            self.curves = {trace.key: trace.item for trace in made}
            self.hide_again(made)
        self._drawn = list(zip(curves, made, strict=True))
        changed = False
        self.hide_again(trace for _, trace in self._drawn if trace.of)
        for curve, trace in self._drawn:
            trace.label, trace.swatch = curve.label, curve.swatch
            if isinstance(trace, DrawnArea) and curve.upto is not None:
                trace.reach(curve.upto)
            trace.recess = RECESS * curve.aside
            changed = self._dress_anew(trace, curve) or changed
        return changed

    def _dress_anew(self, trace: DrawnCurve, curve: Curve) -> bool:
        look = self._palette, curve.color, curve.dash, curve.dots, curve.strong, curve.faint
        if look == trace.look:
            return False
        trace.look = look
        self.dress(trace, curve)
        return True

    def _line(self, curve: Curve) -> DrawnCurve:
        if curve.points:
            return self.points_of(curve.key, POINT)
        is_area = curve.upto is not None
        item = AreaItem() if is_area else LoneCurve()
        self.box.addItem(item)
        return (DrawnArea if is_area else DrawnCurve)(curve.key, "", item, of=curve.of)

    def points_of(self, key: str, size: float) -> DrawnCurve:
        """Return points, still without places."""
        item = Points(size)
        self.box.addItem(item)
        return DrawnCurve(key, "", item)

    def show_lines(self, chart: Chart, place_of: Callable[[float], float]) -> None:
        """Draw the lines across the plot; `place_of` puts a value onto the lower axis."""
        _have(self.uprights, len(chart.uprights), self._upright)
        for line, upright in zip(self.uprights, chart.uprights, strict=False):
            line.label.setFormat(plain(upright.word))
            line.label.setPosition(upright.height)
            line.setPos(place_of(upright.at))
            self._dress_upright(line, upright)
        places = [line.value() for line in self.uprights[: len(chart.uprights)]]
        _have(self.levels, len(chart.levels), self._level)
        self._show_levels()
        if self._lines != (places, chart.uprights, chart.levels):
            self._lines = places, chart.uprights, chart.levels
            self.plot.paint_anew()  # words beside a line move with it

    def _show_levels(self) -> None:
        for line, level in zip(self.levels, self.chart.levels if self.chart else (), strict=False):
            shown = level.at > 0 or not self.logarithmic
            line.setVisible(shown)
            line.setPen(_dashed(getattr(self.theme, str(level.color))))
            if shown:
                line.setPos(math.log10(level.at) if self.logarithmic else level.at)

    def _upright(self) -> StraightLine:
        line = StraightLine(angle=90, movable=False, label="", labelOpts={"position": 0.92})
        line.setZValue(-2)
        self.box.addItem(line, ignoreBounds=True)
        return line

    def _level(self) -> StraightLine:
        line = StraightLine(angle=0, movable=False)
        self.box.addItem(line)
        return line

    def _dress_upright(self, line: StraightLine, upright: Upright) -> None:
        theme, dots = self.theme, upright.dots
        line.setPen(dotted(theme.quiet) if dots else _dashed(theme.quiet))
        line.label.setColor(theme.quiet if dots else theme.text)
        line.label.fill = pg.mkBrush(theme.surface)
        line.label.setFont(letters(CAPTION if dots else BODY))

    def follow_look(self) -> None:
        super().follow_look()
        self.redress()
        for line, upright in zip(
            self.uprights, self.chart.uprights if self.chart else (), strict=False
        ):
            self._dress_upright(line, upright)
        self._show_levels()

    def redraw(self) -> None:
        self._show_levels()

    # What several seeds add

    def word_of_added(self, curve: Curve) -> str:
        """Return the word of the legend for all ranges or means, to click on."""
        said = f"<s>{curve.short}</s>" if curve.key in self._hidden else curve.short
        style = f"color:{self.theme.quiet};text-decoration:none"
        return f'<a href="{curve.key}" style="{style}">{said}</a>'

    def answer_of_added(self, curve: Curve) -> Answer:
        """Return what is said of that word."""
        return Answer(TITLES[curve.key], meaning=curve.meaning, action=HIDES)

    # Numbers above the plot

    def reading_in_words(self, reading: Reading) -> str:
        """Return a reading, to point at."""
        named = [trace for _, trace in self._drawn if trace.key == reading.key]
        if not named:
            style = f"color:{self.theme.text};text-decoration:none"
            return f'<a href="{html.escape(reading.key)}" style="{style}">{reading.text}</a>'
        sign = f"{reading.sign}&nbsp;" if reading.sign else ""
        return f"{sign}{self.word(named[-1])}&nbsp;{reading.text}"

    def answer_of_reading(self, key: str) -> Answer | None:
        """Return what is said of a reading; None if there is none of that key."""
        found = (r for r in self.chart.readings if r.key == key) if self.chart else iter(())
        reading = next(found, None)
        if reading is None:
            return None
        if reading.meaning:
            value = tr("unknown") if math.isnan(reading.value) else three_digits(reading.value)
            return Answer(reading.title, tr("It is {value}.", value=value), reading.meaning)
        return about(
            reading.concept or reading.key,
            reading.value,
            self.facts(None, **reading.facts),
            title=reading.title,
            action=HIDES if key in self.curves else "",
            classes=reading.classes,
            roles=reading.roles,
        )

    def facts(self, layer: int | None = None, **more: object) -> Facts:
        """Return what sentences about the numbers must know."""
        return facts_of(certain(self._explorer), layer, **more)

    # Pens

    def color_of(self, curve: Curve) -> str:
        """Return the colour of a curve in this theme, hex."""
        return painted(curve.color, self.theme, self._palette, self.theme.surface)

    def dress(self, trace: DrawnCurve, curve: Curve) -> None:
        """Give a line its colour, its dashes, and its width by what is pointed at elsewhere."""
        trace.color = ink = self.color_of(curve)
        if isinstance(trace, DrawnArea):
            inside = QColor(ink)
            inside.setAlphaF(AREA)
            trace.item.setBrush(pg.mkBrush(inside))
            trace.item.setZValue(-1)
            return
        if curve.points:
            filling = {"ring": None, "hollow": self.theme.surface}.get(curve.points, ink)
            trace.item.setPen(pg.mkPen(ink, width=2 if curve.points == "ring" else 1.5))
            trace.item.setBrush(None if filling is None else pg.mkBrush(filling))
            trace.item.setZValue(2)
            return
        if not (isinstance(curve.color, str) or curve.faint):
            # The hues of classes are too bright for thin lines on a light ground.
            ink = readable(ink, self.theme.surface)
        style = Qt.PenStyle.DashLine if curve.dash else Qt.PenStyle.SolidLine
        style = Qt.PenStyle.DashDotLine if curve.dots else style
        pen = pg.mkPen(ink, width=self._width(curve), style=style)
        if isinstance(curve.dash, tuple):
            pen.setDashPattern(curve.dash)
        trace.item.setPen(pen)
        stands_out = curve.strong or bool(set(curve.classes) & set(self._classes))
        trace.item.setZValue(1 if stands_out else 0)

    def _width(self, curve: Curve) -> int:
        if curve.classes:
            return LIT if set(curve.classes) & set(self._classes) else 1
        return LIT if _is_meant(curve, self._light) else 2 if curve.strong else 1

    def redress(self) -> None:
        """Draw all lines in their colours and widths anew."""
        for curve, trace in self._drawn:
            self.dress(trace, curve)

    def light(self, light: Light) -> None:
        if light != self._light:
            self._light = light
            self.redress()

    def point_at(self, classes: tuple[int, ...]) -> None:
        if classes != self._classes:
            self._classes = classes
            self.redress()


def _kind(curve: Curve) -> tuple[str, ...]:
    """Return what decides which line draws a curve: key, points, and whose range or mean it is."""
    return curve.key, curve.points, curve.of


def _is_meant(curve: Curve, light: Light) -> bool:
    """Tell whether a line shows what is pointed at."""
    if light.layer is not None and curve.layer is not None:
        return light.layer == curve.layer
    return bool(curve.concept) and curve.concept == light.concept


def _have(lines: list[StraightLine], count: int, make: Callable[[], StraightLine]) -> None:
    """Make lines that are missing, and show as many as there are to be."""
    while len(lines) < count:
        lines.append(make())
    for number, line in enumerate(lines):
        line.setVisible(number < count)


def dotted(color: str) -> QPen:
    """Return the pen of another run's line."""
    return cast(QPen, pg.mkPen(color, width=1, style=Qt.PenStyle.DotLine))


def _dashed(color: str) -> QPen:
    return cast(QPen, pg.mkPen(color, width=1, style=Qt.PenStyle.DashLine))
