"""Optima of the penalised Layer-Peeled Model, as they are seen, and its curves."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.theory.layer_peeled import cosines_at_norms
from ncviz.theory.penalised_layer_peeled import (
    PenalisedProblem,
    penalised_weights_and_features,
    solve_penalised,
)

Floats = NDArray[np.float64]
POINTS, FEW_POINTS = 200, 64


@dataclass(frozen=True, eq=False)
class PenalisedOptimum:
    """What is seen and read of an optimum; see `PenalisedOptima`."""

    weights: Floats
    features: Floats
    objective: float
    loss: float
    gap: float
    norm: float
    cosine: float
    majority_cosine: float
    shared: bool
    minority_zero: bool

    @property
    def vanished(self) -> bool:
        """Return whether every classifier is zero."""
        return not self.weights.any()


@lru_cache(maxsize=256)
def penalised_optimum(problem: PenalisedProblem) -> PenalisedOptimum:
    """Return the exact optimum under one weight decay."""
    found = solve_penalised(problem)
    weights, features = penalised_weights_and_features(problem, found)
    one = {name: float(value[0]) for name, value in found._asdict().items()}
    return PenalisedOptimum(
        weights,
        features,
        one["objectives"],
        one["losses"],
        one["gaps"],
        one["norms"],
        one["minority_cosines"],
        one["majority_cosines"],
        shared=one["b"] == 0,
        minority_zero=one["b"] == 0 and one["w"] == 0,
    )


@lru_cache(maxsize=64)
def penalised_cosines(problem: PenalisedProblem, low: float, high: float) -> tuple[Floats, Floats]:
    """Return penalties and minority cosines; both corners are on the curve, where it has them."""
    corners = [t for t in thresholds_of(problem) if low < t < high]
    penalties = np.unique(np.concatenate([np.geomspace(low, high, POINTS), corners]))
    return penalties, solve_penalised(problem, penalties).minority_cosines


@lru_cache(maxsize=64)
def cosines_alike(problem: PenalisedProblem, low: float, high: float) -> tuple[Floats, Floats]:
    """Return penalties and the cosines of the Layer-Peeled Model with as large a norm."""
    penalties = np.geomspace(low, high, FEW_POINTS)
    norms = solve_penalised(problem, penalties).norms
    ratio = problem.majority_samples / problem.minority_samples
    return penalties, cosines_at_norms(problem.classes, problem.majority, ratio, norms)


def thresholds_of(problem: PenalisedProblem) -> tuple[float, float]:
    """Return where minorities merge, and where all is zero."""
    return problem.minority_threshold, problem.zero_threshold
