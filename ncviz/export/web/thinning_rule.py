"""Which moments and samples a page holds, so that it is no larger than was asked for."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

# What both are worth: of a moment for each forty, a sample for each three hundred is left out.
MOMENTS, SAMPLES = 40, 300
LEAST_MOMENTS = 2


@dataclass(frozen=True)
class Thinning:
    """How much of a run a page holds.

    Parameters
    ----------
    moments : int
    share : float
        Of the drawn samples of each class, 0…1.
    """

    moments: int
    share: float


def kept_within(moments: int, samples: int, products: float) -> Thinning:
    """Return how many moments and which share of the samples there is room for.

    What there is more of is thinned first, moments counted in forties and samples in three
    hundreds, until there are as many of both; from there on both alike.

    Parameters
    ----------
    moments, samples : int
        That there are.
    products : float
        How many moments times samples there is room for.
    """
    time, crowd = moments / MOMENTS, max(samples, 1) / SAMPLES
    room = max(products, 0.0) / (MOMENTS * SAMPLES)
    if time * crowd > room:
        low = min(time, crowd)
        if low * low <= room:
            time, crowd = (low, room / low) if time == low else (room / low, low)
        else:
            time = crowd = math.sqrt(room)
    held = min(moments, max(LEAST_MOMENTS, int(MOMENTS * time + 1e-9)))
    return Thinning(held, min(1.0, SAMPLES * crowd / max(samples, 1)))


def spread_moments(epochs: tuple[int, ...], count: int, start: int) -> tuple[int, ...]:
    """Return so many recorded moments, equally far apart among all, and the one to begin with.

    Parameters
    ----------
    epochs : tuple of int
        All recorded ones.
    count : int
    start : int
        One of them.
    """
    if count >= len(epochs):
        return epochs
    places = np.linspace(0, len(epochs) - 1, max(count, LEAST_MOMENTS)).round().astype(int)
    return tuple(sorted({start, *(epochs[place] for place in places.tolist())}))


def first_of_each(labels: Ints, share: float) -> Ints:
    """Return the rows of the same share of each class, one at least: its first ones, in order.

    Their order in a run is by chance.

    Parameters
    ----------
    labels : array of int, shape (n,)
    share : float
    """
    if share >= 1.0:
        return np.arange(len(labels))
    kept = []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        kept.append(rows[: max(1, int(share * len(rows) + 1e-9))])
    return np.sort(np.concatenate(kept)) if kept else np.arange(0)
