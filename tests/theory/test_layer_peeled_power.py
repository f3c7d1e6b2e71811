"""The Layer-Peeled Model with q ≠ 2, against slow searches of another kind, and its bounds."""

import itertools
import math

import numpy as np
import pytest
from scipy.optimize import minimize

from ncviz.geometry.collapse import nc2_equiangular
from ncviz.theory.layer_peeled_descent import CONVERGED
from ncviz.theory.layer_peeled_general import solve_class_sizes
from ncviz.theory.layer_peeled_variants import search_q_norm, solve_q_norm


def slow_search(sizes, q, energy, starts):
    """The least objective of BFGS on finite differences, from random numbers and sparse ones."""
    K, rng = len(sizes), np.random.default_rng(7)
    shares = np.array(sizes) / sum(sizes)

    def arrays(x):
        W, H = x.reshape(2, K, K)
        W = W * math.sqrt(K * energy / np.sum(W**2))
        return W, H * (K * energy / np.sum(np.abs(H) ** q)) ** (1 / q)

    def log_objective(x):
        """Return the logarithm of the objective, and its gradient by the chain rule."""
        W, H = arrays(x)
        Z = H @ W.T
        odds = np.exp(Z)
        value = shares @ (np.log(odds.sum(axis=1)) - np.diag(Z))
        dZ = shares[:, None] * (odds / odds.sum(axis=1, keepdims=True) - np.eye(K))
        dW, dH = dZ.T @ H, dZ @ W
        w, h = x.reshape(2, K, K)
        power = np.abs(h) ** (q - 1) * np.sign(h)
        dw = (W[0, 0] / w[0, 0]) * (dW - np.sum(dW * w) * w / np.sum(w**2))
        dh = (H[0, 0] / h[0, 0]) * (dH - np.sum(dH * h) * power / np.sum(np.abs(h) ** q))
        return math.log(value), np.concatenate([dw.ravel(), dh.ravel()]) / value

    least = math.inf
    for number in range(starts):
        x = rng.standard_normal((2, K, K))
        if number % 2:  # kinks at zero hold a descent: some begin there
            x[1] *= rng.random((K, K)) < 1 / K
            x[1] += 1e-3 * rng.standard_normal((K, K))
        found = minimize(log_objective, x.ravel(), method="BFGS", jac=True)
        least = min(least, math.exp(found.fun))
    return least


@pytest.mark.parametrize("q", [1.1, 1.5, 3.0, 4.0])
@pytest.mark.parametrize("sizes", [(1, 1, 1), (1, 1, 1, 1), (100, 1, 1), (10, 10, 1, 1)])
def test_nothing_lower_is_found_by_a_slow_search(q, sizes):
    energy = math.sqrt(5.0)
    found = solve_q_norm(
        sizes, len(sizes), q, classifier_energy=energy, feature_energy=energy, starts=48
    )
    slow = slow_search(sizes, q, energy, starts=8)
    assert found.converged
    assert found.objective <= slow * (1 + 1e-7)
    assert slow <= found.objective * 1.1  # the slow search comes near: it is a test


@pytest.mark.parametrize("q", [1.1, 1.5, 3.0, 4.0])
@pytest.mark.parametrize(("classes", "ratio", "budget"), [(6, 10, 0.1), (5, 1e4, 5.0)])
def test_another_seed_finds_the_same_and_all_of_them_converge(q, classes, ratio, budget):
    sizes = [ratio] * (classes // 2) + [1] * (classes - classes // 2)
    energy = math.sqrt(budget)
    one, other = (
        solve_q_norm(
            sizes, classes, q, classifier_energy=energy, feature_energy=energy, starts=48, seed=seed
        )
        for seed in (0, 1)
    )
    assert one.objective == pytest.approx(other.objective, rel=1e-6)
    assert max(one.residual, other.residual) <= CONVERGED
    assert one.agreeing >= 1


@pytest.mark.parametrize("q", [1.1, 1.7, 2.0, 2.5, 6.0])
@pytest.mark.parametrize("sizes", [(1, 1), (1, 1, 1, 1), (50, 50, 1, 1, 1)])
def test_no_optimum_is_below_the_bound(q, sizes):
    found = solve_q_norm(sizes, len(sizes), q, feature_energy=3.0, starts=12)
    assert 0 < found.least <= found.objective * (1 + 1e-9)
    if q == 2:
        exact = solve_class_sizes(sizes, 3.0)
        assert found.least == pytest.approx(exact.objective, rel=1e-8)
        assert found.objective == pytest.approx(exact.objective, rel=1e-8)


def test_the_bound_is_reached_where_signs_make_a_tetrahedron():
    # In three dimensions the signs of a tetrahedron spend ‖h‖_q^q best, and are the best shape.
    found = solve_q_norm([1] * 4, 3, 4.0, feature_energy=3.0, starts=24)
    assert found.objective == pytest.approx(found.least, rel=1e-8)
    assert nc2_equiangular(found.H) < 1e-5


def test_near_1_each_class_has_an_axis_and_the_classifier_is_an_etf():
    energy = math.sqrt(5.0)
    found = solve_q_norm([1] * 4, 4, 1.1, classifier_energy=energy, feature_energy=energy)
    # Features c e_k: the classifier is a simplex ETF, and c^q = E_H.
    margin = energy ** (1 / 1.1) * math.sqrt(energy) * math.sqrt(4 / 3)
    on_axes = math.log1p(3 * math.exp(-margin))
    assert found.objective <= on_axes  # the other coordinates are minute, but not zero
    assert found.objective == pytest.approx(on_axes, rel=1e-4)
    largest = np.sort(np.abs(found.H), axis=1)
    assert (largest[:, -2] < 1e-3 * largest[:, -1]).all()
    assert nc2_equiangular(found.classifier) < 1e-4


def test_a_search_never_gets_worse_and_counts_its_starts():
    found = list(search_q_norm([3, 1, 1], 3, 1.2, starts=9))
    objectives = [best.objective for best in found]
    assert objectives == sorted(objectives, reverse=True)
    assert [len(best.objectives) for best in found] == list(range(1, 10))
    assert found[-1].agreeing == np.sum(found[-1].objectives <= objectives[-1] * (1 + 1e-6))


@pytest.mark.parametrize("q", [1.02, 1.1, 50.0])
@pytest.mark.parametrize("energy", [0.01, 10.0])
def test_extreme_powers_and_budgets_give_finite_numbers(q, energy):
    found = solve_q_norm(
        [1e4, 1, 1], 3, q, classifier_energy=energy, feature_energy=energy, starts=6
    )
    assert np.isfinite(found.objective)
    assert np.isfinite(found.H).all()
    assert np.isfinite(found.residual)


@pytest.mark.parametrize(("dimension", "copies"), [(1, 1), (2, 1), (7, 1), (4, 3)])
@pytest.mark.parametrize("q", [1.3, 3.0])
def test_other_dimensions_and_several_features_a_class(dimension, copies, q):
    found = solve_q_norm(
        [2, 1, 1, 1], dimension, q, features_per_class=copies, starts=24, feature_energy=2.0
    )
    assert found.H.shape == (4 * copies, dimension)
    assert found.converged
    assert np.sum(np.abs(found.H) ** q) == pytest.approx(4 * copies * 2.0)


def test_local_optima_are_told_apart_and_counted():
    energy = 5.0**0.5
    *_, found = search_q_norm(
        (1, 1, 1, 1), 4, 4.0, classifier_energy=energy, feature_energy=energy, starts=24
    )
    optima = found.optima
    assert optima[0].objective == found.objective
    assert optima[0].starts == found.agreeing
    assert len(optima) >= 2
    assert all(b.objective > a.objective for a, b in itertools.pairwise(optima))
    assert sum(each.starts for each in optima) == np.sum(found.residuals <= CONVERGED)
