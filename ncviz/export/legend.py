"""The line below a figure's scenes that says what colours mean."""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ncviz.export.scene_artist import text_width
from ncviz.export.styles import MILLIMETRES, POINTS, FigureStyle
from ncviz.runs.run import Run
from ncviz.scenes.palette import class_color
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View

LINE = 1.5  # height of a line, in sizes of the type
MOST_CLASSES = 20  # that are named

Entry = tuple[str, str]  # words, colour


def legend_entries(scene: Scene, run: Run | None, view: View, style: FigureStyle) -> list[Entry]:
    """Return what is to be seen in a scene, with its colours."""
    theme = style.theme
    found: list[Entry] = []
    if view.show_etf:
        found.append(("simplex ETF", theme.etf))
    if view.show_means:
        found.append(("class means", theme.means))
    if view.show_classifier:
        found.append(("classifiers", theme.classifier))
    if run is None or not len(scene.samples):
        return found
    names = run.manifest.class_names
    shown = [k for k in view.shown_classes(len(names)) if k not in view.hidden]
    if len(shown) <= MOST_CLASSES:
        found += [(names[k], class_color(k, view.palette)) for k in shown]
    return found


def write_legend(
    figure: Figure, entries: list[Entry], style: FigureStyle, width: float, height: float
) -> float:
    """Write a legend centred at the foot of a page, in as many lines as it needs.

    Parameters
    ----------
    figure : matplotlib Figure
    entries : list of (str, str)
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
        x = (width - sum(wide for _, _, wide in line) + 1.2 * unit) / 2
        for text, color, wide in line:
            _chip(figure, (x + 0.4 * unit) / width, y / height, color, style)
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


def _chip(figure: Figure, x: float, y: float, color: str, style: FigureStyle) -> None:
    figure.add_artist(
        Line2D(
            [x],
            [y],
            marker="o",
            color=color,
            markersize=0.6 * style.size,
            markeredgewidth=0,
            linestyle="none",
        )
    )


def _lines_of(
    entries: list[Entry], style: FigureStyle, width: float
) -> list[list[tuple[str, str, float]]]:
    """Break a legend into lines that fit, with the width of each entry in millimetres."""
    unit = style.size / POINTS * MILLIMETRES
    lines: list[list[tuple[str, str, float]]] = []
    used = width + 1
    for text, color in entries:
        wide = text_width(text, style.small, 400) / POINTS * MILLIMETRES + 2.3 * unit
        if used + wide > width - unit:
            lines.append([])
            used = 0.0
        lines[-1].append((text, color, wide))
        used += wide
    return lines
