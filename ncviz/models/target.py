"""What a model's classes are to become, where that is no simplex ETF."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Target:
    """Points that are drawn in green, one a class; they never move.

    Parameters
    ----------
    points : array, shape (K, m)
        At most three dimensions.
    name : str
        What they are.
    value : float
        What the model's charts are to reach.
    """

    points: Floats
    name: str
    value: float
