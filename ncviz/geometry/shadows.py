"""The choice of the 3-D shadow of more than four classes.

A shadow is an array of shape (K−1, 3) with orthonormal columns that multiplies
points of the aligned (K−1)-dimensional picture from the right. For K ≤ 4 the
picture is exact and there is nothing to choose.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.etf import shadow_of_simplex, simplex_vertices
from ncviz.language import tr

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def best_fit_shadow(aligned_points: Floats) -> Floats:
    """Return the shadow that keeps most of the spread of points.

    Parameters
    ----------
    aligned_points : array, shape (n, K−1)
        For example the class means after alignment to the simplex ETF, or the
        samples; K > 4, so that there is something to choose.

    Returns
    -------
    array, shape (K−1, 3)
        The first three principal axes. Near the simplex ETF itself all axes
        fit equally well, and the choice is arbitrary. Signs are such that the
        largest entry of each axis is positive.
    """
    centered = aligned_points - aligned_points.mean(axis=0)
    _, _, axes = np.linalg.svd(centered, full_matrices=True)
    axes = axes[:3]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    return np.asarray((axes * np.where(largest < 0, -1.0, 1.0)).T)


def chosen_axes_shadow(classes: int, toward: Sequence[int]) -> Floats:
    """Return the shadow that holds the vertices of three chosen classes in full length.

    Parameters
    ----------
    classes : int
        K ≥ 4.
    toward : sequence of 3 int
        Different class numbers.

    Raises
    ------
    ValueError
        If they are not three different classes.

    Returns
    -------
    array, shape (K−1, 3)
        An orthonormal basis of the space that the three vertices span; all
        other vertices fall onto one point opposite of them.
    """
    chosen = list(toward)
    if len(set(chosen)) != 3 or not all(0 <= k < classes for k in chosen):
        raise ValueError(
            tr(
                "{chosen} are not three different classes of 0…{classes}",
                chosen=chosen,
                classes=classes - 1,
            )
        )
    vertices = simplex_vertices(classes)[chosen]
    # Symmetric orthonormalisation treats the three alike.
    left, _, right = np.linalg.svd(vertices.T, full_matrices=False)
    return np.asarray(left @ right)


def grand_tour_shadow(classes: int, time: float) -> Floats:
    """Return the shadow at one moment of a grand tour through all K−1 dimensions.

    Parameters
    ----------
    classes : int
        K ≥ 4.
    time : float
        In turns of the fastest plane; 0 gives `shadow_of_simplex`. The path
        is continuous and never repeats, and comes near every shadow.

    Returns
    -------
    array, shape (K−1, 3)

    Notes
    -----
    The torus method of Asimov, The grand tour, SIAM J. Sci. Stat. Comput. 6
    (1985): a product of rotations in all coordinate planes, whose speeds are
    rationally independent.
    """
    shadow = shadow_of_simplex(classes)
    for first, second, speeds in _planes(classes - 1):
        angles = 2 * np.pi * time * speeds[:, None]
        cosines, sines = np.cos(angles), np.sin(angles)
        one, other = shadow[first], shadow[second]
        shadow[first] = cosines * one - sines * other
        shadow[second] = sines * one + cosines * other
    return shadow


@lru_cache(maxsize=8)
def _planes(dimensions: int) -> tuple[tuple[Ints, Ints, Floats], ...]:
    """Return all coordinate planes i < j and their speeds, in groups to be turned at once.

    The rotations are multiplied in the order of (i, j). Those with the same
    i + j share no axis, and each comes after all that share one of its axes.
    """
    first, second = np.triu_indices(dimensions, k=1)
    speeds = 1 / np.sqrt(_primes(len(first)) / 2)
    groups = [np.flatnonzero(first + second == total) for total in range(1, 2 * dimensions - 2)]
    return tuple((first[group], second[group], speeds[group]) for group in groups)


def _primes(count: int) -> Floats:
    """Return the first primes: their square roots are rationally independent."""
    limit = max(16, int(count * (np.log(count + 2) + np.log(np.log(count + 3)) + 1)))
    sieve = np.ones(limit + 1, dtype=bool)
    sieve[:2] = False
    for number in range(2, int(limit**0.5) + 1):
        if sieve[number]:
            sieve[number * number :: number] = False
    return np.flatnonzero(sieve)[:count].astype(np.float64)
