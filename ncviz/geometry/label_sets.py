"""Neural collapse where a sample has several labels: NC_m."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError

Floats = NDArray[np.float64]


def nc_m(single: Floats, pairs: Sequence[tuple[int, int]], of_pairs: Floats) -> float:
    """Return how much nearer the mean of two labels is to the sum of both means than to others.

    Parameters
    ----------
    single : array, shape (K, d)
        μ_k of the samples with one label; centred, or as they are: both forms are in use.
    pairs : sequence of (int, int)
        Of labels.
    of_pairs : array, shape (len(pairs), d)
        Means of the samples with both labels of each pair.

    Returns
    -------
    float
        Mean angle between μ_i + μ_j and μ_ij, over the mean of the same angle for all pairs i, j
        and all sets; 0 at collapse, about 1 where sets are no nearer to their own sum. NaN where a
        vector has length 0.

    Notes
    -----
    Li et al., Neural collapse in multi-label learning with pick-all-label loss, ICML 2024.
    """
    K = len(single)
    known = all(0 <= i < K and 0 <= j < K and i != j for i, j in pairs)
    if not pairs or not known or of_pairs.shape != (len(pairs), single.shape[1]):
        raise UserError(
            f"{len(pairs)} pairs of labels do not fit means of shape {of_pairs.shape} and {K} "
            "classes: give two different labels a row, and their mean."
        )
    all_pairs = list(combinations(range(K), 2))
    sums = _directions(np.array([single[i] + single[j] for i, j in all_pairs]))
    angles = np.arccos(np.clip(sums @ _directions(of_pairs).T, -1, 1))
    own = [all_pairs.index((min(pair), max(pair))) for pair in pairs]
    return float(angles[own, np.arange(len(pairs))].mean() / angles.mean())


def _directions(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, lengths, out=np.full_like(vectors, np.nan), where=lengths > 0)
    return np.asarray(unit)
