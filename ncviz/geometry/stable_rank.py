"""How many directions of like size features would fill that are as large."""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SMALL = 192  # features of which all eigenvalues are found as fast as the largest
_POWERS = 24  # products of a matrix with a vector: together a part of the time of all eigenvalues
_HOPELESS = 6  # of them, after which no eigenvalue will be seen to dominate
_EXACT = 1e-14  # of an eigenvalue


def stable_rank(moment: Floats) -> float:
    """Return ‖H‖_F² / ‖H‖₂² of features with this matrix HᵀH, as large as it likes.

    Returns
    -------
    float
        From 1 to d; NaN where all features are 0.
    """
    trace = float(np.trace(moment))
    if not trace > 0:
        return float("nan")
    start = moment @ np.ones(len(moment)) + np.diag(moment)  # of any kind, but always the same
    found = _dominant(moment, start)
    if found:
        return trace / found
    if len(moment) <= _SMALL:
        return trace / float(np.linalg.eigvalsh(moment)[-1])
    from scipy.sparse.linalg import eigsh  # slow to import: not at the window's start

    largest = eigsh(moment, k=1, v0=start, return_eigenvectors=False)
    return trace / float(largest[0])


def _dominant(moment: Floats, start: Floats) -> float:
    """Return the largest eigenvalue where a few powers prove that it is, and 0 elsewhere.

    Notes
    -----
    With θ = vᵀMv and the residual r = Mv − θv of a unit vector, all other eigenvalues are at most
    √(‖M‖_F² − θ²): where that is less than θ by a gap, θ is the largest one but for ‖r‖²/gap.
    """
    squared = float(np.vdot(moment, moment))
    size = float(np.linalg.norm(start))
    for turn in range(_POWERS if size > 0 else 0):
        vector = start / size
        start = moment @ vector
        value, size = float(vector @ start), float(np.linalg.norm(start))
        gap = value - math.sqrt(max(squared - value * value, 0.0))
        # ‖r‖² = ‖Mv‖² − θ², of which rounding leaves so much.
        if turn >= _HOPELESS and gap <= 0:
            return 0.0
        if gap > 0 and max(size * size - value * value, 0.0) <= _EXACT * gap * value:
            return value
    return 0.0
