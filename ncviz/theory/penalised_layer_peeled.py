"""The penalised Layer-Peeled Model with two groups of classes: sharp thresholds.

Hong and Ling (arXiv 2309.09725) let features and classifier be free, each with a
weight decay of its own, every sample counting:

    min over W, H   (1/N) sum_ki CE(W h_ki, k) + λ_W/2 ‖W‖² + λ_H/2 sum_ki ‖h_ki‖².

With λ_Z = sqrt(λ_W λ_H) that is a convex programme in the logits Z (column k holds the
logits of a class-k sample),

    min over Z   sum_k (n_k / N) CE(z_k, k) + λ_Z ‖Z diag(n)^½‖_*.

By symmetry Z has the four numbers of `layer_peeled`. The optimality conditions are
those of `layer_peeled_stationarity` with ε = λ_Z N / sqrt(n) for a group of n samples
a class, and with the pair across the groups weighed by sqrt(n): one equation is left.
A group whose ε is 1 or more has no spread. So the minority merges exactly at

    λ_Z = sqrt(n_B) / N,

and nothing is left of any classifier from λ_Z = sqrt(n_A) / N on (with one majority
class from `zero_threshold` on), whatever K_A and K_B.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.theory.layer_peeled import sample_descent
from ncviz.theory.layer_peeled_stationarity import Groups, lone_spread, turned_pair

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class PenalisedProblem:
    """Two groups of classes under weight decay.

    Parameters
    ----------
    majority, minority : int
        How many classes K_A and K_B, one at least of each.
    majority_samples, minority_samples : float
        n_A and n_B, samples of a class of each; n_A ≥ n_B > 0.
    penalty : float
        λ_Z = sqrt(λ_W λ_H), positive.

    Raises
    ------
    UserError
        If a value is outside its range.
    """

    majority: int
    minority: int
    majority_samples: float
    minority_samples: float
    penalty: float

    def __post_init__(self) -> None:
        for name in ("majority", "minority"):
            if getattr(self, name) < 1:
                raise UserError(
                    tr(
                        "There are {value} {name} classes: give 1 or more.",
                        value=getattr(self, name),
                        name=name,
                    )
                )
        large, small = self.majority_samples, self.minority_samples
        if not (np.isfinite(large) and large >= small > 0):
            raise UserError(
                tr(
                    "Classes of {large:g} and {small:g} samples are no majority and minority: "
                    "give positive numbers, the majority's no smaller.",
                    large=large,
                    small=small,
                )
            )
        if not (np.isfinite(self.penalty) and self.penalty > 0):
            raise UserError(
                tr("The penalty is {penalty:g}: give a positive number.", penalty=self.penalty)
            )

    @property
    def classes(self) -> int:
        """Number of classes K."""
        return self.majority + self.minority

    @property
    def samples(self) -> float:
        """Samples in all, N."""
        return self.majority * self.majority_samples + self.minority * self.minority_samples

    @property
    def minority_threshold(self) -> float:
        """λ_Z from which on the minority classifiers are one: sqrt(n_B) / N.

        Infinite with one minority class, which has no sibling to merge with.
        """
        if self.minority == 1:
            return float("inf")
        return float(np.sqrt(self.minority_samples)) / self.samples

    @property
    def zero_threshold(self) -> float:
        """λ_Z from which on all classifiers are zero: the spectral norm of the gradient at 0."""
        m, n = self.majority, self.minority
        across = np.sqrt((n * self.majority_samples + m * self.minority_samples) / (m + n))
        alone = [np.sqrt(self.majority_samples)] if m > 1 else []
        alone += [np.sqrt(self.minority_samples)] if n > 1 else []
        return float(max([across, *alone])) / self.samples


class PenalisedOptima(NamedTuple):
    """Optima along λ_Z: arrays of the penalties' length.

    Attributes
    ----------
    a, b, u, w : ndarray
        Spread within the majority and the minority, and the pair across them, u_A = u and
        u_B = −w; none is negative. See `TwoGroupSolution`.
    losses, objectives : ndarray
        Mean cross-entropy in nats, and that with the penalty.
    norms : ndarray
        ‖Z‖_*, which the Layer-Peeled Model has a budget for.
    gaps : ndarray
        Certificate: objective − optimum ≤ gap, from the dual programme.
    minority_cosines, majority_cosines : ndarray
        Between two classifiers of a group; NaN where it has one class, or all are zero.
    """

    a: FloatArray
    b: FloatArray
    u: FloatArray
    w: FloatArray
    losses: FloatArray
    objectives: FloatArray
    norms: FloatArray
    gaps: FloatArray
    minority_cosines: FloatArray
    majority_cosines: FloatArray


def solve_penalised(
    problem: PenalisedProblem, penalties: ArrayLike | None = None
) -> PenalisedOptima:
    """Solve the penalised Layer-Peeled Model for one λ_Z or for many at once.

    Parameters
    ----------
    problem : PenalisedProblem
    penalties : array_like, shape (r,), optional
        Values of λ_Z, in any order; by default the problem's own.

    Returns
    -------
    PenalisedOptima

    References
    ----------
    Hong, Ling, "Neural collapse for unconstrained feature model under cross-entropy loss with
    imbalanced data", arXiv 2309.09725, 2023; the reduction to four scalars is derived at the head
    of this module.
    """
    given = np.asarray([problem.penalty] if penalties is None else penalties, dtype=np.float64)
    return _measured(problem, given.ravel(), _scalars(problem, given.ravel()))


def penalised_logits(problem: PenalisedProblem, found: PenalisedOptima | None = None) -> FloatArray:
    """Return Z, shape (K, K): column k is for a class-k sample, majority first.

    Parameters
    ----------
    problem : PenalisedProblem
    found : PenalisedOptima, optional
        Its solution, where that is known.
    """
    m, n = problem.majority, problem.minority
    found = found or solve_penalised(problem)
    across = np.repeat([np.sqrt(n / m), -np.sqrt(m / n)], [m, n]) / np.sqrt(m + n)
    shifts = np.repeat([found.u[0] / np.sqrt(m), -found.w[0] / np.sqrt(n)], [m, n])
    Z: FloatArray = np.outer(across, shifts)
    Z[:m, :m] += found.a[0] * (np.eye(m) - 1 / m)
    Z[m:, m:] += found.b[0] * (np.eye(n) - 1 / n)
    return Z


def penalised_weights_and_features(
    problem: PenalisedProblem, found: PenalisedOptima | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return classifiers W and features H of the classes, each (K, K), for λ_W = λ_H.

    See `penalised_logits`.
    """
    m, n = problem.majority, problem.minority
    roots = np.repeat(np.sqrt([problem.majority_samples, problem.minority_samples]), [m, n])
    left, values, right = np.linalg.svd(penalised_logits(problem, found) * roots)
    return left * np.sqrt(values), (right.T * np.sqrt(values)) / roots[:, None]


class _Scalars(NamedTuple):
    """The four numbers of Z, one entry for each λ_Z; see `PenalisedOptima`."""

    a: FloatArray
    b: FloatArray
    u: FloatArray
    w: FloatArray


def _scalars(p: PenalisedProblem, penalties: FloatArray) -> _Scalars:
    m, n, root_A, root_B = p.majority, p.minority, *_roots(p)
    log_A, log_B = (np.log(penalties * p.samples / root) for root in (root_A, root_B))
    zero = np.zeros_like(penalties)
    alone = _Scalars(lone_spread(log_A, m, n), lone_spread(log_B, n, m), zero, zero)
    across = _singular_values(p, alone)[2]
    # Relative weights: only the direction of the pair counts.
    with np.errstate(invalid="ignore"):  # where a group has no shift, `paired` is false
        found = turned_pair(Groups(m, n, 0.0, (1.0, root_B / root_A)), log_A, log_B)
    A, B = found.majority, found.minority
    paired = (across > penalties) & (A.shift > 0) & (B.shift > 0)
    together = A.spread, B.spread, A.shift, B.shift * (root_A / root_B)
    return _Scalars(
        *(np.where(paired, np.maximum(t, 0.0), s) for t, s in zip(together, alone, strict=True))
    )


def _roots(p: PenalisedProblem) -> tuple[float, float]:
    return float(np.sqrt(p.majority_samples)), float(np.sqrt(p.minority_samples))


def _singular_values(p: PenalisedProblem, z: _Scalars) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return those of −∇f diag(n)^−½: within the majority, within the minority, across."""
    m, n, (root_A, root_B) = p.majority, p.minority, _roots(p)
    _, a, u = sample_descent(m, n, z.a, z.u)
    _, b, w = sample_descent(n, m, z.b, z.w)
    across = np.hypot(root_A * u, root_B * w)
    return root_A * a / p.samples, root_B * b / p.samples, across / p.samples


def _measured(p: PenalisedProblem, penalties: FloatArray, z: _Scalars) -> PenalisedOptima:
    m, n, (root_A, root_B) = p.majority, p.minority, _roots(p)
    across = np.hypot(root_A * z.u, root_B * z.w)  # singular values of Z diag(n)^½
    within_A, within_B = root_A * z.a, root_B * z.b
    share_A, share_B = p.majority_samples / p.samples, p.minority_samples / p.samples
    loss_A, loss_B = sample_descent(m, n, z.a, z.u)[0], sample_descent(n, m, z.b, z.w)[0]
    losses = m * share_A * loss_A + n * share_B * loss_B
    objectives = losses + penalties * ((m - 1) * within_A + (n - 1) * within_B + across)
    # Fenchel's dual: the softmax, drawn towards the labels until its gradient has norm λ_Z.
    spectral = np.maximum.reduce(_singular_values(p, z))
    drawn = np.minimum(1.0, penalties / np.maximum(spectral, 1e-300))
    dual = m * share_A * _entropy(m, n, z.a, z.u, drawn)
    dual = dual + n * share_B * _entropy(n, m, z.b, z.w, drawn)
    shared_A, shared_B = across * n / (m * (m + n)), across * m / (n * (m + n))
    return PenalisedOptima(
        *z,
        losses,
        objectives,
        (m - 1) * z.a + (n - 1) * z.b + np.hypot(z.u, z.w),
        np.maximum(objectives - dual, 0.0),
        _cosine(n, within_B, shared_B),
        _cosine(m, within_A, shared_A),
    )


def _entropy(
    own: int, other: int, spread: FloatArray, shift: FloatArray, drawn: FloatArray
) -> FloatArray:
    """Entropy of one sample's softmax, drawn towards its label."""
    margin = spread * (1 - 1 / own) + shift * np.sqrt((own + other) / other) / own
    total = 1 + (own - 1) * np.exp(-spread) + other * np.exp(-margin)
    sibling, foreign = drawn * np.exp(-spread) / total, drawn * np.exp(-margin) / total
    wrong = (own - 1) * sibling + other * foreign
    from scipy.special import xlog1py, xlogy  # slow to import: not before it is solved

    rest = (own - 1) * xlogy(sibling, sibling) + other * xlogy(foreign, foreign)
    found: FloatArray = -xlog1py(1 - wrong, -wrong) - rest
    return found


def _cosine(own: int, within: FloatArray, shared: FloatArray) -> FloatArray:
    """Cosine between two classifiers of a group; NaN where they are zero."""
    square = within * (1 - 1 / own) + shared
    if own == 1:
        return np.full_like(within, np.nan)
    nothing = np.full_like(within, np.nan)
    return np.divide(shared - within / own, square, out=nothing, where=square > 0)
