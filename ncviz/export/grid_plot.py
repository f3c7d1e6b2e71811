"""A map of two parameters of a model, as the window has it."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ncviz.charts.grid import Grid
from ncviz.export.plot_axes import name_axes, points_of, prepare
from ncviz.export.scene_artist import text_width
from ncviz.export.styles import FigureStyle
from ncviz.language import tr
from ncviz.scenes.cosine_colors import ink_on
from ncviz.scenes.grid_colors import color_of_share

TALL, WIDE = 1.15, 2.6  # a number's room, in sizes of its type
LETTER = 0.6  # of a longer number
GAP = 3.0  # lines wide, where rows or columns are left out
APART, NAMED = 4.0, 1.5  # points between cells and names beside; height of those above, in types
PRINTED = 0.8  # of the small type: the largest numbers in cells


def draw_grid(
    axes: Axes, grid: Grid, title: str, style: FigureStyle, told: str | None = None
) -> None:
    """Draw a map, with its numbers where there is room for them."""
    note = (
        tr("{measure}; framed: {here}", measure=grid.measure, here=grid.name_of(*grid.here))
        if grid.here
        else grid.measure
    )
    prepare(axes, style, title, note if told is None else told)
    theme, (rows, columns) = style.theme, grid.values.shape
    wide, high = points_of(axes)
    aside, atop = _room_for_names(grid, style)
    wide, high = wide - aside, high - atop
    places = zip(*np.nonzero(np.isfinite(grid.values)), strict=True)
    longest = max((len(grid.text(int(row), int(column))) for row, column in places), default=4)
    room = wide / columns / max(WIDE, LETTER * longest)
    size = min(PRINTED * style.small, high / rows / TALL, room)
    for row in range(rows):
        for column in range(columns):
            share = grid.share(row, column)
            known = not math.isnan(share)
            color = color_of_share(share, theme) if known else theme.background
            axes.add_patch(
                Rectangle(
                    (column, row), 1, 1, facecolor=color, edgecolor=theme.background, linewidth=0.4
                )
            )
            if known and size >= 0.5 * style.small:
                text = grid.text(row, column)
                where = column + 0.5, row + 0.5
                axes.text(
                    *where, text, ha="center", va="center", fontsize=size, color=ink_on(color)
                )
    for first, second in grid.borders():
        across, up = (first[1], second[1]), (first[0], second[0])
        axes.plot(across, up, color=theme.text, lw=1.2 * style.line, solid_capstyle="butt")
    gap: dict[str, Any] = {"color": theme.background, "lw": GAP * style.line}
    rows_after, columns_after = grid.gaps()
    for at in rows_after:
        axes.axhline(at, **gap)
    for at in columns_after:
        axes.axvline(at, **gap)
    _name_sectors(axes, grid, style, (wide / columns, high / rows))
    if grid.here is not None:
        row, column = grid.here
        frame = Rectangle((column, row), 1, 1, fill=False, edgecolor=theme.classifier)
        frame.set_linewidth(2 * style.line)
        frame.set_zorder(4)
        axes.add_patch(frame)
    axes.set_xlim(0, columns * (1 + aside / wide))
    axes.set_ylim(0, rows * (1 + atop / high))
    step = max(1, math.ceil(1.2 * style.small / (high / rows)))
    named = np.unique([*range(0, rows, step), rows - 1])
    axes.set_xticks(np.arange(columns) + 0.5, [str(value) for value in grid.columns])
    axes.set_yticks(named + 0.5, [str(grid.rows[row]) for row in named])
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    name_axes(axes, style, across=grid.across_title, up=grid.up_title)


def _room_for_names(grid: Grid, style: FigureStyle) -> tuple[float, float]:
    """Return how many points beside and above the cells belong to names of sectors."""
    beside, above = grid.outside()
    longest = max((text_width(grid.sectors[k].name, style.small) for k in beside), default=None)
    return 0.0 if longest is None else longest + APART, NAMED * style.small if above else 0.0


def _name_sectors(axes: Axes, grid: Grid, style: FigureStyle, cell: tuple[float, float]) -> None:
    """Write the names of sectors; a cell is so many points wide and high."""
    (rows, columns), (wide, high) = grid.values.shape, cell
    beside, above = grid.outside()
    words: dict[str, Any] = {"va": "center", "fontsize": style.small, "color": style.theme.text}
    plate = {"facecolor": style.theme.background, "edgecolor": "none", "pad": 1.5}
    for number, (sector, middle) in enumerate(zip(grid.sectors, grid.middles(), strict=True)):
        if number in beside:
            axes.text(columns + APART / wide, beside[number], sector.name, ha="left", **words)
        elif number in above:
            up = rows + NAMED / 2 * style.small / high
            axes.text(above[number], up, sector.name, ha="center", **words)
        else:
            axes.text(middle[1], middle[0], sector.name, ha="center", bbox=plate, **words)
