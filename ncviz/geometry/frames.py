"""How far vectors are from the frames that theory predicts, by their Gram matrices."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.collapse import BLOCK, EVERY_PAIR

Floats = NDArray[np.float64]
Counts = NDArray[np.int64] | NDArray[np.float64]
MOST_CLASSES = 2000
"""Whose interpolated labels are found, by all eigenvectors of a K×K matrix."""


def orthogonal_distance(vectors: Floats) -> float:
    """Return ‖ G/‖G‖_F − I/√K ‖_F of the Gram matrix G.

    Parameters
    ----------
    vectors : array, shape (K, d)
        Class means as they are, not centred.

    Notes
    -----
    Kini et al., ICLR 2024 (arXiv 2306.07960): what non-negative features come to.
    """
    K = len(vectors)
    if K < 2:
        return float("nan")
    if max(EVERY_PAIR, 2 * vectors.shape[1]) < K:
        return _orthogonal_by_moment(vectors)
    # A block of the Gram matrix at a time: of many classes it fits no memory.
    length = float(np.linalg.norm([np.linalg.norm(rows) for _, rows in _gram_blocks(vectors)]))
    if length == 0:
        return float("nan")
    apart = [
        np.linalg.norm(rows / length - np.eye(len(rows), K, start) / np.sqrt(K))
        for start, rows in _gram_blocks(vectors)
    ]
    return float(np.linalg.norm(apart))


def _orthogonal_by_moment(vectors: Floats) -> float:
    """Return the same from the d×d second moment: ‖VVᵀ‖ = ‖VᵀV‖, and ⟨VVᵀ, I⟩ = ‖V‖²."""
    length = float(np.linalg.norm(vectors.T @ vectors))
    if length == 0:
        return float("nan")
    inner = float((vectors**2).sum()) / (length * np.sqrt(len(vectors)))
    return float(np.sqrt(max(0.0, 2 - 2 * inner)))


def _gram_blocks(vectors: Floats) -> Iterator[tuple[int, Floats]]:
    """Yield rows of VVᵀ, and the number of the first of them."""
    step = max(1, BLOCK // len(vectors))
    for start in range(0, len(vectors), step):
        yield start, vectors[start : start + step] @ vectors.T


def seli_distance_of_classifier(rows: Floats, counts: Counts) -> float:
    """Return how far classifier rows are from the simplex-encoded-labels interpolation.

    Parameters
    ----------
    rows : array, shape (K, d)
    counts : array, shape (K,)
        Training samples of the classes up to a common factor, none of them 0.

    Returns
    -------
    float
        ‖ WWᵀ/‖·‖_F − VΛVᵀ/‖·‖_F ‖_F with the singular value decomposition Ẑ = VΛUᵀ of the
        simplex-encoded labels. Of equal classes this is `ncviz.geometry.collapse.nc2_zhu`.

    Notes
    -----
    Thrampoulidis et al., NeurIPS 2022; where the ridge vanishes.
    """
    return _distance(rows, seli_grams(tuple(counts.tolist()))[0])


def seli_distance_of_means(centered_means: Floats, counts: Counts) -> float:
    """Return how far class means are from the simplex-encoded-labels interpolation.

    Parameters
    ----------
    centered_means : array, shape (K, d)
    counts : array, shape (K,)
        Training samples of the classes up to a common factor, none of them 0.

    Returns
    -------
    float
        ‖ MᵀM/‖·‖_F − G/‖·‖_F ‖_F, where G is VΛ⁺Vᵀ about the mean of the classes, as M is.

    Notes
    -----
    Thrampoulidis et al., NeurIPS 2022; where the ridge vanishes.
    """
    return _distance(centered_means, seli_grams(tuple(counts.tolist()))[1])


def seli_grams(counts: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Return the Gram matrices of classifiers, and of class means about their mean, shape (K, K).

    Parameters
    ----------
    counts : tuple of float
        n_k, up to a common factor.
    """
    rows, means = seli_vectors(counts)
    return rows @ rows.T, means @ means.T


@lru_cache(maxsize=8)
def seli_vectors(counts: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Return classifiers and class means that interpolate simplex-encoded labels, shape (K, K−1).

    Ẑ has n_k columns e_k − 1/K for each class k, so that ẐẐᵀ = (I−J) diag(n) (I−J) = VΛ²Vᵀ
    with J = 11ᵀ/K. Classifiers are V√Λ. Features are √Λ Uᵀ, with one column for all samples of
    a class, and Uᵀ = Λ⁺VᵀẐ: about the mean of classes those of the classes are V√Λ⁺.

    Parameters
    ----------
    counts : tuple of float
        n_k, up to a common factor.
    """
    K = len(counts)
    centring = np.eye(K) - 1 / K
    squares, vectors = np.linalg.eigh(centring @ np.diag(np.array(counts, float)) @ centring)
    # The least is that of the direction 1, which all columns of Ẑ are perpendicular to.
    lengths, basis = np.maximum(squares[1:], 0) ** 0.25, vectors[:, 1:]
    found = basis * lengths, basis / lengths
    for part in found:
        part.setflags(write=False)
    return found


def _distance(vectors: Floats, ideal: Floats) -> float:
    gram = vectors @ vectors.T
    length = np.linalg.norm(gram)
    if length == 0:
        return float("nan")
    return float(np.linalg.norm(gram / length - ideal / np.linalg.norm(ideal)))
