"""Variants of the Layer-Peeled Model, against the exact one, closed forms and differences."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncviz.errors import UserError
from ncviz.geometry.collapse import cosines, nc2_equiangular
from ncviz.geometry.etf import simplex_etf
from ncviz.theory.layer_peeled_descent import Budget, Programme
from ncviz.theory.layer_peeled_general import solve_class_sizes
from ncviz.theory.layer_peeled_variants import solve_q_norm, solve_two_layers


def mean_cross_entropy(logits, labels, shares):
    return shares @ (np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels])


def two_layer_objective(layers, H):
    W, V = layers
    K = len(W)
    return mean_cross_entropy(np.maximum(H @ V.T, 0) @ W.T, np.arange(K), np.full(K, 1 / K))


@pytest.mark.parametrize(
    ("sizes", "budget"), [([1] * 4, 1.0), ([1] * 7, 3.0), ([5, 3, 1], 2.0), ([100, 100, 1, 1], 4.0)]
)
def test_the_square_norm_is_the_exact_layer_peeled_model(sizes, budget):
    exact = solve_class_sizes(sizes, budget)
    found = solve_q_norm(
        sizes, 2 * len(sizes), 2.0, classifier_energy=budget / 2, feature_energy=2.0, starts=2
    )
    assert found.objective == pytest.approx(exact.objective, rel=1e-9)
    assert found.residual < 1e-6
    np.testing.assert_allclose(found.classifier @ found.H.T, exact.Z, atol=1e-5)


def test_the_square_norm_gives_a_simplex_etf_and_no_other_does():
    assert nc2_equiangular(solve_q_norm([1] * 4, 4, 2.0, starts=2).classifier) < 1e-6
    for q in (1.5, 3.0, 4.0):
        found = solve_q_norm([1] * 4, 4, q)
        assert found.residual < 1e-4
        assert nc2_equiangular(found.classifier) > 0.01
        assert nc2_equiangular(found.H - found.H.mean(axis=0)) > 0.01


@pytest.mark.parametrize("q", [1.5, 3.0])
def test_no_rotated_simplex_etf_is_as_good(q):
    found = solve_q_norm([1] * 3, 3, q)
    rng = np.random.default_rng(0)
    best = math.inf
    for _ in range(300):
        frame = np.linalg.qr(rng.normal(size=(3, 3)))[0]
        etf = simplex_etf(3) @ frame
        H = etf * (3 / np.sum(np.abs(etf) ** q)) ** (1 / q)
        best = min(best, mean_cross_entropy(H @ etf.T, np.arange(3), np.full(3, 1 / 3)))
    assert found.objective < best - 1e-4


@pytest.mark.parametrize("q", [1.3, 2.0, 3.5])
def test_two_classes_have_a_closed_form(q):
    # W = ±w, H = ±h: the largest w · h with ‖w‖² = E_W, ‖h‖_q^q = E_H, in 4 dimensions.
    found = solve_q_norm([1, 1], 4, q, classifier_energy=2.0, feature_energy=3.0)
    sparse = math.sqrt(2.0) * 3.0 ** (1 / q)
    even = sparse * 4 ** (0.5 - 1 / q)
    expected = math.log1p(math.exp(-2 * max(sparse, even)))
    assert found.objective == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("q", [1.5, 2.0, 4.0])
def test_budgets_are_spent(q):
    found = solve_q_norm(
        [3, 2, 1], 5, q, classifier_energy=1.5, feature_energy=0.7, features_per_class=2, starts=1
    )
    assert np.sum(found.classifier**2) / 3 == pytest.approx(1.5, rel=1e-12)
    assert np.sum(np.abs(found.H) ** q) / 6 == pytest.approx(0.7, rel=1e-12)
    assert found.objective == pytest.approx(
        mean_cross_entropy(
            found.H @ found.classifier.T,
            np.repeat([0, 1, 2], 2),
            np.repeat([3, 2, 1], 2) / 12,
        ),
        rel=1e-12,
    )


@pytest.mark.parametrize("q", [1.5, 3.0])
def test_features_of_a_class_collapse(q):
    single = solve_q_norm([1] * 3, 3, q)
    several = solve_q_norm([1] * 3, 3, q, features_per_class=3)
    assert several.objective == pytest.approx(single.objective, rel=1e-6)
    by_class = several.H.reshape(3, 3, 3)
    np.testing.assert_allclose(by_class, np.broadcast_to(by_class[:, :1], (3, 3, 3)), atol=2e-3)


@settings(max_examples=12)
@given(
    st.sampled_from([1.3, 2.0, 3.0]), st.integers(0, 1000), st.sampled_from(["relu", "identity"])
)
def test_gradients_are_finite_differences(q, seed, activation):
    rng = np.random.default_rng(seed)
    arrays = (
        Budget((3, 4), 3.0, 2.0),
        Budget((4, 4), 2.0, 2.0),
        Budget((6, 4), 5.0, q),
    )
    programme = Programme(np.array([3.0, 2.0, 1.0]), 2, arrays, activation)
    x = programme.start(rng)
    direction = rng.standard_normal(len(x))
    gradient = programme.evaluate(x, 0.1)[1]
    ahead, behind = (programme.evaluate(x + h * direction, 0.1)[0] for h in (1e-6, -1e-6))
    assert gradient @ direction == pytest.approx((ahead - behind) / 2e-6, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize(("classes", "energy"), [(2, 1.0), (3, 1.0), (4, 2.0)])
def test_two_layers_of_few_classes_reach_orthogonal_features_and_a_simplex_etf(classes, energy):
    # Hidden features √E times the identity cost ‖V‖ ‖H‖ = K, and W is a simplex ETF.
    found = solve_two_layers([1] * classes, classes + 2, classifier_energy=energy)
    margin = math.sqrt(classes * energy / (classes - 1))
    expected = math.log1p((classes - 1) * math.exp(-margin))
    assert found.objective == pytest.approx(expected, rel=1e-8)
    assert found.residual < 1e-6
    hidden = np.maximum(found.H @ found.layers[1].T, 0)
    pairs = cosines(hidden)[~np.eye(classes, dtype=bool)]
    np.testing.assert_allclose(pairs, 0, atol=1e-4)
    assert nc2_equiangular(found.classifier) < 1e-4


def test_two_layers_of_ten_classes_do_better_than_that():
    """The low-rank bias of Súkeník, Lampert, Mondelli, NeurIPS 2024."""
    found = solve_two_layers([1] * 10, 12, classifier_energy=2.0, starts=2)
    assert found.objective < math.log1p(9 * math.exp(-math.sqrt(20 / 9))) - 0.02
    assert found.objective == pytest.approx(two_layer_objective(found.layers, found.H), rel=1e-9)
    assert found.residual < 1e-3


def test_two_layers_without_activation_have_a_closed_form():
    found = solve_two_layers([1] * 3, 4, activation="identity", classifier_energy=2.0)
    margin = math.sqrt(2.0 * 3**3 / 2**3)
    assert found.objective == pytest.approx(math.log1p(2 * math.exp(-margin)), rel=1e-9)
    assert nc2_equiangular(found.classifier) < 1e-5


def test_budgets_of_two_layers_are_spent_and_only_their_product_matters():
    found = solve_two_layers(
        [2, 1], 3, classifier_energy=4.0, hidden_energy=0.5, feature_energy=0.5
    )
    W, V = found.layers
    totals = [float(np.sum(array**2)) / 2 for array in (W, V, found.H)]
    assert totals == pytest.approx([4.0, 0.5, 0.5], rel=1e-12)
    other = solve_two_layers([2, 1], 3)
    assert other.objective == pytest.approx(found.objective, rel=1e-8)


def test_the_same_seed_gives_the_same_optimum():
    one, two = (solve_q_norm([2, 1, 1], 3, 3.0, starts=3, seed=4) for _ in range(2))
    np.testing.assert_array_equal(one.H, two.H)
    assert len(one.objectives) == 3
    assert one.objective == one.objectives[0] <= one.objectives[-1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: solve_q_norm([1], 3, 2.0), "sizes is 1, give at least 2"),
        (lambda: solve_q_norm([1, 0], 3, 2.0), "size is 0, give a positive"),
        (lambda: solve_q_norm([1, 1], 0, 2.0), "dimension is 0"),
        (lambda: solve_q_norm([1, 1], 3, 1.0), "power q is 1, give"),
        (lambda: solve_q_norm([1, 1], 3, math.inf), "power q is inf"),
        (lambda: solve_q_norm([1, 1], 3, 2.0, feature_energy=0.0), "feature energy is 0"),
        (lambda: solve_q_norm([1, 1], 3, 2.0, starts=0), "starts is 0"),
        (lambda: solve_two_layers([1, 1], 3, hidden_energy=-1.0), "hidden energy is -1"),
        (lambda: solve_two_layers([1, 1], 3, activation="tanh"), "'tanh': choose relu or identity"),
    ],
)
def test_wrong_values_are_named(call, message):
    with pytest.raises(UserError) as error:
        call()
    assert message in str(error.value)
