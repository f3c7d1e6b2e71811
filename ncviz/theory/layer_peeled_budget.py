"""What every Layer-Peeled Model shares: its budget, and classifiers and features that spend it."""

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.language import tr

FloatArray = NDArray[np.float64]

_LARGEST_BUDGET = 1e4  # not far beyond, the optimal loss is below the smallest float


def nuclear_norm_bound(classes: int, budget: float) -> float:
    """Return τ = K sqrt(E_H E_W), the largest nuclear norm of the logits.

    Parameters
    ----------
    classes : int
        Number of classes K.
    budget : float
        E_H · E_W.

    Raises
    ------
    UserError
        If the budget is not above 0 and at most 10,000.
    """
    if not 0 < budget <= _LARGEST_BUDGET:
        raise UserError(
            tr(
                "The budget E_H E_W is {budget}, "
                "give a number above 0 and at most {largest_budget:g}.",
                budget=budget,
                largest_budget=_LARGEST_BUDGET,
            )
        )
    return classes * float(np.sqrt(budget))


def factorise(
    Z: FloatArray, budget: float, feature_energy: float | None = None
) -> tuple[FloatArray, FloatArray]:
    """Split logits into classifiers and features that spend the budget.

    Parameters
    ----------
    Z : ndarray, shape (K, K)
        Optimal logits, ‖Z‖_* = K sqrt(E_H E_W).
    budget : float
        E_H · E_W.
    feature_energy : float, optional
        E_H; E_W is then the rest of the budget. By default E_H = E_W.

    Returns
    -------
    W : ndarray, shape (K, K)
        Row k is the classifier of class k; mean squared norm E_W.
    H : ndarray, shape (K, K)
        Row k is the feature of class k; mean squared norm E_H. Z = W Hᵀ.

    Raises
    ------
    UserError
        If `feature_energy` is not positive and finite.

    References
    ----------
    ‖Z‖_* is the least (‖W‖² + ‖H‖²) / 2 over all Z = W Hᵀ: Srebro, Rennie,
    Jaakkola, "Maximum-margin matrix factorization", NIPS 2004, Lemma 1.
    """
    if feature_energy is None:
        feature_energy = float(np.sqrt(budget))
    if not (np.isfinite(feature_energy) and feature_energy > 0):
        raise UserError(
            tr(
                "The feature energy E_H is {feature_energy}, give a positive number.",
                feature_energy=feature_energy,
            )
        )
    left, values, right = np.linalg.svd(Z)
    share = np.sqrt(feature_energy / np.sqrt(budget))
    return left * (np.sqrt(values) / share), right.T * (np.sqrt(values) * share)
