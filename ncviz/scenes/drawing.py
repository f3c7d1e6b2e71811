"""Turns places into balls, sticks, edges and labels with their colours."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.language import tr
from ncviz.scenes.cast import Cast
from ncviz.scenes.label_sets import middles_of, sums_of
from ncviz.scenes.layout import Floats, Layout
from ncviz.scenes.palette import (
    THEMES,
    Rgb,
    Theme,
    class_color,
    readable,
    rgb,
)
from ncviz.scenes.scene import Balls, Label, Scene, Sticks, join_balls, join_sticks
from ncviz.scenes.shadows import AXES, kind_that_applies
from ncviz.scenes.view import View

Singles = NDArray[np.float32]

MOST_EDGES = 20_000  # of the simplex ETF of 200 classes; of more each is too faint to be seen
MEAN_RADIUS = 0.062
CLASSIFIER_RADIUS = 0.050
VERTEX_RADIUS = 0.080
SUM_RADIUS = 0.050  # of the glass where a set of labels is to lie
MEAN_STICK, CLASSIFIER_STICK = 0.012, 0.0075  # told apart by eye, whatever their colours
EDGE_RADIUS = 0.005
AXIS_RADIUS = 0.0035
AXIS_LENGTH = 1.35
LINK_RADIUS = 0.003
# Of a ball's radius: its colour says what it is, the disc in it whose it is.
MEAN_CORE, CLASSIFIER_CORE = 0.55, 0.42
# A mean so near its vertex needs no line to it; so far away the line is all there.
NO_LINK, WHOLE_LINK = 0.12, 0.30
NEIGHBOURS = 1.05  # times the least distance between vertices


NO_EDGES = tr(" · the simplex ETF without its edges, which are too many")


@dataclass(frozen=True, eq=False)
class Ideal:
    """What classes are to become, drawn in green.

    Parameters
    ----------
    points : array, shape (K′, 3)
        One a class.
    name : str
    joined : float or None
        How far apart points are at most that an edge joins; None for all.
    set_scales : mapping of int to float
        By numbers of labels, how many times farther out than the mean of the points of its labels
        a set belongs; where it is not said, as far as fits the means best.
    rows : array, shape (K′, 3), or None
        Where classifier rows belong, if not at the points.
    spokes : bool
        Lines lead from 0 to the points, in the place of edges between them.
    """

    points: Floats
    name: str = "simplex ETF"
    joined: float | None = None
    set_scales: Mapping[int, float] = field(default_factory=dict)
    rows: Floats | None = None
    spokes: bool = False


def draw_layout(
    layout: Layout, cast: Cast, view: View, ideal: Ideal | None, note: str = ""
) -> Scene:
    """Turn places into spheres, sticks and labels.

    Parameters
    ----------
    layout : Layout
        All chosen classes, hidden ones too.
    cast : Cast
    view : View
    ideal : Ideal or None
        None where there is nothing that the classes could become.
    note : str
        What must be said beside the picture.
    """
    ideal = ideal or Ideal(np.zeros((0, 3)))
    if not len(ideal.points):
        view = replace(view, show_etf=False)
    theme, vertices = THEMES[view.theme], ideal.points
    middles = middles_of(vertices, cast.places if len(vertices) else ())
    sums = sums_of(middles, layout.means[len(cast.corners) :], cast.places, ideal.set_scales)
    without_edges = view.show_etf and edges_of(len(vertices)) > MOST_EDGES
    balls: list[Balls] = []
    sticks: list[Sticks] = []
    edges: list[Sticks] = []
    if view.show_etf:
        balls.append(_balls(vertices, VERTEX_RADIUS, rgb(theme.etf), alpha=0.55))
        balls.append(_balls(sums, SUM_RADIUS, rgb(theme.etf), alpha=0.55))
        if ideal.spokes:
            edges.append(_between(np.zeros_like(vertices), vertices, theme))
        elif not without_edges:
            edges.append(_etf_edges(vertices, theme, ideal.joined))
        edges.append(_between(middles, sums, theme))
        if view.show_classifier and ideal.rows is not None:
            balls.append(_balls(ideal.rows, SUM_RADIUS, rgb(theme.etf), alpha=0.55))
            edges.append(_between(np.zeros_like(ideal.rows), ideal.rows, theme))
    green = sum(map(len, balls))
    if view.show_axes:
        edges.append(_axes(view.theme))
    hues = class_hues(cast, view)
    if view.show_means:
        means = layout.means[cast.visible]
        balls.append(_balls(means, MEAN_RADIUS, rgb(theme.means), hues=hues, core=MEAN_CORE))
        sticks.append(_sticks(means, MEAN_STICK, rgb(theme.means)))
    if view.show_classifier and layout.classifier is not None:
        rows = layout.classifier[cast.visible[: len(cast.corners)]]
        own = hues[: len(rows)]
        balls.append(
            _balls(rows, CLASSIFIER_RADIUS, rgb(theme.classifier), hues=own, core=CLASSIFIER_CORE)
        )
        sticks.append(_sticks(rows, CLASSIFIER_STICK, rgb(theme.classifier)))
    samples, ids = Balls(), np.zeros(0, dtype=np.int64)
    if view.show_samples:
        ids = cast.sample_ids
        samples = Balls(
            layout.samples[cast.rows].astype(np.float32),
            cast.samples.radii,
            cast.samples.colors,
            cast.samples.shapes,
            outlines=cast.samples.outlines,
        )
    return Scene(
        samples=samples,
        balls=join_balls(balls),
        sticks=join_sticks(sticks),
        edges=join_sticks(edges) if edges else Sticks(lit=False),
        labels=_names(cast, layout, view, green) if view.show_labels else (),
        links=_links(cast, layout.means, np.concatenate([vertices, sums]), view),
        background=rgb(theme.background),
        target=ideal.name,
        note=note + (NO_EDGES if without_edges else ""),
        sample_ids=ids,
    )


def edges_of(classes: int) -> int:
    """Return how many edges the simplex ETF of so many classes has."""
    return classes * (classes - 1) // 2


def class_hues(cast: Cast, view: View) -> Singles:
    """Return the hue of each visible class, shape (number of them, 3)."""
    shown = [labels for labels, seen in zip(cast.labels, cast.visible, strict=True) if seen]
    hues = [rgb(class_color(k, THEMES[view.theme], view.palette)) for k in shown]
    return np.array(hues, dtype=np.float32).reshape(-1, 3)


def _names(cast: Cast, layout: Layout, view: View, green: int) -> tuple[Label, ...]:
    """Return the names of the visible classes, each at its class mean; so many balls are green."""
    means, color = layout.means, (*rgb(THEMES[view.theme].text), 1.0)
    hues, balls = _line_hues(cast, view), _balls_of(cast, layout, view, green)
    visible = [k for k in range(len(cast.names)) if cast.visible[k]]
    several = kind_that_applies(view.shadow, len(cast.corners) - 1) == AXES
    own = [k for k in visible if k in view.shadow.toward] if several else visible
    labels = [_label(cast.names[k], means[k], color, balls[k], hues[k]) for k in own]
    others = sorted({*visible} - {*own})
    if others:
        # The vertices of all others fall onto one point: one name for all of them.
        name = (
            cast.names[others[0]] if len(others) == 1 else tr("{count} others", count=len(others))
        )
        theirs = tuple(ball for k in others for ball in balls[k])
        hue = hues[others[0]] if len(others) == 1 else None
        labels.append(_label(name, means[others].mean(axis=0), color, theirs, hue))
    return tuple(labels)


def _label(
    name: str,
    point: Floats,
    color: tuple[float, float, float, float],
    own: tuple[int, ...],
    hue: Rgb | None,
) -> Label:
    x, y, z = point.tolist()
    # As large as the ball of glass that it may have reached: at collapse no name leaps.
    return Label(name, (x, y, z), color, radius=VERTEX_RADIUS, own=own, hue=hue)


def _balls_of(cast: Cast, layout: Layout, view: View, green: int) -> list[tuple[int, ...]]:
    """Return the rows of the scene's balls that belong to each class, in the order drawn."""
    start = green
    balls: list[tuple[int, ...]] = [(k,) if view.show_etf else () for k in range(len(cast.classes))]
    visible = np.flatnonzero(cast.visible).tolist()
    rows = [k for k in visible if k < len(cast.corners)]
    parts = [visible] * view.show_means
    parts += [rows] * (view.show_classifier and layout.classifier is not None)
    for part in parts:
        for number, k in enumerate(part, start):
            balls[k] = (*balls[k], number)
        start += len(part)
    return balls


def _line_hues(cast: Cast, view: View) -> list[Rgb]:
    """Return a hue for lines of each class that is seen on the ground."""
    theme = THEMES[view.theme]
    hues = [class_color(labels, theme, view.palette) for labels in cast.labels]
    return [rgb(readable(hue, theme.background)) for hue in hues]


def _links(cast: Cast, means: Floats, vertices: Floats, view: View) -> Sticks:
    """Return hair lines from the visible class means to their vertices, where those are apart."""
    if not (view.show_labels and view.show_etf):
        return Sticks(lit=False)
    ends, corners = means[cast.visible], vertices[cast.visible]
    away = np.linalg.norm(corners - ends, axis=1)
    clear = np.clip((away - NO_LINK) / (WHOLE_LINK - NO_LINK), 0.0, 1.0)
    quiet = 0.8 * min(1.0, (8 / max(len(ends), 1)) ** 0.5)
    hues = [hue for hue, seen in zip(_line_hues(cast, view), cast.visible, strict=True) if seen]
    colors = np.array([(*hue, quiet * share) for hue, share in zip(hues, clear, strict=True)])
    return Sticks(
        ends.astype(np.float32),
        corners.astype(np.float32),
        np.full(len(ends), LINK_RADIUS, dtype=np.float32),
        colors.reshape(-1, 4).astype(np.float32),
        lit=False,
    )


def _balls(
    points: Floats,
    radius: float,
    color: Rgb,
    alpha: float = 1.0,
    hues: Singles | None = None,
    core: float = 0.0,
) -> Balls:
    count = len(points)
    cores = None
    if hues is not None:
        cores = np.column_stack([hues, np.full(count, core, dtype=np.float32)])
    return Balls(
        points.astype(np.float32),
        np.full(count, radius, dtype=np.float32),
        np.tile(np.array([*color, alpha], dtype=np.float32), (count, 1)),
        cores=cores,
    )


def _sticks(ends: Floats, radius: float, color: Rgb) -> Sticks:
    count = len(ends)
    return Sticks(
        np.zeros((count, 3), dtype=np.float32),
        ends.astype(np.float32),
        np.full(count, radius, dtype=np.float32),
        np.tile(np.array([*color, 1.0], dtype=np.float32), (count, 1)),
    )


def neighbours_apart(points: Floats) -> float:
    """Return how far apart points are at most that are among the nearest to each other."""
    first, second = np.triu_indices(len(points), k=1)
    return NEIGHBOURS * float(np.linalg.norm(points[first] - points[second], axis=1).min())


def _etf_edges(vertices: Floats, theme: Theme, joined: float | None) -> Sticks:
    """Return lines between all vertices, or between those alone that are near each other."""
    first, second = np.triu_indices(len(vertices), k=1)
    if joined is not None:
        close = np.linalg.norm(vertices[first] - vertices[second], axis=1) <= joined
        first, second = first[close], second[close]
    return _between(vertices[first], vertices[second], theme)


def _between(first: Floats, second: Floats, theme: Theme) -> Sticks:
    """Return thin lines in the colour of the ideal."""
    count = len(first)
    # Many edges together must stay as quiet as a few; a deep green on dark ground needs more.
    alpha = (0.85 if theme.name == "dark" else 0.55) * min(1.0, (6 / max(count, 1)) ** 0.5)
    return Sticks(
        first.astype(np.float32),
        second.astype(np.float32),
        np.full(count, EDGE_RADIUS, dtype=np.float32),
        np.tile(np.array([*rgb(theme.etf), alpha], dtype=np.float32), (count, 1)),
        lit=False,
    )


@lru_cache(maxsize=2)
def _axes(theme: str) -> Sticks:
    ends = AXIS_LENGTH * np.eye(3, dtype=np.float32)
    return Sticks(
        -ends,
        ends,
        np.full(3, AXIS_RADIUS, dtype=np.float32),
        np.tile(np.array([*rgb(THEMES[theme].quiet), 0.5], dtype=np.float32), (3, 1)),
        lit=False,
    )
