"""How large a weight matrix is, and how many directions of like size it has."""

from dataclasses import dataclass

WIDEST = 1024
"""Of the smaller side of a matrix whose stable rank is computed, which costs about as much as so
many samples on their way through it."""


@dataclass(frozen=True)
class WeightSize:
    """The size of the weight that leads to a layer.

    Parameters
    ----------
    norm : float
        ‖W‖_F.
    stable_rank : float or None, optional
        ‖W‖_F² / ‖W‖₂²; NaN where W is 0, None where it was not computed.
    """

    norm: float
    stable_rank: float | None = None
