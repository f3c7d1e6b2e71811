"""The minimum of the unconstrained feature model, where it is known.

With K classes of n samples let Z be the K×K logits of the class means, less the bias.
The least λ_W/2 ‖W‖² + λ_H/2 ‖H‖² that gives Z is λ ‖Z‖_*, λ = sqrt(n λ_W λ_H): Srebro,
Rennie, Jaakkola, NIPS 2004, Lemma 1. By symmetry

    Z = a (I − J/K) + c J/K,   λ ‖Z‖_* = λ ((K−1) a + c),

and only the squared error has use for c. The margin a, own logit less any other, is the
minimum of one scalar function; for cross-entropy it is log(1/λ − (K−1)), or 0 once
λ ≥ 1/K.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.geometry.etf import simplex_etf, simplex_vertices
from ncviz.language import tr
from ncviz.theory.unconstrained_features import FeatureModelState, Objective, UnconstrainedFeatures

Floats = NDArray[np.float64]

_GRID = 2001


def known_optimum(parameters: UnconstrainedFeatures) -> FeatureModelState:
    """Return the minimum of a model with equal classes.

    Parameters
    ----------
    parameters : UnconstrainedFeatures
        How it descends does not matter.

    Returns
    -------
    FeatureModelState
        One of the minima, which rotations turn into each other; its step and
        time are 0 and mean nothing. The class means are a simplex ETF. With a
        squared error whose bias is absent or dear the classifier rows are not
        centred, and for no bias at all are orthogonal.

    Raises
    ------
    UserError
        If no minimum is known: unequal classes, d < K − 1, no penalty on the
        features or a trained classifier, or on the sphere another loss than
        cross-entropy.

    Notes
    -----
    Global for a trained classifier: Zhu et al., NeurIPS 2021, Theorem 3.1, for
    cross-entropy; Zhou et al., ICML 2022, for the squared error; Zhou et al.,
    NeurIPS 2022, for label smoothing, and for the focal loss as far as it is
    convex. On the sphere: Yaras et al., NeurIPS 2022. With class
    means for a classifier it is the collapsed fixed point of the descent, the
    same as of a trained classifier with λ_W = n λ_H.
    """
    _check(parameters)
    fixed = parameters.classifier == "simplex_etf"
    W = simplex_etf(parameters.classes) if fixed else simplex_vertices(parameters.classes)
    if parameters.spherical:
        return _state(parameters, W, W, None)
    if fixed:
        length = optimal_margin(parameters) * (1 - 1 / parameters.classes)
        return _state(parameters, W, length * W, _bias(parameters, 0.0))
    return _factorised(parameters)


@lru_cache(maxsize=32)
def optimal_margin(parameters: UnconstrainedFeatures) -> float:
    """Return a, the own logit less any other at the minimum, without the sphere.

    Raises
    ------
    UserError
        If no minimum is known, see `known_optimum`.
    """
    from scipy.optimize import brentq  # slow to import: not at the window's start

    _check(parameters)
    K, loss = parameters.classes, parameters.loss_function()
    direction = np.eye(K)[0] - 1 / K
    if parameters.classifier == "simplex_etf":
        # h_k = s w_k with s = a (K−1)/K.
        linear, square = 0.0, sum(parameters.class_sizes) * parameters.lambda_h * (1 - 1 / K) ** 2
    else:
        linear, square = (K - 1) * _weight_of_nuclear_norm(parameters), 0.0

    def value_and_slope(margins: Floats) -> tuple[Floats, Floats]:
        labels = np.zeros(len(margins), dtype=np.int64)
        losses, slopes = loss(margins[:, None] * direction, labels)
        value = losses + linear * margins + square / 2 * margins**2
        return value, slopes @ direction + linear + square * margins

    def slope(margin: float) -> float:
        return float(value_and_slope(np.array([margin]))[1][0])

    # Beyond the first guess every loss is convex: the last minimum is not missed.
    upper = math.log(K) + 5 + parameters.target
    while slope(upper) < 0:
        upper *= 2
    grid = np.linspace(0.0, upper, _GRID)
    best = int(np.argmin(value_and_slope(grid)[0]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, _GRID - 1)]
    if slope(low) >= 0:
        return float(low)
    return float(brentq(slope, low, high, xtol=1e-14, rtol=4 * np.finfo(float).eps))


def _factorised(parameters: UnconstrainedFeatures) -> FeatureModelState:
    """Split Z into classifier and features, which share its penalty equally."""
    K, n = parameters.classes, parameters.class_sizes[0]
    margin, center = optimal_margin(parameters), _center(parameters)
    if center > 0 and parameters.dimension < K:
        raise UserError(
            tr(
                "No minimum is known for the squared error in dimension {k}, where its bias is "
                "absent or dear: choose {k_2} or more.",
                k=K - 1,
                k_2=K,
            )
        )
    basis = simplex_vertices(K) * math.sqrt(1 - 1 / K)  # orthonormal, orthogonal to 1
    root = np.hstack([math.sqrt(margin) * basis, np.full((K, 1), math.sqrt(center / K))])
    share = (n * parameters.lambda_h / _lambda_w(parameters)) ** 0.25
    return _state(parameters, share * root, root / share, _bias(parameters, center))


def _state(
    parameters: UnconstrainedFeatures, W: Floats, means: Floats, b: Floats | None
) -> FeatureModelState:
    objective = Objective(parameters)
    W, means = (_widened(rows, parameters.dimension) for rows in (W, means))
    return objective.state(objective.point(W, means[parameters.labels()], b), step=0)


def _widened(rows: Floats, dimension: int) -> Floats:
    """Return rows in more dimensions, or without columns that are zero."""
    wide = np.zeros((len(rows), max(dimension, rows.shape[1])))
    wide[:, : rows.shape[1]] = rows
    return wide[:, :dimension]


def _lambda_w(parameters: UnconstrainedFeatures) -> float:
    if parameters.classifier == "class_means":
        return parameters.class_sizes[0] * parameters.lambda_h
    return parameters.lambda_w


def _weight_of_nuclear_norm(parameters: UnconstrainedFeatures) -> float:
    n = parameters.class_sizes[0]
    return math.sqrt(n * _lambda_w(parameters) * parameters.lambda_h)


def _center(parameters: UnconstrainedFeatures) -> float:
    """Return c: 0, or what is left of the target where the bias is dearer."""
    if parameters.loss != "squared_error" or (parameters.bias and parameters.lambda_b == 0):
        return 0.0
    K, weight = parameters.classes, _weight_of_nuclear_norm(parameters)
    price = K / parameters.lambda_b if parameters.bias else 0.0
    return max(0.0, parameters.target - weight * (K**2 + price))


def _bias(parameters: UnconstrainedFeatures, center: float) -> Floats | None:
    if not parameters.bias:
        return None
    K = parameters.classes
    if parameters.loss != "squared_error":
        return np.zeros(K)
    return np.full(K, (parameters.target - center) / (K + K**2 * parameters.lambda_b))


def _check(parameters: UnconstrainedFeatures) -> None:
    if not parameters.balanced:
        raise UserError(
            tr("No minimum is known for unequal classes: choose one number of samples.")
        )
    if parameters.dimension < parameters.classes - 1:
        raise UserError(
            tr(
                "No minimum is known for {classes:class|classes} in dimension {dimension}: choose "
                "{classes_2} or more.",
                classes=parameters.classes,
                dimension=parameters.dimension,
                classes_2=parameters.classes - 1,
            )
        )
    if parameters.rectified:
        raise UserError(tr("No minimum is known for features that are never negative."))
    if parameters.spherical:
        if parameters.loss != "cross_entropy":
            raise UserError(
                tr(
                    "No minimum is known for {loss} on the sphere: choose cross_entropy.",
                    loss=parameters.loss,
                )
            )
    elif min(parameters.lambda_h, _lambda_w(parameters)) == 0 and (
        parameters.lambda_h == 0 or parameters.classifier == "trained"
    ):
        raise UserError(
            tr("Without penalty there is no minimum: choose lambda_w, lambda_h above 0.")
        )
