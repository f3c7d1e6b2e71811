"""The line below a figure's scenes that says what colours mean."""

from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ncviz.export.outlines import outline
from ncviz.export.scene_artist import text_width
from ncviz.export.styles import MILLIMETRES, POINTS, FigureStyle
from ncviz.runs.run import Run
from ncviz.scenes.palette import class_color
from ncviz.scenes.scene import SHAPES, Scene
from ncviz.scenes.view import View

LINE = 1.5  # height of a line, in sizes of the type
MOST_CLASSES = 20  # that are named

Entry = tuple[str, str, int]  # words, colour, number of the shape


def legend_entries(scene: Scene, run: Run | None, view: View, style: FigureStyle) -> list[Entry]:
    """Return what is to be seen in a scene, with its colours."""
    theme = style.theme
    found: list[Entry] = []
    if view.show_etf:
        found.append(("simplex ETF", theme.etf, 0))
    if view.show_means:
        found.append(("class means", theme.means, 0))
    if view.show_classifier:
        found.append(("classifiers", theme.classifier, 0))
    if run is None or not len(scene.samples):
        return found
    names = run.manifest.class_names
    shown = [k for k in view.shown_classes(len(names)) if k not in view.hidden]
    if len(shown) <= MOST_CLASSES:
        found += [
            (names[k], class_color(k, view.palette), k % len(SHAPES) if view.shapes else 0)
            for k in shown
        ]
    return found


def write_legend(
    figure: Figure, entries: list[Entry], style: FigureStyle, width: float, height: float
) -> float:
    """Write a legend centred at the foot of a page, in as many lines as it needs.

    Parameters
    ----------
    figure : matplotlib Figure
    entries : list of (str, str, int)
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
        for (text, color, shape), wide in line:
            _chip(figure, (x + 0.4 * unit) / width, y / height, color, shape, style)
            figure.text(
                (x + 1.1 * unit) / width,
                y / height,
                text,
                va="center_baseline",
                fontsize=style.small,
                color=style.theme.quiet,
                parse_math=False,
            )
            x += wide
    return (LINE * len(lines) + 0.5) * unit if lines else 0.0


def _chip(figure: Figure, x: float, y: float, color: str, shape: int, style: FigureStyle) -> None:
    # matplotlib takes corners for a marker, its types do not say so.
    marker: Any = list(outline(shape)) or "o"
    figure.add_artist(
        Line2D(
            [x],
            [y],
            marker=marker,
            color=color,
            markersize=(0.75 if outline(shape) else 0.6) * style.size,
            markeredgewidth=0,
            linestyle="none",
        )
    )


def _lines_of(
    entries: list[Entry], style: FigureStyle, width: float
) -> list[list[tuple[Entry, float]]]:
    """Break a legend into as few lines as fit, about equally long, with widths in millimetres."""
    unit = style.size / POINTS * MILLIMETRES
    wide = [
        text_width(text, style.small, 400) / POINTS * MILLIMETRES + 2.3 * unit
        for text, _, _ in entries
    ]
    lines = _broken(entries, wide, width - unit)
    for share in (0.5, 0.6, 0.7, 0.8, 0.9):
        shorter = _broken(entries, wide, share * (width - unit))
        if len(shorter) == len(lines):
            return shorter
    return lines


def _broken(
    entries: list[Entry], wide: list[float], room: float
) -> list[list[tuple[Entry, float]]]:
    lines: list[list[tuple[Entry, float]]] = []
    used = room + 1
    for entry, width in zip(entries, wide, strict=True):
        if used + width > room:
            lines.append([])
            used = 0.0
        lines[-1].append((entry, width))
        used += width
    return lines
