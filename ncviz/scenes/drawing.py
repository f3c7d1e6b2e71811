"""Turns places into balls, sticks, edges and labels with their colours."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.scenes.layout import Floats, Ints, Layout
from ncviz.scenes.palette import DEFAULT_PALETTE, THEMES, Rgb, Theme, class_color, rgb
from ncviz.scenes.scene import SHAPES, Balls, Label, Scene, Sticks, join_balls, join_sticks
from ncviz.scenes.shadows import AXES, kind_of, vertices_in, words_for
from ncviz.scenes.view import View

Singles = NDArray[np.float32]

SAMPLE_RADIUS = 0.026  # of a few hundred samples; many are drawn smaller
FEW_SAMPLES = 400
MEAN_RADIUS = 0.062
CLASSIFIER_RADIUS = 0.050
VERTEX_RADIUS = 0.080
STICK_RADIUS = 0.012
EDGE_RADIUS = 0.005
AXIS_RADIUS = 0.0035
AXIS_LENGTH = 1.35
LABEL_DISTANCE = 1.20


@dataclass(frozen=True, eq=False)
class Cast:
    """Who is seen: the classes of a picture and the samples of those that are not hidden.

    Parameters
    ----------
    classes : tuple of int
        The class number of each mean, which decides its hue.
    names : tuple of str
        One for each of `classes`.
    visible : array of bool, shape (K′,)
        False for classes that are hidden.
    rows : array of int, shape (n,)
        Of the samples that are drawn, among all samples of the classes.
    sample_ids : array of int, shape (n,)
        The same samples among all of the run's probe.
    samples : Balls
        Their radii, colours and shapes; the positions are not theirs.
    """

    classes: tuple[int, ...]
    names: tuple[str, ...]
    visible: NDArray[np.bool_]
    rows: Ints
    sample_ids: Ints
    samples: Balls

    @property
    def sample_radius(self) -> float:
        """Return how large one sample is drawn; 0 if there is none."""
        return float(self.samples.radii[0]) if len(self.samples.radii) else 0.0


def make_cast(
    classes: tuple[int, ...], names: tuple[str, ...], view: View, labels: Ints, sample_ids: Ints
) -> Cast:
    """Say who is seen.

    Parameters
    ----------
    classes, names : tuple
        The chosen ones.
    view : View
        Its hidden classes, palette and shapes.
    labels, sample_ids : array of int, shape (n,)
        Class and number of each sample of the chosen classes.
    """
    visible = ~np.isin(classes, view.hidden)
    rows = np.flatnonzero(~np.isin(labels, view.hidden))
    # Hiding a class must not make the others swell: all samples decide.
    radius = SAMPLE_RADIUS * min(1.0, (FEW_SAMPLES / max(len(labels), 1)) ** (1 / 3))
    shown = labels[rows]
    shapes = (shown % len(SHAPES)).astype(np.float32) if view.shapes else None
    radii = np.full(len(rows), radius, dtype=np.float32)
    colors = sample_colors(shown, view.palette)
    # Many scenes share these arrays, so that they are uploaded once.
    for array in (radii, colors, shapes):
        if array is not None:
            array.setflags(write=False)
    nowhere = np.zeros((0, 3), dtype=np.float32)
    return Cast(
        classes, names, visible, rows, sample_ids[rows], Balls(nowhere, radii, colors, shapes)
    )


def sample_colors(labels: Ints, palette: str = DEFAULT_PALETTE) -> Singles:
    """Return the hue of each sample's class, shape (n, 4)."""
    if not len(labels):
        return np.zeros((0, 4), dtype=np.float32)
    hues = np.array([(*rgb(class_color(k, palette)), 1.0) for k in range(int(labels.max()) + 1)])
    return np.asarray(hues[labels], dtype=np.float32)


def draw_layout(layout: Layout, cast: Cast, view: View, shadow: Floats) -> Scene:
    """Turn places into spheres, sticks and labels.

    Parameters
    ----------
    layout : Layout
        All chosen classes, hidden ones too.
    cast : Cast
    view : View
    shadow : array, shape (K′−1, 3)
        Of which the layout was drawn.
    """
    theme = THEMES[view.theme]
    vertices = vertices_in(shadow)
    balls: list[Balls] = []
    sticks: list[Sticks] = []
    edges: list[Sticks] = []
    if view.show_etf:
        balls.append(_balls(vertices, VERTEX_RADIUS, rgb(theme.etf), alpha=0.55))
        edges.append(_etf_edges(vertices, theme))
    if view.show_axes:
        edges.append(_axes(view.theme))
    if view.show_means:
        means = layout.means[cast.visible]
        balls.append(_balls(means, MEAN_RADIUS, rgb(theme.means)))
        sticks.append(_sticks(means, STICK_RADIUS, rgb(theme.means)))
    if view.show_classifier and layout.classifier is not None:
        rows = layout.classifier[cast.visible]
        balls.append(_balls(rows, CLASSIFIER_RADIUS, rgb(theme.classifier)))
        sticks.append(_sticks(rows, 0.8 * STICK_RADIUS, rgb(theme.classifier)))
    samples, ids = Balls(), np.zeros(0, dtype=np.int64)
    if view.show_samples:
        ids = cast.sample_ids
        samples = Balls(
            layout.samples[cast.rows].astype(np.float32),
            cast.samples.radii,
            cast.samples.colors,
            cast.samples.shapes,
        )
    return Scene(
        samples=samples,
        balls=join_balls(balls),
        sticks=join_sticks(sticks),
        edges=join_sticks(edges) if edges else Sticks(lit=False),
        labels=_vertex_labels(cast, vertices, view) if view.show_labels else (),
        background=rgb(theme.background),
        note=words_for(view.shadow, cast.names),
        sample_ids=ids,
    )


def class_labels(cast: Cast, points: Floats, theme: Theme) -> tuple[Label, ...]:
    """Return the names of the visible classes, each beyond its point."""
    named = zip(cast.names, points, cast.visible, strict=True)
    return tuple(_label(name, point, theme) for name, point, seen in named if seen)


def _vertex_labels(cast: Cast, vertices: Floats, view: View) -> tuple[Label, ...]:
    theme = THEMES[view.theme]
    if kind_of(view.shadow, len(cast.classes)) != AXES:
        return class_labels(cast, vertices, theme)
    # All other vertices fall onto one point: one name for all of them.
    toward = view.shadow.toward
    labels = [_label(cast.names[k], vertices[k], theme) for k in toward if cast.visible[k]]
    others = [k for k in range(len(vertices)) if k not in toward and cast.visible[k]]
    if others:
        name = cast.names[others[0]] if len(others) == 1 else f"{len(others)} others"
        labels.append(_label(name, vertices[others[0]], theme))
    return tuple(labels)


def _label(name: str, point: Floats, theme: Theme) -> Label:
    x, y, z = (float(value) for value in LABEL_DISTANCE * point)
    return Label(name, (x, y, z), (*rgb(theme.text), 1.0))


def _balls(points: Floats, radius: float, color: Rgb, alpha: float = 1.0) -> Balls:
    count = len(points)
    return Balls(
        points.astype(np.float32),
        np.full(count, radius, dtype=np.float32),
        np.tile(np.array([*color, alpha], dtype=np.float32), (count, 1)),
    )


def _sticks(ends: Floats, radius: float, color: Rgb) -> Sticks:
    count = len(ends)
    return Sticks(
        np.zeros((count, 3), dtype=np.float32),
        ends.astype(np.float32),
        np.full(count, radius, dtype=np.float32),
        np.tile(np.array([*color, 1.0], dtype=np.float32), (count, 1)),
    )


def _etf_edges(vertices: Floats, theme: Theme) -> Sticks:
    first, second = np.triu_indices(len(vertices), k=1)
    count = len(first)
    # Many edges together must stay as quiet as a few.
    alpha = 0.55 * min(1.0, (6 / max(count, 1)) ** 0.5)
    return Sticks(
        vertices[first].astype(np.float32),
        vertices[second].astype(np.float32),
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
