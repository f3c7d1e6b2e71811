"""The plot beside a film's scene: axes painted once, points and lines for each frame."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.colors import Hue, painted
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers, numbers_in
from ncviz.charts.plot import EPOCHS, LAYERS, Plot, PlotFigure
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.export.film_moments import Shot
from ncviz.export.film_plan import FilmPlan
from ncviz.export.model_path import ModelPath
from ncviz.export.painted_axes import Axes, is_drawn_in_time
from ncviz.export.plots import pages
from ncviz.runs.run import Run
from ncviz.scenes.beside import matching_epoch
from ncviz.scenes.layout import recorded_around
from ncviz.scenes.palette import THEMES, Theme, readable
from ncviz.scenes.view import View

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]

FINE = 3  # drawn so many times larger, then averaged
AREA = 0.16  # of its colour, in an area
DASH, GAP = 7.0, 4.5  # of the fitted law, in pixels of a plot of usual size


@dataclass(frozen=True, eq=False)
class Stroke:
    """What is painted in one colour: a line, points or a ring.

    Parameters
    ----------
    kind : str
        'line', 'dashes', 'points', 'ring' or 'area', whose places go around it.
    places : array, shape (n, 2)
        In pixels.
    color : str
        Hex.
    """

    kind: str
    places: Floats
    color: str


@dataclass(frozen=True)
class PlotColors:
    """The colours of a plot's curves."""

    theme: Theme
    palette: str

    def of(self, curve: Curve) -> str:
        """Return the colour of a curve, as hex."""
        color = painted(curve.color, self.theme, self.palette, self.theme.background)
        return readable(color, self.theme.background) if isinstance(curve.color, Hue) else color


class FilmPlot:
    """Draws what moves on painted axes.

    Parameters
    ----------
    axes : Axes
    colors : PlotColors
    logarithmic : bool
        The heights.
    """

    def __init__(self, axes: Axes, colors: PlotColors, *, logarithmic: bool) -> None:
        self._axes, self.colors, self.logarithmic = axes, colors, logarithmic

    def draw(self, shot: Shot) -> Pixels:
        """Return the plot of a moment, shape (height, width, 3)."""
        raise NotImplementedError

    def _places(self, across: Floats, values: Floats) -> Floats:
        """Return where those values lie that the axes can show."""
        known = np.isfinite(values)
        if self.logarithmic:
            known &= values > 0
            values = np.log10(np.where(known, np.maximum(values, 1e-300), 1.0))
        return self._axes.places(across[known], values[known])

    def _painted(self, strokes: Sequence[Stroke], onto: Pixels | None = None) -> Pixels:
        """Return the axes, or another picture, with strokes on them."""
        height, width = self._axes.picture.shape[:2]
        picture = (self._axes.picture if onto is None else onto).astype(np.float32)
        unit = FINE * self._axes.unit
        for stroke in strokes:
            mask = Image.new("L", (FINE * width, FINE * height))
            _paint(ImageDraw.Draw(mask), stroke.kind, FINE * stroke.places, unit)
            cover = np.asarray(mask.reduce(FINE), dtype=np.float32)[..., None] / 255
            cover *= AREA if stroke.kind == "area" else 1.0
            rgb = [int(stroke.color[i : i + 2], 16) for i in (1, 3, 5)]
            picture += cover * (np.array(rgb, dtype=np.float32) - picture)
        return np.rint(picture).astype(np.uint8)


def _paint(pen: ImageDraw.ImageDraw, kind: str, places: Floats, unit: float) -> None:
    if kind == "area":
        if len(places) > 2:
            pen.polygon([(float(x), float(y)) for x, y in places], 255)
        return
    wide = max(round(2 * unit), 1)
    if kind in ("line", "dashes"):
        for part in _dashes(places, unit) if kind == "dashes" else [places]:
            if len(part) > 1:
                pen.line([(float(x), float(y)) for x, y in part], 255, wide, joint="curve")
        return
    radius = (4.2 if kind == "points" else 8.0) * unit
    for x, y in places:
        box = x - radius, y - radius, x + radius, y + radius
        pen.ellipse(box, 255) if kind == "points" else pen.ellipse(box, None, 255, wide)


def _dashes(line: Floats, unit: float) -> list[Floats]:
    """Return the dashes of a line, as long as they are along it."""
    if len(line) < 2:
        return []
    along = np.concatenate([[0.0], np.hypot(*np.diff(line, axis=0).T).cumsum()])
    begins = np.arange(0.0, along[-1], (DASH + GAP) * unit)
    ends = np.minimum(begins + DASH * unit, along[-1])
    both = np.column_stack([begins, ends])
    places = np.stack([np.interp(both, along, line[:, axis]) for axis in (0, 1)], axis=-1)
    return list(places)


class FilmOverLayers(FilmPlot):
    """Curves over the layers; those of a second run lie behind, in a quiet colour.

    Parameters
    ----------
    axes : Axes
    colors : PlotColors
    plot : Plot
    page : PlotFigure
        One of its pages.
    numbers : Numbers
        Of the run.
    view : View
    second : tuple of Numbers and float or None, optional
        Of another run, with its own epoch, None while time is linked.
    """

    def __init__(
        self,
        axes: Axes,
        colors: PlotColors,
        plot: Plot,
        page: PlotFigure,
        numbers: Numbers,
        view: View,
        second: tuple[Numbers, float | None] | None = None,
    ) -> None:
        super().__init__(axes, colors, logarithmic=plot.logarithmic)
        self._plot, self._page = plot, page
        self.numbers, self._view, self._second = numbers, view, second

    def draw(self, shot: Shot) -> Pixels:
        """Return the plot of a moment."""
        behind = None
        if self._second is not None:
            numbers, held = self._second
            run = numbers.run
            epoch = matching_epoch(self.numbers.run, shot.epoch, run) if held is None else held
            epoch = min(max(epoch, run.epochs[0]), run.epochs[-1])
            beside = [curve for curve in self.curves(numbers, epoch) if curve.beside]
            quiet = self.colors.theme.quiet
            behind = self._painted([self._stroke(c, quiet) for c in beside])
        strokes = []
        curves = self.curves(self.numbers, shot.epoch)
        for curve in curves:
            if curve.points == "ring":
                ringed = next((c for c in curves if c.points == "full"), None)
                ringed = ringed or next(c for c in curves if not c.of)
                ring = self._ring(ringed.values, shot.layer)
                strokes.append(Stroke("ring", ring, self.colors.of(curve)))
            elif curve.of or not curve.faint:  # what was before has no place where time passes
                strokes.append(self._stroke(curve, self.colors.of(curve)))
        return self._painted(strokes, behind)

    def curves(self, numbers: Numbers, epoch: float) -> list[Curve]:
        """Return the curves of a moment; between two records as far as time has passed."""
        low, high, share = recorded_around(numbers.run.epochs, epoch)
        first, second = (self._chart(numbers, one) for one in (low, high))
        if share == 0:
            return self._page.kept(first)
        after = {(curve.key, curve.of, curve.points): curve for curve in second.curves}
        found = []
        for c in self._page.kept(first):
            then = after.get((c.key, c.of, c.points))
            if then is None:
                continue
            here = replace(c, values=self._on_the_way(c.values, then.values, share))
            if c.upto is not None and then.upto is not None:
                here = replace(here, upto=self._on_the_way(c.upto, then.upto, share))
            found.append(here)
        return found

    def _on_the_way(self, first: Floats, second: Floats, share: float) -> Floats:
        return _between(first, second, share, self._plot.logarithmic)

    def _chart(self, numbers: Numbers, epoch: int) -> Chart:
        chart = self._plot.chart(numbers, Moment(numbers.run, epoch, self._view))
        assert isinstance(chart, Chart)
        return chart

    def _stroke(self, curve: Curve, color: str) -> Stroke:
        kind = "points" if curve.points else _kind_of_line(curve)
        across = np.arange(1, len(curve.values) + 1, dtype=np.float64)
        if curve.upto is not None:
            there = self._places(across, curve.values), self._places(across, curve.upto)
            return Stroke("area", np.concatenate([there[0], there[1][::-1]]), color)
        return Stroke(kind, self._places(across, curve.values), color)

    def _ring(self, values: Floats, layer: float) -> Floats:
        """Return where the layer in the scene lies, on its way between two layers; or nothing."""
        place = layer % len(values) if layer < 0 else layer
        low, high = math.floor(place), math.ceil(place)
        ends = self._places(np.array([low, high]) + 1.0, values[[low, min(high, len(values) - 1)]])
        if len(ends) < 2:
            return np.zeros((0, 2))
        return (ends[:1] + (place - low) * (ends[1:] - ends[:1])).reshape(1, 2)


class FilmOverTime(FilmPlot):
    """Curves that are drawn as far as time has passed; all of them stand faint behind.

    Parameters
    ----------
    axes : Axes
    colors : PlotColors
    curves : sequence of Curve
        Of all the time.
    at : array
        Epochs, steps or ratios: where they have their values.
    place : callable
        Gives places on the lower axis of such values.
    logarithmic : bool
        The heights.
    """

    def __init__(
        self,
        axes: Axes,
        colors: PlotColors,
        curves: Sequence[Curve],
        at: Floats,
        place: Callable[[Floats], Floats],
        *,
        logarithmic: bool,
    ) -> None:
        super().__init__(axes, colors, logarithmic=logarithmic)
        self._curves, self._place, self._ends = curves, place, (at[0], at[-1])
        self._across = place(at)

    def draw(self, shot: Shot) -> Pixels:
        """Return the plot of a moment."""
        here = self._place(np.clip(np.array([shot.epoch]), *self._ends))
        passed = int(np.searchsorted(self._across, here[0], side="left"))
        low = max(passed - 1, 0)
        gap = float(self._across[passed] - self._across[low])
        share = float(here[0] - self._across[low]) / gap if gap else 0.0
        across, strokes = np.append(self._across[:passed], here), list[Stroke]()
        for curve in self._curves:
            row, color = curve.values, self.colors.of(curve)
            now = _between(row[[low]], row[[passed]], share, self.logarithmic)
            places = self._places(across, np.append(row[:passed], now))
            strokes.append(Stroke(_kind_of_line(curve), places, color))
            if np.isfinite(now).all() and not shot.spots:
                strokes.append(Stroke("points", places[-1:], color))
        for spot in shot.spots:
            places = self._places(self._place(np.array([spot.at])), np.array([spot.height]))
            strokes.append(Stroke("points", places, self.colors.theme.text))
        return self._painted(strokes)


def make_film_plot(
    plan: FilmPlan,
    run: Run | None,
    path: ModelPath | None,
    size: tuple[int, int],
    small: int,
    second: Run | None = None,
) -> FilmPlot:
    """Return the plot that goes with a film.

    Parameters
    ----------
    plan : FilmPlan
    run : Run or None
        None of a model.
    path : ModelPath or None
        Of a model.
    size : tuple of 2 int
        Width and height in pixels.
    small : int
        Size of the smallest type, in pixels.
    second : Run, optional
        Of a comparison.
    """
    from ncviz.export.film_axes import axes_over_layers  # loads matplotlib

    colors = PlotColors(THEMES[plan.view.theme], plan.view.palette)
    if run is None:
        assert path is not None
        plot, page = path.plot(plan.plot_name)
        if plot.over == LAYERS:
            return _of_descent(plot, page, path, colors, size, small)
        whole, moment = path.whole_chart(plan.plot_name)
        return _over_time(plot, page, whole, moment, colors, size, small)
    plot, page = pages()[plan.plot_name]
    both = [numbers_in(run, plan.view)]
    if second is not None:
        both.append(numbers_in(second, plan.view if plan.beside is None else plan.beside.view))
    if plot.over == EPOCHS:
        moment = Moment(run, run.epochs[0], plan.view)
        drawn = plot.chart(both[0], moment)
        assert isinstance(drawn, Chart)
        return _over_time(plot, page, drawn, moment, colors, size, small)
    axes = axes_over_layers(plot, page, both, plan.view, colors.theme, size, small)
    behind = None
    if second is not None and plan.beside is not None:
        behind = both[1], None if plan.beside.linked else plan.beside.view.epoch
    return FilmOverLayers(axes, colors, plot, page, both[0], plan.view, behind)


def _of_descent(
    plot: Plot,
    page: PlotFigure,
    path: ModelPath,
    colors: PlotColors,
    size: tuple[int, int],
    small: int,
) -> FilmOverLayers:
    """Return a plot over the layers of what descends, all of it computed."""
    from ncviz.export.film_axes import axes_over_layers  # loads matplotlib

    path.whole_chart(plot.name)
    desk = path.desk
    assert isinstance(desk, DescentDesk)
    numbers, view = desk.series, desk.view
    axes = axes_over_layers(plot, page, [numbers], view, colors.theme, size, small)
    return FilmOverLayers(axes, colors, plot, page, numbers, view)


def _over_time(
    plot: Plot,
    page: PlotFigure,
    chart: Chart,
    moment: Moment | None,
    colors: PlotColors,
    size: tuple[int, int],
    small: int,
) -> FilmOverTime:
    from ncviz.export.chart_plot import heights_in_time  # loads matplotlib
    from ncviz.export.film_axes import axes_over_time

    axes = axes_over_time(plot, page, chart, moment, colors.theme, size, small)
    curves = [curve for curve in page.kept(chart) if is_drawn_in_time(curve)]
    rows = heights_in_time(chart, curves)[0] if plot.logarithmic else [c.values for c in curves]
    drawn = [replace(curve, values=row) for curve, row in zip(curves, rows, strict=True)]
    place = _along(chart) if moment is None else moment.scale.positions_of
    return FilmOverTime(axes, colors, drawn, chart.across.at, place, logarithmic=plot.logarithmic)


def _along(chart: Chart) -> Callable[[Floats], Floats]:
    return np.log10 if chart.across.logarithmic else np.asarray


def _kind_of_line(curve: Curve) -> str:
    return "dashes" if curve.dash or curve.dots else "line"


def _between(first: Floats, second: Floats, share: float, logarithmic: bool) -> Floats:
    """Return values on the way from one record to the next; in equal ratios where logarithmic."""
    if not logarithmic:
        return np.asarray((1 - share) * first + share * second)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.exp((1 - share) * np.log(first) + share * np.log(second)))
