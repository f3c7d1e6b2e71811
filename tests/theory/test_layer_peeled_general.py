"""The Layer-Peeled Model for any class sizes, against slower or closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from ncviz.errors import UserError
from ncviz.theory.layer_peeled import TwoGroupProblem, solve_two_groups
from ncviz.theory.layer_peeled_general import solve_class_sizes


def loss_and_gradient(Z, shares):
    """Mean cross-entropy and its gradient, straight from the definition."""
    odds = np.exp(Z - np.diag(Z))
    np.fill_diagonal(odds, 0.0)
    wrong = odds.sum(axis=0)
    gradient = odds / (1 + wrong)
    np.fill_diagonal(gradient, -gradient.sum(axis=0))
    return shares @ np.log1p(wrong), gradient * shares


def onto_nuclear_ball(Z, bound):
    left, values, right = np.linalg.svd(Z)
    sums = np.cumsum(values) - bound
    kept = np.nonzero(values > sums / np.arange(1, len(values) + 1))[0][-1]
    return left * np.maximum(values - max(sums[kept] / (kept + 1), 0), 0) @ right


def accelerated_projected_gradient(sizes, budget, steps=4000):
    """Minimise by Nesterov's method over the nuclear-norm ball."""
    shares = np.asarray(sizes) / np.sum(sizes)
    bound = len(sizes) * math.sqrt(budget)
    Z = last = np.zeros((len(sizes), len(sizes)))
    for step in range(steps):
        ahead = Z + step / (step + 3) * (Z - last)
        _, gradient = loss_and_gradient(ahead, shares)
        last, Z = Z, onto_nuclear_ball(ahead - gradient * (2 / shares.max()), bound)
    return loss_and_gradient(Z, shares)[0]


@pytest.mark.parametrize(
    ("sizes", "budget"),
    [([5, 3, 1], 0.5), ([9, 4, 2, 1], 1.0), ([100, 100, 10, 1], 2.0), ([7, 7, 7, 1, 1], 3.0)],
)
def test_objective_agrees_with_projected_gradient(sizes, budget):
    slow = accelerated_projected_gradient(sizes, budget)
    assert solve_class_sizes(sizes, budget).objective == pytest.approx(slow, rel=1e-7)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(1, 10_000), min_size=2, max_size=12),
    st.floats(-2, 3).map(lambda exponent: 10**exponent),
)
def test_solution_is_certified(sizes, budget):
    solution = solve_class_sizes(sizes, budget)
    K, shares, Z = len(sizes), np.array(sizes) / sum(sizes), solution.Z
    bound = K * math.sqrt(budget)
    objective, gradient = loss_and_gradient(Z, shares)
    multiplier = np.linalg.norm(gradient, 2)
    assert np.linalg.norm(Z, "nuc") == pytest.approx(bound, rel=1e-12)
    assert solution.objective == pytest.approx(objective, rel=1e-9)
    assert solution.multiplier == pytest.approx(multiplier, rel=1e-9)
    assert abs(bound * multiplier + np.sum(gradient * Z)) <= 1e-8 * objective
    assert 0 <= solution.gap <= 1e-8 * objective


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.integers(2, 20).flatmap(lambda K: st.tuples(st.just(K), st.integers(1, K - 1))),
    st.floats(0, 5).map(lambda exponent: 10**exponent),
    st.floats(-2, 3).map(lambda exponent: 10**exponent),
)
def test_two_groups_agree_with_the_four_scalars(groups, ratio, budget):
    classes, majority = groups
    scalars = solve_two_groups(TwoGroupProblem(classes, majority, ratio, budget))
    solution = solve_class_sizes([ratio] * majority + [1.0] * (classes - majority), budget)
    assert solution.objective == pytest.approx(scalars.objective, rel=1e-9)


def test_two_groups_agree_in_logits_cosines_and_rank():
    scalars = solve_two_groups(TwoGroupProblem(10, 5, 100.0, 5.0))
    solution = solve_class_sizes([100] * 5 + [1] * 5, 5.0)
    np.testing.assert_allclose(solution.Z, scalars.logits(), atol=1e-6)
    cosines = solution.classifier_cosines()
    assert cosines[0, 1] == pytest.approx(scalars.majority_cosine, abs=1e-6)
    assert cosines[0, 9] == pytest.approx(scalars.cross_cosine, abs=1e-6)
    assert cosines[8, 9] == pytest.approx(scalars.minority_cosine, abs=1e-6)
    # Five minority classes fall together, and four of the nine dimensions with them.
    assert scalars.collapsed
    assert solution.rank == 5


@pytest.mark.parametrize("classes", [2, 3, 10, 30])
@pytest.mark.parametrize("budget", [0.01, 1.0, 1000.0])
def test_balanced_classes_form_a_simplex_etf(classes, budget):
    solution = solve_class_sizes([20] * classes, budget)
    margin = classes * math.sqrt(budget) / (classes - 1)
    assert solution.objective == pytest.approx(
        math.log1p((classes - 1) * math.exp(-margin)), rel=1e-10
    )
    etf = (np.eye(classes) - 1 / classes) * classes / (classes - 1)
    np.testing.assert_allclose(solution.classifier_cosines(), etf, atol=1e-9)
    np.testing.assert_allclose(solution.mean_cosines(), etf, atol=1e-9)
    assert solution.rank == classes - 1


@pytest.mark.parametrize("budget", [0.1, 2.0, 50.0])
def test_two_classes_share_one_singular_value(budget):
    shares = np.array([0.9, 0.1])
    reach = math.sqrt(2) * 2 * math.sqrt(budget)

    def loss(angle):
        return shares @ np.log1p(np.exp(-reach * np.array([math.cos(angle), math.sin(angle)])))

    best = minimize_scalar(loss, bounds=(0, math.pi / 2), options={"xatol": 1e-9}).fun
    assert solve_class_sizes([9, 1], budget).objective == pytest.approx(best, rel=1e-10)


def test_order_and_scale_of_the_sizes_do_not_matter():
    sizes, order = np.array([50.0, 3, 20, 20, 1, 7]), np.array([3, 0, 5, 4, 1, 2])
    solution = solve_class_sizes(sizes, 2.0)
    shuffled = solve_class_sizes(12 * sizes[order], 2.0)
    assert shuffled.objective == pytest.approx(solution.objective, rel=1e-10)
    np.testing.assert_allclose(shuffled.Z, solution.Z[np.ix_(order, order)], atol=1e-6)


def test_weights_and_features_spend_the_budget():
    solution = solve_class_sizes([50, 20, 10, 1], 6.0)
    W, H = solution.weights_and_features(feature_energy=2.0)
    assert np.mean(np.sum(H**2, axis=1)) == pytest.approx(2.0)
    assert np.mean(np.sum(W**2, axis=1)) == pytest.approx(3.0)
    np.testing.assert_allclose(W @ H.T, solution.Z, atol=1e-12)


def test_classifiers_that_vanish_have_no_cosine():
    solution = solve_class_sizes([100] * 5 + [1] * 5, 0.1)
    cosines = solution.classifier_cosines()
    assert np.all(np.isnan(cosines[5:]))
    np.testing.assert_allclose(cosines[:5, :5][~np.eye(5, dtype=bool)], -1 / 4, atol=1e-6)
    assert solution.rank == 4


@pytest.mark.parametrize(
    ("sizes", "budget"),
    [
        (np.geomspace(500, 5, 60), 5.0),
        (np.geomspace(500, 5, 150), 0.1),
        (np.geomspace(500, 5, 260), 5.0),  # so many sizes start from fewer
        (np.round(np.geomspace(3000, 5, 300)), 5.0),  # own logits are stiff: the model has them
        (np.round(np.geomspace(40, 5, 300)), 25.0),
        (10 ** np.linspace(0, 4, 50), 1e4),  # the loss is minute
        ([1e6, 1e6, 1e6, 1.0, 1.0], 1e-3),  # minority classes vanish
    ],
)
def test_long_tails_and_extremes_are_certified(sizes, budget):
    solution = solve_class_sizes(sizes, budget)
    assert solution.gap <= 1e-9 * solution.objective
    objective, gradient = loss_and_gradient(solution.Z, np.asarray(sizes) / np.sum(sizes))
    assert solution.objective == pytest.approx(objective, rel=1e-12)
    assert solution.multiplier == pytest.approx(np.linalg.norm(gradient, 2), rel=1e-9)


@pytest.mark.parametrize("budget", [0.2, 3.0, 60.0])
def test_alike_classes_are_solved_as_one_group_and_as_many(budget):
    sizes = np.repeat([900.0, 40.0, 3.0], [4, 1, 7])
    apart = sizes * (1 + 1e-14 * np.arange(len(sizes)))
    assert len(np.unique(apart)) == len(sizes)
    grouped, single = solve_class_sizes(sizes, budget), solve_class_sizes(apart, budget)
    assert grouped.objective == pytest.approx(single.objective, rel=1e-10)
    np.testing.assert_allclose(grouped.Z, single.Z, atol=1e-6)
    assert grouped.rank == single.rank


@pytest.mark.parametrize(
    ("sizes", "budget", "message"),
    [
        ([], 1.0, "sizes is 0, give"),
        ([5], 1.0, "sizes is 1, give"),
        ([5, 0], 1.0, "size is 0, give"),
        ([5, -2, 3], 1.0, "size is -2, give"),
        ([5, math.nan], 1.0, "size is nan, give"),
        ([5, math.inf], 1.0, "size is inf, give"),
        ([5, 3], 0.0, "is 0.0, give"),
        ([5, 3], math.nan, "is nan, give"),
    ],
)
def test_wrong_values_are_named(sizes, budget, message):
    with pytest.raises(UserError) as error:
        solve_class_sizes(sizes, budget)
    assert message in str(error.value)


@pytest.mark.parametrize(("majority", "critical"), [(3, 245.4969), (5, 12.19245), (7, 4.000467)])
def test_the_general_solver_finds_the_same_critical_ratio(majority, critical):
    """R₀ of ten classes at E = 5, to four digits: it knows neither groups nor R₀."""
    spreads = []
    for ratio in (critical * 0.9998, critical * 1.0002):
        sizes = np.array([ratio] * majority + [1.0] * (10 - majority))
        sizes *= 1 + 1e-14 * np.arange(10)  # no two alike
        rows, _ = solve_class_sizes(sizes, 5.0).weights_and_features()
        spreads.append(np.linalg.norm(rows[-1] - rows[-2]) / np.linalg.norm(rows[-1]))
    assert spreads[0] > 1e-3 > 1e-4 > spreads[1]
