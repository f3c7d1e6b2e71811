"""Charts as vector graphics, drawn from the values that the window draws."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ncviz.charts.chart import Chart, Curve, Level
from ncviz.charts.class_matrix import ClassMatrix
from ncviz.charts.colors import Hue, painted
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import numbers_in
from ncviz.charts.plot import Plot, PlotFigure
from ncviz.charts.rich_text import plain
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
    ratio_axis,
)
from ncviz.export.styles import FigureStyle
from ncviz.scenes.palette import readable
from ncviz.scenes.plot_heights import with_zero

BAND = 0.16  # of its colour, in an area
BEYOND = 0.025  # of heights that are known beforehand: room above and below


def draw_plot(
    axes: Axes,
    plot: Plot,
    page: PlotFigure,
    chart: Chart | ClassMatrix,
    moment: Moment | None,
    style: FigureStyle,
) -> None:
    """Draw a chart as one of the pages of its plot has it.

    Parameters
    ----------
    axes : matplotlib Axes
    plot : Plot
    page : PlotFigure
    chart : Chart or ClassMatrix
    moment : Moment or None
        None over a ratio.
    style : FigureStyle
    """
    if isinstance(chart, ClassMatrix):
        assert moment is not None
        draw_matrix(axes, chart, moment, page.title, style)
        return
    curves = page.kept(chart)
    told: tuple[Any, ...] = (*curves, *chart.uprights, *chart.spots)
    notes = dict.fromkeys((chart.samples, page.note, chart.note, *(each.note for each in told)))
    own = chart.title not in ("", plot.heading)
    title = plain(chart.title) if own else page.title
    prepare(axes, style, title, "; ".join(filter(None, notes)))
    draw_chart(axes, plot, page, chart, moment, style)


def draw_chart(
    axes: Axes,
    plot: Plot,
    page: PlotFigure,
    chart: Chart,
    moment: Moment | None,
    style: FigureStyle,
) -> None:
    """Draw curves with their axes, and name them at their ends."""
    curves = page.kept(chart)
    rows, zero = _heights(chart, curves, plot.logarithmic)
    _draw_curves(axes, chart, curves, rows, moment, style)
    levels = [level.at for level in chart.levels]
    for level in chart.levels:
        axes.axhline(level.at, color=_color(level, moment, style), linewidth=style.line, zorder=1)
    if chart.nothing and chart.nothing == chart.note:  # above the axes, of curves without values
        axes.set_yticks([])
    elif plot.logarithmic:
        logarithmic_heights(axes, np.append(_together(curves, rows), levels), zero)
    else:
        axes.margins(y=0.08)
        plain_heights(axes)
    if chart.limits is not None:
        low, high = chart.limits
        room = BEYOND * (high - low)
        axes.set_ylim(low - room, high + room)
    if chart.across.kind == "epochs":
        epochs_axis(axes, style, certainly(moment).scale)
    elif chart.across.kind == "layers":
        layers_axis(axes, style, chart.across.names)
    else:
        ratio_axis(axes, style, chart.across)
    name_axes(axes, style, up=page.up or plot.up)
    _draw_uprights(axes, chart, moment, style)
    _draw_spots(axes, chart, style)
    _draw_signs(axes, chart, curves, rows, style)
    end_words(axes, style, _end_words(chart, curves, rows, moment, style), plot.logarithmic)


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
    chart = plot.chart(numbers_in(moment.run, moment.view), moment)
    assert isinstance(chart, Chart)
    return draw_curves_alone(axes, plot, chart, moment, style, without)


def draw_curves_alone(
    axes: Axes,
    plot: Plot,
    chart: Chart,
    moment: Moment | None,
    style: FigureStyle,
    without: Sequence[str] = (),
) -> Floats:
    """Draw the curves of a chart and nothing around them; as `draw_alone`."""
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
        return heights_in_time(chart, curves)
    return [above_floor(row, chart.floor) for row in rows], None


def heights_in_time(chart: Chart, curves: Sequence[Curve]) -> tuple[list[Floats], float | None]:
    """Return where curves over time stand on logarithmic heights, and where these have a zero."""
    rows = [c.values for c in curves]
    if chart.floor is None:
        return with_zero(rows)
    return [np.maximum(row, chart.floor) for row in rows], None


def _together(curves: Sequence[Curve], rows: Sequence[Floats]) -> Floats:
    pairs = zip(curves, rows, strict=True)
    room = [r for c, row in pairs if c.makes_room for r in (row, c.upto) if r is not None]
    return np.concatenate([np.empty(0), *room])


def _draw_curves(
    axes: Axes,
    chart: Chart,
    curves: Sequence[Curve],
    rows: Sequence[Floats],
    moment: Moment | None,
    style: FigureStyle,
) -> None:
    for c, row in zip(curves, rows, strict=True):
        across = chart.across.at if c.at is None else c.at
        if chart.across.kind == "epochs":
            across = certainly(moment).scale.positions_of(across)
        color = _color(c, moment, style)
        if c.upto is not None:
            above = np.where(np.isfinite(row), np.maximum(row, c.upto), np.nan)
            axes.fill_between(across, row, above, color=color, alpha=BAND, linewidth=0, zorder=1)
            continue
        if c.points:
            _draw_points(axes, c.points, across, row, color, style)
            continue
        line = readable(color, style.theme.background) if isinstance(c.color, Hue) else color
        wide = 1.6 if c.strong else 0.8 if c.faint else 1.0
        curve(axes, style, across, row, line, dash=c.dash, dots=c.dots, wide=wide)


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


def _draw_spots(axes: Axes, chart: Chart, style: FigureStyle) -> None:
    theme = style.theme
    low, high = axes.get_xlim()
    for spot in chart.spots:
        if not (low <= spot.at <= high and np.isfinite(spot.height)):
            continue
        axes.plot(
            [spot.at],
            [spot.height],
            "o" if spot.here else "D",
            color=theme.classifier if spot.here else theme.text,
            markeredgecolor=theme.background,
            markeredgewidth=0.5 * style.line,
            markersize=(1.9 if spot.here else 1.5) * style.marker,
            zorder=4,
            clip_on=False,
        )


def _draw_signs(
    axes: Axes, chart: Chart, curves: Sequence[Curve], rows: Sequence[Floats], style: FigureStyle
) -> None:
    """Write a few letters on curves, and a sentence where there are none."""
    words: dict[str, Any] = {"ha": "center", "fontsize": style.small, "parse_math": False}
    for c, row in zip(curves, rows, strict=True):
        known, across = np.isfinite(row), chart.across.at if c.at is None else c.at
        if c.sign is None or not known.any():
            continue
        along = np.log10 if chart.across.logarithmic else np.asarray
        place = along(c.sign.at), along(across[known])
        axes.annotate(
            c.sign.text,
            (c.sign.at, float(np.interp(*place, row[known]))),
            (0, 0.4 * style.size * (c.sign.above - c.sign.below)),
            textcoords="offset points",
            va="top" if c.sign.below else "bottom" if c.sign.above else "center",
            color=painted(c.sign.color, style.theme, "", style.theme.background),
            bbox={"facecolor": style.theme.background, "edgecolor": "none", "pad": 0.6},
            zorder=5,
            **words,
        )
    if chart.nothing not in ("", chart.note):  # which stands above the axes
        words |= {"transform": axes.transAxes, "va": "center", "color": style.theme.text}
        axes.text(0.5, 0.5, chart.nothing, **words)


def _draw_uprights(axes: Axes, chart: Chart, moment: Moment | None, style: FigureStyle) -> None:
    over = chart.across.kind == "epochs"
    for upright in chart.uprights:
        axes.axvline(
            certainly(moment).scale.position_of(upright.at) if over else upright.at,
            color=style.theme.quiet,
            linewidth=(0.7 if upright.dots else 1.0) * style.line,
            linestyle=(0, (1, 2)) if upright.dots else (0, (3, 2)),
            zorder=1,
        )


def _end_words(
    chart: Chart,
    curves: Sequence[Curve],
    rows: Sequence[Floats],
    moment: Moment | None,
    style: FigureStyle,
) -> list[EndWord]:
    words = [
        EndWord(level.at, plain(level.label), _color(level, moment, style), kept=True)
        for level in chart.levels
    ]
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


def _color(drawn: Curve | Level, moment: Moment | None, style: FigureStyle) -> str:
    palette = "" if moment is None else moment.view.palette
    return painted(drawn.color, style.theme, palette, style.theme.background)


def certainly(moment: Moment | None) -> Moment:
    """Return what a chart over epochs or layers is of."""
    assert moment is not None
    return moment
