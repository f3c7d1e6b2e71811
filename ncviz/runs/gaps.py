"""Gaps between the classes of a run: which have none, and how wide they are, counted alike.

An `epoch` is one of `run.epochs`, a `layer` counts from 0, the raw input, and a `split` is
'train' or 'test'.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.collapse import BLOCK
from ncviz.runs.run import Run

Floats = NDArray[np.float64]

# Samples of two classes with one mean give means that lie apart by chance: a squared distance of
# so many of its expectations is no gap, where along it the samples spread farther than so.
CHANCE = 2.0
ENOUGH = 10  # samples of a class, to tell chance from a gap
WITHIN = 1.5  # gaps over the standard deviation along them
MOST_PRODUCTS = 2**30  # of numbers, while one waits: of more, pairs of means are not all compared
NEIGHBOURS = 8  # along a line, among which equal means are sought
SMALL = 0.1  # of the gaps between all classes: where all are alike small, none coincides


def coinciding_classes(run: Run, epoch: int, layer: int, split: str = "train") -> tuple[int, ...]:
    """Return the classes whose mean coincides with that of another class.

    Two means coincide if they differ by no more than the rounding of the features; or if they
    are far closer than most, by no more than chance gives the means of so many samples of one
    distribution, along a line on which the drawn samples of both classes lie mixed. Of very many
    classes only the first is looked for.

    Returns
    -------
    tuple of int
        Ascending; empty where the samples of the split were not measured.
    """
    seen = run.drawn_of(split)
    snapshot = seen.snapshot(epoch)
    statistics = snapshot.statistics(layer, split)
    if statistics is None:
        return ()
    present = np.flatnonzero(statistics.present)
    if len(present) < 2:
        return ()
    means = statistics.means[present]
    if len(means) ** 2 * means.shape[1] > MOST_PRODUCTS:
        return tuple(present[_equal_means(means, statistics.rounding)].tolist())
    nearest, distance = nearest_means(means)
    errors = (statistics.within_variance / np.maximum(statistics.counts, 1))[present]
    same = distance <= statistics.rounding
    doubtful = ~same & (distance**2 <= CHANCE * (errors + errors[nearest]))
    enough = statistics.counts[present] >= ENOUGH
    doubtful &= enough & enough[nearest]
    doubtful &= distance <= SMALL * math.sqrt(_mean_square_gap(means))
    positions, labels = snapshot.positions(layer), seen.probe.labels
    placed = positions.means if split == seen.drawn.name == "train" else snapshot.drawn_means(layer)
    if placed is None or seen.drawn.name != split:
        doubtful[:] = False  # no samples are drawn that could tell
    for one in np.flatnonzero(doubtful):
        pair = present[[one, nearest[one]]]
        clouds = [positions.probe[labels == k] for k in pair]
        assert placed is not None
        same[one] = _are_mixed(placed[pair[1]] - placed[pair[0]], clouds)
    found = set(present[same]) | set(present[nearest[same]])
    return tuple(sorted(int(k) for k in found))


def _equal_means(means: Floats, rounding: float) -> NDArray[np.bool_]:
    """Return which means equal another one, sought among neighbours along a line."""
    line = np.random.default_rng(0).standard_normal(means.shape[1])
    places = means @ (line / np.linalg.norm(line))
    order, found = np.argsort(places), np.zeros(len(means), dtype=np.bool_)
    for step in range(1, NEIGHBOURS + 1):
        one, two = order[:-step], order[step:]
        near = places[two] - places[one] <= rounding
        one, two = one[near], two[near]
        equal = np.linalg.norm(means[one] - means[two], axis=1) <= rounding
        found[one[equal]] = found[two[equal]] = True
    return found


def _are_mixed(gap: Floats, clouds: list[Floats]) -> bool:
    """Tell whether two clouds spread along the line between their means far beyond its length."""
    length = float(np.linalg.norm(gap))
    if length == 0:
        return True
    along = [cloud @ gap / length for cloud in clouds]
    if min(len(places) for places in along) < 2:
        return False
    spread = math.sqrt(sum(float(places.var(ddof=1)) for places in along) / 2)
    return length <= WITHIN * spread


def gaps_over_spread(statistics: ClassStatistics) -> float:
    """Return how far two class means lie apart, beside two samples of one class.

    Parameters
    ----------
    statistics : ClassStatistics
        Of a layer.

    Returns
    -------
    float
        Root mean square of ‖μ_k − μ_k′‖ over all pairs of classes, over that of the distance
        between two samples of a class, √(2 v_k), over all classes: each counts alike, whatever
        its number of samples. Infinite where every class is one point, NaN where the means
        coincide as well or there is one class.
    """
    means = statistics.means[statistics.present]
    if len(means) < 2:
        return math.nan
    between = _mean_square_gap(means)
    within = 2 * float(statistics.within_variance[statistics.present].mean())
    if within == 0:
        return math.inf if between > 0 else math.nan
    return math.sqrt(between / within)


def _mean_square_gap(means: Floats) -> float:
    """Return the mean of ‖μ_k − μ_k′‖² over all pairs."""
    # Σ over pairs of squared distances is K times that to the centre.
    return 2 * len(means) / (len(means) - 1) * float(means.var(axis=0).sum())


def nearest_means(means: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return for each of some points which other one is nearest, and how far it is."""
    parts = [*nearest_in_parts(means)]
    nearest, apart = zip(*parts, strict=True) if parts else ([np.zeros(0, np.int64)], [np.zeros(0)])
    return np.concatenate(nearest), np.concatenate(apart)


def nearest_in_parts(means: Floats) -> Iterator[tuple[NDArray[np.int64], Floats]]:
    """Yield what `nearest_means` returns, for some points after the other."""
    # By products, some rows at a time: the differences of a thousand means would take gigabytes.
    centred = means - means.mean(axis=0)
    squares = np.einsum("ij,ij->i", centred, centred)
    step = max(1, BLOCK // max(1, len(means)))
    for start in range(0, len(means), step):
        rows = slice(start, start + step)
        # Without the row's own square, which all distances from it share; in place.
        apart = (-2 * centred[rows]) @ centred.T
        apart += squares
        apart[np.arange(len(apart)), start + np.arange(len(apart))] = np.inf
        nearest = apart.argmin(axis=1)
        yield nearest, np.asarray(np.linalg.norm(means[rows] - means[nearest], axis=1))
