"""Variants of the Layer-Peeled Model that have no convex programme, by direct descent.

Fang, He, Long, Su, PNAS 2021: the mean cross-entropy of logits W h is minimised with

    (1/K) Σ_k ‖w_k‖² ≤ E_W,   (1/K) Σ_k (1/n_k) Σ_i ‖h_ki‖_q^q ≤ E_H,

and for two peeled layers that of W_L σ(W_{L−1} h), with W_{L−1} on a budget of its own.
L-BFGS descends from several seeded starts, see `layer_peeled_power` for q ≠ 2. The kink of
the ReLU is rounded, (x + √(x² + δ²))/2, and δ shrinks to 1e-5. The least objective found is a
*local* optimum: its stationarity residual says how nearly, and nothing says that no
better one exists, but for the bound `least`.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.theory.layer_peeled_descent import (
    Budget,
    Floats,
    PeeledLocalOptimum,
    Programme,
    check_counts,
    check_positive,
    checked_sizes,
)
from ncviz.theory.layer_peeled_power import QuestionOfPower, search
from ncviz.theory.lbfgs import lbfgs

ACTIVATIONS = ("relu", "identity")
STARTS = 64
LAYER_STARTS = 8

_DESCENT = {"maxiter": 1000, "maxfun": 2000, "gtol": 1e-12, "ftol": 1e-16}


def solve_q_norm(
    class_sizes: ArrayLike,
    dimension: int,
    q: float,
    *,
    classifier_energy: float = 1.0,
    feature_energy: float = 1.0,
    features_per_class: int = 1,
    starts: int = STARTS,
    seed: int = 0,
) -> PeeledLocalOptimum:
    """Find a local optimum of the Layer-Peeled Model with ‖h‖_q^q in its budget.

    Parameters
    ----------
    class_sizes : array_like, shape (K,)
        Samples n_k of each class; only their proportions matter.
    dimension : int
        p.
    q : float
        Above 1. For q = 2 it is the Layer-Peeled Model. For any other, K ≥ 3
        and p ≥ K, features along the rows of a classifier that is a simplex ETF
        are no optimum. The classifier alone can still be one: for q near 1 each
        class may have an axis of its own, an ETF about a centre that is not zero.
    classifier_energy, feature_energy : float
        E_W and E_H.
    features_per_class : int
        m free features of each class, which stand for n_k / m samples each.
        One suffices, since the programme is convex in each feature.
    starts, seed : int
        How many starts, and their seed.

    Raises
    ------
    UserError
        If a value is outside its range.

    Notes
    -----
    Fang, He, Long, Su, PNAS 2021, section "Layer-Peeled Model" (other norms
    than q = 2).
    """
    *_, best = search_q_norm(
        class_sizes,
        dimension,
        q,
        classifier_energy=classifier_energy,
        feature_energy=feature_energy,
        features_per_class=features_per_class,
        starts=starts,
        seed=seed,
    )
    return best


def search_q_norm(
    class_sizes: ArrayLike,
    dimension: int,
    q: float,
    *,
    classifier_energy: float = 1.0,
    feature_energy: float = 1.0,
    features_per_class: int = 1,
    starts: int = STARTS,
    seed: int = 0,
) -> Iterator[PeeledLocalOptimum]:
    """Yield the best local optimum so far, after each start; see `solve_q_norm`."""
    sizes = checked_sizes(class_sizes)
    check_positive(classifier_energy=classifier_energy, feature_energy=feature_energy)
    check_counts(dimension=dimension, features_per_class=features_per_class, starts=starts)
    if not (np.isfinite(q) and q > 1):
        raise UserError(tr("The power q is {q:g}, give a finite number above 1.", q=q))
    question = QuestionOfPower(
        sizes, features_per_class, dimension, q, classifier_energy, feature_energy
    )
    return search(question, starts, seed)


def solve_two_layers(
    class_sizes: ArrayLike,
    dimension: int,
    *,
    classifier_energy: float = 1.0,
    hidden_energy: float = 1.0,
    feature_energy: float = 1.0,
    activation: str = "relu",
    features_per_class: int = 1,
    starts: int = LAYER_STARTS,
    seed: int = 0,
) -> PeeledLocalOptimum:
    """Find a local optimum of the 2-Layer-Peeled Model.

    The logits are W_L σ(W_{L−1} h), with budgets ‖W_L‖² ≤ K E_L,
    ‖W_{L−1}‖² ≤ K E_{L−1} and the mean of ‖h‖² ≤ E_H.

    Parameters
    ----------
    class_sizes : array_like, shape (K,)
        Samples n_k of each class; only their proportions matter.
    dimension : int
        p, the width of both layers' features.
    classifier_energy, hidden_energy, feature_energy : float
        E_L, E_{L−1} and E_H. Only their product matters, since the ReLU is
        homogeneous.
    activation : str
        σ: 'relu', or 'identity', with which no layer is gained.
    features_per_class : int
        m free features of each class, which stand for n_k / m samples each.
        With one the features of a class are taken to be equal, which convexity
        does not promise here.
    starts, seed : int
        How many starts, and their seed.

    Raises
    ------
    UserError
        If a value is outside its range.

    Notes
    -----
    Fang, He, Long, Su, PNAS 2021, the 2-Layer-Peeled Model.
    """
    sizes = checked_sizes(class_sizes)
    check_positive(
        classifier_energy=classifier_energy,
        hidden_energy=hidden_energy,
        feature_energy=feature_energy,
    )
    check_counts(dimension=dimension, features_per_class=features_per_class, starts=starts)
    if activation not in ACTIVATIONS:
        raise UserError(
            tr(
                "The activation is {activation!r}: choose {activations}.",
                activation=activation,
                activations=" or ".join(ACTIVATIONS),
            )
        )
    K, m = len(sizes), features_per_class
    arrays = (
        Budget((K, dimension), K * classifier_energy, 2.0),
        Budget((dimension, dimension), K * hidden_energy, 2.0),
        Budget((K * m, dimension), K * m * feature_energy, 2.0),
    )
    return _descend(Programme(sizes, m, arrays, activation), starts, seed)


def _descend(programme: Programme, starts: int, seed: int) -> PeeledLocalOptimum:
    rng = np.random.default_rng(seed)
    ends = [_descend_from(programme, programme.start(rng)) for _ in range(starts)]
    logs = [programme.evaluate(x)[0] for x in ends]
    best = ends[int(np.argmin(logs))]
    *layers, H = (value for value, _ in programme.arrays(best))
    objectives = np.sort(np.exp(logs))
    return PeeledLocalOptimum(
        tuple(layers), H, float(objectives[0]), programme.residual(best), objectives
    )


def _descend_from(programme: Programme, x: Floats) -> Floats:
    for rounding in programme.roundings:
        x = lbfgs(programme.evaluate, x, rounding, **_DESCENT)
    return x
