"""Heights on logarithmic axes, the same in window, figure and film."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

FLOOR = 1e-12  # the least that a logarithmic axis shows


def place_of_zero(values: ArrayLike) -> float:
    """Return where zero stands on a logarithmic axis: a little below all that is positive.

    Parameters
    ----------
    values : array
        Of all curves; what is not finite does not count.
    """
    array = np.asarray(values, dtype=np.float64)
    positive = array[(array > FLOOR) & (array < np.inf)]
    return float(positive.min()) / 3 if len(positive) else 1 / 3


def with_zero(rows: Sequence[Floats]) -> tuple[list[Floats], float | None]:
    """Return curves for a logarithmic axis, zeros a little below all else, and where that is.

    Returns
    -------
    list of array
        NaN where there is no value.
    float or None
        The place of zero; None if no curve has one.
    """
    zero = place_of_zero(np.concatenate([np.empty(0), *rows]))
    low = [np.isfinite(row) & (row < zero) for row in rows]
    found = [
        np.where(np.isfinite(row), np.where(below, zero, row), np.nan)
        for row, below in zip(rows, low, strict=True)
    ]
    return found, zero if any(below.any() for below in low) else None
