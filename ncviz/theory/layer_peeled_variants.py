"""Variants of the Layer-Peeled Model that have no convex programme, by direct descent.

Fang, He, Long, Su, PNAS 2021: the mean cross-entropy of logits W h is minimised with

    (1/K) Σ_k ‖w_k‖² ≤ E_W,   (1/K) Σ_k (1/n_k) Σ_i ‖h_ki‖_q^q ≤ E_H,

and for two peeled layers that of W_L σ(W_{L−1} h), with W_{L−1} on a budget of its own.
Every budget is spent at a minimum, so that each array is a free one scaled to its
budget. L-BFGS descends on the logarithm of the objective, which keeps its digits where
the objective is minute, from several seeded starts. The kink of the ReLU is rounded,
(x + √(x² + δ²))/2, and δ shrinks to 1e-5. The least objective found is a *local* optimum,
and its stationarity residual says how nearly.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ncviz.errors import UserError
from ncviz.theory.losses import cross_entropy

Floats = NDArray[np.float64]

ACTIVATIONS = ("relu", "identity")
STARTS = 8

_ROUNDINGS = (0.1, 0.03, 0.01, 3e-3, 1e-3, 1e-4, 1e-5)
_DESCENT = {"maxiter": 1000, "maxfun": 2000, "gtol": 1e-12, "ftol": 1e-16}


@dataclass(frozen=True, eq=False)
class PeeledLocalOptimum:
    """The least objective found by descent from several starts.

    Attributes
    ----------
    layers : tuple of array
        (W,), or (W_L, W_{L−1}); the classifier W or W_L has shape (K, p).
    H : array, shape (K m, p)
        Features, m of each class one after another.
    objective : float
        Mean cross-entropy in nats, with the ReLU itself.
    residual : float
        Stationarity: the largest over the arrays of its length times the
        gradient of the log objective by it along its budget, the ReLU being
        rounded by 1e-5. 0 at a local optimum; for q near 1 it stays larger,
        since a coordinate of h must come very near 0 to count as 0.
    objectives : array, shape (starts,)
        What each start reached, ascending.
    """

    layers: tuple[Floats, ...]
    H: Floats
    objective: float
    residual: float
    objectives: Floats

    @property
    def classifier(self) -> Floats:
        """W or W_L, shape (K, p)."""
        return self.layers[0]


def solve_q_norm(
    class_sizes: ArrayLike,
    dimension: int,
    q: float,
    *,
    classifier_energy: float = 1.0,
    feature_energy: float = 1.0,
    features_per_class: int = 1,
    starts: int = STARTS,
    seed: int = 0,
) -> PeeledLocalOptimum:
    """Find a local optimum of the Layer-Peeled Model with ‖h‖_q^q in its budget.

    Parameters
    ----------
    class_sizes : array_like, shape (K,)
        Samples n_k of each class; only their proportions matter.
    dimension : int
        p.
    q : float
        Above 1. For q = 2 it is the Layer-Peeled Model; for any other and
        K ≥ 3 no optimum is a simplex ETF.
    classifier_energy, feature_energy : float
        E_W and E_H.
    features_per_class : int
        m free features of each class, which stand for n_k / m samples each.
        One suffices, since the programme is convex in each feature.
    starts, seed : int
        How many starts, and their seed.

    Raises
    ------
    UserError
        If a value is outside its range.

    Notes
    -----
    Fang, He, Long, Su, PNAS 2021, section "Layer-Peeled Model" (other norms
    than q = 2).
    """
    sizes = _checked_sizes(class_sizes)
    _check_positive(classifier_energy=classifier_energy, feature_energy=feature_energy)
    _check_counts(dimension=dimension, features_per_class=features_per_class, starts=starts)
    if not (np.isfinite(q) and q > 1):
        raise UserError(f"The power q is {q:g}, give a finite number above 1.")
    K, m = len(sizes), features_per_class
    arrays = (
        _Budget((K, dimension), K * classifier_energy, 2.0),
        _Budget((K * m, dimension), K * m * feature_energy, q),
    )
    return _descend(_Programme(sizes, m, arrays, "identity"), starts, seed)


def solve_two_layers(
    class_sizes: ArrayLike,
    dimension: int,
    *,
    classifier_energy: float = 1.0,
    hidden_energy: float = 1.0,
    feature_energy: float = 1.0,
    activation: str = "relu",
    features_per_class: int = 1,
    starts: int = STARTS,
    seed: int = 0,
) -> PeeledLocalOptimum:
    """Find a local optimum of the 2-Layer-Peeled Model.

    The logits are W_L σ(W_{L−1} h), with budgets ‖W_L‖² ≤ K E_L,
    ‖W_{L−1}‖² ≤ K E_{L−1} and the mean of ‖h‖² ≤ E_H.

    Parameters
    ----------
    class_sizes : array_like, shape (K,)
        Samples n_k of each class; only their proportions matter.
    dimension : int
        p, the width of both layers' features.
    classifier_energy, hidden_energy, feature_energy : float
        E_L, E_{L−1} and E_H. Only their product matters, since the ReLU is
        homogeneous.
    activation : str
        σ: 'relu', or 'identity', with which no layer is gained.
    features_per_class : int
        m free features of each class, which stand for n_k / m samples each.
        With one the features of a class are taken to be equal, which convexity
        does not promise here.
    starts, seed : int
        How many starts, and their seed.

    Raises
    ------
    UserError
        If a value is outside its range.

    Notes
    -----
    Fang, He, Long, Su, PNAS 2021, the 2-Layer-Peeled Model.
    """
    sizes = _checked_sizes(class_sizes)
    _check_positive(
        classifier_energy=classifier_energy,
        hidden_energy=hidden_energy,
        feature_energy=feature_energy,
    )
    _check_counts(dimension=dimension, features_per_class=features_per_class, starts=starts)
    if activation not in ACTIVATIONS:
        raise UserError(f"The activation is {activation!r}: choose {' or '.join(ACTIVATIONS)}.")
    K, m = len(sizes), features_per_class
    arrays = (
        _Budget((K, dimension), K * classifier_energy, 2.0),
        _Budget((dimension, dimension), K * hidden_energy, 2.0),
        _Budget((K * m, dimension), K * m * feature_energy, 2.0),
    )
    return _descend(_Programme(sizes, m, arrays, activation), starts, seed)


class _Budget(NamedTuple):
    """An array whose Σ |x|^q is held at a total.

    The free array u is made x = s sign(u) |u|^r. For q < 2 the power r = 2/q makes Σ |x|^q
    the square of a length, and smooth where u vanishes; else r = 1.
    """

    shape: tuple[int, int]
    total: float
    q: float

    def spend(self, free: Floats) -> tuple[Floats, Callable[[Floats], Floats]]:
        """Scale a free array to its budget; also return what pulls gradients back."""
        r = max(1.0, 2 / self.q)
        sizes = np.abs(free)
        bent = np.sign(free) * sizes**r
        spent = float(np.sum(sizes ** (r * self.q)))
        scale = (self.total / spent) ** (1 / self.q)
        normal = r * np.sign(free) * sizes ** (r * self.q - 1) / spent
        slope = r * sizes ** (r - 1)

        def pull(gradient: Floats) -> Floats:
            return np.asarray(scale * (gradient * slope - np.vdot(gradient, bent) * normal))

        return scale * bent, pull

    def residual(self, values: Floats, gradient: Floats) -> float:
        """Return the length of the array times that of the gradient along the budget."""
        normal = np.sign(values) * np.abs(values) ** (self.q - 1)
        multiplier = np.vdot(gradient, values) / self.total
        return float(np.linalg.norm(gradient - multiplier * normal) * np.linalg.norm(values))


class _Programme:
    """The log of the mean cross-entropy, of one flat array of free numbers."""

    def __init__(
        self, sizes: Floats, copies: int, budgets: Sequence[_Budget], activation: str
    ) -> None:
        self._labels = np.repeat(np.arange(len(sizes)), copies)
        self._shares = np.repeat(sizes / sizes.sum() / copies, copies)
        self._budgets = budgets
        self._rectified = activation == "relu"
        self.roundings = _ROUNDINGS if self._rectified else (0.0,)
        self._ends = np.cumsum([np.prod(budget.shape) for budget in budgets])

    def start(self, rng: np.random.Generator) -> Floats:
        return rng.standard_normal(int(self._ends[-1]))

    def arrays(self, x: Floats) -> list[tuple[Floats, Callable[[Floats], Floats]]]:
        parts = np.split(x, self._ends[:-1])
        return [
            b.spend(part.reshape(b.shape)) for b, part in zip(self._budgets, parts, strict=True)
        ]

    def evaluate(self, x: Floats, rounding: float = 0.0) -> tuple[float, Floats]:
        """Return the log objective and its gradient by the free numbers."""
        values, pulls = zip(*self.arrays(x), strict=True)
        value, gradients = self._gradients(values, rounding)
        pulled = [pull(g).ravel() for pull, g in zip(pulls, gradients, strict=True)]
        return value, np.concatenate(pulled)

    def residual(self, x: Floats) -> float:
        values = [value for value, _ in self.arrays(x)]
        gradients = self._gradients(values, self.roundings[-1])[1]
        triples = zip(self._budgets, values, gradients, strict=True)
        return max(budget.residual(value, gradient) for budget, value, gradient in triples)

    def _gradients(self, values: Sequence[Floats], rounding: float) -> tuple[float, list[Floats]]:
        """Return the log objective and its gradient by each array."""
        *layers, H = values
        entering, slopes = [H], [np.ones_like(H)]
        for layer in reversed(layers[1:]):
            hidden, steepness = self._activate(entering[0] @ layer.T, rounding)
            entering.insert(0, hidden)
            slopes.insert(0, steepness)
        losses, back = cross_entropy(entering[0] @ layers[0].T, self._labels)
        objective = float(self._shares @ losses)
        back *= self._shares[:, None] / objective
        gradients = []
        for layer, features, steepness in zip(layers, entering, slopes, strict=True):
            gradients.append(back.T @ features)
            back = back @ layer * steepness
        return float(np.log(objective)), [*gradients, back]

    def _activate(self, x: Floats, rounding: float) -> tuple[Floats, Floats]:
        """Return the activation and its slope."""
        if not self._rectified:
            return x, np.ones_like(x)
        if rounding == 0:
            return np.maximum(x, 0.0), np.asarray(x > 0, dtype=np.float64)
        root = np.sqrt(x**2 + rounding**2)
        return (x + root) / 2, (1 + x / root) / 2


def _descend(programme: _Programme, starts: int, seed: int) -> PeeledLocalOptimum:
    rng = np.random.default_rng(seed)
    ends = [_descend_from(programme, programme.start(rng)) for _ in range(starts)]
    logs = [programme.evaluate(x)[0] for x in ends]
    best = ends[int(np.argmin(logs))]
    *layers, H = (value for value, _ in programme.arrays(best))
    objectives = np.sort(np.exp(logs))
    return PeeledLocalOptimum(
        tuple(layers), H, float(objectives[0]), programme.residual(best), objectives
    )


def _descend_from(programme: _Programme, x: Floats) -> Floats:
    from scipy.optimize import minimize  # slow to import: not at the window's start

    for rounding in programme.roundings:
        x = minimize(
            programme.evaluate, x, (rounding,), jac=True, method="L-BFGS-B", options=_DESCENT
        ).x
    return x


def _checked_sizes(class_sizes: ArrayLike) -> Floats:
    sizes = np.asarray(class_sizes, dtype=np.float64).ravel()
    if len(sizes) < 2:
        raise UserError(f"The number of class sizes is {len(sizes)}, give at least 2.")
    wrong = sizes[~(np.isfinite(sizes) & (sizes > 0))]
    if wrong.size:
        raise UserError(f"One class size is {wrong[0]:g}, give a positive number for each class.")
    return sizes


def _check_positive(**values: float) -> None:
    for name, value in values.items():
        if not (np.isfinite(value) and value > 0):
            raise UserError(f"The {name.replace('_', ' ')} is {value:g}, give a positive number.")


def _check_counts(**values: int) -> None:
    for name, value in values.items():
        if value < 1 or value != int(value):
            raise UserError(f"The number {name} is {value}, give a whole number of at least 1.")
