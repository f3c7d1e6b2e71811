"""Samples that are followed: rings around them, and trails to where they came from."""

import numpy as np
from numpy.typing import NDArray

from ncviz.runs.run import Run
from ncviz.scenes.drawing import Cast
from ncviz.scenes.layout import Floats, Layout, within_reach
from ncviz.scenes.palette import THEMES, Rgb, class_color, rgb
from ncviz.scenes.placements import Classes, aligned, memory_of, samples_of
from ncviz.scenes.scene import Balls, Scene, Sticks, join_sticks
from ncviz.scenes.view import View

TRAIL_RADIUS = 0.006
TRAIL_EPOCHS = 48  # the oldest have faded away by then
STRONGEST, FAINTEST = 0.9, 0.05
RING = 2.2, 2.8  # radii of a sample: pinned, under the pointer
SMALLEST_RING = 0.045


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
    pinned = tuple(np.intersect1d(view.pinned, cast.sample_ids).tolist())
    past = tuple(e for e in run.epochs if e < epoch)[-TRAIL_EPOCHS:]
    if not pinned or not past:
        return Sticks(lit=False)
    there = np.array([_points(run, e, layer, cast.classes, pinned) for e in past])
    rows = np.searchsorted(samples_of(run, cast.classes), pinned)
    here = layout.samples[rows][None]
    path = np.concatenate([within_reach(there @ shadow), here]).astype(np.float32)
    hues = [rgb(class_color(int(run.probe.labels[row]), view.palette)) for row in pinned]
    return join_sticks([_trail(path[:, k], hue) for k, hue in enumerate(hues)])


def _trail(path: NDArray[np.float32], color: Rgb) -> Sticks:
    count = len(path) - 1
    fading = np.linspace(0, 1, count + 1, dtype=np.float32)[1:] ** 1.5
    colors = np.tile(np.array([*color, 1.0], dtype=np.float32), (count, 1))
    colors[:, 3] = FAINTEST + (STRONGEST - FAINTEST) * fading
    radii = np.full(count, TRAIL_RADIUS, dtype=np.float32)
    return Sticks(path[:-1], path[1:], radii, colors, lit=False)


def _points(run: Run, epoch: int, layer: int, classes: Classes, pinned: tuple[int, ...]) -> Floats:
    """Return aligned points of some samples at a recorded epoch, in all dimensions.

    Only these few are remembered: neither their whole layer nor a shadow of it,
    so that the trails of a grand tour cost as little as any.
    """

    def take() -> Floats:
        rows = np.searchsorted(samples_of(run, classes), pinned)
        return aligned(run, epoch, layer, classes).samples[rows]

    return memory_of(run).recall(("pinned", epoch, layer, classes, pinned), take)
