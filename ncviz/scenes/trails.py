"""Samples that are followed: rings around them, and trails to where they came from."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ncviz.runs.run import Run
from ncviz.scenes.cache import MEMORY, cache_of
from ncviz.scenes.cast import Cast
from ncviz.scenes.layout import Floats, Layout, within_reach
from ncviz.scenes.palette import THEMES, Rgb, class_color, rgb
from ncviz.scenes.placements import Classes, aligned, samples_of
from ncviz.scenes.scene import Balls, Scene, Sticks, join_sticks
from ncviz.scenes.view import View

Singles = NDArray[np.float32]

TRAIL_RADIUS = 0.006
TRAIL_EPOCHS = 48  # the oldest have faded away by then
MANY, EPOCHS_OF_MANY = 200, 8  # classes, of more of which each epoch takes a second
STRONGEST, FAINTEST = 0.9, 0.05
RING = 2.2, 2.8  # radii of a sample: pinned, under the pointer
SMALLEST_RING = 0.045
SINGLE = 4  # bytes of a number in single precision
SHARE = 0.1  # of a run's memory, for the past of all its samples


def rings_of(scene: Scene, view: View, cast: Cast) -> Balls:
    """Return outlines around the pinned samples and the one under the pointer.

    Parameters
    ----------
    scene : Scene
        With its samples drawn.
    view, cast : View, Cast
    """
    theme = THEMES[view.theme]
    wanted = [(row, RING[0], theme.accent) for row in view.pinned if row != view.hovered]
    if view.hovered is not None:
        wanted.append((view.hovered, RING[1], theme.text))
    drawn = [(_where(scene, row), size, color) for row, size, color in wanted]
    found = [(at, size, color) for at, size, color in drawn if at is not None]
    if not found:
        return Balls()
    radius = cast.sample_radius
    return Balls(
        scene.samples.positions[[at for at, _, _ in found]],
        np.array([max(SMALLEST_RING, radius * size) for _, size, _ in found], dtype=np.float32),
        np.array([(*rgb(color), 1.0) for _, _, color in found], dtype=np.float32),
    )


def _where(scene: Scene, row: int) -> int | None:
    """Return the number of a row of the probe among the drawn samples."""
    ids = scene.sample_ids
    at = int(np.searchsorted(ids, row))
    return at if at < len(ids) and ids[at] == row else None


def trails_of(
    run: Run, epoch: float, layer: int, layout: Layout, view: View, cast: Cast, shadow: Floats
) -> Sticks:
    """Return where the pinned samples have been, fading into the past.

    Parameters
    ----------
    run : Run
    epoch : float
        Of the picture; the trail goes through the recorded epochs before it.
    layer : int
    layout : Layout
        Of this moment.
    view, cast : View, Cast
    shadow : array, shape (K′−1, 3)
    """
    pinned = tuple(row for row in sorted(set(view.pinned)) if row in cast.sample_ids)
    past = _epochs_before(run, epoch, cast.corners)
    if not pinned or not past:
        return Sticks(lit=False)
    # Remembered without a shadow: the trails of a grand tour cost as little as any.
    there = np.array([_points(run, e, layer, cast.corners, pinned) for e in past])
    rows = np.searchsorted(samples_of(run, cast.corners), pinned)
    here = layout.samples[rows][None]
    path = np.concatenate([within_reach(there @ shadow), here]).astype(np.float32)
    theme = THEMES[view.theme]
    labels = (run.labels_of(int(run.drawn_labels[row])) for row in pinned)
    hues = [rgb(class_color(each, theme, view.palette)) for each in labels]
    return join_sticks([_trail(path[:, k], hue) for k, hue in enumerate(hues)])


def _trail(path: NDArray[np.float32], color: Rgb) -> Sticks:
    count = len(path) - 1
    fading = np.linspace(0, 1, count + 1, dtype=np.float32)[1:] ** 1.5
    colors = np.tile(np.array([*color, 1.0], dtype=np.float32), (count, 1))
    colors[:, 3] = FAINTEST + (STRONGEST - FAINTEST) * fading
    radii = np.full(count, TRAIL_RADIUS, dtype=np.float32)
    return Sticks(path[:-1], path[1:], radii, colors, lit=False)


def remember_past(run: Run, view: View, layers: Sequence[int], seconds: float) -> bool:
    """Look up where all samples were, so that the first pin finds its trail ready.

    Parameters
    ----------
    run : Run
    view : View
        Its layer and shadow do not matter.
    layers : sequence of int
    seconds : float
        How much time there is.

    Returns
    -------
    bool
        Whether some of the past is still to be looked up. Never so where it
        would take too much memory.

    Raises
    ------
    UserError
        If a snapshot cannot be read.
    """
    classes, run = view.shown_classes(run.manifest.classes), run.drawn_of(view.split)
    if not _is_kept(run, classes):
        return False
    end = time.perf_counter() + seconds
    for epoch in _epochs_before(run, view.epoch, classes):
        for layer in layers:
            if time.perf_counter() > end:
                return True
            _past(run, epoch, layer % len(run.manifest.layers), classes)
    return False


def _epochs_before(run: Run, epoch: float, classes: Classes) -> tuple[int, ...]:
    most = TRAIL_EPOCHS if len(classes) <= MANY else EPOCHS_OF_MANY
    return tuple(e for e in run.epochs if e < epoch)[-most:]


def _is_kept(run: Run, classes: Classes) -> bool:
    """Tell whether there is room to remember the past of all samples in every layer."""
    pictures = min(len(run.epochs), TRAIL_EPOCHS) * len(run.manifest.layers)
    numbers = len(samples_of(run, classes)) * (len(classes) - 1)
    return pictures * numbers * SINGLE <= SHARE * MEMORY


def _past(run: Run, epoch: int, layer: int, classes: Classes) -> Singles:
    """Return aligned points of all samples at a recorded epoch, in all dimensions."""
    where = epoch, layer, classes
    return cache_of(run).recall(
        ("past", where), lambda: aligned(run, *where).samples.astype(np.float32)
    )


def _points(run: Run, epoch: int, layer: int, classes: Classes, pinned: tuple[int, ...]) -> Singles:
    """Return aligned points of some samples at a recorded epoch, in all dimensions."""
    rows = np.searchsorted(samples_of(run, classes), pinned)
    if _is_kept(run, classes):
        return _past(run, epoch, layer, classes)[rows]
    return cache_of(run).recall(
        ("trail", epoch, layer, classes, pinned),
        lambda: aligned(run, epoch, layer, classes).samples[rows].astype(np.float32),
    )
