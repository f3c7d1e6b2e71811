"""The pick-all-labels loss of samples with several labels."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def pick_all(logits: Floats, own: Floats) -> tuple[Floats, Floats]:
    """Return the pick-all-labels loss of each sample in nats, and its gradient by the logits.

    Parameters
    ----------
    logits : array, shape (N, K)
    own : array, shape (N, K)
        1 for each label of a sample, 0 for the others.

    Returns
    -------
    losses : array, shape (N,)
        Σ_{y ∈ S} CE(z, y): of m labels it is m log m at least.
    gradient : array, shape (N, K)

    Notes
    -----
    Li et al., ICML 2024.
    """
    top = logits.max(axis=1, keepdims=True)
    powers = np.exp(logits - top)
    total = powers.sum(axis=1, keepdims=True)
    many = own.sum(axis=1, keepdims=True)
    losses = (many * (np.log(total) + top)).ravel() - np.einsum("ik,ik->i", own, logits)
    return losses, many * (powers / total) - own
