"""Charts as vector graphics, drawn from the values that the window draws."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.class_matrix import ClassMatrix
from ncviz.charts.colors import Hue, painted
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.plot import Plot, PlotFigure
from ncviz.export.end_words import EndWord, end_words
from ncviz.export.matrix_plot import draw_matrix
from ncviz.export.plot_axes import (
    Floats,
    above_floor,
    curve,
    epochs_axis,
    layers_axis,
    logarithmic_heights,
    name_axes,
    plain_heights,
    prepare,
)
from ncviz.export.styles import FigureStyle
from ncviz.scenes.palette import readable
from ncviz.scenes.plot_heights import with_zero


def draw_plot(
    axes: Axes, plot: Plot, page: PlotFigure, numbers: Numbers, moment: Moment, style: FigureStyle
) -> None:
    """Draw a plot of a run as one of its pages has it.

    Parameters
    ----------
    axes : matplotlib Axes
    plot : Plot
    page : PlotFigure
    numbers : Numbers
        Of the run.
    moment : Moment
    style : FigureStyle
    """
    chart = plot.draw(numbers, moment)
    if isinstance(chart, ClassMatrix):
        draw_matrix(axes, chart, moment, page.title, style)
        return
    curves = page.kept(chart)
    notes = [page.note, chart.note, *dict.fromkeys(c.note for c in curves)]
    notes += [upright.note for upright in chart.uprights]
    prepare(axes, style, page.title, "; ".join(note for note in notes if note))
    rows = draw_chart(axes, plot, page, chart, moment, style)
    words = _end_words(chart, curves, rows, moment, style)
    end_words(axes, style, words, plot.logarithmic)


def draw_chart(
    axes: Axes, plot: Plot, page: PlotFigure, chart: Chart, moment: Moment, style: FigureStyle
) -> list[Floats]:
    """Draw curves with their axes; return where each has its heights."""
    curves = page.kept(chart)
    rows, zero = _heights(chart, curves, plot.logarithmic)
    _draw_curves(axes, chart, curves, rows, moment, style)
    if plot.logarithmic:
        logarithmic_heights(axes, _together(curves, rows), zero)
    else:
        axes.margins(y=0.08)
        plain_heights(axes)
    if chart.across.kind == "epochs":
        epochs_axis(axes, style, moment.scale)
    else:
        layers_axis(axes, style, chart.across.names)
    name_axes(axes, style, up=page.up or plot.up)
    _draw_uprights(axes, chart, moment, style)
    return rows


def draw_alone(
    axes: Axes, plot: Plot, moment: Moment, style: FigureStyle, without: Sequence[str] = ()
) -> Floats:
    """Draw the curves of a plot over the layers, and nothing around them.

    Parameters
    ----------
    axes : matplotlib Axes
    plot : Plot
    moment : Moment
    style : FigureStyle
    without : sequence of str
        Keys of curves to leave out.

    Returns
    -------
    array
        The heights for which the axes need room.
    """
    chart = plot.draw(Numbers(moment.run), moment)
    assert isinstance(chart, Chart)
    curves = [c for c in chart.curves if c.key not in without]
    rows, _ = _heights(chart, curves, plot.logarithmic)
    _draw_curves(axes, chart, curves, rows, moment, style)
    return _together(curves, rows)


def _heights(
    chart: Chart, curves: Sequence[Curve], logarithmic: bool
) -> tuple[list[Floats], float | None]:
    """Return where curves are drawn, and where a logarithmic axis has its zero."""
    rows = [c.values for c in curves]
    if not logarithmic:
        return rows, None
    if chart.across.kind == "epochs":
        return with_zero(rows)
    return [above_floor(row) for row in rows], None


def _together(curves: Sequence[Curve], rows: Sequence[Floats]) -> Floats:
    room = [row for c, row in zip(curves, rows, strict=True) if c.makes_room]
    return np.concatenate([np.empty(0), *room])


def _draw_curves(
    axes: Axes,
    chart: Chart,
    curves: Sequence[Curve],
    rows: Sequence[Floats],
    moment: Moment,
    style: FigureStyle,
) -> None:
    across = np.array(moment.scale.places) if chart.across.kind == "epochs" else chart.across.at
    for c, row in zip(curves, rows, strict=True):
        color = _color(c, moment, style)
        if c.points:
            _draw_points(axes, c.points, across, row, color, style)
            continue
        line = readable(color, style.theme.background) if isinstance(c.color, Hue) else color
        wide = 1.6 if c.strong else 0.8 if c.faint else 1.0
        curve(axes, style, across, row, line, dash=bool(c.dash), dots=c.dots, wide=wide)


def _draw_points(
    axes: Axes, kind: str, across: Floats, row: Floats, color: str, style: FigureStyle
) -> None:
    known = np.isfinite(row)
    looks: dict[str, dict[str, Any]] = {
        "full": {"color": color, "markersize": style.marker, "markeredgewidth": 0},
        "ring": {
            "markerfacecolor": "none",
            "markeredgecolor": color,
            "markersize": 1.9 * style.marker,
            "markeredgewidth": style.line,
        },
    }
    edged = {"color": color, "markersize": style.marker, "markeredgewidth": 0.8 * style.line}
    looks["edged"] = {"markerfacecolor": color, **edged}
    looks["hollow"] = {"markerfacecolor": style.theme.background, **edged}
    axes.plot(across[known], row[known], "o", clip_on=False, zorder=4, **looks[kind])


def _draw_uprights(axes: Axes, chart: Chart, moment: Moment, style: FigureStyle) -> None:
    over = chart.across.kind == "epochs"
    for upright in chart.uprights:
        axes.axvline(
            moment.scale.position_of(upright.at) if over else upright.at,
            color=style.theme.quiet,
            linewidth=(0.7 if upright.dots else 1.0) * style.line,
            linestyle=(0, (1, 2)) if upright.dots else (0, (3, 2)),
            zorder=1,
        )


def _end_words(
    chart: Chart,
    curves: Sequence[Curve],
    rows: Sequence[Floats],
    moment: Moment,
    style: FigureStyle,
) -> list[EndWord]:
    words = []
    for c, row in zip(curves, rows, strict=True):
        # Over epochs a run that is damaged at its end still has its names.
        seen = row[np.isfinite(row)] if chart.across.kind == "epochs" else row
        if not c.end_word or not len(seen):
            continue
        color, chip = _color(c, moment, style), ""
        if isinstance(c.color, Hue):
            color, chip = style.theme.quiet, color
        color = style.theme.quiet if c.faint else color
        words.append(EndWord(float(seen[-1]), c.end_word, color, chip, c.strong))
    return words


def _color(c: Curve, moment: Moment, style: FigureStyle) -> str:
    return painted(c.color, style.theme, moment.view.palette, style.theme.background)
