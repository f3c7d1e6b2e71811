"""The landscape of unconstrained features: many descents at once, past saddles.

Zhu et al., NeurIPS 2021: every critical point of the unconstrained feature model is a global
minimum, or a saddle with a direction of negative curvature. The first of the descents begins at a
saddle, or comes to some, and leaves each along that direction; all others begin at random.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.geometry.etf import simplex_vertices
from ncviz.language import tr
from ncviz.theory.diverged_descent import DivergedDescentError
from ncviz.theory.lbfgs import lbfgs
from ncviz.theory.lowest_curvature import Curvature, lowest_curvature
from ncviz.theory.unconstrained_features import (
    FeatureModelState,
    UnconstrainedFeatures,
)
from ncviz.theory.unconstrained_optimum import optimal_margin

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RANDOM, ZERO, MERGED = "random", "zero", "merged"
ORIGINS = (RANDOM, ZERO, MERGED)
MOMENTUM = 0.9
LOOK = 10  # steps between two looks whether it rests
NEGATIVE = 1e-6  # curvature that is called so lies this far below zero
LEVEL = 1e-9  # a slope below which the first, at a saddle, is left where it is
NEAR = 5.0  # steps down from a saddle that are called near
SUM = 1e-6  # of rows that is called none
RESTS = 0.05  # slope at rest, as a share of the one that the curvature makes over the step
FAR = 8.0  # margin that is thought of where there is no minimum
SLOPING = 4.0  # times as far, with a curvature that does not vanish there
EVEN = 0.05  # of the other penalty: one that is 0 counts as this at the merged start


@dataclass(frozen=True)
class Landscape:
    """Unconstrained features of equal classes, from several starts at once.

    Parameters
    ----------
    classes, dimension, samples : int
        K, d, and n of each class.
    loss : str
        One of `unconstrained_features.LOSSES`.
    lambda_w, lambda_h : float
        λ_W, λ_H; may be 0.
    starts : int
        How many descend; all but the first from random starts.
    origin : str
        One of `ORIGINS`: of the first. 'zero' is W = H = 0; at 'merged' two classes share features
        and classifier, and the rest is as good as it can be.
    kick : float
        Length of the step along the most negative curvature, taken wherever the first rests at a
        saddle; 0 for none.
    seed : int

    Raises
    ------
    UserError
        If a value cannot be.
    """

    classes: int = 4
    dimension: int = 8
    samples: int = 10
    loss: str = "cross_entropy"
    lambda_w: float = 5e-3
    lambda_h: float = 5e-4
    starts: int = 12
    origin: str = MERGED
    kick: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.starts <= 1000 or self.kick < 0 or self.origin not in ORIGINS:
            raise UserError(
                tr(
                    "There are {starts} starts, the first {origin!r}, with a kick of "
                    "{kick:g}: choose 1 to 1000, one of {origins}, and 0 or more.",
                    starts=self.starts,
                    origin=self.origin,
                    kick=self.kick,
                    origins=", ".join(ORIGINS),
                )
            )
        assert self.features  # checks the rest

    @cached_property
    def features(self) -> UnconstrainedFeatures:
        """Return the model."""
        return UnconstrainedFeatures(
            classes=self.classes,
            dimension=self.dimension,
            samples=self.samples,
            loss=self.loss,
            lambda_w=self.lambda_w,
            lambda_h=self.lambda_h,
            seed=self.seed,
        )

    @cached_property
    def features_of_any_seed(self) -> UnconstrainedFeatures:
        """Return the model, of which what is known of a saddle depends on no seed."""
        return replace(self.features, seed=0)

    @property
    def is_unbalanced(self) -> bool:
        """Whether just one penalty is 0: what it is on grows for ever, and there is no minimum."""
        return (self.lambda_h == 0) != (self.lambda_w == 0)

    @property
    def begins_at_rest(self) -> bool:
        """Whether the first begins at a critical point."""
        return self.origin == ZERO or (self.origin == MERGED and not self.is_unbalanced)

    @property
    def class_sizes(self) -> tuple[int, ...]:
        """n, K times."""
        return self.features.class_sizes

    @cached_property
    def _labels(self) -> Ints:
        return self.features.labels()

    def labels(self) -> Ints:
        """Return the class of each feature, shape (N,)."""
        return self._labels

    @cached_property
    def learning_rate(self) -> float:
        """Length of a step: one over a bound of the curvature at the starts and at the minimum."""
        K, n, d, N = self.classes, self.samples, self.dimension, self.classes * self.samples
        try:
            margin = optimal_margin(self.features)
        except UserError:
            margin = FAR
        lambdas = max(self.lambda_h, 1e-6), max(self.lambda_w, 1e-6)
        end = (
            margin * n**0.5 * ((lambdas[1] / lambdas[0]) ** 0.5 + (lambdas[0] / lambdas[1]) ** 0.5)
        )
        end = end if self.lambda_h > 0 and self.lambda_w > 0 else 2 * margin * n**0.5
        start = (math.sqrt(N / d) + 1) ** 2 + (math.sqrt(K / d) + 1) ** 2
        bend = 1.0 if self.loss == "squared_error" else 0.5
        if self.is_unbalanced and self.loss == "label_smoothing":
            end *= SLOPING  # its curvature stays as classes part, and one of both grows for ever
        curvature = (
            bend * max(start, end) / N + math.sqrt(n) / N + max(self.lambda_h, self.lambda_w)
        )
        return float(1 / curvature)

    def value(self, H: Floats, W: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Return loss, objective and gradients of several points at once.

        Parameters
        ----------
        H, W : array, shape (S, N, d) and (S, K, d)

        Returns
        -------
        loss, objective : array, shape (S,)
        by_H, by_W : array, as H and W
        """
        losses, slopes = self._slopes(H, W)
        loss = losses.mean(axis=1)
        squares = self.lambda_h * (H**2).sum(axis=(1, 2)) + self.lambda_w * (W**2).sum(axis=(1, 2))
        by_H = slopes @ W + self.lambda_h * H
        by_W = slopes.transpose(0, 2, 1) @ H + self.lambda_w * W
        return loss, loss + squares / 2, by_H, by_W

    def _slopes(self, H: Floats, W: Floats) -> tuple[Floats, Floats]:
        """Return losses, (S, N), and the gradient of the mean loss by the logits, (S, N, K)."""
        logits = H @ W.transpose(0, 2, 1)
        S, N, K = logits.shape
        labels = np.tile(self._labels, S)
        losses, slopes = self.features.loss_function()(logits.reshape(S * N, K), labels)
        return losses.reshape(S, N), slopes.reshape(S, N, K) / N

    def starting_points(self) -> tuple[Floats, Floats]:
        """Return all starts before any step, shape (S, N, d) and (S, K, d)."""
        N, d = len(self._labels), self.dimension
        points = []
        for number in range(self.starts):
            seed = self.seed if number == 0 else (self.seed, number)
            rng = np.random.default_rng(seed)
            points.append(rng.standard_normal((N + self.classes, d)) / math.sqrt(d))
        found = np.array(points)
        if self.origin != RANDOM:
            found[0] = np.concatenate(_saddle(self.features_of_any_seed, self.origin))
        return found[:, :N], found[:, N:]


def _saddle(features: UnconstrainedFeatures, origin: str) -> tuple[Floats, Floats]:
    """Return where the first begins that does not begin at random, (N, d) and (K, d)."""
    labels = features.labels()
    if origin == ZERO:
        shape = len(labels), features.dimension
        return np.zeros(shape), np.zeros((features.classes, features.dimension))
    means, rows = merged_classes(features)
    return means[labels], rows


@lru_cache(maxsize=16)
def _curvature_at_start(features: UnconstrainedFeatures, origin: str) -> Curvature:
    """Return the lowest curvature there, which many a start has in common."""
    return lowest_curvature(features, *_saddle(features, origin))


@lru_cache(maxsize=32)
def merged_classes(features: UnconstrainedFeatures) -> tuple[Floats, Floats]:
    """Return class features and classifier, (K, d) each, where the first two classes are one.

    The least objective of all such: a critical point of the whole objective, for it is the same
    when both classes change places. Where just one penalty is 0 there is none, but at infinity:
    that penalty then counts as a small share of the other.
    """
    lambda_h, lambda_w = features.lambda_h, features.lambda_w
    if (lambda_h == 0) != (lambda_w == 0):
        smallest = EVEN * max(lambda_h, lambda_w)
        lambda_h, lambda_w = max(lambda_h, smallest), max(lambda_w, smallest)
    K, d, n = features.classes, features.dimension, features.class_sizes[0]
    groups, labels, loss = np.array([0, *range(K - 1)]), np.arange(K), features.loss_function()
    corners = simplex_vertices(K - 1) if K > 2 else np.zeros((1, 1))
    wide = np.zeros((K - 1, max(d, corners.shape[1])))
    wide[:, : corners.shape[1]] = corners
    first = np.concatenate([wide[:, :d], wide[:, :d]]) * 2

    def value(x: Floats) -> tuple[float, Floats]:
        means, rows = x.reshape(2, K - 1, d)
        H, W = means[groups], rows[groups]
        losses, slopes = loss(H @ W.T, labels)
        decay = n * lambda_h
        by_H, by_W = slopes @ W / K + decay * H, slopes.T @ H / K + lambda_w * W
        objective = losses.mean() + decay / 2 * np.vdot(H, H)
        totals = np.zeros((2, K - 1, d))
        np.add.at(totals[0], groups, by_H)
        np.add.at(totals[1], groups, by_W)
        return float(objective + lambda_w / 2 * np.vdot(W, W)), totals.ravel()

    found = lbfgs(value, first.ravel(), maxiter=2000, ftol=0.0, gtol=1e-11)
    means, rows = found.reshape(2, K - 1, d)
    return means[groups], rows[groups]


@dataclass(frozen=True, eq=False)
class LandscapeState(FeatureModelState):
    """All descents at a step: the first as a state, and the objectives of all.

    Attributes
    ----------
    objectives : array, shape (S,)
    left : int
        How many saddles the first has left along their negative curvature.
    sums : array, shape (S,)
        ‖Σ_k w_k‖ as a share of that before the first step; NaN where that is 0.
    way : array, shape (N, d), or None
        How features move along the step down that was taken last, as long as it is near the saddle.
    features : array, shape (S, N, d)
        Of all descents.
    """

    objectives: Floats = field(default_factory=lambda: np.zeros(0))
    left: int = 0
    sums: Floats = field(default_factory=lambda: np.zeros(0))
    way: Floats | None = None
    features: Floats = field(default_factory=lambda: np.zeros((0, 0, 0)))


def descend_landscape(model: Landscape, steps: Iterable[int]) -> Iterator[LandscapeState]:
    """Yield the states of all descents at some steps, ascending.

    Gradient descent with heavy-ball momentum, as of `unconstrained_descent`.

    Raises
    ------
    UserError
        If one diverges.
    """
    H, W = (part.copy() for part in model.starting_points())
    speeds, rate = (np.zeros_like(H), np.zeros_like(W)), model.learning_rate
    done, left, began = 0, 0, _sums(W)
    saddle, taken = (H[0].copy(), W[0].copy()), None
    if model.origin != RANDOM:
        taken = _leave(model, H, W, at_start=True)
        left += taken is not None
    for wanted in steps:
        while done < wanted:
            _, objectives, by_H, by_W = model.value(H, W)
            if model.origin != RANDOM and max(abs(by_H[0]).max(), abs(by_W[0]).max()) < LEVEL:
                by_H[0], by_W[0] = 0.0, 0.0  # rounding would leave a saddle by chance
            if not np.isfinite(objectives).all():
                raise DivergedDescentError(done)
            speeds = MOMENTUM * speeds[0] + by_H, MOMENTUM * speeds[1] + by_W
            H, W = H - rate * speeds[0], W - rate * speeds[1]
            done += 1
            if done % LOOK == 0:
                here = H[0].copy(), W[0].copy()
                found = _leave(model, H, W)
                if found is not None:
                    saddle, taken, left = here, found, left + 1
                    speeds[0][0], speeds[1][0] = 0.0, 0.0
        loss, objectives, by_H, by_W = model.value(H, W)
        norm = math.hypot(np.linalg.norm(by_H[0]), np.linalg.norm(by_W[0]))
        if not np.isfinite(objectives).all():
            raise DivergedDescentError(wanted)
        gone = math.hypot(np.linalg.norm(H[0] - saddle[0]), np.linalg.norm(W[0] - saddle[1]))
        yield LandscapeState(
            wanted,
            wanted * rate,
            W[0].copy(),
            H[0].copy(),
            None,
            float(loss[0]),
            float(objectives[0]),
            norm,
            objectives,
            left,
            _sums(W) / np.where(began > SUM, began, np.nan),
            taken.H if taken is not None and gone < NEAR * model.kick else None,
            H,
        )


def kept_of_sum(model: Landscape, step: int) -> float:
    """Return the share of ‖Σ_k w_k‖ that is left of it: all without a penalty on the classifier.

    The loss moves no sum of rows where the gradient by the logits of a sample sums to zero, as that
    of cross-entropy does; NaN for the squared error. What the penalty does is linear.
    """
    if model.loss == "squared_error":
        return math.nan
    rate, decay = model.learning_rate, model.lambda_w
    once = np.array([[1 - rate * decay, -rate * MOMENTUM], [decay, MOMENTUM]])
    return abs(float(np.linalg.matrix_power(once, step)[0, 0]))


def _sums(W: Floats) -> Floats:
    return np.asarray(np.linalg.norm(W.sum(axis=1), axis=1))


def _leave(model: Landscape, H: Floats, W: Floats, *, at_start: bool = False) -> Curvature | None:
    """Step along the most negative curvature if the first rests at a saddle, and return it."""
    if model.kick == 0:
        return None
    rests = at_start and model.begins_at_rest
    _, _, by_H, by_W = model.value(H[:1], W[:1])
    push = math.hypot(np.linalg.norm(by_H), np.linalg.norm(by_W))
    most = math.sqrt(model.samples) / len(H[0])  # about the most negative curvature there is
    if not rests and push > RESTS * most * model.kick:
        return None
    if at_start:
        found = _curvature_at_start(model.features_of_any_seed, model.origin)
    else:
        found = lowest_curvature(model.features, H[0], W[0])
    if found.value > -NEGATIVE or (not rests and push > -RESTS * found.value * model.kick):
        return None
    H[0] += model.kick * found.H
    W[0] += model.kick * found.W
    return found
