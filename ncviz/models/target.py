"""What a model's classes are to become, where that is no simplex ETF."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TURNS = 64  # rotations from which classes are matched to the points of a code


@dataclass(frozen=True, eq=False)
class Target:
    """Points that are drawn in green, one a class; they never move.

    Parameters
    ----------
    points : array, shape (K, m)
        At most three dimensions.
    name : str
        What they are.
    value : float
        What the model's charts are to reach.
    """

    points: Floats
    name: str
    value: float


def matched(points: Floats, rows: Floats) -> Floats:
    """Return points in the order in which they lie nearest to rows, after the best turn.

    Parameters
    ----------
    points, rows : array, shape (K, d)
        Unit vectors.
    """
    from scipy.optimize import linear_sum_assignment  # slow to import: not at the window's start

    rng = np.random.default_rng(0)
    best, nearest = points, -np.inf
    for _ in range(TURNS):
        turn = np.linalg.qr(rng.standard_normal((points.shape[1],) * 2))[0]
        order = np.zeros(0, dtype=np.int64)
        while True:  # each round brings them nearer, so that it ends
            _, found = linear_sum_assignment(-rows @ (points @ turn).T)
            if np.array_equal(found, order):
                break
            order = found
            left, _, right = np.linalg.svd(points[order].T @ rows)
            turn = left @ right
        closeness = float(np.vdot(points[order] @ turn, rows))
        if closeness > nearest + 1e-9:
            best, nearest = points[order], closeness
    return best
