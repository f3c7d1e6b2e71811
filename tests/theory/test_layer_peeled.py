"""The two-group Layer-Peeled Model against independent, slower computations."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from ncviz.errors import UserError
from ncviz.theory import layer_peeled_stationarity
from ncviz.theory.layer_peeled import (
    TwoGroupProblem,
    critical_ratio,
    minority_cosine_curve,
    solve_two_groups,
)


@pytest.mark.parametrize(
    ("classes", "majority", "budget", "largest"),
    [
        (10, 5, 10.0, 1e4),
        (20, 10, 3.0, 1e2),
        (4, 2, 0.25, 1e4),
        (10, 1, 0.5, 1e2),
        (3, 2, 1.87, 1e6),
    ],
)
def test_both_equations_at_once_and_one_within_the_other_agree(
    monkeypatch, classes, majority, budget, largest
):
    asked = classes, majority, budget, np.geomspace(1, largest, 60)
    at_once = minority_cosine_curve(*asked)

    def in_vain(budget, start, *_bounds):
        return start.copy(), budget.towards(), np.full(start.shape, False)

    monkeypatch.setattr(layer_peeled_stationarity, "_at_once", in_vain)
    in_turn = minority_cosine_curve(*asked)
    for name in ("cosines", "objectives"):
        both = getattr(at_once, name), getattr(in_turn, name)
        np.testing.assert_allclose(*both, rtol=1e-9, atol=1e-9)
    assert at_once.critical_ratio == pytest.approx(in_turn.critical_ratio, rel=1e-9)


def class_shares(problem):
    sizes = np.repeat([problem.ratio, 1.0], [problem.majority, problem.minority])
    return sizes / sizes.sum()


def loss_and_gradient(Z, shares):
    """Mean cross-entropy and its gradient, straight from the definition."""
    margins = Z - np.diag(Z)
    odds = np.exp(margins)
    np.fill_diagonal(odds, 0.0)
    wrong = odds.sum(axis=0)
    gradient = odds / (1 + wrong)
    np.fill_diagonal(gradient, -gradient.sum(axis=0))
    return shares @ np.log1p(wrong), gradient * shares


def full_gap(Z, shares, bound):
    """Frank-Wolfe gap over the whole nuclear-norm ball, in K×K matrices."""
    _, gradient = loss_and_gradient(Z, shares)
    return bound * np.linalg.norm(gradient, 2) + np.sum(gradient * Z)


def descend_in_factors(problem):
    """Minimise over classifiers and features themselves, with scipy."""
    K, shares = problem.classes, class_shares(problem)
    bound = K * math.sqrt(problem.budget)

    def loss(x):
        W, H = x.reshape(2, K, K)
        scale = 2 * bound / (x @ x)
        value, G = loss_and_gradient(scale * W @ H.T, shares)
        slope = scale * np.array([G @ H, G.T @ W]).ravel()
        return value, slope - x * (slope @ x) / (x @ x)

    start = np.random.default_rng(0).normal(size=2 * K * K)
    options = {"maxiter": 5000, "ftol": 0, "gtol": 1e-10}
    return minimize(loss, start, jac=True, method="L-BFGS-B", options=options).fun


@st.composite
def problems(draw):
    classes = draw(st.integers(2, 50))
    return TwoGroupProblem(
        classes,
        draw(st.integers(1, classes - 1)),
        10 ** draw(st.floats(0, 6)),
        10 ** draw(st.floats(-2, 3)),
    )


SMALL = [
    TwoGroupProblem(2, 1, 7.0, 3.0),
    TwoGroupProblem(3, 1, 2.0, 0.3),
    TwoGroupProblem(4, 2, 2.0, 1.0),
    TwoGroupProblem(4, 2, 50.0, 1.0),
    TwoGroupProblem(4, 3, 5.0, 2.0),
    TwoGroupProblem(5, 2, 1000.0, 0.2),
    TwoGroupProblem(6, 3, 10.0, 5.0),
]


@pytest.mark.parametrize("problem", SMALL)
def test_objective_agrees_with_descent_in_weights_and_features(problem):
    assert solve_two_groups(problem).objective == pytest.approx(
        descend_in_factors(problem), rel=1e-9
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(problems())
def test_solution_is_certified_in_the_full_programme(problem):
    solution = solve_two_groups(problem)
    shares, bound = class_shares(problem), problem.classes * math.sqrt(problem.budget)
    Z = solution.logits()
    objective, gradient = loss_and_gradient(Z, shares)
    assert np.linalg.norm(Z, "nuc") == pytest.approx(bound, rel=1e-12)
    assert solution.objective == pytest.approx(objective, rel=1e-9)
    assert solution.multiplier == pytest.approx(np.linalg.norm(gradient, 2), rel=1e-9)
    assert abs(full_gap(Z, shares, bound)) <= 1e-9 * objective
    assert 0 <= solution.gap <= 1e-9 * objective


@settings(max_examples=60, deadline=None, derandomize=True)
@given(problems(), st.floats(0.1, 10))
def test_weights_and_features_spend_the_budget(problem, feature_energy):
    solution = solve_two_groups(problem)
    W, H = solution.weights_and_features(feature_energy)
    assert np.mean(np.sum(H**2, axis=1)) == pytest.approx(feature_energy)
    assert np.mean(np.sum(W**2, axis=1)) == pytest.approx(problem.budget / feature_energy)
    np.testing.assert_allclose(W @ H.T, solution.logits(), atol=1e-9 * problem.classes)


@pytest.mark.parametrize("problem", [p for p in SMALL if p.budget >= 1])
def test_cosines_are_those_of_the_classifiers(problem):
    solution = solve_two_groups(problem)
    W, _ = solution.weights_and_features()
    directions = W / np.linalg.norm(W, axis=1, keepdims=True)
    cosines = directions @ directions.T
    assert solution.cross_cosine == pytest.approx(cosines[0, -1], abs=1e-12)
    if problem.majority > 1:
        assert solution.majority_cosine == pytest.approx(cosines[0, 1], abs=1e-12)
    if problem.minority > 1:
        assert solution.minority_cosine == pytest.approx(cosines[-1, -2], abs=1e-12)


@pytest.mark.parametrize("budget", [0.01, 1.0, 30.0, 1000.0])
@pytest.mark.parametrize(("classes", "majority"), [(3, 1), (4, 2), (10, 5), (50, 1), (50, 48)])
def test_balanced_classes_form_a_simplex_etf(classes, majority, budget):
    solution = solve_two_groups(TwoGroupProblem(classes, majority, 1.0, budget))
    angle = pytest.approx(-1 / (classes - 1), abs=1e-9)
    assert solution.minority_cosine == angle
    assert solution.cross_cosine == angle
    if majority > 1:
        assert solution.majority_cosine == angle
    margin = classes * math.sqrt(budget) / (classes - 1)
    etf_loss = math.log1p((classes - 1) * math.exp(-margin))
    assert solution.objective == pytest.approx(etf_loss, rel=1e-11)


@pytest.mark.parametrize("budget", [0.01, 0.3, 4.0, 25.0, 1000.0])
@pytest.mark.parametrize(("classes", "majority"), [(3, 1), (4, 2), (10, 2), (10, 8), (50, 25)])
def test_minority_collapse_sets_in_at_the_critical_ratio(classes, majority, budget):
    critical = critical_ratio(classes, majority, budget)
    assert 1 < critical < math.inf
    below, above = (
        solve_two_groups(TwoGroupProblem(classes, majority, critical * factor, budget))
        for factor in (1 - 1e-9, 1 + 1e-9)
    )
    assert below.b > 0
    assert not below.collapsed
    assert above.b == 0
    assert above.collapsed
    assert above.minority_cosine == 1
    share = 1 / (majority * critical + classes - majority)
    assert above.multiplier == pytest.approx(share, rel=1e-8)
    # The cosine arrives at 1 without a jump.
    assert below.minority_cosine == pytest.approx(1, abs=1e-4)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(problems())
def test_curve_is_monotone_and_agrees_with_single_solutions(problem):
    K, m, budget = problem.classes, problem.majority, problem.budget
    ratios = np.geomspace(1, 1e6, 25)
    curve = minority_cosine_curve(K, m, budget, ratios)
    assert curve.critical_ratio == critical_ratio(K, m, budget)
    assert np.all(curve.gaps <= 1e-9 * curve.objectives)
    assert np.all(np.diff(curve.objectives) <= 1e-12)
    if K - m == 1:
        assert np.all(np.isnan(curve.cosines))
        return
    assert np.all(np.diff(curve.cosines) >= -1e-10)
    assert np.all(curve.cosines[ratios >= curve.critical_ratio] == 1)
    for i in (0, 7, 24):
        solution = solve_two_groups(TwoGroupProblem(K, m, ratios[i], budget))
        assert curve.cosines[i] == pytest.approx(solution.minority_cosine, abs=1e-9)
        assert curve.objectives[i] == pytest.approx(solution.objective, rel=1e-11)


def test_curve_takes_ratios_in_any_order_and_none():
    forth = minority_cosine_curve(10, 5, 5.0, [1, 30, 1000])
    back = minority_cosine_curve(10, 5, 5.0, [1000, 30, 1])
    np.testing.assert_allclose(forth.cosines, back.cosines[::-1], atol=1e-10)
    assert minority_cosine_curve(10, 5, 5.0, []).cosines.shape == (0,)


def test_a_single_minority_class_has_no_sibling_to_collapse_with():
    solution = solve_two_groups(TwoGroupProblem(5, 4, 1e6, 0.5))
    assert math.isnan(solution.minority_cosine)
    assert not solution.collapsed
    assert critical_ratio(5, 4, 0.5) == math.inf


def test_a_single_majority_class_has_no_majority_cosine():
    solution = solve_two_groups(TwoGroupProblem(5, 1, 20.0, 2.0))
    assert math.isnan(solution.majority_cosine)
    assert solution.a == 0
    assert -1 < solution.cross_cosine < 0


def test_a_tight_budget_goes_to_the_majority_alone():
    solution = solve_two_groups(TwoGroupProblem(10, 5, 100.0, 0.1))
    assert solution.a == pytest.approx(10 * math.sqrt(0.1) / 4)
    assert (solution.b, solution.u_A, solution.u_B) == (0, 0, 0)
    assert (solution.minority_cosine, solution.cross_cosine) == (1, 0)
    assert solution.majority_cosine == pytest.approx(-1 / 4)
    W, H = solution.weights_and_features()
    np.testing.assert_allclose(W[5:], 0, atol=1e-7)
    np.testing.assert_allclose(H[5:], 0, atol=1e-7)


def test_collapse_needs_ever_less_imbalance_as_the_budget_shrinks():
    critical = [critical_ratio(10, 5, budget) for budget in (1e-6, 0.01, 1, 10, 100, 1000)]
    assert critical[0] == pytest.approx(1, abs=1e-3)
    assert np.all(np.diff(critical) > 0)


@pytest.mark.parametrize("classes", [2, 3, 50])
@pytest.mark.parametrize("budget", [0.01, 1000.0])
@pytest.mark.parametrize("ratio", [1.0, 1e6])
def test_corners_of_the_sliders(classes, budget, ratio):
    for majority in {1, classes - 1}:
        solution = solve_two_groups(TwoGroupProblem(classes, majority, ratio, budget))
        assert 0 < solution.objective <= math.log(classes)
        assert solution.gap <= 1e-9 * solution.objective


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((1, 1, 2.0, 1.0), "1"),
        ((2.5, 1, 2.0, 1.0), "2.5"),
        ((5, 0, 2.0, 1.0), "0"),
        ((5, 5, 2.0, 1.0), "5"),
        ((5, 2, 0.5, 1.0), "0.5"),
        ((5, 2, math.nan, 1.0), "nan"),
        ((5, 2, math.inf, 1.0), "inf"),
        ((5, 2, 2.0, 0.0), "0.0"),
        ((5, 2, 2.0, -3.0), "-3.0"),
        ((5, 2, 2.0, math.nan), "nan"),
        ((5, 2, 2.0, 1e9), "1000000000.0"),
    ],
)
def test_wrong_values_are_named(values, named):
    with pytest.raises(UserError) as error:
        TwoGroupProblem(*values)
    assert f" is {named}, give" in str(error.value)
    with pytest.raises(UserError):
        minority_cosine_curve(values[0], values[1], values[3], [values[2]])


def test_wrong_feature_energy_is_named():
    with pytest.raises(UserError, match=r"E_H is -1\.0"):
        solve_two_groups(SMALL[2]).weights_and_features(-1.0)
