"""What lies beside the curve of a model over its timeline."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RunPoint:
    """A trained run laid over the curve.

    Parameters
    ----------
    title : str
    ratio : float
        R of its class sizes.
    cosine : float
        Mean cosine between its minority classifier rows.
    """

    title: str
    ratio: float
    cosine: float


@dataclass(frozen=True, eq=False)
class PinnedCurve:
    """A curve that stays for comparison.

    Parameters
    ----------
    label : str
        Its K, K_A or class sizes, and budget.
    ratios, cosines : array, shape (n,)
    """

    label: str
    ratios: Floats
    cosines: Floats
