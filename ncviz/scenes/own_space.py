"""The picture of a layer in its own space: nothing turned, nothing lost.

Generalised collapse is about directions from 0 (Jiang et al., ICML 2024): features of one length
are drawn about 0, on the sphere of radius 1, and so are the classifier's rows. All others are
drawn about the middle of the class means, like every layer.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from ncviz.geometry.etf import DRAWN
from ncviz.language import tr
from ncviz.runs.own_space import brought_over, is_own_space, lies_on_sphere, own_space
from ncviz.runs.run import Run
from ncviz.scenes.cache import cache_of
from ncviz.scenes.drawing import Ideal, neighbours_apart
from ncviz.scenes.layout import FINEST, VANISHED, Aligned, Floats, Ints
from ncviz.scenes.palette import THEMES, rgb
from ncviz.scenes.scene import Balls, Sticks
from ncviz.scenes.view import View

UPRIGHT = {1: [0], 2: [0, 2], 3: [0, 1, 2]}  # the axes of so many dimensions
MOST_CODED = 24  # classes: the search for the code of more takes seconds
LINE_RADIUS, LINE_ALPHA = 0.0025, 0.3
PIECES = 96  # of a circle
RING = 0.13  # radius, in scene units, about a vertex of the ideal
FLAT = 1e-3  # of a length: what a target spans less than that, it does not span
PARALLELS, MERIDIANS = (-60, -30, 0, 30, 60), 6


@lru_cache(maxsize=DRAWN)
def upright(dimension: int) -> Floats:
    """Return what multiplies points of so many dimensions from the right to draw them."""
    matrix = np.zeros((dimension, 3))
    matrix[np.arange(dimension), UPRIGHT[dimension]] = 1
    matrix.setflags(write=False)
    return matrix


def in_own_space(
    run: Run,
    epoch: int,
    layer: int,
    classes: tuple[int, ...],
    sample_ids: Ints,
    others: tuple[Floats, Floats | None] | None = None,
) -> Aligned:
    """Return a recorded layer as it lies, whichever of its classes are chosen.

    Parameters
    ----------
    run, epoch, layer
        As of `own_space`.
    classes : tuple of int
    sample_ids : array of int, shape (n,)
        Their probe samples.
    others : tuple of arrays, optional
        As of `align`: seen in place of these, which decide the scale.
    """
    points, rows = own_space(run, epoch, layer), None
    of_classes = points.means[: run.manifest.classes]
    center = np.zeros(of_classes.shape[1])
    if not is_on_sphere(run, layer):
        center = of_classes.mean(axis=0)
    cloud = points.samples[run.probe.labels < run.manifest.classes]
    cloud = (cloud if len(cloud) else of_classes) - center
    size = float(np.sqrt(np.mean(np.square(of_classes - center).sum(axis=1))))
    spread = float(np.sqrt(np.mean(np.square(cloud).sum(axis=1))))
    scale = 1 / max(spread, FINEST * size, VANISHED)
    if points.rows is not None:
        rows = points.rows - (points.rows.mean(axis=0) if center.any() else 0.0)
        length = float(np.linalg.norm(rows, axis=1).mean())
        rows = rows[list(classes)] / max(length, VANISHED)
    means = scale * (points.means[list(run.manifest.with_sets(classes))] - center)
    if others is None:
        return Aligned(means, rows, scale * (points.samples[sample_ids] - center))
    samples, own = (
        None if part is None else scale * (brought_over(run, epoch, layer, part) - center)
        for part in others
    )
    assert samples is not None  # there are some, be they none
    return Aligned(means, rows, samples, held_own=own)


def is_on_sphere(run: Run, layer: int) -> bool:
    """Return whether a layer in its own space is drawn on the sphere of its features."""
    ends = run.epochs[0], run.epochs[-1]
    return cache_of(run).recall(
        (tr("on a sphere"), ends, layer), lambda: lies_on_sphere(run, layer)
    )


def words_of_own_space(run: Run, layer: int, classes: tuple[int, ...]) -> str:
    """Say how much is seen, and that it is exact."""
    every, width = run.manifest.classes, run.manifest.layers[layer].width
    who = (
        tr("all {every:,}", every=every)
        if len(classes) == every
        else tr("{count:,} of {every:,}", count=len(classes), every=every)
    )
    return (
        tr("{who} classes, exact: features have {width} dimensions", who=who, width=width)
        if width > 1
        else tr("{who} classes, exact: features have {width} dimension", who=who, width=width)
    )


# The code that the classes could become


def code_is_sought(run: Run, view: View) -> bool:
    """Return whether a picture waits for the search for a softmax code."""
    layer = view.layer % len(run.manifest.layers)
    return view.show_etf and has_code(run, layer) and _key(run, layer) not in cache_of(run)


@dataclass(frozen=True, eq=False)
class TurnedCode:
    """A softmax code beside the classes of a run.

    Parameters
    ----------
    vectors : array, shape (K, d)
        Numbered and turned as the class means of the last recorded epoch stand to it.
    margin : float
        Its one-vs-rest distance.
    name : str
    """

    vectors: Floats
    margin: float
    name: str


def code_in(run: Run, layer: int, classes: tuple[int, ...]) -> Ideal | None:
    """Return the softmax code as it lies nearest to the classes of the last recorded epoch.

    None where `code_of` has none.
    """
    found = code_of(run, layer)
    if found is None:
        return None
    points = found.vectors @ upright(found.vectors.shape[1])
    return Ideal(points[list(classes)], found.name, neighbours_apart(points))


def code_of(run: Run, layer: int) -> TurnedCode | None:
    """Return the softmax code of as many classes as a layer has, sought once.

    None while a run is being recorded, of features of many lengths, of a hidden layer, and
    where there is no code or the search for it takes long.
    """
    if not has_code(run, layer):
        return None
    return cache_of(run).recall(_key(run, layer), lambda: _code(run, layer))


def _key(run: Run, layer: int) -> tuple[str, int, int]:
    return "code", run.epochs[-1], layer


def has_code(run: Run, layer: int) -> bool:
    """Return whether a softmax code is drawn in a layer; sets of labels are not of its theory."""
    classes, width = run.manifest.classes, run.manifest.layers[layer].width
    return (
        layer == len(run.manifest.layers) - 1
        and is_own_space(run, layer)
        and width > 1
        and not run.manifest.label_sets
        and (width == 2 or classes <= MOST_CODED)
        and run.manifest.state != "running"
        and is_on_sphere(run, layer)
    )


def _code(run: Run, layer: int) -> TurnedCode | None:
    from ncviz.theory.quick_codes import code_near, code_words

    means = own_space(run, run.epochs[-1], layer).means
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    if not (lengths > 0).all():
        return None
    directions = means / lengths
    code = code_near(directions)
    left, _, right = np.linalg.svd(code.vectors.T @ directions)
    return TurnedCode(code.vectors @ left @ right, code.margin, code_words(code))


# A target that classes are to become


def shadow_of_points(points: Floats) -> Floats:
    """Return what multiplies points of a target from the right to draw them, shape (m, 3).

    Parameters
    ----------
    points : array, shape (K, m)
        Of at most three dimensions they are drawn as they are; of more, where they span no more,
        those; else a shadow in a fixed direction, which favours none of them.
    """
    dimension = points.shape[1]
    if dimension <= DRAWN:
        return upright(dimension)
    _, sizes, axes = np.linalg.svd(points)
    if not (sizes[DRAWN:] > FLAT * sizes[0]).any():
        return np.asarray(axes[:DRAWN].T)
    return _slant(dimension)


@lru_cache(maxsize=8)
def _slant(dimension: int) -> Floats:
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((dimension, dimension)))[0]
    matrix = np.asarray(np.sqrt(dimension / DRAWN) * turn[:, :DRAWN])
    matrix.setflags(write=False)
    return matrix


def ideal_in(points: Floats, shadow: Floats, name: str) -> Ideal:
    """Return a target as it is drawn; neighbours are joined where lengths are true."""
    drawn = np.asarray(points @ shadow)
    true = np.allclose(drawn @ drawn.T, points @ points.T, atol=FLAT)
    return Ideal(drawn, name, neighbours_apart(drawn) if true else 0.0)


def rings_about(points: ArrayLike, theme: str, role: str = "etf") -> Balls:
    """Return rings about points, shape (n, 3), in the colour of a role: by default the ideal's."""
    points = np.asarray(points)
    color = np.array([*rgb(getattr(THEMES[theme], role)), 1.0], dtype=np.float32)
    radii = np.full(len(points), RING, dtype=np.float32)
    return Balls(points.astype(np.float32), radii, np.tile(color, (len(points), 1)))


# The sphere


def ground_of(run: Run, view: View, layer: int) -> Sticks:
    """Return hair lines on the sphere or the circle of the features; none where they have none."""
    if not is_on_sphere(run, layer):
        return Sticks(lit=False)
    return lines_of_sphere(run.manifest.layers[layer].width, view.theme)


@lru_cache(maxsize=2 * DRAWN)
def lines_of_sphere(dimension: int, theme: str) -> Sticks:
    """Return hair lines on the unit sphere of so many dimensions, at most three, about 0."""
    x, z = np.eye(3)[0], np.eye(3)[2]
    if dimension == 1:
        paths = [np.array([-x, x])]
    else:
        paths = [_circle(x, z)] if dimension == 2 else _graticule()
    starts = np.concatenate([path[:-1] for path in paths]).astype(np.float32)
    ends = np.concatenate([path[1:] for path in paths]).astype(np.float32)
    radii = np.full(len(starts), LINE_RADIUS, dtype=np.float32)
    color = np.array([*rgb(THEMES[theme].quiet), LINE_ALPHA], dtype=np.float32)
    return Sticks(starts, ends, radii, np.tile(color, (len(starts), 1)), lit=False)


def _graticule() -> list[Floats]:
    """Return circles of latitude, and great circles through the poles."""
    x, y, z = np.eye(3)
    heights, turns = np.radians(PARALLELS), np.pi * np.arange(MERIDIANS) / MERIDIANS
    parallels = [_circle(np.cos(h) * x, np.cos(h) * y, np.sin(h) * z) for h in heights]
    return [*parallels, *(_circle(np.cos(t) * x + np.sin(t) * y, z) for t in turns)]


def _circle(first: Floats, second: Floats, center: Floats | float = 0.0) -> Floats:
    angles = np.linspace(0, 2 * np.pi, PIECES + 1)[:, None]
    return np.asarray(center + np.cos(angles) * first + np.sin(angles) * second)
