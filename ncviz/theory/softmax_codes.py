"""Softmax codes: K directions in d dimensions, each as far as possible from the others' hull.

Generalized neural collapse (Jiang et al., ICML 2024): on the sphere at low temperature,
classifier and class means form a softmax code, which maximises the one-vs-rest distance

    min_k dist(w_k, conv{w_j, j ≠ k}) = max_{‖h_k‖ ≤ 1} min_{k, j ≠ k} (w_k − w_j) · h_k.

The Tammes problem maximises the one-vs-one distance min_{j ≠ k} ‖w_j − w_k‖ instead.
Both have closed forms for d = 2 and for K ≤ 2d; beyond, `max_min` searches.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.geometry.collapse import nc1
from ncviz.geometry.etf import simplex_vertices
from ncviz.geometry.statistics import class_statistics
from ncviz.language import tr
from ncviz.theory.hull_bounds import least_to_hulls
from ncviz.theory.max_min import Pull, largest_minimum

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STARTS = 16


@dataclass(frozen=True, eq=False)
class SphericalCode:
    """Unit vectors that lie far apart.

    Attributes
    ----------
    vectors : array, shape (K, d)
        One a row.
    margin : float
        The distance they maximise: one-vs-rest of a softmax code, one-vs-one
        of a Tammes code.
    proven : bool
        Whether it is known to be the largest possible. Otherwise it is the
        best local maximum of several starts.
    starts : int
        How many; 0 of a closed form.
    """

    vectors: Floats
    margin: float
    proven: bool
    starts: int = 0


def one_vs_rest_distances(vectors: Floats) -> Floats:
    """Return the distance of each point from the convex hull of all others, shape (K,).

    Parameters
    ----------
    vectors : array, shape (K, d)
        K ≥ 2 points.

    Raises
    ------
    UserError
        If there are fewer than two points, or a coordinate is not finite.

    Notes
    -----
    Jiang et al., ICML 2024, Definition 2.1. Exact to rounding: with the
    differences p_j = w_j − w_k as columns of P, the non-negative α that
    minimises ‖Pα‖² + (1 − Σα)² is a multiple of the weights of the hull's
    point that is nearest to w_k, and Lawson & Hanson's active sets find it.
    """
    points, unit = _in_units(vectors)
    if unit == 0:
        return np.zeros(len(vectors))
    return np.array([_distance_to_hull(points, k) for k in range(len(points))]) * unit


def one_vs_rest_distance(vectors: Floats) -> float:
    """Return min_k dist(w_k, conv{w_j, j ≠ k}).

    Parameters
    ----------
    vectors : array, shape (K, d)
        As of `one_vs_rest_distances`.

    Notes
    -----
    Only points are asked exactly whose distance could be the least by what it is at least.
    """
    points, unit = _in_units(vectors)
    if unit == 0:
        return 0.0
    at_least, least = least_to_hulls(points), np.inf
    for k in np.argsort(at_least):
        if at_least[k] > least:
            break
        least = min(least, _distance_to_hull(points, int(k)))
    return float(least * unit)


def nearest_in_hull(points: Floats, k: int) -> Floats:
    """Return weights of the hull's point nearest to a point, of the hull of all others, shape (K,).

    Parameters
    ----------
    points : array, shape (K, d)
        Of distances near 1.
    k : int
        The one that is left out, whose own weight is 0.

    Notes
    -----
    See `one_vs_rest_distances`. Where several weights give that point, those of one corner.
    """
    from scipy.optimize import nnls  # slow to import: not at the window's start

    system = np.ones((points.shape[1] + 1, len(points)))
    np.subtract(points.T, points[k][:, None], out=system[:-1])
    system[-1, k] = 0.0  # a column of zeros, which no active set takes up
    target = np.zeros(len(system))
    target[-1] = 1.0
    found, _ = nnls(system, target, maxiter=100 * system.shape[1])
    return np.asarray(found / found.sum())


def one_vs_one_distance(vectors: Floats) -> float:
    """Return min_{j ≠ k} ‖w_j − w_k‖.

    Parameters
    ----------
    vectors : array, shape (K, d)
        K ≥ 2 points.

    Raises
    ------
    UserError
        If there are fewer than two points, or a coordinate is not finite.
    """
    _check_points(vectors)
    first, second = np.triu_indices(len(vectors), 1)
    return float(np.linalg.norm(vectors[first] - vectors[second], axis=1).min())


def softmax_code(
    classes: int,
    dimension: int,
    seed: int = 0,
    *,
    starts: int = STARTS,
    near: Floats | None = None,
) -> SphericalCode:
    """Return unit vectors with the largest one-vs-rest distance.

    Parameters
    ----------
    classes, dimension : int
        K ≥ 2 and d ≥ 2, or K = 2 and d = 1.
    seed, starts : int
        Of the random starts, and how many, where there is no closed form.
    near : array, shape (K, d), optional
        Unit vectors from which one more search starts.

    Returns
    -------
    SphericalCode
        For K ≤ d+1 a simplex ETF, margin K/(K−1); for K ≤ 2d simplices in
        orthogonal spaces, margin 1; for d = 2 a regular polygon, margin
        1 − cos(2π/K); else a local maximum.

    Raises
    ------
    UserError
        If a number is out of range.

    Notes
    -----
    Jiang et al., ICML 2024, Definition 2.1, and its theorem for these cases.
    """
    vectors = _closed_form(classes, dimension)
    proven = vectors is not None
    if vectors is None:
        first = () if near is None else (np.vstack([near, near]),)
        starts += len(first)
        rows = largest_minimum(_hull_margins, 2 * classes, dimension, starts, seed, first)
        vectors = rows[:classes]
    margin = _known_margin(classes, dimension) if proven else one_vs_rest_distance(vectors)
    return SphericalCode(vectors, margin, proven, 0 if proven else starts)


def tammes(classes: int, dimension: int, seed: int = 0, *, starts: int = STARTS) -> SphericalCode:
    """Return unit vectors with the largest one-vs-one distance.

    Parameters
    ----------
    classes, dimension, seed, starts
        As of `softmax_code`.

    Returns
    -------
    SphericalCode
        The same as of `softmax_code` where there is a closed form.

    Raises
    ------
    UserError
        If a number is out of range.

    Notes
    -----
    Tammes 1930; closed forms: Rankin 1955.
    """
    vectors = _closed_form(classes, dimension)
    proven = vectors is not None
    if vectors is None:
        vectors = largest_minimum(_pair_margins, classes, dimension, starts, seed)
    return SphericalCode(vectors, one_vs_one_distance(vectors), proven, 0 if proven else starts)


def gnc1(features: Floats, labels: Ints, classes: int) -> float:
    """Return NC1 of the features' directions.

    Parameters
    ----------
    features : array, shape (N, d)
        None of length zero.
    labels : array of int, shape (N,)
        0…K−1.
    classes : int
        K.

    Raises
    ------
    UserError
        If a feature has length zero, or as of `class_statistics`.

    Notes
    -----
    Jiang et al., ICML 2024, the metrics of generalized neural collapse.
    """
    return nc1(class_statistics(_directions(features), labels, classes))


def gnc2(classifier: Floats) -> float:
    """Return the one-vs-rest distance of the classifier's directions.

    Parameters
    ----------
    classifier : array, shape (K, d)
        No row of length zero.

    Raises
    ------
    UserError
        If a row has length zero.

    Notes
    -----
    Jiang et al., ICML 2024, the metrics of generalized neural collapse. It grows
    to the margin of `softmax_code`.
    """
    return one_vs_rest_distance(_directions(classifier))


def gnc3(classifier: Floats, centered_means: Floats) -> float:
    """Return the mean over the classes of 1 − cos(w_k, m_k).

    Parameters
    ----------
    classifier : array, shape (K, d)
    centered_means : array, shape (K, d)
        m_k, of the features' directions in Jiang et al.

    Raises
    ------
    UserError
        If a row has length zero.

    Notes
    -----
    Jiang et al., ICML 2024, the metrics of generalized neural collapse.
    """
    pairs = _directions(classifier) * _directions(centered_means)
    return float(1 - pairs.sum(axis=1).mean())


def _closed_form(classes: int, dimension: int) -> Floats | None:
    if classes < 2 or dimension < 1 or (dimension == 1 and classes > 2):
        raise UserError(
            tr(
                "There are no {classes} different directions in {dimension} dimensions: "
                "give at least 2 of each, or 2 classes in 1 dimension.",
                classes=classes,
                dimension=dimension,
            )
        )
    if classes <= 2 * dimension:
        return _orthogonal_simplices(classes, dimension)
    if dimension == 2:
        angles = 2 * np.pi * np.arange(classes) / classes
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return None


def _known_margin(classes: int, dimension: int) -> float:
    """Return the one-vs-rest distance of what `_closed_form` has."""
    if classes <= dimension + 1:
        return classes / (classes - 1)
    return 1.0 if classes <= 2 * dimension else 1 - float(np.cos(2 * np.pi / classes))


def _orthogonal_simplices(classes: int, dimension: int) -> Floats:
    """Return one simplex ETF, or as few as fit, each in a space of its own."""
    vectors = np.zeros((classes, dimension))
    row = column = 0
    for members in np.array_split(np.arange(classes), max(1, classes - dimension)):
        size = len(members)
        vectors[row : row + size, column : column + size - 1] = simplex_vertices(size)
        row, column = row + size, column + size - 1
    return vectors


def _hull_margins(rows: Floats) -> tuple[Floats, Pull]:
    """Return (w_k − w_j) · h_k for all j ≠ k, of the rows w_1 … w_K, h_1 … h_K."""
    K = len(rows) // 2
    W, H = rows[:K], rows[K:]
    products = H @ W.T
    # Without its diagonal, after each element of which a row of K is left.
    margins = (np.diag(products)[:, None] - products).ravel()[1:].reshape(K - 1, K + 1)[:, :-1]

    def pull(weights: Floats) -> Floats:
        shares = np.zeros_like(products)
        shares.ravel()[1:].reshape(K - 1, K + 1)[:, :-1] = weights.reshape(K - 1, K)
        own = shares.sum(axis=1, keepdims=True)
        return np.vstack([own * H - shares.T @ H, own * W - shares @ W])

    return margins.ravel(), pull


@lru_cache(maxsize=4)
def _pairs(count: int) -> tuple[Ints, Ints]:
    """Return the numbers of all pairs: finding them takes as long as their products."""
    first, second = np.triu_indices(count, 1)
    first.flags.writeable = second.flags.writeable = False
    return first, second


def _pair_margins(rows: Floats) -> tuple[Floats, Pull]:
    """Return 1 − w_j · w_k, half the squared distance, for all j < k."""
    first, second = _pairs(len(rows))

    def pull(weights: Floats) -> Floats:
        shares = np.zeros((len(rows), len(rows)))
        shares[first, second] = weights
        return np.asarray(-(shares + shares.T) @ rows)

    return 1 - (rows @ rows.T)[first, second], pull


def _distance_to_hull(points: Floats, k: int) -> float:
    return float(np.linalg.norm(points[k] - nearest_in_hull(points, k) @ points))


def _in_units(vectors: Floats) -> tuple[Floats, float]:
    """Return points of distances near 1, and their unit; 0 where all are one."""
    _check_points(vectors)
    unit = float(np.linalg.norm(vectors - vectors[0], axis=1).max())
    return (vectors / unit, unit) if unit > 0 else (vectors, 0.0)


def _check_points(vectors: Floats) -> None:
    if vectors.ndim != 2 or len(vectors) < 2 or not np.isfinite(vectors).all():
        raise UserError(
            tr(
                "Points of shape {shape} have no distances: give at least 2 finite rows.",
                shape=vectors.shape,
            )
        )


def _directions(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (lengths > 0).all():
        raise UserError(tr("A vector of length zero has no direction: leave it out."))
    return np.asarray(vectors / lengths)
