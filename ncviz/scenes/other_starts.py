"""Faint trails of the class means of other descents, each turned as the one that is drawn."""

import math

import numpy as np

from ncviz.geometry.etf import simplex_vertices
from ncviz.runs.run import Run
from ncviz.scenes.layout import VANISHED, Floats, recorded_around, within_reach
from ncviz.scenes.palette import THEMES, class_color, rgb
from ncviz.scenes.placements import shadow_of
from ncviz.scenes.scene import Sticks
from ncviz.scenes.view import View

RADIUS = 0.004
FAINTEST, STRONGEST = 0.08, 0.4
LONGEST = 40  # pieces of a trail
MOST = 4000  # of all of them: what a frame draws beside all else


def placed_means(features: Floats, classes: int) -> Floats:
    """Return the class means of several descents, each turned to the simplex ETF for itself.

    No two descents share their axes: turned alike, those come to one place that end alike.

    Parameters
    ----------
    features : array, shape (S, K n, d)
        One class after another, n of each.
    classes : int
        K.

    Returns
    -------
    array, shape (S K, K − 1)
        One descent after another, where `align` would place it.
    """
    means = features.reshape(len(features), classes, -1, features.shape[2]).mean(axis=2)
    middle = means.mean(axis=1, keepdims=True)
    from_middle = means - middle
    left, _, right = np.linalg.svd(
        from_middle.transpose(0, 2, 1) @ simplex_vertices(classes), full_matrices=False
    )
    spread = np.sqrt(np.square((features - middle) @ left).sum(axis=2).mean(axis=1))
    placed = from_middle @ (left @ right) / np.maximum(spread, VANISHED)[:, None, None]
    return np.asarray(placed.reshape(-1, classes - 1))


def trails_of_starts(run: Run, name: str, view: View) -> Sticks:
    """Return the trails up to the moment of a view, fading into the past.

    Parameters
    ----------
    run : Run
        Of one layer.
    name : str
        Under which its snapshots hold `placed_means`, among other positions.
    view : View
        With all classes.
    """
    classes = run.manifest.classes

    def means(step: int) -> Floats:
        return run.snapshot(step).positions(0).others[name].probe

    low, high, share = recorded_around(run.epochs, view.epoch)
    here = (1 - share) * means(low) + share * means(high)
    pieces = max(1, min(LONGEST, MOST // len(here)))
    stride = math.ceil(len(run.manifest.recorded) / pieces)
    past = [step for step in run.epochs[::stride] if step < view.epoch]
    path = np.array([*map(means, past), here]) @ shadow_of(
        run, 0, tuple(range(classes)), view.shadow
    )
    seen = within_reach(path).astype(np.float32)
    theme, count = THEMES[view.theme], len(past)
    hues = [(*rgb(class_color(label, theme, view.palette)), 1.0) for label in range(classes)]
    colors = np.tile(np.array(hues, dtype=np.float32), (count * len(here) // classes, 1))
    fading = np.linspace(0, 1, count + 1, dtype=np.float32)[1:]
    colors[:, 3] = np.repeat(FAINTEST + (STRONGEST - FAINTEST) * fading, len(here))
    starts, ends = seen[:-1].reshape(-1, 3), seen[1:].reshape(-1, 3)
    return Sticks(starts, ends, np.full(len(starts), RADIUS, dtype=np.float32), colors, lit=False)
