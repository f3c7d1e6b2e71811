"""How well a linear map tells classes apart that a layer holds."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RIDGE = 1e-3  # of the mean squared feature


def linear_probe_error(features: Floats, labels: Ints, classes: int) -> float:
    """Return the share of mistakes of a ridge regression onto the classes, on other samples.

    Of each class the samples at even places are fitted and those at odd places judged, so that
    the same features give the same number.

    Parameters
    ----------
    features : array, shape (N, r)
    labels : array of int, shape (N,)
    classes : int
        K.

    Returns
    -------
    float
        The mean over the classes of their own shares; NaN if a class has fewer than two samples
        or none has any, or no feature differs.

    Notes
    -----
    Alain & Bengio, arXiv 1610.01644; closed form of the ridge, whose penalty is `RIDGE` times
    the mean squared feature.
    """
    counts = np.bincount(labels, minlength=classes)
    if counts[counts > 0].size < 2 or counts[counts > 0].min() < 2:
        return float("nan")
    place = np.empty(len(labels), dtype=np.int64)
    order = np.argsort(labels, kind="stable")
    place[order] = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    fitted = place % 2 == 0
    sizes = np.bincount(labels[fitted], minlength=classes)
    totals = np.zeros((classes, features.shape[1]))
    np.add.at(totals, labels[fitted], features[fitted])
    center = (totals[sizes > 0] / sizes[sizes > 0, None]).mean(axis=0)
    x, judged = features[fitted] - center, features[~fitted] - center
    size = float((x * x).mean()) if x.size else 0.0
    if size == 0:
        return float("nan")
    present = counts > 0
    # Each class counts alike, whatever its number of samples.
    weights = 1 / sizes[labels[fitted]]
    targets = np.eye(classes)[labels[fitted]][:, present] - 1 / present.sum()
    weighted = x * weights[:, None]
    normal = weighted.T @ x + RIDGE * size * present.sum() * np.eye(x.shape[1])
    scores = judged @ np.linalg.solve(normal, weighted.T @ targets)
    own = labels[~fitted]
    mistaken = np.flatnonzero(present)[scores.argmax(axis=1)] != own
    wrong = np.bincount(own, weights=mistaken, minlength=classes)[present]
    return float((wrong / np.bincount(own, minlength=classes)[present]).mean())
