"""Neural collapse where a sample has several labels: NC_m, and what is answered."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.language import tr

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
            tr(
                "{count} pairs of labels do not fit means of shape {shape} and {k} "
                "classes: give two different labels a row, and their mean.",
                count=len(pairs),
                shape=of_pairs.shape,
                k=K,
            )
        )
    all_pairs = list(combinations(range(K), 2))
    sums = _directions(np.array([single[i] + single[j] for i, j in all_pairs]))
    means = _directions(of_pairs)
    angles = np.arccos(np.clip(sums @ means.T, -1, 1))
    own = sums[[all_pairs.index((min(pair), max(pair))) for pair in pairs]]
    # An arc cosine loses half of the digits of a small angle, to which these are to come.
    apart, together = (np.linalg.norm(own + sign * means, axis=1) for sign in (-1, 1))
    return float(2 * np.arctan2(apart, together).mean() / angles.mean())


def sum_factors(single: Floats, own: NDArray[Any], of_sets: Floats) -> tuple[float, ...]:
    """Return by which factor the means of m labels are nearest to the sums of those of each.

    Parameters
    ----------
    single : array, shape (K, d)
        μ_k of the samples with one label, as they are.
    own : array, shape (S, K)
        1 for each label of a set; every size from 2 on to the largest has sets.
    of_sets : array, shape (S, d)
        Means μ_S of the samples of each set.

    Returns
    -------
    tuple of float
        C_m for m = 2, 3 …: Σ ⟨μ_S, s_S⟩ / Σ ‖s_S‖² with s_S the sum of μ_k over the labels of S;
        NaN where all sums are zero.

    Notes
    -----
    The scaled tag-wise average of Li et al., ICML 2024.
    """
    sums, sizes, found = own @ single, own.sum(axis=1), []
    for size in np.unique(sizes):
        those = sizes == size
        squares = float(np.vdot(sums[those], sums[those]))
        inner = float(np.vdot(sums[those], of_sets[those]))
        found.append(inner / squares if squares > 0 else float("nan"))
    return tuple(found)


def off_the_sums(single: Floats, own: NDArray[Any], of_sets: Floats) -> float:
    """Return how far the mean of a set is from the scaled sum of its labels at most.

    Parameters
    ----------
    single, own, of_sets
        As of `sum_factors`.

    Returns
    -------
    float
        Largest ‖μ_S − C_m s_S‖ / ‖μ_S‖; 0 at collapse, NaN where a mean is zero.
    """
    _, place = np.unique(own.sum(axis=1), return_inverse=True)
    scales = np.array(sum_factors(single, own, of_sets))[place.ravel()]
    lengths = np.linalg.norm(of_sets, axis=1)
    away = np.linalg.norm(of_sets - scales[:, None] * (own @ single), axis=1)
    return float((away / lengths).max()) if lengths.min() > 0 else float("nan")


def means_of_sorted(features: Floats, labels: NDArray[np.int64], rows: int) -> Floats:
    """Return means of features that stand one class, or set, after another, shape (rows, d).

    Parameters
    ----------
    features : array, shape (N, d)
    labels : array of int, shape (N,)
        0 … rows − 1 in order, all of which occur.
    rows : int
    """
    starts = np.searchsorted(labels, np.arange(rows))
    counts = np.diff(np.append(starts, len(labels)))
    return np.asarray(np.add.reduceat(features, starts, axis=0) / counts[:, None])


def rows_of_sets(sets: Sequence[Sequence[int]], classes: int) -> NDArray[np.bool_]:
    """Return sets of labels as rows, shape (S, K): True for each label of a set."""
    rows = np.zeros((len(sets), classes), dtype=bool)
    for row, labels in zip(rows, sets, strict=True):
        row[list(labels)] = True
    return rows


def are_right(logits: Floats, own: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether the logits of all labels of a sample are above those of all others.

    Parameters
    ----------
    logits : array, shape (N, K)
    own : array of bool, shape (N, K)
        True for each label of a sample.
    """
    lowest = np.where(own, logits, np.inf).min(axis=1)
    return np.asarray(lowest > np.where(own, -np.inf, logits).max(axis=1))


def label_share(logits: Floats, own: NDArray[np.bool_]) -> float:
    """Return which share of the softmax falls on the labels of a sample, on average."""
    return float(label_shares(logits, own).mean())


def label_shares(logits: Floats, own: NDArray[np.bool_]) -> Floats:
    """Return which share of the softmax falls on the labels of each sample, shape (N,)."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray((powers * own).sum(axis=1) / powers.sum(axis=1))


def answered_sets(
    logits: Floats, sets: NDArray[np.bool_], labels: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the set of the largest logits of each sample, among those as large as its own.

    Parameters
    ----------
    logits : array, shape (N, K)
    sets : array of bool, shape (S, K)
    labels : array of int, shape (N,)
        The set of each sample.
    """
    sizes = sets.sum(axis=1)
    # Of sets of one size the largest logits have the largest sum.
    sums = np.where(sizes == sizes[labels][:, None], logits @ sets.T, -np.inf)
    return np.asarray(sums.argmax(axis=1))


def _directions(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, lengths, out=np.full_like(vectors, np.nan), where=lengths > 0)
    return np.asarray(unit)
