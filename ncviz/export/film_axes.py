"""Axes for the plots of films, painted once with matplotlib."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes as PlotAxes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ncviz.export.film_moments import ModelPath
from ncviz.export.film_plot import FULL_HEIGHT, Axes
from ncviz.export.minority_plot import draw_minority
from ncviz.export.pages import drawing
from ncviz.export.plot_axes import above_floor, logarithmic_heights, over_layers, prepare
from ncviz.export.ratio_curve import RatioCurve
from ncviz.export.styles import POINTS, FigureStyle
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.run import Run
from ncviz.scenes.palette import Theme

SIZE = 16.5  # of the type, in pixels of a plot of usual size


def law_axes(runs: Sequence[Run], theme: Theme, width: int, height: int) -> Axes:
    """Return axes for D_t over the layers that hold all epochs of some runs."""
    names = [layer.name for run in runs for layer in run.manifest.layers]
    with drawing(names):
        figure, axes, style = _empty(theme, width, height)
        prepare(axes, style, "Separation fuzziness D")
        values = [fuzziness_by_layer(run, epoch) for run in runs for epoch in run.epochs]
        logarithmic_heights(axes, above_floor(np.concatenate(values)))
        longest = max(runs, key=lambda run: len(run.manifest.layers))
        over_layers(axes, style, [layer.name for layer in longest.manifest.layers])
        return _painted(figure, axes, width, height, logarithmic=(False, True))


def cosine_axes(path: ModelPath, theme: Theme, width: int, height: int) -> Axes:
    """Return axes for the minority cosine over R, with R₀."""
    with drawing():
        figure, axes, style = _empty(theme, width, height)
        curve = RatioCurve(path.ratios, path.cosines, path.critical_ratio)
        draw_minority(axes, curve, style)
        axes.lines[0].set_alpha(0.25)
        return _painted(figure, axes, width, height, logarithmic=(True, False))


def _empty(theme: Theme, width: int, height: int) -> tuple[Figure, PlotAxes, FigureStyle]:
    unit = _unit(width, height)
    style = FigureStyle("film", theme, SIZE * unit, 1.6 * unit, 6.0 * unit)
    figure = Figure((width / POINTS, height / POINTS), dpi=POINTS, facecolor=theme.background)
    left, right = 4.2 * style.size / width, 1.2 * style.size / width
    bottom, top = 3.4 * style.size / height, 2.4 * style.size / height
    place = (left, bottom, max(1 - left - right, 0.1), max(1 - bottom - top, 0.1))
    axes: PlotAxes = figure.add_axes(place)
    return figure, axes, style


def _painted(
    figure: Figure, axes: PlotAxes, width: int, height: int, logarithmic: tuple[bool, bool]
) -> Axes:
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.ascontiguousarray(np.asarray(canvas.buffer_rgba())[:height, :width, :3])
    box = axes.get_window_extent()
    limits = np.array([axes.get_xlim(), axes.get_ylim()], dtype=np.float64)
    for number, on in enumerate(logarithmic):
        if on:
            limits[number] = np.log10(limits[number])
    low, high = limits[:, 0], limits[:, 1]
    corners = np.array([[box.x0, height - box.y0], [box.x1, height - box.y1]])
    scale = (corners[1] - corners[0]) / (high - low)
    return Axes(pixels, scale, corners[0] - scale * low, _unit(width, height))


def _unit(width: int, height: int) -> float:
    return min(width / (1.25 * FULL_HEIGHT), height / FULL_HEIGHT)
