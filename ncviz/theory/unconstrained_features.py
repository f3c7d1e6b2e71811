"""The unconstrained feature model: features and classifier are free, and descend.

    min  (1/N) Σ_i L(W h_i + b, y_i) + λ_W/2 ‖W‖² + λ_H/2 ‖H‖² + λ_b/2 ‖b‖²

Zhu et al., NeurIPS 2021, for cross-entropy; Zhou et al., NeurIPS 2022, for the other
losses; Yaras et al., NeurIPS 2022, for ‖w_k‖ = ‖h_i‖ = 1. Where the minimum is known,
`unconstrained_optimum` gives it.
"""

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.geometry.collapse import nc1, nc2_equiangular, nc2_equinorm, nc3
from ncviz.geometry.etf import simplex_etf
from ncviz.geometry.statistics import class_statistics
from ncviz.language import tr
from ncviz.theory.diverged_descent import DivergedDescentError
from ncviz.theory.losses import Loss, cross_entropy, focal, label_smoothing, squared_error

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOSSES = ("cross_entropy", "label_smoothing", "focal", "squared_error")
CLASSIFIERS = ("trained", "simplex_etf", "class_means")
METHODS = ("gradient_descent", "gradient_flow")

_RANGES: dict[str, tuple[float, float]] = {
    "classes": (2, 1000),
    "dimension": (1, 4096),
    "smoothing": (0.0, 1.0),
    "focusing": (0.0, 100.0),
    "target": (1e-6, 1e6),
    "lambda_w": (0.0, 1e3),
    "lambda_h": (0.0, 1e3),
    "lambda_b": (0.0, 1e3),
    "temperature": (1e-6, 1e6),
    "learning_rate": (1e-9, 1e9),
    "seed": (0, 2**31 - 1),
}
_WHOLE = ("classes", "dimension", "seed")
_MOST_NUMBERS = 10**8


@dataclass(frozen=True)
class UnconstrainedFeatures:
    """An unconstrained feature model, and how it descends.

    Parameters
    ----------
    classes : int
        K.
    dimension : int
        d, the width of the features.
    samples : int or tuple of int
        n, samples of every class, or n_k of each.
    loss : str
        One of `LOSSES`.
    smoothing, focusing, target : float
        α of label smoothing, γ of the focal loss, M of the squared error.
    lambda_w, lambda_h, lambda_b : float
        λ_W, λ_H, λ_b. A classifier that is not trained, and vectors on the
        sphere, have no penalty.
    bias : bool
        Whether logits have a bias; not on the sphere.
    classifier : str
        'trained'; 'simplex_etf', which stays the simplex ETF of unit vectors
        and needs d = K; or 'class_means', where w_k is the class mean at every
        moment and only the features descend, with W held in their gradient.
    spherical : bool
        Keep ‖w_k‖ = ‖h_i‖ = 1.
    rectified : bool
        Features are never negative, as behind a ReLU: each step ends at the nearest such point.
        Of gradient descent, and not on the sphere.
    temperature : float
        τ, by which logits are divided on the sphere, as in Jiang et al., ICML
        2024; some codes multiply by its inverse and call that τ.
    method : str
        'gradient_descent', with heavy-ball momentum as in PyTorch, or
        'gradient_flow'. On the sphere the gradient is Riemannian.
    learning_rate : float
        Of a step. A step of gradient flow lasts so long in time. Too large, it
        makes descent diverge; on the sphere, where nothing can, it never
        settles and the gradient norm stays.
    momentum : float
        From 0 to below 1; gradient descent only.
    seed : int
        Of the first W and H, independent normal numbers of variance 1/d.

    Raises
    ------
    UserError
        Naming the first value that cannot be, and what it may be.

    Notes
    -----
    The class-mean-feature classifier: Jiang et al., ICML 2024.
    """

    classes: int = 4
    dimension: int = 8
    samples: int | tuple[int, ...] = 100
    loss: str = "cross_entropy"
    smoothing: float = 0.1
    focusing: float = 2.0
    target: float = 1.0
    lambda_w: float = 5e-3
    lambda_h: float = 5e-5
    lambda_b: float = 0.0
    bias: bool = False
    classifier: str = "trained"
    spherical: bool = False
    rectified: bool = False
    temperature: float = 0.2
    method: str = "gradient_descent"
    learning_rate: float = 5.0
    momentum: float = 0.9
    seed: int = 0

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high or (name in _WHOLE and value != int(value)):
                kind = tr("whole number") if name in _WHOLE else tr("number")
                raise _wrong(
                    name,
                    value,
                    tr("a {kind} from {low:g} to {high:g}", kind=kind, low=low, high=high),
                )
        for name, choices in (
            ("loss", LOSSES),
            ("classifier", CLASSIFIERS),
            ("method", METHODS),
        ):
            if getattr(self, name) not in choices:
                raise _wrong(
                    name, getattr(self, name), tr("one of {choices}", choices=", ".join(choices))
                )
        self._check_samples()
        self._check_combinations()

    @property
    def class_sizes(self) -> tuple[int, ...]:
        """n_k, K of them."""
        if isinstance(self.samples, int):
            return (self.samples,) * self.classes
        return self.samples

    @property
    def balanced(self) -> bool:
        """Whether all classes have as many samples."""
        return len(set(self.class_sizes)) == 1

    def labels(self) -> Ints:
        """Return y, shape (N,): the classes one after another."""
        return np.repeat(np.arange(self.classes), self.class_sizes)

    def loss_function(self) -> Loss:
        """Return the loss with its parameters."""
        functions: dict[str, Loss] = {
            "cross_entropy": cross_entropy,
            "label_smoothing": partial(label_smoothing, smoothing=self.smoothing),
            "focal": partial(focal, focusing=self.focusing),
            "squared_error": partial(squared_error, target=self.target),
        }
        return functions[self.loss]

    def _check_samples(self) -> None:
        sizes = self.class_sizes
        if len(sizes) != self.classes:
            raise _wrong(
                "samples",
                self.samples,
                tr("one number for each of {classes} classes", classes=self.classes),
            )
        if not all(type(size) is int and size >= 1 for size in sizes):
            raise _wrong("samples", self.samples, tr("whole numbers of at least 1"))
        if sum(sizes) * max(self.dimension, self.classes) > _MOST_NUMBERS:
            raise _wrong("samples", self.samples, tr("fewer, for the features to fit into memory"))

    def _check_combinations(self) -> None:
        if not 0 <= self.momentum < 1:
            raise _wrong("momentum", self.momentum, tr("a number from 0 to below 1"))
        if self.classifier == "simplex_etf" and self.dimension != self.classes:
            raise _wrong(
                "dimension",
                self.dimension,
                tr("{classes}, which a fixed simplex ETF needs", classes=self.classes),
            )
        if self.spherical and self.bias:
            raise _wrong("bias", self.bias, tr("False, for on the sphere there is none"))
        if self.rectified and (self.spherical or self.method == "gradient_flow"):
            raise _wrong(
                "rectified", self.rectified, tr("False on the sphere and for the gradient flow")
            )


@dataclass(frozen=True, eq=False)
class FeatureModelState:
    """An unconstrained feature model at one moment.

    Attributes
    ----------
    step : int
        0 is before the first.
    time : float
        Step times learning rate: of the gradient flow, or nominal.
    W : array, shape (K, d)
        The classifier.
    H : array, shape (N, d)
        The features, class after class.
    b : array, shape (K,), or None
        The bias.
    loss : float
        (1/N) Σ L, as a network's training loss.
    objective : float
        The loss and all penalties.
    gradient_norm : float
        Of the objective by all that is trained; Riemannian on the sphere.
    """

    step: int
    time: float
    W: Floats
    H: Floats
    b: Floats | None
    loss: float
    objective: float
    gradient_norm: float


@dataclass(frozen=True)
class Collapse:
    """How far a state is from neural collapse; each is 0 there.

    Attributes
    ----------
    nc1, nc2_equinorm_means, nc2_equinorm_classifier, nc2_equiangular_means,
    nc2_equiangular_classifier, nc3 : float
        As defined in `ncviz.geometry.collapse`; NaN where undefined.
    """

    nc1: float
    nc2_equinorm_means: float
    nc2_equinorm_classifier: float
    nc2_equiangular_means: float
    nc2_equiangular_classifier: float
    nc3: float


def measure_collapse(parameters: UnconstrainedFeatures, state: FeatureModelState) -> Collapse:
    """Return NC1, NC2 and NC3 of a state.

    Parameters
    ----------
    parameters : UnconstrainedFeatures
    state : FeatureModelState
        Of a model with these parameters.

    Notes
    -----
    Papyan, Han, Donoho, PNAS 2020, about the mean of class means.
    """
    statistics = class_statistics(state.H, parameters.labels(), parameters.classes)
    means = statistics.centered_means
    return Collapse(
        nc1=nc1(statistics),
        nc2_equinorm_means=nc2_equinorm(means),
        nc2_equinorm_classifier=nc2_equinorm(state.W),
        nc2_equiangular_means=nc2_equiangular(means),
        nc2_equiangular_classifier=nc2_equiangular(state.W),
        nc3=nc3(state.W, means),
    )


class Objective:
    """The function that descends, of one flat array of all that is trained."""

    def __init__(self, parameters: UnconstrainedFeatures) -> None:
        self._parameters = p = parameters
        self._labels = p.labels()
        self._loss = p.loss_function()
        self._scale = 1 / p.temperature if p.spherical else 1.0
        self._decay = (0.0, 0.0, 0.0) if p.spherical else (p.lambda_h, p.lambda_w, p.lambda_b)
        sizes = np.array(p.class_sizes)
        # One row a class, which averages its samples.
        self._averages = (self._labels == np.arange(p.classes)[:, None]) / sizes[:, None]
        self._etf = simplex_etf(p.classes)
        self._rows = (len(self._labels), p.classes if p.classifier == "trained" else 0)

    def start(self) -> Floats:
        """Return the point from which it descends."""
        p = self._parameters
        rng = np.random.default_rng(p.seed)
        vectors = rng.standard_normal(sum(self._rows) * p.dimension) / math.sqrt(p.dimension)
        x = np.concatenate([vectors, np.zeros(p.classes if p.bias else 0)])
        return self.retract(x)

    def arrays(self, x: Floats) -> tuple[Floats, Floats, Floats | None]:
        """Return W, H and b of a point."""
        p, (N, trained) = self._parameters, self._rows
        end = (N + trained) * p.dimension
        vectors = x[:end].reshape(-1, p.dimension)
        H = vectors[:N]
        if trained:
            W = vectors[N:]
        elif p.classifier == "simplex_etf":
            W = self._etf
        else:
            W = self._averages @ H
            W = W / np.linalg.norm(W, axis=1, keepdims=True) if p.spherical else W
        return W, H, x[end:] if p.bias else None

    def point(self, W: Floats, H: Floats, b: Floats | None) -> Floats:
        """Return the point of given W, H and b."""
        parts = [H, W if self._rows[1] else W[:0], np.zeros(0) if b is None else b]
        return np.concatenate([part.ravel() for part in parts])

    @np.errstate(over="ignore", invalid="ignore", divide="ignore")  # told as divergence
    def evaluate(self, x: Floats) -> tuple[float, float, Floats]:
        """Return loss, objective and gradient at a point."""
        W, H, b = self.arrays(x)
        decay_H, decay_W, decay_b = self._decay
        logits = self._scale * (H @ W.T)
        losses, slopes = self._loss(logits if b is None else logits + b, self._labels)
        loss = objective = float(losses.mean())
        slopes /= len(losses)
        parts = [self._scale * (slopes @ W) + decay_H * H]
        objective += 0.5 * decay_H * float(np.vdot(H, H))
        if self._rows[1]:
            parts.append(self._scale * (slopes.T @ H) + decay_W * W)
            objective += 0.5 * decay_W * float(np.vdot(W, W))
        if b is not None:
            parts.append(slopes.sum(axis=0) + decay_b * b)
            objective += 0.5 * decay_b * float(b @ b)
        gradient = np.concatenate([part.ravel() for part in parts])
        return loss, objective, self.tangent(x, gradient)

    def tangent(self, x: Floats, direction: Floats) -> Floats:
        """Return the part of a gradient along what points are held to; else all of it."""
        if self._parameters.rectified:
            features = np.arange(len(x)) < self._rows[0] * self._parameters.dimension
            return np.where(features & (x <= 0) & (direction > 0), 0.0, direction)
        if not self._parameters.spherical:
            return direction
        points, rows = (array.reshape(-1, self._parameters.dimension) for array in (x, direction))
        outwards = np.einsum("ij,ij->i", points, rows)
        return np.asarray((rows - outwards[:, None] * points).ravel())

    def retract(self, x: Floats) -> Floats:
        """Return the nearest point of those that points are held to; else the point itself."""
        if self._parameters.rectified:
            end = self._rows[0] * self._parameters.dimension
            return np.concatenate([np.maximum(x[:end], 0.0), x[end:]])
        if not self._parameters.spherical:
            return x
        points = x.reshape(-1, self._parameters.dimension)
        return np.asarray((points / np.linalg.norm(points, axis=1, keepdims=True)).ravel())

    def state(
        self, x: Floats, step: int, found: tuple[float, float, Floats] | None = None
    ) -> FeatureModelState:
        """Return a point as a state; `found` is what `evaluate` said there, if it was asked.

        Raises
        ------
        UserError
            If the model has diverged.
        """
        loss, objective, gradient = found or self.evaluate(x)
        W, H, b = (None if array is None else array.copy() for array in self.arrays(x))
        assert W is not None
        assert H is not None
        norm = float(np.linalg.norm(gradient))
        if not (math.isfinite(objective) and math.isfinite(norm)):
            raise DivergedDescentError(step)
        time = step * self._parameters.learning_rate
        return FeatureModelState(step, time, W, H, b, loss, objective, norm)


def _wrong(name: str, value: Any, wanted: str) -> UserError:
    return UserError(
        tr(
            "The model's {name} is {value!r}: choose {wanted}.",
            name=name,
            value=value,
            wanted=wanted,
        )
    )
