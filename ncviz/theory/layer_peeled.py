"""The Layer-Peeled Model with two groups of classes, and Minority Collapse.

Fang, He, Long and Su (PNAS 2021) peel a network down to its last layer: features
and classifier are free, each within a norm budget. With K_A majority classes of
n_A samples and K_B minority classes of n_B = n_A / R, the optimal logits Z
(column k holds the logits of a class-k sample) minimise

    f(Z) = sum_k (n_k / N) CE(z_k, k)   subject to   ‖Z‖_* <= τ = K sqrt(E_H E_W).

By symmetry Z has four numbers: the spread a within the majority, the spread b
within the minority, and the pair u = (u_A, u_B) that tells the groups apart,

    Z = a (I - J/K_A) ⊕ b (I - J/K_B) + v uᵀ,   ‖Z‖_* = (K_A-1) a + (K_B-1) b + ‖u‖,

where v is the unit vector across the groups, orthogonal to all ones. Minority
Collapse is b = 0. The four numbers come from `layer_peeled_stationarity`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.theory.layer_peeled_budget import factorise, nuclear_norm_bound
from ncviz.theory.layer_peeled_stationarity import Groups, spend_budget

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class TwoGroupProblem:
    """A Layer-Peeled Model with majority and minority classes.

    Parameters
    ----------
    classes : int
        Number of classes K, at least 2.
    majority : int
        Number of majority classes K_A, from 1 to K - 1.
    ratio : float
        Imbalance ratio R = n_A / n_B, at least 1.
    budget : float
        E_H · E_W, positive: the product of the mean squared norms allowed to
        features and classifiers. Only the product matters.

    Raises
    ------
    UserError
        If a value is outside its range.
    """

    classes: int
    majority: int
    ratio: float
    budget: float

    def __post_init__(self) -> None:
        if not (_is_whole(self.classes) and self.classes >= 2):
            raise UserError(
                tr(
                    "The number of classes is {classes}, give a whole number of at least 2.",
                    classes=self.classes,
                )
            )
        if not (_is_whole(self.majority) and 1 <= self.majority < self.classes):
            raise UserError(
                tr(
                    "The number of majority classes is {majority}, "
                    "give a whole number from 1 to {classes}.",
                    majority=self.majority,
                    classes=self.classes - 1,
                )
            )
        _require_ratios(np.asarray(self.ratio, dtype=np.float64))
        nuclear_norm_bound(self.classes, self.budget)

    @property
    def minority(self) -> int:
        """Number of minority classes K_B."""
        return self.classes - self.majority


@dataclass(frozen=True)
class TwoGroupSolution:
    """The optimum of a two-group Layer-Peeled Model.

    Attributes
    ----------
    problem : TwoGroupProblem
        What was solved.
    a, b : float
        Spread within the majority and within the minority: singular values of
        Z, 0 for a group of one class.
    u_A, u_B : float
        Singular pair across the groups, u_A >= 0 >= u_B.
    objective : float
        Mean cross-entropy in nats.
    multiplier : float
        λ, the spectral norm of the gradient at Z: how fast the objective falls
        as the bound τ grows.
    gap : float
        Certificate of optimality: objective - optimum <= gap, the Frank-Wolfe
        gap λ τ + <∇f(Z), Z>.
    minority_cosine, majority_cosine, cross_cosine : float
        Cosine between two minority classifiers, two majority ones, and one of
        each. NaN where a group has only one class. Where a tight budget leaves
        the minority classifiers at exactly zero, the limits 1 and 0.
    """

    problem: TwoGroupProblem
    a: float
    b: float
    u_A: float  # noqa: N815
    u_B: float  # noqa: N815
    objective: float
    multiplier: float
    gap: float
    minority_cosine: float
    majority_cosine: float
    cross_cosine: float

    @property
    def collapsed(self) -> bool:
        """Minority Collapse: at least two minority classes, and b = 0 exactly."""
        return self.problem.minority > 1 and self.b == 0.0

    def logits(self) -> FloatArray:
        """Return Z, shape (K, K): column k is for a class-k sample, majority first."""
        m, n = self.problem.majority, self.problem.minority
        across = np.repeat([np.sqrt(n / m), -np.sqrt(m / n)], [m, n]) / np.sqrt(m + n)
        Z = np.outer(across, np.repeat([self.u_A / np.sqrt(m), self.u_B / np.sqrt(n)], [m, n]))
        Z[:m, :m] += self.a * (np.eye(m) - 1 / m)
        Z[m:, m:] += self.b * (np.eye(n) - 1 / n)
        return Z

    def weights_and_features(
        self, feature_energy: float | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Return classifiers W and features H, each (K, K), majority first: see `factorise`."""
        return factorise(self.logits(), self.problem.budget, feature_energy)


class MinorityCosineCurve(NamedTuple):
    """Optima along the imbalance ratio: arrays of the ratios' length, and R₀.

    Attributes
    ----------
    cosines : ndarray
        Cosine between two minority classifiers.
    objectives : ndarray
        Mean cross-entropy in nats.
    gaps : ndarray
        Certificates, see `TwoGroupSolution`.
    critical_ratio : float
        R₀, see `critical_ratio`.
    """

    cosines: FloatArray
    objectives: FloatArray
    gaps: FloatArray
    critical_ratio: float


def solve_two_groups(problem: TwoGroupProblem) -> TwoGroupSolution:
    """Solve the two-group Layer-Peeled Model to rounding error.

    Parameters
    ----------
    problem : TwoGroupProblem
        Classes, imbalance ratio and budget.

    Returns
    -------
    TwoGroupSolution
        Optimal scalars, cosines and a certificate.

    References
    ----------
    Fang, He, Long, Su, "Exploring deep neural networks via layer-peeled model:
    Minority collapse in imbalanced training", PNAS 2021, sections "Layer-Peeled
    Model" and "Minority Collapse"; the reduction to four scalars is derived at
    the head of this module.
    """
    groups = _groups(problem)
    optima = _optima(groups, np.array([float(problem.ratio)]))
    return TwoGroupSolution(problem, **{name: float(column[0]) for name, column in optima.items()})


def critical_ratio(classes: int, majority: int, budget: float) -> float:
    """Return R₀, the imbalance ratio at which Minority Collapse sets in.

    It is the root of n_B / N = λ(R): for R >= R₀ the minority spread is exactly 0.

    Parameters
    ----------
    classes, majority, budget
        As in `TwoGroupProblem`.

    Returns
    -------
    float
        R₀ > 1. Infinite with one minority class, which has no sibling to fall
        together with, and where R₀ exceeds the largest float.

    Raises
    ------
    UserError
        If a value is outside its range.

    References
    ----------
    Fang, He, Long, Su, PNAS 2021, section "Minority Collapse" and Figure 3.
    """
    return _critical_ratio(_groups(TwoGroupProblem(classes, majority, 1.0, budget)))


def minority_cosine_curve(
    classes: int, majority: int, budget: float, ratios: ArrayLike
) -> MinorityCosineCurve:
    """Solve the two-group model for many imbalance ratios at once, and find R₀.

    Parameters
    ----------
    classes, majority, budget
        As in `TwoGroupProblem`.
    ratios : array_like, shape (n,)
        Imbalance ratios R >= 1, in any order.

    Returns
    -------
    MinorityCosineCurve
        Minority cosines (NaN with one minority class), objectives and gaps,
        each of shape (n,), and R₀.

    Raises
    ------
    UserError
        If a value is outside its range.

    References
    ----------
    Fang, He, Long, Su, PNAS 2021, section "Minority Collapse" and Figure 3.
    """
    groups = _groups(TwoGroupProblem(classes, majority, 1.0, budget))
    ratios = np.asarray(ratios, dtype=np.float64).ravel()
    _require_ratios(ratios)
    optima = _optima(groups, ratios)
    return MinorityCosineCurve(
        optima["minority_cosine"], optima["objective"], optima["gap"], _critical_ratio(groups)
    )


def cosines_at_norms(classes: int, majority: int, ratio: float, norms: ArrayLike) -> FloatArray:
    """Return the minority cosine of the optima whose logits have these nuclear norms.

    Parameters
    ----------
    classes, majority, ratio
        As in `TwoGroupProblem`.
    norms : array_like, shape (r,)
        ‖Z‖_* = K sqrt(E_H E_W); NaN is returned where one is not positive.
    """
    norms = np.asarray(norms, dtype=np.float64)
    TwoGroupProblem(classes, majority, ratio, 1.0)
    found, known = np.full_like(norms, np.nan), norms > 0
    if known.any():
        groups = Groups(majority, classes - majority, norms[known])
        ratios = np.full(int(known.sum()), float(ratio))
        found[known] = _cosines(groups, _optimal_scalars(groups, ratios))["minority_cosine"]
    return found


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _require_ratios(ratios: FloatArray) -> None:
    wrong = ratios[~(np.isfinite(ratios) & (ratios >= 1))]
    if wrong.size:
        raise UserError(
            tr(
                "The imbalance ratio is {wrong:g}, give a finite number of at least 1: "
                "the majority is the group with more samples.",
                wrong=wrong[0],
            )
        )


def _groups(problem: TwoGroupProblem) -> Groups:
    bound = nuclear_norm_bound(problem.classes, problem.budget)
    return Groups(problem.majority, problem.minority, bound)


class _Directions(NamedTuple):
    """One array per scalar of Z, in the order a, b, u_A, -u_B (so that none is negative)."""

    a: FloatArray
    b: FloatArray
    u: FloatArray
    w: FloatArray


def _optima(groups: Groups, ratios: FloatArray) -> dict[str, FloatArray]:
    """Return the numbers of `TwoGroupSolution` by name, one entry per ratio."""
    m, n, bound = groups.m, groups.n, groups.bound
    z = _optimal_scalars(groups, ratios)
    objective, descent = _descent(groups, ratios, z)
    across = np.hypot(descent.u, descent.w)
    multiplier = np.maximum(np.maximum(descent.a, descent.b), across)
    gained = (m - 1) * z.a * descent.a + (n - 1) * z.b * descent.b  # <-∇f, Z>
    gained += z.u * descent.u + z.w * descent.w
    return {
        "a": z.a,
        "b": z.b,
        "u_A": z.u,
        "u_B": 0.0 - z.w,
        "objective": objective,
        "multiplier": multiplier,
        "gap": np.maximum(bound * multiplier - gained, 0.0),
        **_cosines(groups, z),
    }


def _optimal_scalars(groups: Groups, ratios: FloatArray) -> _Directions:
    m, n, bound = groups.m, groups.n, groups.bound
    zero = np.zeros_like(ratios)
    z = _Directions(np.full_like(ratios, bound / (m - 1) if m > 1 else 0.0), zero, zero, zero)
    # Under a tight budget the spread of the majority alone can be optimal.
    _, descent = _descent(groups, ratios, z)
    rest = np.hypot(descent.u, descent.w) > descent.a
    if not rest.any():
        return z
    log_share_minority = -np.log(m * ratios[rest] + n)  # log(n_B / N)
    log_share_majority = log_share_minority + np.log(ratios[rest])
    some = groups._replace(bound=np.broadcast_to(bound, ratios.shape)[rest])
    point = spend_budget(some, -log_share_majority, -log_share_minority)
    A, B = point.majority, point.minority
    found = np.maximum([A.spread, B.spread, A.shift, B.shift], 0.0)
    # Rounding leaves the nuclear norm a hair off its bound.
    found *= some.bound / ((m - 1) * found[0] + (n - 1) * found[1] + np.hypot(found[2], found[3]))
    values = np.array(z)
    values[:, rest] = found
    return _Directions(*values)


def _critical_ratio(groups: Groups) -> float:
    if groups.n == 1:
        return float("inf")
    # n_B / N = λ says ε_B = 1, and then ε_A = 1/R.
    point = spend_budget(groups, np.zeros(1), np.zeros(1), fixed_minority=True)
    with np.errstate(over="ignore"):
        return float(np.exp(-point.x[0]))


def _descent(groups: Groups, ratios: FloatArray, z: _Directions) -> tuple[FloatArray, _Directions]:
    """Objective, and the singular values of -∇f that go with those of Z."""
    m, n = groups.m, groups.n
    share_minority = 1 / (m * ratios + n)
    share_majority = ratios * share_minority
    loss_A, a, u = sample_descent(m, n, z.a, z.u)
    loss_B, b, w = sample_descent(n, m, z.b, z.w)
    return m * share_majority * loss_A + n * share_minority * loss_B, _Directions(
        share_majority * a, share_minority * b, share_majority * u, share_minority * w
    )


def sample_descent(
    own: int, other: int, spread: FloatArray, shift: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Cross-entropy of one sample, and how fast it falls with spread and shift."""
    total = own + other
    margin = spread * (1 - 1 / own) + shift * np.sqrt(total / other) / own
    sibling, foreign = np.exp(-spread), np.exp(-margin)
    wrong = (own - 1) * sibling + other * foreign
    by_spread = own * sibling + other * foreign if own > 1 else np.zeros_like(spread)
    by_shift = np.sqrt(total * other) * foreign
    return np.log1p(wrong), by_spread / (1 + wrong), by_shift / (1 + wrong)


def _cosines(groups: Groups, z: _Directions) -> dict[str, FloatArray]:
    """Cosines between rows of W, from W Wᵀ proportional to (Z Zᵀ)^½."""
    m, n = groups.m, groups.n
    across = np.hypot(z.u, z.w)
    shared_A, shared_B = across * n / (m * (m + n)), across * m / (n * (m + n))
    square_A, square_B = z.a * (1 - 1 / m) + shared_A, z.b * (1 - 1 / n) + shared_B
    majority = (shared_A - z.a / m) / square_A
    # Minority rows of norm zero: the limits as they vanish.
    seen = square_B > 0
    minority = np.divide(shared_B - z.b / n, square_B, out=np.ones_like(across), where=seen)
    share_B = np.divide(shared_B, square_B, out=np.zeros_like(across), where=seen)
    undefined = np.full_like(across, np.nan)
    return {
        "minority_cosine": minority if n > 1 else undefined,
        "majority_cosine": majority if m > 1 else undefined,
        "cross_cosine": 0.0 - np.sqrt(shared_A / square_A * share_B),
    }
