"""The line below a figure's scenes that says what colours mean."""

from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ncviz.export.legend_entries import LegendEntry
from ncviz.export.outlines import shape_corners
from ncviz.export.scene_artist import text_width
from ncviz.export.styles import MILLIMETRES, POINTS, FigureStyle
from ncviz.scenes.palette import readable

EDGE = 0.4  # points: pale and dark hues are told from the ground by their outline
LINE = 1.5  # height of a line, in sizes of the type


def write_legend(
    figure: Figure, entries: list[LegendEntry], style: FigureStyle, width: float, height: float
) -> float:
    """Write a legend centred at the foot of a page, in as many lines as it needs.

    Parameters
    ----------
    figure : matplotlib Figure
    entries : list of LegendEntry
    style : FigureStyle
    width, height : float
        Of the page, in millimetres.

    Returns
    -------
    float
        How high it is, in millimetres.
    """
    unit = style.size / POINTS * MILLIMETRES
    lines = _lines_of(entries, style, width)
    for number, line in enumerate(reversed(lines)):
        y = (0.9 + LINE * number) * unit
        x = (width - sum(wide for _, wide in line) + 1.2 * unit) / 2
        for entry, wide in line:
            if entry.color:
                _chip(figure, (x + 0.4 * unit) / width, y / height, entry, style)
            figure.text(
                (x + 1.1 * unit) / width,
                y / height,
                entry.text,
                va="center_baseline",
                fontsize=style.small,
                color=style.theme.quiet,
                parse_math=False,
            )
            x += wide
    return (LINE * len(lines) + 0.5) * unit if lines else 0.0


def _chip(figure: Figure, x: float, y: float, entry: LegendEntry, style: FigureStyle) -> None:
    corners = shape_corners(entry.shape)
    # matplotlib takes corners for a marker, its types do not say so.
    marker: Any = list(corners) or "o"
    figure.add_artist(
        Line2D(
            [x],
            [y],
            marker=marker,
            color=entry.color,
            markersize=(0.75 if corners else 0.6) * style.size,
            markeredgecolor=readable(entry.color, style.theme.background),
            markeredgewidth=EDGE,
            linestyle="none",
        )
    )


def _lines_of(
    entries: list[LegendEntry], style: FigureStyle, width: float
) -> list[list[tuple[LegendEntry, float]]]:
    """Break a legend into as few lines as fit, about equally long, with widths in millimetres."""
    unit = style.size / POINTS * MILLIMETRES
    wide = [
        text_width(entry.text, style.small, 400) / POINTS * MILLIMETRES + 2.3 * unit
        for entry in entries
    ]
    lines = _broken(entries, wide, width - unit)
    for share in (0.5, 0.6, 0.7, 0.8, 0.9):
        shorter = _broken(entries, wide, share * (width - unit))
        if len(shorter) == len(lines):
            return shorter
    return lines


def _broken(
    entries: list[LegendEntry], wide: list[float], room: float
) -> list[list[tuple[LegendEntry, float]]]:
    lines: list[list[tuple[LegendEntry, float]]] = []
    used = room + 1
    for entry, width in zip(entries, wide, strict=True):
        if used + width > room:
            lines.append([])
            used = 0.0
        lines[-1].append((entry, width))
        used += width
    return lines
