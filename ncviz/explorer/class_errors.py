"""How often classes of few samples are mistaken, which a training error of all hides."""

import math
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray


def largest_even_error(counts: tuple[int, ...], error: float) -> float:
    """Return how large a share of mistakes may be once all classes weigh the same.

    Parameters
    ----------
    counts : tuple of int
        Samples of each class; empty if unknown.
    error : float
        Share of mistakes among all of them.

    Returns
    -------
    float
        The mean over the classes of their own shares if the mistakes are in the smallest ones.
    """
    sizes = np.sort(np.array([count for count in counts if count > 0], dtype=float))
    if not sizes.size or math.isnan(error):
        return error
    left = np.maximum(error * sizes.sum() - (np.cumsum(sizes) - sizes), 0)
    return float((np.minimum(left, sizes) / sizes).mean())


def error_among(
    predicted: NDArray[np.integer] | None,
    labels: NDArray[np.integer],
    classes: Collection[int],
) -> float:
    """Return the share of mistakes among the samples of some classes.

    Parameters
    ----------
    predicted : array of int, shape (P,), or None
        What the network answers to each sample, if it was recorded.
    labels : array of int, shape (P,)
    classes : collection of int

    Returns
    -------
    float
        NaN where no sample of these classes has an answer.
    """
    among = np.isin(labels, list(classes))
    if predicted is None or not among.any():
        return math.nan
    return float(np.mean(predicted[among] != labels[among]))
