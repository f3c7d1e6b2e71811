"""The measures of neural collapse, NC1–NC4, and the class-distance normalised variance.

All after Papyan, Han, Donoho, PNAS 2020, unless a function says otherwise. A
metric that does not apply (fewer than two classes, vectors of length zero) is
NaN.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from array_api_compat import array_namespace
from numpy.typing import NDArray

from ncviz.geometry.class_statistics import ClassStatistics

Floats = NDArray[np.float64]

BLOCK = 2**21  # numbers at once of what has K×K or N×K: of many classes it fits no memory
EVERY_PAIR = 30_000  # classes; of more, pairs of some of them are looked at
SOME = 6000  # of these
CLOSE = 1e-4  # squared distance over squared lengths, below which means nearly coincide


def nc1(statistics: ClassStatistics) -> float:
    """Return the within-class variability Tr(Σ_W Σ_B⁺)/K.

    Parameters
    ----------
    statistics : ClassStatistics
        Of the last-layer features.

    Returns
    -------
    float
        0 at collapse. Σ_B is about the mean of class means.
    """
    present = statistics.present
    if present.sum() < 2:
        return float("nan")
    return float(statistics.shares @ statistics.class_variability / present.sum())


def nc2_equinorm(vectors: Floats) -> float:
    """Return std_k‖v_k‖ / mean_k‖v_k‖, the sample standard deviation (divisor K−1).

    Parameters
    ----------
    vectors : array, shape (K, d)
        Centred class means, or classifier rows.
    """
    norms = np.linalg.norm(vectors, axis=1)
    if len(norms) < 2 or norms.mean() == 0:
        return float("nan")
    return float(norms.std(ddof=1) / norms.mean())


def cosines(vectors: Floats) -> Floats:
    """Return the K×K cosines between vectors; NaN where one has length zero.

    Parameters
    ----------
    vectors : array, shape (K, d)
        Centred class means, or classifier rows.
    """
    unit = _unit(vectors)
    return np.asarray(unit @ unit.T)


def _unit(vectors: Floats) -> Floats:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, norms, out=np.full_like(vectors, np.nan), where=norms > 0)
    return np.asarray(unit)


def cosines_of_pairs(vectors: Floats) -> Iterator[Floats]:
    """Yield the cosines between vectors k < k′, some at a time; NaN where one has length zero.

    Parameters
    ----------
    vectors : array, shape (K, d)
        Of very many, those that `some_of` chooses.
    """
    unit = _unit(vectors[some_of(len(vectors))])
    for rows, columns in _tiles(len(unit)):
        found = unit[rows] @ unit[columns].T
        yield found[np.triu_indices(len(found), 1)] if rows == columns else found


def some_of(K: int) -> slice:
    """Return the classes whose pairs are looked at: all, or of very many every n-th one."""
    return slice(None) if K <= EVERY_PAIR else slice(None, None, -(-K // SOME))


def _tiles(K: int) -> Iterator[tuple[slice, slice]]:
    """Cut the pairs k ≤ k′ into tiles that fit the memory."""
    edges = tuple(_blocks(K, math.isqrt(BLOCK)))
    yield from ((rows, columns) for i, rows in enumerate(edges) for columns in edges[i:])


def _blocks(count: int, width: int) -> Iterator[slice]:
    """Cut rows of that width into blocks that fit the memory; at least one."""
    step = max(1, BLOCK // max(1, width))
    yield from (slice(start, start + step) for start in range(0, max(1, count), step))


def nc2_equiangular(vectors: Floats) -> float:
    """Return the mean over k ≠ k′ of |cos(v_k, v_k′) + 1/(K−1)|.

    Parameters
    ----------
    vectors : array, shape (K, d)
        Centred class means, or classifier rows.
    """
    K = len(vectors)
    if K < 2:
        return float("nan")
    sums, pairs = [], 0
    for found in cosines_of_pairs(vectors):
        sums.append(np.abs(found + 1 / (K - 1)).sum())
        pairs += found.size
    return float(sum(sums) / pairs)


def cosine_deviation(vectors: Floats) -> float:
    """Return the standard deviation of the cosines between vectors k ≠ k′; 0 at collapse.

    Parameters
    ----------
    vectors : array, shape (K, d)
        Centred class means, or classifier rows.
    """
    if len(vectors) < 2:
        return float("nan")
    if len(vectors) > EVERY_PAIR:
        return _deviation_by_moment(_unit(vectors))
    moments = [(c.size, c.mean(), c.var()) for c in cosines_of_pairs(vectors) if c.size]
    sizes, means, variances = np.array(moments).T
    apart = (means - np.average(means, weights=sizes)) ** 2
    return float(np.sqrt(np.average(variances + apart, weights=sizes)))


def _deviation_by_moment(unit: Floats) -> float:
    """Return the same from the d×d second moment: Σ_{k,k′} cos² = ‖UᵀU‖_F²."""
    K = len(unit)
    total, squares = unit.sum(axis=0), unit.T @ unit
    pairs = K * (K - 1)
    mean = (float(total @ total) - K) / pairs
    return float(np.sqrt(max(0.0, (float((squares**2).sum()) - K) / pairs - mean**2)))


def nc3(classifier: Floats, centered_means: Floats) -> float:
    """Return the self-duality gap ‖W/‖W‖_F − Mᵀ/‖M‖_F‖_F².

    Parameters
    ----------
    classifier : array, shape (K, d)
        W, one row a class.
    centered_means : array, shape (K, d)
        m_k about the mean of class means, one row a class.
    """
    norms = np.linalg.norm(classifier), np.linalg.norm(centered_means)
    if min(norms) == 0:
        return float("nan")
    return float(np.linalg.norm(classifier / norms[0] - centered_means / norms[1]) ** 2)


def nc1_trace(statistics: ClassStatistics) -> float:
    """Return Tr(Σ_W Σ_B⁺) without 1/K, as the public notebook of Papyan et al. prints NC1.

    Parameters
    ----------
    statistics : ClassStatistics
        Of the last-layer features.
    """
    return float(nc1(statistics) * statistics.present.sum())


def nc2_zhu(classifier: Floats) -> float:
    """Return ‖ WWᵀ/‖WWᵀ‖_F − (I − 11ᵀ/K)/√(K−1) ‖_F.

    Parameters
    ----------
    classifier : array, shape (K, d)
        W, one row a class.

    Notes
    -----
    Zhu et al., A geometric analysis of neural collapse with unconstrained
    features, NeurIPS 2021.
    """
    return _distance_to_etf_gram(classifier, classifier)


def nc3_zhu(classifier: Floats, centered_means: Floats) -> float:
    """Return ‖ WM/‖WM‖_F − (I − 11ᵀ/K)/√(K−1) ‖_F.

    Parameters
    ----------
    classifier : array, shape (K, d)
        W, one row a class.
    centered_means : array, shape (K, d)
        m_k, one row a class.

    Notes
    -----
    Zhu et al., NeurIPS 2021, as `nc2_zhu`.
    """
    return _distance_to_etf_gram(classifier, centered_means)


def _distance_to_etf_gram(first: Floats, second: Floats) -> float:
    K = len(first)
    if K < 2:
        return float("nan")
    if max(EVERY_PAIR, 2 * first.shape[1]) < K:
        return _distance_by_moments(first, second)
    lengths = [np.linalg.norm(first[rows] @ second.T) for rows in _blocks(K, K)]
    length = float(np.linalg.norm(lengths))
    if length == 0:
        return float("nan")
    apart = []
    for rows in _blocks(K, K):
        product = first[rows] @ second.T
        ideal = (np.eye(len(product), K, rows.start) - 1 / K) / np.sqrt(K - 1)
        apart.append(np.linalg.norm(product / length - ideal))
    return float(np.linalg.norm(apart))


def _distance_by_moments(first: Floats, second: Floats) -> float:
    """Return the same from d×d matrices, of so many classes that the distance is never small.

    Both of G = ABᵀ and the ideal have length 1 once G is divided by its own, so that the squared
    distance is 2 − 2⟨G, ideal⟩/‖G‖; and ‖ABᵀ‖² = ⟨AᵀA, BᵀB⟩.
    """
    K = len(first)
    length = math.sqrt(max(0.0, float(((first.T @ first) * (second.T @ second)).sum())))
    if length == 0:
        return float("nan")
    inner = float((first * second).sum()) - float(first.sum(axis=0) @ second.sum(axis=0)) / K
    return math.sqrt(max(0.0, 2 - 2 * inner / (math.sqrt(K - 1) * length)))


def predictions(features: Any, classifier: Any, bias: Any | None) -> Any:
    """Return argmax_k (W h + b)_k for each sample, shape (N,).

    Parameters
    ----------
    features : array, shape (N, d)
    classifier : array, shape (K, d)
    bias : array, shape (K,), or None
        All of one array library and device.
    """
    xp = array_namespace(features)
    said = []
    for rows in _blocks(features.shape[0], max(classifier.shape)):
        logits = features[rows] @ classifier.T
        said.append(xp.argmax(logits if bias is None else logits + bias, axis=1))
    return xp.concat(said)


def nearest_class_means(features: Any, means: Any, present: Any | None = None) -> Any:
    """Return the class whose mean is nearest to each sample, shape (N,).

    Parameters
    ----------
    features : array, shape (N, d)
    means : array, shape (K, d)
        Of one array library and device, of the same floating type.
    present : array of bool, shape (K,), optional
        Classes that have a mean; all of them if not given.
    """
    xp = array_namespace(features)
    # About their centre, so that a common offset costs no digits.
    center = xp.mean(means, axis=0)
    means = means - center
    squares = 0.5 * xp.sum(means * means, axis=1)
    if present is not None:
        squares = xp.where(xp.asarray(present), squares, xp.inf)
    nearest = []
    for rows in _blocks(features.shape[0], max(means.shape)):
        score = (features[rows] - center) @ means.T
        score -= squares  # in place: of many classes scores are large
        nearest.append(xp.argmax(score, axis=1))
    return xp.concat(nearest)


def nc4(predicted: Any, nearest: Any, weights: Any = None) -> float:
    """Return the share of samples where classifier and nearest class mean disagree.

    Parameters
    ----------
    predicted, nearest : array of int, shape (N,)
        From `predictions` and `nearest_class_means`.
    weights : array, shape (N,), optional
        Of the samples, where they do not count alike.
    """
    return float(np.average(np.asarray(predicted != nearest), weights=weights))


def cdnv(statistics: ClassStatistics) -> float:
    """Return the class-distance normalised variance.

    Mean over k ≠ k′ of (v_k + v_k′) / (2‖μ_k − μ_k′‖²).

    Parameters
    ----------
    statistics : ClassStatistics
        Of one layer's features.

    Returns
    -------
    float
        0 at collapse. Infinite where two class means differ by no more than
        the rounding of the features, and their samples differ.

    Notes
    -----
    Galanti, György, Hutter, ICLR 2022.
    """
    present = statistics.present
    K = int(present.sum())
    if K < 2:
        return float("nan")
    centered = statistics.means[present] - statistics.mean_of_class_means
    variance = statistics.within_variance[present]
    centered, variance = centered[some_of(K)], variance[some_of(K)]
    K = len(centered)
    lengths = (centered * centered).sum(axis=1)
    total = 0.0
    for rows, columns in _tiles(K):
        both = lengths[rows, None] + lengths[columns]
        distances = both - 2 * centered[rows] @ centered[columns].T
        if rows == columns:
            np.fill_diagonal(distances, np.inf)
        # Where two means nearly coincide the difference of squares has few digits left.
        close = np.nonzero(distances < CLOSE * both)
        for some in _blocks(len(close[0]), centered.shape[1]):
            first, second = close[0][some], close[1][some]
            between = centered[rows][first] - centered[columns][second]
            distances[first, second] = (between * between).sum(axis=1)
        distances[distances <= statistics.rounding**2] = 0.0
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            shares = (variance[rows, None] + variance[columns]) / (2 * distances)
        if rows == columns:  # each pair is there twice
            np.fill_diagonal(shares, 0.0)
            shares /= 2
        total += shares.sum()
    return float(total / (K * (K - 1) / 2))
