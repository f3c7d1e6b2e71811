"""From where deep unconstrained features descend: at random, or near a solution that is known."""

from dataclasses import dataclass

import numpy as np

from ncviz.theory.deep_features import DeepFeatures, Floats
from ncviz.theory.deep_features_optimum import DeepSolution, collapsed, low_rank

RANDOM, COLLAPSED, LOW_RANK = "random", "collapse", "low_rank"


@dataclass(frozen=True)
class DeepDescent(DeepFeatures):
    """Deep unconstrained features, and from where they descend.

    Parameters
    ----------
    origin : str
        'random', 'collapse' or 'low_rank'; where there is no such solution, random.
    disturbance : float
        Length of what is added to each matrix of a solution, as a share of its own.
    """

    origin: str = RANDOM
    disturbance: float = 0.0

    @property
    def dimension(self) -> int:
        """Width of the features."""
        return self.width

    @property
    def class_sizes(self) -> tuple[int, ...]:
        """n, K times."""
        return (self.samples,) * self.classes

    @property
    def learning_rate(self) -> float:
        """Of the first step."""
        return 1.0

    @property
    def solution(self) -> DeepSolution | None:
        """Return the solution near which it starts; None for a random start."""
        found = {COLLAPSED: collapsed, LOW_RANK: low_rank}.get(self.origin)
        return None if found is None else found(self)

    def beginning(self) -> tuple[Floats, ...]:
        """Return H, W_1 … W_L before the first step."""
        solution = self.solution
        if solution is None:
            return self.start()
        rng = np.random.default_rng(self.seed)
        noises = [rng.standard_normal(matrix.shape) for matrix in solution.matrices]
        pairs = zip(solution.matrices, noises, strict=True)
        return tuple(
            m + self.disturbance * _length(m) / _length(noise) * noise for m, noise in pairs
        )


def _length(matrix: Floats) -> float:
    return float(np.linalg.norm(matrix)) or 1.0
