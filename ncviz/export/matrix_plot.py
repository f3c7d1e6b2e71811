"""The cosines between all classes at once, as the window has them."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from ncviz.charts.class_matrix import ClassMatrix
from ncviz.charts.colors import painted
from ncviz.charts.moment import Moment
from ncviz.errors import UserError
from ncviz.export.fitting import shortened
from ncviz.export.plot_axes import Floats, points_of, prepare
from ncviz.export.scene_artist import text_width
from ncviz.export.styles import FigureStyle
from ncviz.language import tr
from ncviz.runs.layer_names import layer_in_words
from ncviz.scenes.cosine_colors import color_of, cosine_colors, ink_on
from ncviz.scenes.palette import readable
from ncviz.wording import three_digits

MOST_VALUES = 12  # classes of a matrix with numbers in it
MOST_APART = 40  # classes with a line between their cells
SMALLEST_CELL = 11.0  # points: in smaller cells no number can be read
BAR_LEFT, BAR_WIDTH = 1.05, 0.045  # of the colour bar, in shares of the matrix


def draw_matrix(
    axes: Axes, matrix: ClassMatrix, moment: Moment, title: str, style: FigureStyle
) -> None:
    """Draw the cosines between classes: class means above the diagonal, classifiers below."""
    if matrix.means is None:
        samples = matrix.samples or tr("training samples")
        raise UserError(
            tr(
                "{path} holds no class means of its {samples}.",
                path=moment.run.path,
                samples=samples,
            )
        )
    if len(matrix.classes) < 2:
        raise UserError(tr("One class alone has no cosine to another: show at least two."))
    table = matrix.shown()
    np.fill_diagonal(table, np.nan)
    parts = [
        moment.name,
        "" if matrix.of_vectors else layer_in_words(moment.layer_names[moment.layer]),
        matrix.samples,
        "" if matrix.of_vectors else _parts_of(matrix),
        matrix.words,
    ]
    prepare(axes, style, title, ", ".join(filter(None, parts)))
    _draw_cells(axes, style, table, matrix.ideal)
    _name_classes(axes, matrix, moment, style)
    _draw_bar(axes, style, matrix.ideal, len(matrix.names) if matrix.is_of_classes else 2)


def _parts_of(matrix: ClassMatrix) -> str:
    return (
        tr("means above the diagonal, classifiers below") if matrix.has_rows else tr("class means")
    )


def _draw_cells(axes: Axes, style: FigureStyle, table: Floats, ideal: float) -> None:
    scale = cosine_colors(style.theme, ideal)
    colors = ListedColormap(scale / 255.0)
    shown = np.ma.masked_invalid(table)
    # Lines between many cells would be all that one sees.
    apart: Any = {"edgecolors": style.theme.background, "linewidth": 0.4}
    axes.pcolormesh(
        shown, cmap=colors, vmin=-1.0, vmax=1.0, **(apart if len(table) <= MOST_APART else {})
    )
    axes.set_box_aspect(1)
    axes.set_anchor("NW")
    axes.invert_yaxis()
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    cell = _cell(axes, len(table))
    if len(table) > MOST_VALUES or cell <= SMALLEST_CELL:
        return
    size = min(style.small, 0.4 * cell)
    for i, j in zip(*np.nonzero(np.isfinite(table)), strict=True):
        value = float(table[i, j])
        axes.text(
            j + 0.5,
            i + 0.5,
            f"{round(value, 2) + 0.0:.2f}".replace("-", "−"),
            ha="center",
            va="center",
            fontsize=size,
            color=ink_on(color_of(value, scale)),
        )


def _name_classes(axes: Axes, matrix: ClassMatrix, moment: Moment, style: FigureStyle) -> None:
    """Name rows and columns, and let each class's hue stand where its own cosine would."""
    chosen = matrix.classes
    count = len(chosen)
    cell = _cell(axes, count)
    for place, k in enumerate(chosen):
        hue = painted(matrix.hues[k], style.theme, moment.view.palette, style.theme.background)
        size = min(1.6 * style.marker, 0.6 * cell)
        at = place + 0.5
        edge = readable(hue, style.theme.background)
        axes.plot([at], [at], "o", color=hue, markersize=size, mec=edge, mew=0.4 * style.line)
    step = max(1, math.ceil(1.1 * style.small / cell))
    names = [matrix.names[k] for k in chosen]
    ticks = np.arange(0, count, step)
    rows = [shortened(names[k], style.longest, style.small) for k in ticks]
    axes.set_yticks(ticks + 0.5, rows, parse_math=False)
    columns = [shortened(names[k], 0.7 * style.longest, style.small) for k in ticks]
    axes.set_xticks(ticks + 0.5, columns, parse_math=False)
    if any(text_width(word, style.small, 400) + 2 > step * cell for word in columns):
        axes.tick_params(axis="x", labelrotation=90)
    axes.tick_params(length=0)


def _draw_bar(axes: Axes, style: FigureStyle, ideal: float, classes: int) -> None:
    """Draw the colour scale, and mark what all cosines of a simplex ETF are."""
    theme = style.theme
    bar = axes.inset_axes((BAR_LEFT, 0.0, BAR_WIDTH, 1.0))
    colors = ListedColormap(cosine_colors(theme, ideal) / 255.0)
    edges = np.linspace(-1, 1, 65)
    steps = (edges[:-1] + edges[1:])[:, None] / 2
    # Neighbours overlap a little: no seams between them.
    bar.pcolormesh(
        [0, 1], edges, steps, cmap=colors, vmin=-1, vmax=1, edgecolors="face", linewidth=0.3
    )
    bar.set_ylim(-1, 1)
    for side in bar.spines.values():
        side.set_visible(False)
    marks = {1.0: "1", -1.0: "−1"}
    room = points_of(axes)[1] / 2  # points of a cosine of 1
    if abs(ideal) * room > 1.3 * style.small:
        marks[0.0] = "0"
    if classes > 2:
        marks[ideal] = f"−1/(K−1) = {three_digits(ideal)}"
        bar.plot([-0.3, 1.3], [ideal, ideal], color=theme.etf, lw=1.5 * style.line, clip_on=False)
    bar.set_xlim(0, 1)
    bar.set_xticks([])
    bar.yaxis.tick_right()
    bar.set_yticks(list(marks), list(marks.values()))
    bar.tick_params(labelsize=style.small, labelcolor=theme.quiet, length=0)
    for value, label in zip(marks, bar.get_yticklabels(), strict=True):
        if value == ideal:
            label.set_color(theme.text)


def _cell(axes: Axes, count: int) -> float:
    """Return the side of a cell, in points."""
    return max(min(points_of(axes)) / count, 0.1)
