"""The minority cosine over R, as the theory gives it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RatioCurve:
    """The minority cosine over R, from the theory.

    Parameters
    ----------
    ratios, cosines : array, shape (n,)
    critical_ratio : float
        R₀; infinite if there is none.
    label : str
        What it is of, such as 'K = 10, K_A = 5, E = 5'.
    points : tuple of (str, float, float)
        Trained runs: title, R and minority cosine.
    """

    ratios: Floats
    cosines: Floats
    critical_ratio: float
    label: str = ""
    points: tuple[tuple[str, float, float], ...] = ()
