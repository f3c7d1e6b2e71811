"""The picture of unit vectors about 0, on the circle or on the sphere, to be dragged."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ncviz.scenes.cast import make_cast
from ncviz.scenes.drawing import draw_layout
from ncviz.scenes.layout import Floats, Layout
from ncviz.scenes.own_space import lines_of_sphere, rings_about, upright
from ncviz.scenes.palette import THEMES, rgb
from ncviz.scenes.scene import Scene, SphereHandles, Sticks
from ncviz.scenes.view import ShadowChoice, View

ARC_RADIUS, ARC_PIECES = 0.009, 24


def compose_unit_vectors(
    vectors: Floats, names: tuple[str, ...], view: View, joined: Sequence[tuple[int, int]] = ()
) -> Scene:
    """Describe the picture of unit vectors as they lie; nothing is turned.

    Parameters
    ----------
    vectors : array, shape (K, d)
        In two or three dimensions, of length 1.
    names : tuple of str
        K of them.
    view : View
        Its epoch, layer, classes and shadow do not apply.
    joined : sequence of pairs of int
        Between which an arc is drawn.
    """
    points, dimension = vectors @ upright(vectors.shape[1]), vectors.shape[1]
    plain = replace(view, shadow=ShadowChoice(), hidden=(), show_etf=False)
    nobody = np.zeros(0, dtype=np.int64)
    cast = make_cast(tuple(range(len(points))), names, plain, nobody, nobody)
    scene = draw_layout(Layout(points, None, np.zeros((0, 3))), cast, plain, None)
    return replace(
        scene,
        ground=lines_of_sphere(dimension, view.theme),
        trails=_arcs(points, joined, view.theme),
        points="unit vectors",
        handles=SphereHandles(tuple(range(len(points))), dimension) if view.show_means else None,
    )


def with_chosen(scene: Scene, handle: int, theme: str) -> Scene:
    """Return a scene with a ring around one of its handles."""
    if scene.handles is None or handle >= len(scene.handles.balls):
        return scene
    row = scene.handles.balls[handle]
    return replace(scene, rings=rings_about(scene.balls.positions[[row]], theme, "text"))


def _arcs(points: Floats, pairs: Sequence[tuple[int, int]], theme: str) -> Sticks:
    """Return the shorter great arcs between points."""
    if not len(pairs):
        return Sticks(lit=False)
    first = points[[pair[0] for pair in pairs]][:, None]
    second = points[[pair[1] for pair in pairs]][:, None]
    cosine = np.clip((first * second).sum(axis=2, keepdims=True), -1.0, 1.0)
    angle = np.arccos(cosine)
    way = second - cosine * first
    length = np.linalg.norm(way, axis=2, keepdims=True)
    way = way / np.where(length > 1e-9, length, 1.0)  # of opposite ends there is none: no arc
    turned = angle * np.linspace(0, 1, ARC_PIECES + 1)[None, :, None]
    paths = np.where(length > 1e-9, np.cos(turned) * first + np.sin(turned) * way, first)
    starts, ends = paths[:, :-1].reshape(-1, 3), paths[:, 1:].reshape(-1, 3)
    color = np.array([*rgb(THEMES[theme].classifier), 1.0], dtype=np.float32)
    return Sticks(
        starts.astype(np.float32),
        ends.astype(np.float32),
        np.full(len(starts), ARC_RADIUS, dtype=np.float32),
        np.tile(color, (len(starts), 1)),
        lit=False,
    )
