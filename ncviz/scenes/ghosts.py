"""Frames that other problems come to, drawn in green in the place of a simplex ETF."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ncviz.geometry.etf import DRAWN
from ncviz.language import tr
from ncviz.runs.snapshot import Positions
from ncviz.scenes.drawing import Ideal
from ncviz.scenes.layout import VANISHED, Floats, Layout, align, within_reach

UPRIGHT_AXIS = 2


@dataclass(frozen=True, eq=False)
class Ghost:
    """Where classes would lie that solved another problem.

    Parameters
    ----------
    name : str
        What it is.
    means : array, shape (K, r)
        Features, one a class.
    rows : array, shape (K, r), or None
        Classifier rows; None where the problem has none.
    about_zero : bool
        It is told from others by where 0 lies: the picture is drawn about 0, not about the
        middle of the class means.
    """

    name: str
    means: Floats
    rows: Floats | None = None
    about_zero: bool = False


def ideal_of(ghost: Ghost, shadow: Floats) -> Ideal:
    """Return a ghost as it lies in the picture about the middle of the class means.

    It is turned onto the simplex ETF as the classes are, so that both lie on each other where
    the classes have come to it.

    Parameters
    ----------
    ghost : Ghost
    shadow : array, shape (K−1, 3)
    """
    classes = tuple(range(len(ghost.means)))
    nobody = np.zeros((0, ghost.means.shape[1]))
    positions = Positions(ghost.means, nobody, ghost.rows)
    placed = align(positions, classes, np.arange(0)).cast(shadow)
    return Ideal(placed.means, ghost.name, rows=placed.classifier)


def seen_from_zero(
    means: Floats, classifier: Floats | None, samples: Floats, name: str
) -> tuple[Layout, Ideal]:
    """Return features as they lie about 0, beside an orthogonal frame.

    They are turned onto the frame by orthogonal Procrustes, and drawn at the root mean square
    length 1. Of the K dimensions height shows how much they have in common, and the plane how
    they differ: of a simplex ETF about 0 all heights are 0.

    Parameters
    ----------
    means : array, shape (K, p)
    classifier : array, shape (K, p), or None
    samples : array, shape (n, p)
    name : str
        Of the frame.
    """
    thrown = umbrella(len(means))
    left, _, right = np.linalg.svd(means.T, full_matrices=False)
    turn = left @ right @ thrown
    size = float(np.sqrt(np.mean(np.square(means).sum(axis=1))))
    scale, rows = 1 / max(size, VANISHED), None
    if classifier is not None:
        length = float(np.linalg.norm(classifier, axis=1).mean())
        rows = classifier @ turn / max(length, VANISHED)
    layout = Layout(scale * means @ turn, rows, within_reach(scale * samples @ turn))
    return layout, Ideal(thrown, name, spokes=True)


@lru_cache(maxsize=DRAWN)
def umbrella(classes: int) -> Floats:
    """Return the picture of K orthogonal unit vectors: spokes at equal angles about an upright.

    Returns
    -------
    array, shape (K, 3)
        Of three classes their exact angles, else a shadow of K dimensions, enlarged so that it
        shows unit vectors at length 1.
    """
    angles, found = 2 * np.pi * np.arange(classes) / classes, np.full((classes, 3), 0.0)
    # Two classes differ along one axis, where a circle has twice the mean square.
    across = np.sqrt((1 if classes == 2 else 2) / classes)
    found[:, 0], found[:, 1] = across * np.cos(angles), across * np.sin(angles)
    found[:, UPRIGHT_AXIS] = 1 / np.sqrt(classes)
    found /= np.linalg.norm(found, axis=1).mean()
    found.setflags(write=False)
    return found


def words_from_zero(classes: int) -> str:
    """Say from where it is seen, and how much of it."""
    if classes <= 3:
        return tr("seen from 0")
    return tr("seen from 0: 3-D shadow of {classes} dimensions", classes=classes)
