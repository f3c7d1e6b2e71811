"""How far points are at least from the convex hulls of all others, which is quick to say."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDS = 16


def least_to_hulls(points: Floats) -> Floats:
    """Return what the distance of each point from the hull of all others is at least, shape (K,).

    A hull lies beyond a plane square to any direction. The directions are those to points of the
    hulls that come nearer and nearer (Frank and Wolfe 1956), for all K hulls at once.

    Parameters
    ----------
    points : array, shape (K, d)
        K ≥ 2.
    """
    every = np.arange(len(points))
    products = points @ points.T
    products[every, every] = -np.inf
    nearest = points[products.argmax(axis=1)]
    found = np.zeros(len(points))
    for _ in range(ROUNDS):
        away = points - nearest
        lengths = np.linalg.norm(away, axis=1)
        along = away @ points.T
        own = along[every, every]
        along[every, every] = -np.inf
        first = along.argmax(axis=1)
        beyond = own - along[every, first]
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.fmax(found, beyond / lengths)
        step = points[first] - nearest
        squares = np.maximum((step**2).sum(axis=1), np.finfo(float).tiny)
        nearest = nearest + np.clip((step * away).sum(axis=1) / squares, 0.0, 1.0)[:, None] * step
    return found
