"""Heights on logarithmic axes, the same in window, figure and film."""

import numpy as np
from numpy.typing import ArrayLike

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
