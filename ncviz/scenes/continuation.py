"""Continues the picture from epoch to epoch where the class means leave a direction open."""

from bisect import bisect_right

import numpy as np

from ncviz.geometry.projection import Guide, leaves_open
from ncviz.runs.run import Run
from ncviz.runs.snapshot import Positions
from ncviz.scenes.cache import cache_of
from ncviz.scenes.layout import Floats, Ints, align

KEYS = 48  # recorded epochs at most that follow one upon the other
FOLLOWED = 256  # samples at most that are followed
MOST_CLASSES = 16  # in the shadow of more dimensions, a single one hardly shows


def key_epochs(epochs: tuple[int, ...]) -> tuple[int, ...]:
    """Return the recorded epochs that are continued one from the other.

    All of them in a short run, every second, fourth, … in a longer one: any
    epoch is reached from the first in few steps, whichever was seen before.

    Parameters
    ----------
    epochs : tuple of int
        All recorded ones, ascending.
    """
    stride = 1
    while len(epochs) > KEYS * stride:
        stride *= 2
    return epochs[::stride]


def keys_around(epochs: tuple[int, ...], epoch: int) -> tuple[int, ...]:
    """Return the key epochs before and after a recorded one; of a key epoch the one before."""
    keys = key_epochs(epochs)
    at = bisect_right(keys, epoch)
    if keys[at - 1] == epoch:
        return keys[max(0, at - 2) : at - 1]
    return keys[at - 1 : at + 1]


def guide_for(
    run: Run,
    epoch: int,
    layer: int,
    classes: tuple[int, ...],
    positions: Positions,
    sample_ids: Ints,
) -> Guide | None:
    """Return what decides the directions that the means of an epoch leave open.

    Parameters
    ----------
    run : Run
    epoch : int
        One of `run.epochs`.
    layer : int
    classes : tuple of int
    positions : Positions
        Of that epoch and layer.
    sample_ids : array of int, shape (n,)
        The probe samples of the classes.

    Returns
    -------
    Guide or None
        The samples and where they lay at the key epoch before, or on the way
        from there to the one after. It depends on the run alone, not on what
        was seen before. None where the means decide everything.
    """
    around = keys_around(run.epochs, epoch)
    few = len(classes) <= MOST_CLASSES
    if not few or not around or not leaves_open(positions.means[list(classes)]):
        return None
    followed = sample_ids[:: -(-len(sample_ids) // FOLLOWED) or 1]
    if not len(followed):
        return None
    placed = _placed(run, around[0], layer, classes, followed)
    if len(around) == 2:
        first, second = around
        share = (epoch - first) / (second - first)
        other = _placed(run, second, layer, classes, followed)
        placed = (1 - share) * placed + share * other
    return Guide(positions.probe[followed], placed)


def _placed(run: Run, key: int, layer: int, classes: tuple[int, ...], followed: Ints) -> Floats:
    """Return where the followed samples lie at a key epoch, shape (n, K′−1)."""

    def place() -> Floats:
        positions = run.snapshot(key).positions(layer)
        guide = guide_for(run, key, layer, classes, positions, followed)
        samples = align(positions, classes, followed, guide).samples
        return np.asarray(samples - samples.mean(axis=0))

    return cache_of(run).recall(
        ("continued", key, keys_around(run.epochs, key), layer, classes), place
    )
