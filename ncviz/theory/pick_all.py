"""Unconstrained features with several labels: the pick-all-labels loss, and its optimum.

    min over W, H   (1/N) Σ_i Σ_{y ∈ S_i} CE(W h_i, y) + λ_W/2 ‖W‖² + λ_H/2 ‖H‖²

Li et al., ICML 2024: where sets of one size have equally many samples, whatever those of other
sizes have, and d ≥ K − 1, every global minimum is a collapse. Rows and single labels are a
simplex ETF, and the features of a set of m labels are C_m times the sum of those of its labels.

With λ_Z = √(λ_W λ_H) and a column for each set S, it is a convex programme in the logits,

    min over Z   Σ_S (n_S/N) (m lse(z_S) − Σ_{y ∈ S} z_{S,y}) + λ_Z ‖Z diag(n)^½‖_*.

Where classes can be exchanged, z_S is t_m times the indicator of S, less its mean. Columns of m
labels then have the squared length t_m² m (K − m)/K, all K − 1 singular values are equal, and
‖Z diag(n)^½‖_* = √(K − 1) ρ with ρ² = Σ_m N_m t_m² m (K − m)/K, N_m the samples of m labels. So
the derivative by t_m is zero where

    t_m (m e^{t_m} + K − m) = c,   c = K ρ / (N λ_Z √(K − 1)),

one equation in c; and C_m = t_m / t_1. Nothing but zero is left from λ_Z = 1 / (N √(K (K − 1)))
· √(Σ_m N_m m (K − m)) on. That is derived here; the paper leaves its constants implicit.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.geometry.label_sets import sum_factors
from ncviz.language import tr
from ncviz.theory.lbfgs import lbfgs
from ncviz.theory.pick_all_loss import pick_all
from ncviz.theory.unconstrained_features import FeatureModelState

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Sets = tuple[tuple[int, ...], ...]

_DESCENT = {"maxiter": 2000, "maxfun": 4000, "gtol": 1e-9, "ftol": 1e-15, "maxcor": 20}
_NEAR_ZERO = 1e-9  # of the threshold: nearer to it the optimum is zero to rounding
MOST_CLASSES = 20
MOMENTUM = 0.9


@dataclass(frozen=True)
class PickAllFeatures:
    """Samples with one label and with several, and how their features descend.

    Parameters
    ----------
    classes : int
        K, which is also the width of the features.
    largest : int
        Labels that a sample has at most, below K; there are all sets of 1 to so many.
    samples : int
        n, of the first single label.
    rarity : float
        How many times fewer samples each set of several labels has.
    ratio, set_ratio : float
        How many times more samples the first single label has than the last, and the first set
        of each larger size than the last; between them they fall by equal factors.
    penalty : float
        λ_Z = √(λ_W λ_H), positive. Both are equal here: what another share changes is lengths.
    seed : int
        Of the first W and H, independent normal numbers of variance 1/d, the features' over n.

    Raises
    ------
    UserError
        Where there is no such model.
    """

    classes: int = 4
    largest: int = 2
    samples: int = 20
    rarity: float = 1.0
    ratio: float = 1.0
    set_ratio: float = 1.0
    penalty: float = 1e-3
    seed: int = 0

    def __post_init__(self) -> None:
        if not 2 <= self.classes <= MOST_CLASSES:
            raise UserError(
                tr(
                    "There is no model of {classes:class|classes}: 2 to {most_classes}.",
                    classes=self.classes,
                    most_classes=MOST_CLASSES,
                )
            )
        if not 1 <= self.largest < self.classes:
            raise UserError(
                tr(
                    "Sets of up to {largest} of {classes} labels cannot be: choose 1 to "
                    "{classes_2}, as a set of all labels tells nothing apart.",
                    largest=self.largest,
                    classes=self.classes,
                    classes_2=self.classes - 1,
                )
            )
        if self.samples < 1 or min(self.rarity, self.ratio, self.set_ratio) < 1:
            raise UserError(tr("Samples and ratios of label sets are 1 at least."))
        if not (math.isfinite(self.penalty) and self.penalty > 0):
            raise UserError(
                tr("The penalty is {penalty:g}: give a positive number.", penalty=self.penalty)
            )

    @property
    def dimension(self) -> int:
        """Width of the features, K; K − 1 would do."""
        return self.classes

    @property
    def sets(self) -> Sets:
        """The sets of two labels and more, S of them."""
        return _all_sets(self.classes, self.largest)[self.classes :]

    @property
    def class_sizes(self) -> tuple[int, ...]:
        """n_k of the samples with one label, K of them."""
        return _falling(self.samples, self.ratio, self.classes)

    @property
    def set_sizes(self) -> tuple[int, ...]:
        """How many samples each of `sets` has."""
        found: list[int] = []
        for m in range(2, self.largest + 1):
            count = math.comb(self.classes, m)
            found += _falling(self.samples / self.rarity, self.set_ratio, count)
        return tuple(found)

    @property
    def learning_rate(self) -> float:
        """Of a step: one over the largest curvature, at the start or at the optimum."""
        return _step_size(self)

    def ratio_of(self, name: str) -> float | None:
        """Return the ratio that the counts of samples have, for 'rarity', 'ratio' or 'set_ratio'.

        Nobody has less than one sample, or a part of one. None where there are no sets.
        """
        if name == "ratio":
            return self.class_sizes[0] / self.class_sizes[-1]
        sized = zip(self.set_sizes, self.sets, strict=True)
        pairs = [count for count, labels in sized if len(labels) == 2]
        if not pairs:
            return None
        return self.class_sizes[0] / pairs[0] if name == "rarity" else pairs[0] / pairs[-1]

    @property
    def balanced(self) -> bool:
        """Whether sets of one size have equally many samples, as the theorem wants it."""
        of_sizes: dict[int, set[int]] = {}
        for labels, count in zip(self.sets, self.set_sizes, strict=True):
            of_sizes.setdefault(len(labels), set()).add(count)
        return all(len(counts) == 1 for counts in (set(self.class_sizes), *of_sizes.values()))

    def labels(self) -> Ints:
        """Return the set of each sample, shape (N,): single labels, then `sets`, in order."""
        every = (*self.class_sizes, *self.set_sizes)
        return np.repeat(np.arange(len(every)), every)


@lru_cache(maxsize=64)
def _falling(most: float, ratio: float, count: int) -> tuple[int, ...]:
    shares = np.linspace(0.0, 1.0, count) if count > 1 else np.zeros(1)
    return tuple(max(1, round(most * ratio**-share)) for share in shares.tolist())


@lru_cache(maxsize=64)
def _all_sets(classes: int, largest: int) -> Sets:
    sizes = range(1, largest + 1)
    return tuple(labels for m in sizes for labels in combinations(range(classes), m))


@lru_cache(maxsize=64)
def indicators(classes: int, largest: int) -> Floats:
    """Return a row for each set, 1 for its labels and 0 for others, shape (K + S, K)."""
    sets = _all_sets(classes, largest)
    found = np.zeros((len(sets), classes))
    for row, labels in zip(found, sets, strict=True):
        row[list(labels)] = 1
    found.setflags(write=False)
    return found


def simulate_pick_all(
    parameters: PickAllFeatures, steps: Iterable[int]
) -> Iterator[FeatureModelState]:
    """Yield the states of features that descend from their random start.

    Parameters
    ----------
    parameters : PickAllFeatures
    steps : iterable of int
        Which steps to yield, ascending.
    """
    p = parameters
    labels, rate = p.labels(), p.learning_rate
    own = indicators(p.classes, p.largest)[labels]
    W, H = _start(p)
    past_W, past_H, done = np.zeros_like(W), np.zeros_like(H), 0
    for step in steps:
        while done < step:
            _, _, of_W, of_H = _evaluated(p, W, H, own)
            past_W, past_H = MOMENTUM * past_W + of_W, MOMENTUM * past_H + of_H
            W, H, done = W - rate * past_W, H - rate * past_H, done + 1
        loss, objective, of_W, of_H = _evaluated(p, W, H, own)
        norm = math.hypot(float(np.linalg.norm(of_W)), float(np.linalg.norm(of_H)))
        yield FeatureModelState(step, step * rate, W.copy(), H.copy(), None, loss, objective, norm)


def _start(p: PickAllFeatures) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(p.seed)
    W = rng.standard_normal((p.classes, p.dimension)) / math.sqrt(p.dimension)
    H = rng.standard_normal((len(p.labels()), p.dimension)) / math.sqrt(p.dimension * p.samples)
    return W, H


@lru_cache(maxsize=64)
def _step_size(p: PickAllFeatures) -> float:
    # Of logits the loss of m labels has a curvature of m/2 at most; what the logits of all
    # samples have by W and H is the sum of both squared norms.
    least, labels = least_of_pick_all(p), p.labels()
    ends = (least.W, least.H[labels]), _start(p)
    squares = max(sum(float(np.linalg.norm(part, 2)) ** 2 for part in end) for end in ends)
    return 1 / (2 * p.penalty + p.largest / 2 * squares / len(labels))


def _evaluated(
    p: PickAllFeatures, W: Floats, H: Floats, own: Floats
) -> tuple[float, float, Floats, Floats]:
    losses, slopes = pick_all(H @ W.T, own)
    slopes /= len(losses)
    loss = float(losses.mean())
    decay = 0.5 * p.penalty * (float(np.vdot(W, W)) + float(np.vdot(H, H)))
    return loss, loss + decay, slopes.T @ H + p.penalty * W, slopes @ W + p.penalty * H


@dataclass(frozen=True, eq=False)
class PickAllOptimum:
    """The least that the objective can be, and where.

    Attributes
    ----------
    W : array, shape (K, d)
    H : array, shape (K + S, d)
        The features of each set, single labels first.
    objective : float
    gap : float
        Certificate: so far above the least value at most, from the dual programme.
    factors : tuple of float
        C_2, C_3 …: of each larger size by which factor its features are nearest to the sums of
        those of their labels; empty where the optimum is zero.
    """

    W: Floats
    H: Floats
    objective: float
    gap: float
    factors: tuple[float, ...]

    @property
    def vanished(self) -> bool:
        """Return whether the penalties leave nothing."""
        return not self.W.any()


def zero_threshold(parameters: PickAllFeatures) -> float:
    """Return the λ_Z from which on nothing is left: the spectral norm of the gradient at zero."""
    p = parameters
    own = indicators(p.classes, p.largest)
    sizes = np.array((*p.class_sizes, *p.set_sizes))
    slopes = own - own.sum(axis=1, keepdims=True) / p.classes
    return float(np.linalg.norm(np.sqrt(sizes)[:, None] * slopes, 2)) / float(sizes.sum())


@lru_cache(maxsize=64)
def least_of_pick_all(parameters: PickAllFeatures) -> PickAllOptimum:
    """Return the optimum: from one equation where it is balanced, else from a convex programme."""
    p = parameters
    if p.penalty >= zero_threshold(p) * (1 - _NEAR_ZERO):
        rows = p.classes + len(p.sets)
        return _measured(p, np.zeros((p.classes, p.dimension)), np.zeros((rows, p.dimension)))
    return _measured(p, *(_of_equal_sets(p) if p.balanced else _of_any_sets(p)))


def _of_equal_sets(p: PickAllFeatures) -> tuple[Floats, Floats]:
    K, spreads = p.classes, _spreads(p)
    own = indicators(K, p.largest)
    many = own.sum(axis=1, keepdims=True)
    sizes = np.array((*p.class_sizes, *p.set_sizes))
    Z = np.array(spreads)[many.ravel().astype(int) - 1][:, None] * (own - many / K)
    return _factored(p, Z, sizes)


def _factored(p: PickAllFeatures, Z: Floats, sizes: Ints) -> tuple[Floats, Floats]:
    """Return W and H of least penalties with H Wᵀ = Z, a row for each set."""
    roots = np.sqrt(sizes)[:, None]
    left, values, right = np.linalg.svd(roots * Z, full_matrices=False)
    return right.T * np.sqrt(values), left * np.sqrt(values) / roots


def _spreads(p: PickAllFeatures) -> list[float]:
    """Return t_m for m = 1 … largest."""
    from scipy.optimize import brentq  # slow to import: not at the window's start

    K, sizes = p.classes, range(1, p.largest + 1)
    first = dict(zip(map(len, p.sets), p.set_sizes, strict=True))
    counts = [math.comb(K, m) * first.get(m, p.class_sizes[0]) for m in sizes]
    weights = [count * m * (K - m) / K for m, count in zip(sizes, counts, strict=True)]
    factor = K / (sum(counts) * p.penalty * math.sqrt(K - 1))

    def spread(log_c: float, m: int) -> float:
        def above(t: float) -> float:
            return math.log(t) + t + math.log(m + (K - m) * math.exp(-t)) - log_c

        return float(brentq(above, 1e-300, max(log_c, 0.0) + 1.0, xtol=1e-300, rtol=1e-15))

    def excess(log_c: float) -> float:
        squares = sum(w * spread(log_c, m) ** 2 for w, m in zip(weights, sizes, strict=True))
        return math.log(factor) + 0.5 * math.log(squares) - log_c

    high = 1.0
    while excess(high) > 0:
        high *= 2
    log_c = float(brentq(excess, math.log(K) - 25.0, high, rtol=1e-15))
    return [spread(log_c, m) for m in sizes]


def _of_any_sets(p: PickAllFeatures) -> tuple[Floats, Floats]:
    """Return the optimum from a descent on W and one feature a set: by convexity it is global."""
    own = indicators(p.classes, p.largest)
    sizes = np.array((*p.class_sizes, *p.set_sizes))
    shares, K = sizes / sizes.sum(), p.classes
    roots = np.sqrt(sizes)[:, None]

    def value(x: Floats) -> tuple[float, Floats]:
        rows = x.reshape(-1, p.dimension)
        W, H = rows[:K], rows[K:] / roots
        losses, slopes = pick_all(H @ W.T, own)
        slopes *= shares[:, None]
        of_x = p.penalty * rows
        of_x[:K] += slopes.T @ H
        of_x[K:] += slopes @ W / roots
        return float(shares @ losses) + 0.5 * p.penalty * float(x @ x), of_x.ravel()

    Z = own - own.sum(axis=1, keepdims=True) / K
    left, values, right = np.linalg.svd(roots * Z, full_matrices=False)
    rng = np.random.default_rng(0)
    start = np.concatenate([right.T * np.sqrt(values), left * np.sqrt(values)])
    start = start + 0.01 * rng.standard_normal(start.shape)
    found = lbfgs(value, start.ravel(), **_DESCENT).reshape(-1, p.dimension)
    return found[:K], found[K:] / roots


def _measured(p: PickAllFeatures, W: Floats, H: Floats) -> PickAllOptimum:
    from scipy.special import logsumexp, xlogy  # slow to import: not at the window's start

    own = indicators(p.classes, p.largest)
    sizes = np.array((*p.class_sizes, *p.set_sizes))
    shares, many = sizes / sizes.sum(), own.sum(axis=1)
    logits = H @ W.T
    losses, slopes = pick_all(logits, own)
    squares = float(np.vdot(W, W)) + float(sizes @ (H**2).sum(axis=1))
    objective = float(shares @ losses) + 0.5 * p.penalty * squares
    # Fenchel's dual: the softmax, drawn towards the labels until its gradient has norm λ_Z.
    weighed = slopes * (shares / np.sqrt(sizes))[:, None]
    spectral = max(float(np.linalg.norm(weighed, 2)), 1e-300)
    drawn = min(1.0, p.penalty / spectral)
    softmax = np.exp(logits - logsumexp(logits, axis=1, keepdims=True))
    toward = drawn * softmax + (1 - drawn) * own / many[:, None]
    dual = -float((shares * many) @ xlogy(toward, toward).sum(axis=1))
    factors = sum_factors(H[: p.classes], own[p.classes :], H[p.classes :]) if W.any() else ()
    return PickAllOptimum(W, H, objective, max(objective - dual, 0.0), factors)
