"""Optima of the Layer-Peeled Model in one form, whichever solver found them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.collapse import cosines, nc2_equiangular
from ncviz.geometry.slabs import one_blas_thread
from ncviz.theory.layer_peeled import (
    MinorityCosineCurve,
    TwoGroupProblem,
    TwoGroupSolution,
    minority_cosine_curve,
    solve_two_groups,
)
from ncviz.theory.layer_peeled_descent import CONVERGED, LocalOptimum, PeeledLocalOptimum
from ncviz.theory.layer_peeled_general import solve_class_sizes

Floats = NDArray[np.float64]

CURVE_POINTS = 200
VANISHED = 1e-5  # of the longest row: a classifier that is zero but for the solver's tolerance


@dataclass(frozen=True, eq=False)
class Optimum:
    """What is seen and read of an optimum.

    Attributes
    ----------
    weights, features : array, shape (K, p)
        Row k is of class k.
    objective : float
        Mean cross-entropy in nats.
    gap : float, optional
        Certificate: so much above the least objective at most. None where
        nothing certifies a descent.
    residual : float, optional
        Of such a descent: how nearly it is at a local optimum.
    cosine : float
        Between two minority classifiers, or those of the two smallest classes.
    largest_cosine : float
        Between two majority classifiers, or those of the two largest classes.
    directions : int
        Dimensions that the classifiers span: K − 1, less what has collapsed.
    least : float
        Of a descent: no optimum has a lower objective.
    descents, agreeing : int
        How many starts it is the lowest of, and how many of them reached it.
    optima : tuple of LocalOptimum
        All that the starts reached, the lowest first; empty where it is not told.
    """

    weights: Floats
    features: Floats
    objective: float
    gap: float | None
    residual: float | None
    cosine: float
    largest_cosine: float
    directions: int
    least: float = 0.0
    descents: int = 0
    agreeing: int = 0
    optima: tuple[LocalOptimum, ...] = ()

    @property
    def converged(self) -> bool:
        """Return whether it is an optimum, a local one at least, within tolerance."""
        return self.residual is None or self.residual <= CONVERGED

    @property
    def zeros(self) -> int:
        """Return how many classifiers a tight budget leaves at zero."""
        lengths = np.linalg.norm(self.weights, axis=1)
        return int(np.sum(lengths < VANISHED * lengths.max()))

    @property
    def distances_to_etf(self) -> tuple[float, float]:
        """Return how far cosines are from −1/(K − 1) on average, of classifiers and features.

        Features are taken from their mean, which need not be zero; NaN where a row is zero.
        """
        features = self.features - self.features.mean(axis=0)
        return nc2_equiangular(self.weights), nc2_equiangular(features)


@lru_cache(maxsize=256)
def solution_of_groups(problem: TwoGroupProblem) -> TwoGroupSolution:
    """Return what the solver says of two groups of classes."""
    return solve_two_groups(problem)


@lru_cache(maxsize=256)
def optimum_of_groups(problem: TwoGroupProblem) -> Optimum:
    """Return the exact optimum of two groups of classes."""
    found = solution_of_groups(problem)
    weights, features = found.weights_and_features()
    return Optimum(
        weights,
        features,
        found.objective,
        found.gap,
        None,
        found.minority_cosine,
        found.majority_cosine,
        _directions(weights),
    )


@lru_cache(maxsize=256)
def optimum_of_sizes(sizes: tuple[float, ...], budget: float) -> Optimum:
    """Return the certified optimum of any class sizes."""
    with one_blas_thread():
        found = solve_class_sizes(sizes, budget)
        weights, features = found.weights_and_features()
    return Optimum(
        weights,
        features,
        found.objective,
        found.gap,
        None,
        *_outer_cosines(weights, sizes),
        _directions(weights),
    )


def curve_ratios(reach: tuple[float, float]) -> Floats:
    """Return where a curve over R has its values, shape (CURVE_POINTS,)."""
    return np.geomspace(*reach, CURVE_POINTS)


@lru_cache(maxsize=64)
def curve_of_groups(
    classes: int, majority: int, budget: float, reach: tuple[float, float]
) -> MinorityCosineCurve:
    """Return the optima of two groups at `curve_ratios`, and R₀."""
    return minority_cosine_curve(classes, majority, budget, curve_ratios(reach))


def optimum_of_power(found: PeeledLocalOptimum, sizes: tuple[float, ...]) -> Optimum:
    """Return what is seen and read of a search with ‖h‖_q^q in the budget."""
    return optimum_of_descent(found, found.H, sizes, len(found.objectives), found.agreeing)


def optimum_of_descent(
    found: PeeledLocalOptimum,
    features: Floats,
    sizes: tuple[float, ...],
    descents: int,
    agreeing: int,
) -> Optimum:
    """Return what is seen and read of the lowest of some descents, with these features."""
    return Optimum(
        found.classifier,
        features,
        found.objective,
        None,
        found.residual,
        *_outer_cosines(found.classifier, sizes),
        _directions(found.classifier),
        least=found.least,
        descents=descents,
        agreeing=agreeing,
        optima=found.optima,
    )


def _directions(weights: Floats) -> int:
    centered = weights - weights.mean(axis=0)
    values = np.linalg.svd(centered, compute_uv=False)
    return int(np.sum(values > VANISHED * max(float(values[0]), 1e-300)))


def _outer_cosines(weights: Floats, sizes: tuple[float, ...]) -> tuple[float, float]:
    """Return the cosines of the two smallest and of the two largest classes."""
    order = np.argsort(sizes, kind="stable")
    lengths = np.linalg.norm(weights, axis=1)
    found = cosines(weights)
    # Two classifiers that vanish together are one: the limit, as in `TwoGroupSolution`.
    gone = lengths[order[:2]].max() < VANISHED * lengths.max()
    smallest = 1.0 if gone else float(found[order[0], order[1]])
    return smallest, float(found[order[-1], order[-2]])
