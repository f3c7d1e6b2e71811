"""How far the classes of a layer spread, against the gap to the next one."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ncviz.explorer.mixing import COINCIDE
from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.collapse import EVERY_PAIR
from ncviz.runs.gaps import nearest_in_parts, nearest_means
from ncviz.runs.run import Run
from ncviz.runs.snapshot import Positions

LONG = 0.8  # a long cloud counts by so much of its longest axis: it is no tight one
WIDE = 0.25  # radius of a class over the gap to the next mean, in all dimensions of the layer
PER_AXIS = 3  # samples that tell how long an axis is


def spreads_of_drawn(
    run: Run, epoch: int, layer: int, classes: tuple[int, ...]
) -> tuple[float, ...]:
    """Return the spreads of the samples that a run draws, see `class_spreads`.

    Parameters
    ----------
    run : Run
        As of `Run.drawn_of`; the means are those of the split that is drawn.
    epoch : int
        A recorded one.
    layer : int
    classes : tuple of int
    """
    snapshot, layer = run.snapshot(epoch), layer % len(run.manifest.layers)
    positions, means = snapshot.positions(layer), snapshot.drawn_means(layer)
    if means is not None:
        positions = replace(positions, means=means)
    return class_spreads(positions, run.drawn_labels, classes)


def class_spreads(
    positions: Positions,
    labels: NDArray[np.int64],
    classes: tuple[int, ...],
    seen: tuple[int, ...] = (),
) -> tuple[float, ...]:
    """Return how far the drawn samples of each class spread against the gap to the next class.

    Parameters
    ----------
    positions : Positions
        Of a layer.
    labels : array, shape (P,)
        Of the probe samples.
    classes : tuple of int
        Those whose means span the picture.
    seen : tuple of int
        Those of them that are not hidden; all if empty.

    Returns
    -------
    tuple of float
        Standard deviation of a class's samples about their mean along an axis of the span of
        the drawn means (root mean square over the axes, divisor n − 1; of long clouds `LONG` of
        that along the longest axis), over the distance from that mean to the nearest other one.
        Infinite where two means coincide; NaN for a class of fewer than two samples.
    """
    means = positions.means[list(classes)]
    center = means.mean(axis=0)
    _, sizes, axes = np.linalg.svd(means - center, full_matrices=False)
    axes = axes[: max(1, int((sizes > 1e-6 * sizes[0]).sum()) if sizes.size else 0)]
    own = (positions.means[list(seen or classes)] - center) @ axes.T
    placed = (positions.probe - center) @ axes.T
    drawn = placed[np.isin(labels, seen or classes)]
    cloud = math.sqrt(float((drawn**2).sum()) / max(len(drawn), 1))
    spreads = []
    for mean, gap, number in zip(own, nearest_means(own)[1], seen or classes, strict=True):
        samples = placed[labels == number]
        if len(samples) < 2:
            spreads.append(math.nan)
        elif gap <= COINCIDE * cloud:
            spreads.append(math.inf)
        else:
            spreads.append(_size(samples - mean) / float(gap))
    return tuple(spreads)


def _size(samples: NDArray[np.float64]) -> float:
    """Return how far samples spread along an axis, about 0."""
    count, axes = samples.shape
    usual = math.sqrt(float((samples**2).sum()) / (count - 1) / axes)
    if count < PER_AXIS * axes:
        return usual
    longest = float(np.linalg.norm(samples, ord=2)) / math.sqrt(count - 1)
    return max(usual, LONG * longest)


def class_widths(statistics: ClassStatistics, classes: tuple[int, ...]) -> tuple[float, ...]:
    """Return how far all samples of each class lie from their mean, in all dimensions.

    Parameters
    ----------
    statistics : ClassStatistics
        Of a layer.
    classes : tuple of int

    Returns
    -------
    tuple of float
        Root mean square distance over the distance to the nearest other mean of `classes`.
    """
    _, gaps = nearest_means(statistics.means[list(classes)])
    radii = np.sqrt(statistics.within_variance[list(classes)])
    with np.errstate(divide="ignore", invalid="ignore"):
        return tuple(float(width) for width in radii / gaps)


def largest_width(statistics: ClassStatistics, enough: float) -> float:
    """Return the largest of the classes' widths, or the first that is found beyond `enough`.

    Parameters
    ----------
    statistics : ClassStatistics
        Of a layer.
    enough : float

    Returns
    -------
    float
        Among all classes that have samples; NaN if it is known of none. Infinite where they are
        so many that not all pairs of them are looked at: any may be as wide.
    """
    present = statistics.present
    means, radii = statistics.means[present], np.sqrt(statistics.within_variance[present])
    if len(means) > EVERY_PAIR:
        return math.inf
    largest, start = math.nan, 0
    for _, gaps in nearest_in_parts(means):
        with np.errstate(divide="ignore", invalid="ignore"):
            widths = radii[start : start + len(gaps)] / gaps
        largest = float(np.fmax.reduce(widths, initial=largest))
        if largest > enough:
            break
        start += len(gaps)
    return largest
