"""SciPy's L-BFGS, on one core."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.slabs import one_blas_thread

Floats = NDArray[np.float64]


def lbfgs(
    function: Callable[..., tuple[float, Floats]],
    start: Floats,
    *arguments: float,
    **options: float,
) -> Floats:
    """Return where a descent ends.

    Parameters
    ----------
    function : callable
        Given x, shape (n,), and the arguments; returns a value and its gradient.
    start : array, shape (n,)
    *arguments
        For the function.
    **options
        Of SciPy's L-BFGS-B.

    Notes
    -----
    SciPy brings a BLAS of its own. Its threads wait for each other at each of L-BFGS's small
    matrices, which takes ten times as long and more.
    """
    from scipy.optimize import minimize  # slow to import: not at the window's start

    with one_blas_thread():  # after the import, which loads that BLAS
        found = minimize(function, start, arguments, jac=True, method="L-BFGS-B", options=options)
    return np.asarray(found.x)
