"""Least squares of all features of a layer: a linear map onto the classes, and a rank."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device
from numpy.typing import NDArray

from ncviz.geometry.linear_probe import RIDGE
from ncviz.geometry.slabs import ClassRows, Slab, beside
from ncviz.geometry.stable_rank import stable_rank
from ncviz.geometry.statistics import ClassStatistics, read_whole

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = Sequence[ClassRows]

MOST_PRODUCTS = 4 * 10**9  # of one layer and split at one epoch
WIDEST = 1024  # features: a d × d matrix is formed
# The same of a hidden layer, where a snapshot is to take little beside the training.
WIDEST_HIDDEN = 512
_SMALL = 192  # features whose equations are solved before SciPy is asked
_BLOCK = 2**22  # numbers in double precision at once


def is_affordable(samples: int, width: int, classes: int) -> bool:
    """Return whether features are few enough for `within_moment` and `judged`."""
    return width <= WIDEST and samples * width * max(width, classes) <= MOST_PRODUCTS


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
    present, center = statistics.present, statistics.mean_of_class_means
    means, K = np.where(present[:, None], statistics.means - center, 0.0), int(present.sum())
    squared = float((statistics.within_variance.sum() + (means**2).sum()) / K / len(center))
    if K < 2 or not squared > 0:
        return None
    penalty = RIDGE * squared
    return LinearMap(center, _solved(moment, penalty, means.T / K), present, penalty)


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


_HALVES = "even", "odd"


def _judged_by_halves(rows: Rows, classes: int) -> dict[str, Any]:
    """Return each half of every class `judged` by the map of the other; none without both.

    Parameters
    ----------
    rows : sequence of ClassRows
    classes : int
    """
    xp, where = rows[0].xp, rows[0].device
    features = rows[0].features if len(rows) == 1 else xp.concat([each.features for each in rows])
    labels = np.concatenate([each.labels[np.argsort(each.order)] for each in rows])
    order = np.argsort(labels, kind="stable")
    counts = np.bincount(labels, minlength=classes)
    place = np.empty(len(labels), dtype=np.int64)
    place[order] = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    if counts[counts > 0].size < 2 or counts[counts > 0].min() < 2:
        return {}
    parts = []
    for odd in (0, 1):
        some = np.flatnonzero(place % 2 == odd)
        half = xp.take(features, beside(some, xp, where), axis=0)
        parts.append(read_whole(half, labels[some], classes))
    found = {}
    for name, fitted, other in zip(_HALVES, parts, parts[::-1], strict=True):
        statistics = fitted.statistics
        center, weights = statistics.mean_of_class_means, alike(statistics.counts)
        within = within_moment(fitted.rows, statistics.means, weights)
        about = moment_about(within, statistics.means, statistics.counts, weights, center)
        of_half = linear_map(statistics, about)
        if of_half is None:
            return {}
        found[name] = judged(of_half, other.rows, other.statistics.means)
    return found


@dataclass(frozen=True, eq=False)
class LinearProbe:
    """What least squares say of a layer on a split, of all its features.

    Parameters
    ----------
    stable_rank : float
        ‖H‖_F² / ‖H‖₂² of the features as they are; NaN where all are 0.
    wrong : array of int, shape (K,), or None
        Samples of each class that the training features' linear map takes for another one; None
        where there is no map, or the classes are not those of the training.
    wrong_of_halves : array of int, shape (K,), or None
        Of a split with classes of its own: samples that the linear map of the other half of the
        split takes for another class.
    """

    stable_rank: float
    wrong: Ints | None = None
    wrong_of_halves: Ints | None = None


class ProbedLayer:
    """Takes the features of a layer, split by split, the training features first.

    What it computes stays where the features are, in `waiting`, until it is handed back to
    `settle` on the host.

    Parameters
    ----------
    is_last : bool
        Whether the parts of the square loss are wanted.
    widest : int
        Of more features nothing is said.
    """

    def __init__(self, *, is_last: bool = False, widest: int = WIDEST) -> None:
        self._is_last, self._widest = is_last, widest
        self._map: LinearMap | None = None
        self._train: tuple[Floats, Floats, LossParts] | None = None
        self._statistics: ClassStatistics | None = None
        self.waiting: dict[tuple[str, str], Any] = {}
        self.found: dict[str, LinearProbe] = {}

    def add(self, split: str, rows: Rows, statistics: ClassStatistics, *, own: bool) -> None:
        """Take all features of a split; those that are too many are passed over.

        Parameters
        ----------
        split : str
        rows : sequence of ClassRows
            Of features of shape (N, d).
        statistics : ClassStatistics
            Of these.
        own : bool
            Whether the classes are those of the training; those of others are told apart by maps
            of the split's own: each half of every class is judged by that of the other half.
        """
        counts, means = statistics.counts, statistics.means
        samples, width = sum(len(each.labels) for each in rows), means.shape[1]
        if width > self._widest or not is_affordable(samples, width, len(counts)):
            return
        # A layer that runs twice comes twice: its last features count.
        self.waiting = {key: each for key, each in self.waiting.items() if key[0] != split}
        weights, origin = statistics.shares / np.maximum(counts, 1), np.zeros(width)
        moment = None
        if split == "train":
            center, each = statistics.mean_of_class_means, alike(counts)
            within = within_moment(rows, means, each)
            about = moment_about(within, means, counts, each, center)
            self._map, self._statistics = linear_map(statistics, about), statistics
            if self._is_last and self._map is not None:
                self.waiting[split, "about"] = about
                self.waiting[split, "matrix"] = self._map.matrix
            if float(np.abs(each - weights).max()) <= 1e-12 * float(weights.max()):
                moment = moment_about(within, means, counts, each, origin)
        if moment is None:
            within = within_moment(rows, means, weights)
            moment = moment_about(within, means, counts, weights, origin)
        self.waiting[split, "moment"] = moment
        if own and self._map is not None:
            self.waiting[split, "judged"] = judged(self._map, rows, means)
        if not own:
            for part, sums in _judged_by_halves(rows, len(counts)).items():
                self.waiting[split, part] = sums

    def settle(self, host: Mapping[tuple[str, str], Floats]) -> None:
        """Take on the host what was `waiting`, by the same keys."""
        for split in dict.fromkeys(split for split, _ in host):
            sums = host.get((split, "judged"))
            wrong = None if sums is None else np.rint(sums[:, -1]).astype(np.int64)
            parts = [host[split, name] for name in _HALVES if (split, name) in host]
            halves = np.rint(sum(part[:, -1] for part in parts)).astype(np.int64) if parts else None
            self.found[split] = LinearProbe(stable_rank(host[split, "moment"]), wrong, halves)
        if self._map is not None and self._statistics and ("train", "about") in host:
            matrix, sums = host["train", "matrix"], host["train", "judged"]
            loss = square_loss(self._map, matrix, sums, self._statistics)
            self._train = host["train", "about"], matrix, loss
        self.waiting = {}

    def losses(self, rows: Floats | None, bias: Floats | None) -> dict[str, float]:
        """Return the parts of the square loss that can be told, by the names of their scalars."""
        if self._train is None or self._map is None:
            return {}
        moment, matrix, loss = self._train
        found = {
            "square_loss_within_train": loss.within,
            "square_loss_between_train": loss.between,
        }
        if rows is not None and rows.shape == matrix.T.shape and self._map.present.all():
            beside = lossbeside(self._map, matrix, moment, rows, bias)
            found["square_loss_beside_train"] = beside
        return found
