"""How many dimensions vectors fill, counted in three ways."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST = 1e-3  # of the largest singular value: what is below it is not counted


def singular_values(vectors: Floats) -> Floats:
    """Return the singular values of K vectors, descending; none where all have length 0.

    Parameters
    ----------
    vectors : array, shape (K, d)
    """
    values = np.linalg.svd(vectors, compute_uv=False)
    return np.asarray(values if len(values) and values[0] > 0 else [])


def numerical_dimensions(values: Floats) -> float:
    """Return how many singular values exceed a thousandth of the largest.

    Parameters
    ----------
    values : array
        Of `singular_values`.

    Returns
    -------
    float
        K − 1 for the centred means of a simplex ETF; NaN where all have length 0.
    """
    return float((values > LEAST * values[0]).sum()) if len(values) else float("nan")


def participation(values: Floats) -> float:
    """Return (Σ_j s_j)² / Σ_j s_j² of the singular values: K − 1 for a simplex ETF.

    Parameters
    ----------
    values : array
        Of `singular_values`.

    Returns
    -------
    float
        From 1 to the rank; NaN where all have length 0.
    """
    return float(values.sum() ** 2 / (values**2).sum()) if len(values) else float("nan")


def stable_rank(values: Floats) -> float:
    """Return ‖A‖_F² / ‖A‖₂² of the matrix A of these singular values: K − 1 for a simplex ETF.

    Parameters
    ----------
    values : array
        Of `singular_values`.

    Returns
    -------
    float
        From 1 to the rank; NaN where all have length 0.

    Notes
    -----
    Rudelson & Vershynin, Journal of the ACM 54, 2007.
    """
    return float((values**2).sum() / values[0] ** 2) if len(values) else float("nan")
