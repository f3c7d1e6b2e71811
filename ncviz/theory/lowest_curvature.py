"""The lowest curvature of unconstrained features, and the direction that it is along.

Where features and classifier leave a direction a of R^d free, it is known: with G the gradient of
the mean loss by the logits, shape (N, K), and −G v = g u its largest singular triple,

    δH = x u aᵀ,  δW = y v aᵀ,  (x, y) the lowest eigenvector of  [[λ_H, −g], [−g, λ_W]]

is an eigenvector of the whole Hessian, with the eigenvalue

    (λ_H + λ_W)/2 − sqrt( ((λ_H − λ_W)/2)² + g² ).

The construction of Zhu et al., NeurIPS 2021.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.theory.unconstrained_features import UnconstrainedFeatures

Floats = NDArray[np.float64]

LANCZOS, FEWEST, EVERY = 60, 12, 4  # products with the Hessian, and those after which it is asked
SETTLED = 1e-7  # of the largest curvature: by so little the lowest one still falls
ENDED = 1e-12
SIDE = 1e-5  # of the logits: to either side, for the slope of the loss's gradient
RANK = 1e-7  # of the largest singular value: what is smaller leaves a direction free


@dataclass(frozen=True, eq=False)
class Curvature:
    """The most negative curvature at a point, and its direction.

    Attributes
    ----------
    value : float
        Of the Hessian along the direction; no eigenvalue that was found is lower.
    H, W : array, shape (N, d) and (K, d)
        The direction, of length 1 together.
    known : float
        The eigenvalue of the closed form; NaN where no direction is free.
    """

    value: float
    H: Floats
    W: Floats
    known: float = math.nan


def lowest_curvature(features: UnconstrainedFeatures, H: Floats, W: Floats) -> Curvature:
    """Return the lowest eigenvalue of the Hessian of the objective, by Lanczos.

    Parameters
    ----------
    features : UnconstrainedFeatures
        With a trained classifier, without a bias.
    H, W : array, shape (N, d) and (K, d)

    Notes
    -----
    Lanczos with full orthogonalisation, from the direction of the closed form where there is one:
    it never finds more than the curvature along that.
    """
    known = free_direction(features, H, W)
    first = np.random.default_rng(0).standard_normal(H.size + W.size)
    if known is not None:
        first = np.concatenate([known.H.ravel(), known.W.ravel()]) + 1e-2 * _unit(first)
    cut = H.size
    labels, loss = features.labels(), features.loss_function()
    logits = H @ W.T
    here = loss(logits, labels)[1] / len(H)
    aside, twice = np.empty((2, *logits.shape)), np.tile(labels, 2)  # to either side, in one call

    def product(x: Floats) -> Floats:
        dH, dW = x[:cut].reshape(H.shape), x[cut:].reshape(W.shape)
        change = dH @ W.T + H @ dW.T
        size = float(np.abs(change).max()) or 1.0
        step = SIDE / size
        np.multiply(change, step, out=aside[0])
        np.multiply(change, -step, out=aside[1])
        np.add(aside, logits, out=aside)
        ahead, behind = np.split(loss(aside.reshape(-1, len(W)), twice)[1], 2)
        bent = (ahead - behind) / (2 * step * len(H))
        by_H = bent @ W + here @ dW + features.lambda_h * dH
        by_W = bent.T @ H + here.T @ dH + features.lambda_w * dW
        return np.concatenate([by_H.ravel(), by_W.ravel()])

    value, x = _lanczos(product, _unit(first))
    found = Curvature(value, x[:cut].reshape(H.shape), x[cut:].reshape(W.shape))
    if known is None:
        return found
    if known.value < found.value:
        return known
    return Curvature(found.value, found.H, found.W, known.value)


def free_direction(features: UnconstrainedFeatures, H: Floats, W: Floats) -> Curvature | None:
    """Return the closed form; None where features and classifier span all dimensions."""
    _, values, rows = np.linalg.svd(np.concatenate([H, W]), full_matrices=True)
    if len(values) == H.shape[1] and values[-1] > RANK * max(values[0], 1e-12):
        return None
    free = rows[-1]
    slopes = features.loss_function()(H @ W.T, features.labels())[1] / len(H)
    left, sizes, right = np.linalg.svd(-slopes, full_matrices=False)
    g, middle = float(sizes[0]), (features.lambda_h - features.lambda_w) / 2
    root = math.hypot(middle, g)
    value = (features.lambda_h + features.lambda_w) / 2 - root
    x, y = _unit(np.array([g, middle + root]))
    dH, dW = x * np.outer(left[:, 0], free), y * np.outer(right[0], free)
    return Curvature(value, dH, dW, value)


def _lanczos(product: Callable[[Floats], Floats], first: Floats) -> tuple[float, Floats]:
    """Return the lowest Ritz value and its vector, once it has settled."""
    most = min(LANCZOS, len(first))
    basis, T, before = np.zeros((most + 1, len(first))), np.zeros((most + 1, most + 1)), math.inf
    basis[0] = first
    for size in range(1, most + 1):
        there, known = product(basis[size - 1]), basis[:size]
        T[size - 1, size - 1] = there @ basis[size - 1]
        for _ in range(2):
            there -= known.T @ (known @ there)
        beta = float(np.linalg.norm(there))
        ends = beta < ENDED or size == most
        if ends or (size >= FEWEST and size % EVERY == 0):
            values, vectors = np.linalg.eigh(T[:size, :size])
            if ends or before - values[0] < SETTLED * float(np.abs(values).max()):
                break
            before = float(values[0])
        T[size - 1, size] = T[size, size - 1] = beta
        basis[size] = there / beta
    return float(values[0]), _unit(vectors[:, 0] @ basis[:size])


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector))
