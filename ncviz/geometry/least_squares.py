"""Least squares of all features of a layer: a linear map onto the classes, and a rank."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device, to_device
from numpy.typing import NDArray

from ncviz.geometry.linear_probe import RIDGE
from ncviz.geometry.slabs import Slab, class_sums
from ncviz.geometry.statistics import ClassStatistics, class_statistics

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_PRODUCTS = 4 * 10**9  # of one layer and split at one epoch
WIDEST = 1024  # features: a d × d matrix is formed
# The same of a hidden layer, where a snapshot is to take little beside the training.
WIDEST_HIDDEN = 512
_SMALL = 192  # features of which all eigenvalues are found as fast as the largest
_BLOCK = 2**22  # numbers in double precision at once


def is_affordable(samples: int, width: int, classes: int) -> bool:
    """Return whether features are few enough for `second_moment` and `judged`."""
    return width <= WIDEST and samples * width * max(width, classes) <= MOST_PRODUCTS


def second_moment(features: Any, labels: Ints, center: Floats, weights: Floats) -> Any:
    """Return Σ_i w_{y_i} (h_i − c)(h_i − c)ᵀ, shape (d, d), where the features are.

    Parameters
    ----------
    features : array, shape (N, d)
        Of NumPy or another library of the array API.
    labels : array of int, shape (N,)
    center : array, shape (d,)
    weights : array, shape (K,)
        Of a sample of each class.
    """
    xp, where = array_namespace(features), device(features)
    middle, roots = (_beside(each, xp, where) for each in (center, np.sqrt(weights)))
    own = _beside(labels, xp, where)
    total = xp.zeros((len(center), len(center)), dtype=xp.float64, device=where)
    height = max(1, _BLOCK // max(1, len(center)))  # each block adds to all of the d × d sums
    for start in range(0, features.shape[0], height):
        block = slice(start, start + height)
        rows = (xp.astype(features[block], xp.float64) - middle) * roots[own[block]][:, None]
        total += rows.T @ rows
    return total


def stable_rank(moment: Floats) -> float:
    """Return ‖H‖_F² / ‖H‖₂² of features with this matrix HᵀH, as large as it likes.

    Returns
    -------
    float
        From 1 to d; NaN where all features are 0.
    """
    trace = float(np.trace(moment))
    if not trace > 0:
        return float("nan")
    if len(moment) <= _SMALL:
        return trace / float(np.linalg.eigvalsh(moment)[-1])
    start = moment @ np.ones(len(moment)) + np.diag(moment)  # of any kind, but always the same
    from scipy.sparse.linalg import eigsh  # slow to import: not at the window's start

    largest = eigsh(moment, k=1, v0=start, return_eigenvectors=False)
    return trace / float(largest[0])


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
        Their `second_moment` about the mean of the class means, with weights `alike`.

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
    means = np.where(present[:, None], statistics.means - center, 0.0)
    K = int(present.sum())
    squared = float((statistics.within_variance.sum() + (means**2).sum()) / K / len(center))
    if K < 2 or not squared > 0:
        return None
    xp, where = array_namespace(moment), device(moment)
    penalty = RIDGE * squared
    normal = moment + penalty * xp.eye(len(center), dtype=xp.float64, device=where)
    right = _beside(means.T / K, xp, where)
    # The plain one asks a GPU whether it went well, which holds it up; so large a ridge does.
    solve = getattr(xp.linalg, "solve_ex", None)
    matrix = xp.linalg.solve(normal, right) if solve is None else solve(normal, right)[0]
    return LinearMap(center, matrix, present, penalty)


def alike(counts: Ints) -> Floats:
    """Return weights of the samples of each class by which all classes count alike, shape (K,)."""
    present = counts > 0
    return np.where(present, 1 / (np.maximum(counts, 1) * max(1, int(present.sum()))), 0.0)


def answers(found: LinearMap, features: Any, labels: Ints) -> Any:
    """Return what a linear map says of the samples of each class, shape (K, K + 2).

    Sums over the samples of a class: the K values, their squared length, and how many mistakes.

    Parameters
    ----------
    found : LinearMap
    features : array, shape (N, d)
        Of the layer on any split, where the map is.
    labels : array of int, shape (N,)
    """
    xp, where = array_namespace(features), device(features)
    middle = _beside(found.center, xp, where)
    never = _beside(np.where(found.present, 0.0, -np.inf), xp, where)

    def said(slab: Slab, xp: Any) -> Any:
        values = (slab.rows - middle) @ found.matrix
        wrong = xp.argmax(values + never, axis=1) != slab.labels_beside
        return xp.concat(
            [values, xp.vecdot(values, values)[:, None], xp.astype(wrong, xp.float64)[:, None]],
            axis=1,
        )

    classes = len(found.present)
    return class_sums(features, labels, (classes, classes + 2), said)


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


def square_loss(found: LinearMap, matrix: Floats, sums: Floats, counts: Ints) -> LossParts:
    """Return both parts of the loss on the training features.

    Parameters
    ----------
    found : LinearMap
    matrix : array, shape (d, K)
        Of the map, on the host.
    sums : array, shape (K, K + 2)
        Its `answers`.
    counts : array of int, shape (K,)
    """
    there, K = found.present, int(found.present.sum())
    means = sums[there, :-2] / counts[there, None]
    squares = sums[there, -2] / counts[there]
    within = np.maximum(squares - (means**2).sum(axis=1), 0.0).mean() / 2
    missed = means[:, there] + 1 / K - np.eye(K)
    ridge = found.penalty / 2 * float((matrix**2).sum())
    return LossParts(float(within), float((missed**2).sum(axis=1).mean()) / 2 + ridge)


def loss_beside(
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


def _judged_by_halves(features: Any, labels: Ints, classes: int) -> dict[str, Any]:
    """Return the `answers` of each half of every class by the map of the other; none without both.

    Parameters
    ----------
    features : array, shape (N, d)
    labels : array of int, shape (N,)
    classes : int
    """
    order = np.argsort(labels, kind="stable")
    counts = np.bincount(labels, minlength=classes)
    place = np.empty(len(labels), dtype=np.int64)
    place[order] = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    if counts[counts > 0].size < 2 or counts[counts > 0].min() < 2:
        return {}
    xp, where = array_namespace(features), device(features)
    parts = []
    for odd in (0, 1):
        rows = np.flatnonzero(place % 2 == odd)
        parts.append((xp.take(features, _beside(rows, xp, where), axis=0), labels[rows]))
    found = {}
    for name, fitted, judged in zip(_HALVES, parts, parts[::-1], strict=True):
        statistics = class_statistics(*fitted, classes)
        center, weights = statistics.mean_of_class_means, alike(statistics.counts)
        of_half = linear_map(statistics, second_moment(*fitted, center, weights))
        if of_half is None:
            return {}
        found[name] = answers(of_half, *judged)
    return found


def _beside(array: NDArray[Any], xp: Any, where: Any) -> Any:
    return array if xp.__name__.endswith("numpy") else to_device(xp.asarray(array), where)


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
        self._counts: Ints = np.zeros(0, dtype=np.int64)
        self.waiting: dict[tuple[str, str], Any] = {}
        self.found: dict[str, LinearProbe] = {}

    def add(
        self, split: str, features: Any, labels: Ints, statistics: ClassStatistics, *, own: bool
    ) -> None:
        """Take all features of a split; those that are too many are passed over.

        Parameters
        ----------
        split : str
        features : array, shape (N, d)
        labels : array of int, shape (N,)
        statistics : ClassStatistics
            Of these.
        own : bool
            Whether the classes are those of the training; those of others are told apart by maps
            of the split's own: each half of every class is judged by that of the other half.
        """
        counts, (samples, width) = statistics.counts, features.shape
        if width > self._widest or not is_affordable(samples, width, len(counts)):
            return
        # A layer that runs twice comes twice: its last features count.
        self.waiting = {key: each for key, each in self.waiting.items() if key[0] != split}
        weights = statistics.shares / np.maximum(counts, 1)
        if split == "train":
            center, each = statistics.mean_of_class_means, alike(counts)
            about = second_moment(features, labels, center, each)
            self._map, self._counts = linear_map(statistics, about), counts
            if self._is_last and self._map is not None:
                self.waiting[split, "about"] = about
                self.waiting[split, "matrix"] = self._map.matrix
            if np.allclose(each, weights, rtol=1e-12, atol=0):
                middle = _beside(center, array_namespace(about), device(about))
                self.waiting[split, "moment"] = about + middle[:, None] * middle
        if (split, "moment") not in self.waiting:
            self.waiting[split, "moment"] = second_moment(
                features, labels, np.zeros(width), weights
            )
        if own and self._map is not None:
            self.waiting[split, "answers"] = answers(self._map, features, labels)
        if not own:
            for part, sums in _judged_by_halves(features, labels, len(counts)).items():
                self.waiting[split, part] = sums

    def settle(self, host: Mapping[tuple[str, str], Floats]) -> None:
        """Take on the host what was `waiting`, by the same keys."""
        for split in dict.fromkeys(split for split, _ in host):
            sums = host.get((split, "answers"))
            wrong = None if sums is None else np.rint(sums[:, -1]).astype(np.int64)
            parts = [host[split, name] for name in _HALVES if (split, name) in host]
            halves = np.rint(sum(part[:, -1] for part in parts)).astype(np.int64) if parts else None
            self.found[split] = LinearProbe(stable_rank(host[split, "moment"]), wrong, halves)
        if self._map is not None and ("train", "about") in host:
            matrix, sums = host["train", "matrix"], host["train", "answers"]
            loss = square_loss(self._map, matrix, sums, self._counts)
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
            beside = loss_beside(self._map, matrix, moment, rows, bias)
            found["square_loss_beside_train"] = beside
        return found
