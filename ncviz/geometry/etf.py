"""The simplex equiangular tight frame, the ideal of neural collapse."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.language import tr

Floats = NDArray[np.float64]

DRAWN = 3  # dimensions of a picture


def simplex_etf(classes: int) -> Floats:
    """Return the standard simplex ETF.

    M* = √(K/(K−1)) (I − 11ᵀ/K): K unit vectors whose pairwise cosines are all
    −1/(K−1), the largest equal angle possible.

    Parameters
    ----------
    classes : int
        K ≥ 2.

    Returns
    -------
    array, shape (K, K)
        One vector a row (the matrix is symmetric).

    Raises
    ------
    ValueError
        If K < 2.

    Notes
    -----
    Papyan, Han, Donoho, PNAS 2020, Definition 1.
    """
    if classes < 2:
        raise ValueError(
            tr("a simplex ETF needs at least 2 classes, not {classes}", classes=classes)
        )
    K = classes
    return np.asarray(np.sqrt(K / (K - 1)) * (np.eye(K) - 1 / K))


def has_simplex_etf(classes: int, dimension: int) -> bool:
    """Tell whether there is room for a simplex ETF: K vectors need K − 1 dimensions.

    Parameters
    ----------
    classes, dimension : int
        K and d.
    """
    return dimension >= classes - 1


def has_own_space(classes: int, dimension: int) -> bool:
    """Tell whether classes are drawn in their own space, as it is.

    So they are where at most three dimensions leave no room for a simplex ETF: nothing is to
    be turned onto one, and nothing is lost.

    Parameters
    ----------
    classes, dimension : int
        K and d.
    """
    return dimension <= DRAWN and not has_simplex_etf(classes, dimension)


def simplex_vertices(classes: int) -> Floats:
    """Return the simplex ETF in the fewest dimensions, in one fixed pose.

    Two classes lie on the x axis, three in the upright x-z plane, four are the
    tetrahedron with its first vertex up (z). More are given by the Helmert
    basis of the plane orthogonal to 1.

    Parameters
    ----------
    classes : int
        K ≥ 2.

    Returns
    -------
    array, shape (K, K−1)
        Unit vectors, one a row, with cosines −1/(K−1).

    Raises
    ------
    ValueError
        If K < 2.

    Notes
    -----
    The general pose of Papyan, Han, Donoho, PNAS 2020, Definition 1.
    """
    return _vertices(classes).copy()


@lru_cache(maxsize=64)
def _vertices(classes: int) -> Floats:
    if classes == 3:
        angles = np.radians([90.0, 210.0, 330.0])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)
    if classes == 4:
        angles = np.radians([90.0, 210.0, 330.0])
        base = np.sqrt(8) / 3 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        return np.vstack([[0, 0, 1], np.column_stack([base, np.full(3, -1 / 3)])])
    return simplex_etf(classes) @ _helmert(classes)


def shadow_of_simplex(classes: int) -> Floats:
    """Return the projection from K−1 dimensions to the three that are drawn.

    For K ≤ 4 it only places the exact picture in space. For K > 4 it is a
    shadow: an orthonormal projection, fixed once and for all, chosen such that
    the shadows of the K vertices spread evenly over a sphere.

    Parameters
    ----------
    classes : int
        K ≥ 2.

    Returns
    -------
    array, shape (K−1, 3)
        Multiplies points from the right. Columns are orthonormal for K ≥ 4.
    """
    return _even_spread(classes).copy()


@lru_cache(maxsize=64)
def _even_spread(K: int) -> Floats:
    if K == 2:
        return np.array([[1.0, 0.0, 0.0]])
    if K == 3:
        return np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    if K == 4:
        return np.eye(3)
    steps = np.arange(K)
    height = 1 - 2 * (steps + 0.5) / K
    golden = np.pi * (3 - np.sqrt(5)) * steps
    ring = np.sqrt(1 - height**2)
    spread = np.stack([ring * np.cos(golden), ring * np.sin(golden), height], axis=1)
    spread -= spread.mean(axis=0)
    left, _, right = np.linalg.svd(spread, full_matrices=False)
    # VᵀV = K/(K−1) I, so this P has VP = √(K/(K−1)) times the even spread.
    return np.asarray(np.sqrt((K - 1) / K) * _vertices(K).T @ (left @ right))


def _helmert(K: int) -> Floats:
    """Return an orthonormal basis of the complement of 1, shape (K, K−1)."""
    basis = np.zeros((K, K - 1))
    for j in range(1, K):
        basis[:j, j - 1] = 1.0
        basis[j, j - 1] = -float(j)
        basis[:, j - 1] /= np.sqrt(j * (j + 1.0))
    return basis
