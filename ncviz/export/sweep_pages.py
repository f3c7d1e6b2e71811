"""Pages of sweeps: a map of a number, and a small plot of each cell."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ncviz.charts.plot import Plot
from ncviz.errors import UserError
from ncviz.export.chart_plot import draw_curves_alone
from ncviz.export.grid_plot import draw_grid
from ncviz.export.plot_axes import epochs_axis, layers_axis, logarithmic_heights, name_axes, prepare
from ncviz.export.plot_pages import BOTTOM, LEFT, MATRIX_RIGHT, TOP
from ncviz.export.sheet import Margins, Sheet
from ncviz.export.styles import FigureStyle
from ncviz.export.sweep_figure import SMALL_WIDE, SweepFigure
from ncviz.language import tr
from ncviz.sweeps.multiples import Multiple, check_plot, multiples_of
from ncviz.sweeps.numbers import ReadAt, numbers_of_place
from ncviz.sweeps.places import is_done, place_of
from ncviz.sweeps.sweep import Sweep, SweepTask
from ncviz.sweeps.sweep_map import map_of, spread_in_words

ROOM = 0.06  # of the heights of small plots, above and below


def draw_sweep_map(sheet: Sheet, top: float) -> None:
    """Draw a number over two parameters."""
    asked = _asked(sheet)
    sweep = asked.read()
    across, up = asked.axes_of(sweep)
    assert asked.sweep is not None
    values = list(_values(sweep, asked))
    grid = map_of(sweep, values, asked.number, across, up)
    note = spread_in_words(grid)
    title = f"{sweep.name}: {grid.measure}"

    def draw(made: list[Axes], style: FigureStyle) -> None:
        draw_grid(made[0], grid, title, style, note)

    unit = sheet.unit
    margins = Margins(LEFT * unit, MATRIX_RIGHT * unit, BOTTOM * unit, TOP * unit)
    sheet.plots([(0.0, 0.0, sheet.plan.width, top)], margins, draw)


def _asked(sheet: Sheet) -> SweepFigure:
    asked: Any = sheet.plan.sweep
    assert isinstance(asked, SweepFigure)
    return asked


def _values(sweep: Sweep, asked: SweepFigure) -> Any:
    assert asked.sweep is not None
    folder = asked.sweep if asked.sweep.is_dir() else asked.sweep.parent
    reading = ReadAt(split=asked.split)
    for task in sweep.tasks():
        place = place_of(folder, task)
        if is_done(sweep, place):
            yield task, _value(sweep, task, folder, reading, asked.number)


def _value(sweep: Sweep, task: SweepTask, folder: Any, reading: ReadAt, number: str) -> float:
    try:
        return numbers_of_place(sweep, place_of(folder, task), reading, (number,))[number]
    except UserError:
        return math.nan


def draw_multiples(sheet: Sheet, top: float) -> None:
    """Draw the same plot of each cell, all on the same axes."""
    asked = _asked(sheet)
    sweep = asked.read()
    assert asked.sweep is not None
    folder = asked.sweep if asked.sweep.is_dir() else asked.sweep.parent
    plot = check_plot(sweep, asked.small)
    drawn = list(multiples_of(sweep, folder, plot, split=asked.split))
    if all(each.chart is None for each in drawn):
        raise UserError(
            tr("Nothing of {name} has a plot {small!r} yet.", name=sweep.name, small=asked.small)
        )
    unit, wide = sheet.unit, sheet.plan.width
    columns = max(1, min(len(drawn), int(wide / (SMALL_WIDE * unit))))
    rows, head = -(-len(drawn) // columns), 1.6 * unit
    each, high = wide / columns, (top - 0.5 * unit) / rows
    boxes = [
        (n % columns * each, top - (n // columns + 1) * high, each, high - head)
        for n in range(len(drawn))
    ]
    for (left, low, _, _), one in zip(boxes, drawn, strict=True):
        middle = left + each / 2
        sheet.words(middle, low + high - 0.9 * unit, one.title, room=each, small=True)

    def draw(made: list[Axes], style: FigureStyle) -> None:
        heights = [
            _draw_small(axes, plot, one, style) for axes, one in zip(made, drawn, strict=True)
        ]
        together = np.concatenate([*heights, np.empty(0)])
        for number, (axes, one) in enumerate(zip(made, drawn, strict=True)):
            _scale(axes, plot, one, together, style)
            if number % columns == 0:
                name_axes(axes, style, up=plot.up)

    sheet.plots(boxes, Margins(4.0 * unit, 0.5 * unit, 2.6 * unit, 0.0), draw)


def _draw_small(axes: Axes, plot: Plot, one: Multiple, style: FigureStyle) -> Any:
    prepare(axes, style)
    if one.chart is None:
        axes.text(
            0.5,
            0.5,
            one.note,
            transform=axes.transAxes,
            ha="center",
            va="center",
            fontsize=style.small,
            color=style.theme.quiet,
        )
        return np.empty(0)
    return draw_curves_alone(axes, plot, one.chart, one.moment, style)


def _scale(axes: Axes, plot: Plot, one: Multiple, heights: Any, style: FigureStyle) -> None:
    known = heights[np.isfinite(heights)]
    if plot.logarithmic and (known > 0).any():
        logarithmic_heights(axes, heights)
    elif len(known):
        room = ROOM * (known.max() - known.min() or 1.0)
        axes.set_ylim(known.min() - room, known.max() + room)
    if one.chart is None or one.moment is None:
        axes.set_xticks([])
    elif one.chart.across.kind == "epochs":
        epochs_axis(axes, style, one.moment.scale)
    else:
        layers_axis(axes, style, one.chart.across.names)
