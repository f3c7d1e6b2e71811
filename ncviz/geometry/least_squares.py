"""Least squares of all features of a layer: a linear map onto the classes, and a rank."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device
from numpy.typing import NDArray

from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.linear_probe import RIDGE
from ncviz.geometry.slabs import ClassRows, Slab, beside

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = Sequence[ClassRows]

MOST_PRODUCTS = 5 * 10**9  # of one layer and split at one epoch
WIDEST = 1024  # features: a d × d matrix is formed
# The same of a hidden layer, where a snapshot is to take little beside the training.
WIDEST_HIDDEN = 512
_AT_ONCE = 2**25  # numbers of features that outnumber their samples: copies of all are formed
_SMALL = 192  # features whose equations are solved before SciPy is asked
_BLOCK = 2**22  # numbers in double precision at once


def is_affordable(samples: int, width: int, classes: int) -> bool:
    """Return whether a split's features are few enough to be probed: samples, or features each."""
    small = min(samples, width)
    if samples < width and samples * width > _AT_ONCE:
        return False
    return small <= WIDEST and samples * width * max(small, classes) <= MOST_PRODUCTS


def within_moment(rows: Rows, means: Floats, weights: Floats) -> Any:
    """Return Σ_i w_{y_i} (h_i − μ_{y_i})(h_i − μ_{y_i})ᵀ, shape (d, d), where the features are.

    Parameters
    ----------
    rows : sequence of ClassRows
        Of features of shape (N, d).
    means : array, shape (K, d)
    weights : array, shape (K,)
        Of a sample of each class.
    """
    xp, where = rows[0].xp, rows[0].device
    differ = weights[weights > 0]
    common = float(differ[0]) if len(differ) and np.ptp(differ) == 0 else 0.0
    roots = None if common else beside(np.sqrt(weights), xp, where)
    total: Any = None
    for slab in _deviations(rows, means):
        own = slab.rows if roots is None else slab.rows * roots[slab.labels_beside][:, None]
        if total is None:
            total = own.T @ own
        else:
            total += own.T @ own
    if common:
        total *= common
    return total


def moment_about(within: Any, means: Floats, counts: Ints, weights: Floats, center: Floats) -> Any:
    """Return Σ_i w_{y_i} (h_i − c)(h_i − c)ᵀ from that about the class means; see `within_moment`.

    Parameters
    ----------
    within : array, shape (d, d)
    means : array, shape (K, d)
    counts, weights : array, shape (K,)
    center : array, shape (d,)
    """
    off = (means - center) * np.sqrt(weights * counts)[:, None]
    off = beside(off, array_namespace(within), device(within))
    found = off.T @ off
    found += within  # in place: of wide layers each pass through the memory counts
    return found


def _deviations(rows: Rows, means: Floats) -> Iterator[Slab]:
    """Yield the rows less their class means, in blocks: each adds to all of d × d sums."""
    for each in rows:
        yield from each.less(means, _BLOCK // max(1, means.shape[1]))


@dataclass(frozen=True, eq=False)
class LinearMap:
    """The ridge regression of the training features of a layer onto their classes.

    Parameters
    ----------
    center : array, shape (d,)
        μ_G, the mean of the class means.
    matrix : array, shape (d, K)
        A, where the features are; 0 for a class without training samples.
    present : array of bool, shape (K,)
    penalty : float
        λ beside the mean over the classes of the squared errors.
    """

    center: Floats
    matrix: Any
    present: NDArray[np.bool_]
    penalty: float


def linear_map(statistics: ClassStatistics, moment: Any) -> LinearMap | None:
    """Return the linear map whose values are nearest to the classes, each of which counts alike.

    Parameters
    ----------
    statistics : ClassStatistics
        Of the training features.
    moment : array, shape (d, d)
        Their `moment_about` the mean of the class means, with weights `alike`.

    Returns
    -------
    LinearMap or None
        None where all features are equal, or of one class.

    Notes
    -----
    Minimises ½ mean_k (1/n_k) Σ_{i∈k} ‖A(h_i − μ_G) + 1/K − e_k‖² + λ/2 ‖A‖_F² with λ `RIDGE`
    times the mean squared feature; since the m_k sum to 0, the normal equations are
    (Σ_T + λ I) Aᵀ = M/K.
    """
    present, center, K = (
        statistics.present,
        statistics.mean_of_class_means,
        statistics.present.sum(),
    )
    penalty = _penalty(statistics)
    if not penalty > 0:
        return None
    means = np.where(present[:, None], statistics.means - center, 0.0)
    return LinearMap(center, _solved(moment, penalty, means.T / K), present, penalty)


def _penalty(statistics: ClassStatistics) -> float:
    """Return λ; 0 where there is no linear map."""
    off = statistics.means[statistics.present] - statistics.mean_of_class_means
    squared = (statistics.within_variance.sum() + (off**2).sum()) / len(off) / off.shape[1]
    return RIDGE * float(squared) if len(off) > 1 else 0.0


def linear_map_of_few(statistics: ClassStatistics, rows: Rows) -> LinearMap | None:
    """Return the same as `linear_map`, of fewer samples than features, with no d × d matrix.

    Parameters
    ----------
    statistics : ClassStatistics
        Of the training features.
    rows : sequence of ClassRows
        These.

    Notes
    -----
    With the rows √w_i (h_i − μ_G) of Z, w `alike`, Σ_T = ZᵀZ and M/K = Zᵀ√w E with the rows e_y of
    E, so that Aᵀ = (ZᵀZ + λ I)⁻¹ Zᵀ√w E = Zᵀ (ZZᵀ + λ I)⁻¹ √w E.
    """
    penalty = _penalty(statistics)
    if not penalty > 0:
        return None
    xp, where, center = rows[0].xp, rows[0].device, statistics.mean_of_class_means
    features, labels = in_their_order(rows)
    roots = np.sqrt(alike(statistics.counts))[labels][:, None]
    own = xp.astype(features, xp.float64) - beside(center, xp, where)
    own = own * beside(roots, xp, where)
    classes = roots * (labels[:, None] == np.arange(len(statistics.counts)))
    matrix = own.T @ _solved(own @ own.T, penalty, classes)
    return LinearMap(center, matrix, statistics.present, penalty)


def moment_of_few(rows: Rows, weights: Floats) -> Any:
    """Return √w_i √w_j h_iᵀh_j, shape (N, N): its eigenvalues are those of Σ_i w_i h_i h_iᵀ."""
    xp, where = rows[0].xp, rows[0].device
    features, labels = in_their_order(rows)
    own = xp.astype(features, xp.float64) * beside(np.sqrt(weights)[labels][:, None], xp, where)
    return own @ own.T


def in_their_order(rows: Rows) -> tuple[Any, Ints]:
    """Return features and labels as they came."""
    features = [each.features for each in rows]
    whole = features[0] if len(rows) == 1 else rows[0].xp.concat(features)
    return whole, np.concatenate([each.labels[np.argsort(each.order)] for each in rows])


def _solved(moment: Any, penalty: float, right: Floats) -> Any:
    """Return (M + λ I)⁻¹ R of a positive semidefinite matrix, where that is."""
    if isinstance(moment, np.ndarray) and len(moment) > _SMALL:
        from scipy.linalg import cho_factor, cho_solve  # as in `stable_rank`

        normal = moment.copy()
        normal.flat[:: len(moment) + 1] += penalty
        factor = cho_factor(normal, overwrite_a=True, check_finite=False)
        return cho_solve(factor, right, check_finite=False)
    xp, where = array_namespace(moment), device(moment)
    normal = moment + penalty * xp.eye(len(moment), dtype=xp.float64, device=where)
    # The plain one asks a GPU whether it went well, which holds it up; so large a ridge does.
    solve, there = getattr(xp.linalg, "solve_ex", None), beside(right, xp, where)
    return xp.linalg.solve(normal, there) if solve is None else solve(normal, there)[0]


def alike(counts: Ints) -> Floats:
    """Return weights of the samples of each class by which all classes count alike, shape (K,)."""
    present = counts > 0
    return np.where(present, 1 / (np.maximum(counts, 1) * max(1, int(present.sum()))), 0.0)


def judged(found: LinearMap, rows: Rows, means: Floats) -> Any:
    """Return what a linear map says of the samples of each class, shape (K, 2).

    Sums over the samples of a class: ‖A(h − μ_k)‖², and how many are mistaken.

    Parameters
    ----------
    found : LinearMap
    rows : sequence of ClassRows
        Of the layer on any split, where the map is.
    means : array, shape (K, d)
        μ_k of that split.
    """
    xp, where = rows[0].xp, rows[0].device
    classes = len(found.present)
    middle = beside(means - found.center, xp, where) @ found.matrix
    middle += beside(np.where(found.present, 0.0, -np.inf), xp, where)
    total = xp.zeros((classes, 2), dtype=xp.float64, device=where)
    for slab in _deviations(rows, means):
        own = slab.rows @ found.matrix
        values = own + middle[slab.labels_beside]
        wrong = xp.argmax(values, axis=1) != slab.labels_beside
        each = [xp.vecdot(own, own)[:, None], xp.astype(wrong, xp.float64)[:, None]]
        slab.add_sums(xp.concat(each, axis=1), total, xp)
    return total


@dataclass(frozen=True)
class LossParts:
    """The least-squares loss of features, in two parts.

    Parameters
    ----------
    within : float
        ½ mean_k (1/n_k) Σ_{i∈k} ‖A(h_i − μ_k)‖²: of samples about their class mean.
    between : float
        ½ mean_k ‖A m_k + 1/K − e_k‖² + λ/2 ‖A‖_F²: of the class means, and the ridge.

    Notes
    -----
    Han, Papyan, Donoho, ICLR 2022: L_NC1 and L_NC2/3.
    """

    within: float
    between: float


def square_loss(
    found: LinearMap, matrix: Floats, sums: Floats, statistics: ClassStatistics
) -> LossParts:
    """Return both parts of the loss on the training features.

    Parameters
    ----------
    found : LinearMap
    matrix : array, shape (d, K)
        Of the map, on the host.
    sums : array, shape (K, 2)
        What it says of them; see `judged`.
    statistics : ClassStatistics
    """
    there, K = found.present, int(found.present.sum())
    within = (sums[there, 0] / statistics.counts[there]).mean() / 2
    means = (statistics.means[there] - found.center) @ matrix
    missed = means[:, there] + 1 / K - np.eye(K)
    ridge = found.penalty / 2 * float((matrix**2).sum())
    return LossParts(float(within), float((missed**2).sum(axis=1).mean()) / 2 + ridge)


def lossbeside(
    found: LinearMap, matrix: Floats, moment: Floats, rows: Floats, bias: Floats | None
) -> float:
    """Return by how much the squared error of a classifier exceeds the least one.

    ½ Tr[(W − A)(Σ_T + λ I)(W − A)ᵀ] + ½ ‖W μ_G + b − 1/K‖².

    Parameters
    ----------
    found, matrix
        As of `square_loss`.
    moment : array, shape (d, d)
        As of `linear_map`, on the host.
    rows : array, shape (K, d)
    bias : array, shape (K,), or None

    Notes
    -----
    Han, Papyan, Donoho, ICLR 2022: L⊥.
    """
    off = rows - matrix.T
    middle = rows @ found.center + (0.0 if bias is None else bias) - 1 / len(rows)
    spread = float(((off @ moment) * off).sum()) + found.penalty * float((off**2).sum())
    return (spread + float(middle @ middle)) / 2
