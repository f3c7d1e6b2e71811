"""Axes for the plots of films, painted once with matplotlib."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes as PlotAxes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ncviz.charts.chart import Chart
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Floats, Numbers
from ncviz.charts.plot import Plot, PlotFigure
from ncviz.export.chart_plot import draw_chart
from ncviz.export.pages import drawing, words_of_chart
from ncviz.export.painted_axes import Axes, is_drawn_in_time
from ncviz.export.plot_axes import (
    above_floor,
    layers_axis,
    logarithmic_heights,
    name_axes,
    plain_heights,
    prepare,
)
from ncviz.export.styles import POINTS, FigureStyle
from ncviz.language import tr
from ncviz.scenes.palette import Theme
from ncviz.scenes.panel_titles import own_titles
from ncviz.scenes.view import View

FAINT = 0.25  # of curves that are drawn as time passes
USUAL_SMALL = 14.5  # pixels of the small type of a plot of usual size
SMALL_SHARE = 0.88  # of the size of the type
LEFT, RIGHT, BOTTOM, TOP = 4.6, 1.0, 3.6, 2.0  # around the axes, in sizes of the type


def axes_over_layers(
    plot: Plot,
    page: PlotFigure,
    runs: Sequence[Numbers],
    view: View,
    theme: Theme,
    size: tuple[int, int],
    small: int,
) -> Axes:
    """Return axes for a plot over the layers that hold all epochs of some runs.

    Parameters
    ----------
    plot : Plot
    page : PlotFigure
        One of its pages.
    runs : sequence of Numbers
    view : View
    theme : Theme
    size : tuple of 2 int
        Width and height in pixels.
    small : int
        Size of the smallest type, in pixels.
    """
    manifests = [numbers.run.manifest for numbers in runs]
    names = [layer.name for manifest in manifests for layer in manifest.layers]

    def draw(axes: PlotAxes, style: FigureStyle) -> None:
        moment = Moment(runs[0].run, runs[0].run.epochs[0], view)
        chart = plot.chart(runs[0], moment)
        assert isinstance(chart, Chart)
        beside = any(curve.beside for curve in chart.curves)
        which = ""
        if beside and len(runs) == 2:
            left, right = own_titles(runs[0].run, runs[1].run)
            which = tr("left: {left}, quiet: {right}", left=left, right=right)
        notes = filter(None, (which, chart.samples, *_notes_of_added(page, chart)))
        prepare(axes, style, page.short or page.title, "; ".join(notes))
        heights = _heights_over_time(plot, page, runs, view)
        if plot.logarithmic:
            logarithmic_heights(axes, above_floor(heights))
        else:
            known = heights[np.isfinite(heights)]
            room = 0.08 * float(np.ptp(known)) if len(known) else 1.0
            axes.set_ylim(known.min(initial=0.0) - room, known.max(initial=0.0) + room)
            plain_heights(axes)
        longest = max(manifests, key=lambda manifest: len(manifest.layers))
        layers_axis(axes, style, [layer.name for layer in longest.layers])
        name_axes(axes, style, up=page.up or plot.up)

    with drawing([*names, *(name for one in manifests for name in one.class_names)]):
        return _painted(draw, theme, size, small)


def axes_over_time(
    plot: Plot,
    page: PlotFigure,
    chart: Chart,
    moment: Moment | None,
    theme: Theme,
    size: tuple[int, int],
    small: int,
) -> Axes:
    """Return axes for a plot with its curves, faint where they are drawn as time passes.

    Parameters
    ----------
    plot, page, theme, size, small
        As of `axes_over_layers`.
    chart : Chart
        Of all the time.
    moment : Moment or None
        What it is of; None over a ratio.
    """
    still = replace(chart, spots=tuple(spot for spot in chart.spots if not spot.here))

    def draw(axes: PlotAxes, style: FigureStyle) -> None:
        # Over epochs there is no room for them.
        told: tuple[Any, ...] = () if moment is not None else (*chart.uprights, *still.spots)
        notes = [chart.samples, *(each.note for each in told), *_notes_of_added(page, chart)]
        prepare(axes, style, page.short or page.title, "; ".join(filter(None, notes)))
        draw_chart(axes, plot, page, still, moment, style)
        lined = [curve for curve in page.kept(chart) if curve.upto is None]
        for line, curve in zip(axes.lines, lined, strict=False):  # they come first
            line.set_alpha(FAINT if is_drawn_in_time(curve) else 1.0)

    with drawing(words_of_chart(chart)):
        return _painted(draw, theme, size, small)


def _notes_of_added(page: PlotFigure, chart: Chart) -> list[str]:
    """Return what a page says of the range and the mean of several runs."""
    return list(dict.fromkeys(curve.note for curve in page.kept(chart) if curve.of and curve.note))


def _heights_over_time(plot: Plot, page: PlotFigure, runs: Sequence[Numbers], view: View) -> Floats:
    """Return all heights that a film over layers comes to."""
    found = [np.empty(0)]
    for numbers in runs:
        for epoch in numbers.run.epochs:
            chart = plot.chart(numbers, Moment(numbers.run, epoch, view))
            assert isinstance(chart, Chart)
            shown = (c for c in page.kept(chart) if c.makes_room and (c.of or not c.faint))
            found += [c.heights for c in shown]
    return np.concatenate(found)


def _painted(
    draw: Callable[[PlotAxes, FigureStyle], None],
    theme: Theme,
    size: tuple[int, int],
    small: int,
) -> Axes:
    """Return axes that hold all of their words, painted."""
    width, height = size
    unit = small / USUAL_SMALL
    type_size = small / SMALL_SHARE
    figure = Figure((width / POINTS, height / POINTS), dpi=POINTS, facecolor=theme.background)
    canvas: Any = FigureCanvasAgg(figure)
    margins = [share * type_size for share in (LEFT, RIGHT, BOTTOM, TOP)]
    for attempt in range(3):
        left, right, bottom, top = margins
        inner = max(width - left - right, 8.0), max(height - bottom - top, 8.0)
        place = (left / width, bottom / height, inner[0] / width, inner[1] / height)
        axes: PlotAxes = figure.add_axes(place)
        room = width - left - 0.3 * type_size
        style = FigureStyle("film", theme, type_size, 1.6 * unit, 6.0 * unit, 0.3 * width, room)
        draw(axes, style)
        tight = axes.get_tightbbox(canvas.get_renderer())
        assert tight is not None
        over = (-tight.x0, tight.x1 - width, -tight.y0, tight.y1 - height)
        if attempt == 2 or max(over) < 0.5:
            break
        margins = [one + max(float(more), 0.0) + 1 for one, more in zip(margins, over, strict=True)]
        axes.remove()
    canvas.draw()
    pixels = np.ascontiguousarray(np.asarray(canvas.buffer_rgba())[:height, :width, :3])
    box = axes.get_window_extent()
    limits = np.array([axes.get_xlim(), axes.get_ylim()], dtype=np.float64)
    for number, scale_of in enumerate((axes.get_xscale(), axes.get_yscale())):
        if scale_of == "log":
            limits[number] = np.log10(limits[number])
    low, high = limits[:, 0], limits[:, 1]
    corners = np.array([[box.x0, height - box.y0], [box.x1, height - box.y1]])
    scale = (corners[1] - corners[0]) / (high - low)
    return Axes(pixels, scale, corners[0] - scale * low, unit)
