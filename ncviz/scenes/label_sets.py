"""Where the means of sets of labels are to lie: along the sums of the vertices of their classes."""

from collections.abc import Mapping, Sequence

import numpy as np

from ncviz.language import tr
from ncviz.scenes.layout import Floats, Ints
from ncviz.wording import listed

LONGEST = 4.0  # times the mean of the vertices, that their sum is drawn away from the middle


def middles_of(vertices: Floats, places: tuple[tuple[int, ...], ...]) -> Floats:
    """Return the mean of the vertices of each set, shape (S, 3): of two the middle of an edge.

    Parameters
    ----------
    vertices : array, shape (K′, 3)
        Of the classes.
    places : tuple of tuples of int
        Of each set which of the vertices are its own.
    """
    return np.array([vertices[list(own)].mean(axis=0) for own in places]).reshape(-1, 3)


def sums_of(
    middles: Floats,
    means: Floats,
    places: tuple[tuple[int, ...], ...],
    scales: Mapping[int, float],
) -> Floats:
    """Return where the sets are to lie: their middles, farther out by one factor for each size.

    Parameters
    ----------
    middles, means : array, shape (S, 3)
        Of the vertices of each set, and of its samples.
    places : tuple of tuples of int
        As of `middles_of`.
    scales : mapping of int to float
        The factors that theory gives, by numbers of labels. Of other sizes the one by which
        middles come nearest to the means: all of one size are equally long.
    """
    if not len(middles):
        return middles
    found, sizes = middles.copy(), np.array([len(own) for own in places])
    for size in np.unique(sizes).tolist():
        those = sizes == size
        scale = scales[size] if size in scales else _nearest(middles[those], means[those])
        found[those] *= scale
    return found


def _nearest(middles: Floats, means: Floats) -> float:
    squares = float(np.vdot(middles, middles))
    return min(max(float(np.vdot(middles, means)) / squares, 0.0), LONGEST) if squares else 1.0


def words_of_absent(labels: Ints, classes: Sequence[int], names: Sequence[str]) -> str:
    """Say of which classes no sample has one label alone: their means stand for nothing.

    Parameters
    ----------
    labels : array of int
        Of the drawn training samples, of which every class has some.
    classes, names : sequence of int and of str
        Those that are shown.
    """
    there = {*np.unique(labels).tolist()}
    absent = [name for k, name in zip(classes, names, strict=True) if k not in there]
    if not absent:
        return ""
    means = tr("its mean is") if len(absent) == 1 else tr("their means are")
    return tr(
        "no sample has the label {absent} alone: {means} at 0", absent=listed(absent), means=means
    )
