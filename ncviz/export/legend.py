"""The line below a figure's scenes that says what colours mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ncviz.export.outlines import outline
from ncviz.export.scene_artist import text_width
from ncviz.export.styles import MILLIMETRES, POINTS, FigureStyle
from ncviz.runs.run import Run
from ncviz.scenes.palette import THEMES, Theme, class_color, rgb
from ncviz.scenes.scene import SHAPES, Scene
from ncviz.scenes.view import View

LINE = 1.5  # height of a line, in sizes of the type
MOST_CLASSES = 20  # that are named


@dataclass(frozen=True)
class Entry:
    """A colour and what it means.

    Parameters
    ----------
    text : str
    color : str
        Hex.
    shape : int
        Of the samples of a class.
    """

    text: str
    color: str
    shape: int = 0


def legend_entries(
    scenes: Sequence[Scene], run: Run | None, view: View, theme: Theme
) -> list[Entry]:
    """Return what is to be seen in scenes, with its colours: the ideal, the roles, the classes."""
    roles = {"simplex ETF": "etf", "class means": "means", "classifiers": "classifier"}
    drawn = THEMES[view.theme]
    found = [
        Entry(name, getattr(theme, role))
        for name, role in roles.items()
        if any(_has_ball(scene, getattr(drawn, role)) for scene in scenes)
    ]
    if run is None or not any(len(scene.samples) for scene in scenes):
        return found
    names = run.manifest.class_names
    shown = view.visible_classes(len(names))
    if len(shown) <= MOST_CLASSES:
        found += [
            Entry(names[k], class_color(k, view.palette), k % len(SHAPES) if view.shapes else 0)
            for k in shown
        ]
    return found


def _has_ball(scene: Scene, color: str) -> bool:
    found = np.isclose(scene.balls.colors[:, :3], rgb(color), atol=0.01).all(axis=1)
    return bool(found.any())


def write_legend(
    figure: Figure, entries: list[Entry], style: FigureStyle, width: float, height: float
) -> float:
    """Write a legend centred at the foot of a page, in as many lines as it needs.

    Parameters
    ----------
    figure : matplotlib Figure
    entries : list of Entry
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


def _chip(figure: Figure, x: float, y: float, entry: Entry, style: FigureStyle) -> None:
    corners = outline(entry.shape)
    # matplotlib takes corners for a marker, its types do not say so.
    marker: Any = list(corners) or "o"
    figure.add_artist(
        Line2D(
            [x],
            [y],
            marker=marker,
            color=entry.color,
            markersize=(0.75 if corners else 0.6) * style.size,
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
