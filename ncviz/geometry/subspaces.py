"""Subspaces that vectors span, and how far one lies along another."""

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.ranks import LEAST

Floats = NDArray[np.float64]


def basis(vectors: Floats) -> Floats:
    """Return an orthonormal basis of the span of some vectors.

    Parameters
    ----------
    vectors : array, shape (K, d)

    Returns
    -------
    array, shape (r, d)
        r is how many singular values exceed `LEAST` of the largest; 0 where all have length 0.
    """
    _, values, rows = np.linalg.svd(vectors, full_matrices=False)
    is_there = len(values) > 0 and values[0] > 0
    return np.asarray(rows[values > LEAST * values[0]] if is_there else rows[:0])


def alignment(first: Floats, second: Floats) -> float:
    """Return the mean cosine of the principal angles between the spans of two sets of vectors.

    Parameters
    ----------
    first, second : array, shape (K, d), (L, d)

    Returns
    -------
    float
        1 where the spans are one, 0 at a right angle; a direction that one span has beyond the
        dimensions of the other counts 0. NaN where all vectors of a set have length 0.

    Notes
    -----
    Å. Björck, G. H. Golub, Mathematics of Computation 27, 1973.
    """
    one, other = basis(first), basis(second)
    if not len(one) or not len(other):
        return float("nan")
    cosines = np.linalg.svd(one @ other.T, compute_uv=False)
    return float(np.minimum(cosines, 1.0).sum() / max(len(one), len(other)))
