"""Deep unconstrained features: closed forms against the network itself, and against descents."""

import itertools

import numpy as np
import pytest

from ncviz.errors import UserError
from ncviz.theory.deep_features import DeepFeatures, descend_deep
from ncviz.theory.deep_features_optimum import best_scale, collapsed, graph_of, low_rank, waves
from ncviz.theory.deep_features_starts import LOW_RANK, DeepDescent
from ncviz.theory.lbfgs import lbfgs


def flat(matrices):
    return np.concatenate([matrix.ravel() for matrix in matrices])


def shaped(network, x):
    parts = np.split(x, np.cumsum([rows * columns for rows, columns in network.shapes])[:-1])
    return tuple(p.reshape(s) for p, s in zip(parts, network.shapes, strict=True))


def gradient_norm(network, matrices):
    return float(np.linalg.norm(flat(network.evaluate(matrices)[2])))


@pytest.mark.parametrize("activation", ["relu", "linear"])
def test_the_gradient_is_that_of_the_objective(activation):
    network = DeepFeatures(3, 2, 3, 4, activation, 0.01, 0.02)
    x = network.start()
    slopes, rng = flat(network.evaluate(x)[2]), np.random.default_rng(0)
    for _ in range(5):
        along = rng.standard_normal(len(slopes))
        ends = (shaped(network, flat(x) + side * 1e-6 * along) for side in (1, -1))
        high, low = (network.evaluate(end)[1] for end in ends)
        assert (high - low) / 2e-6 == pytest.approx(slopes @ along, rel=1e-6)


@pytest.mark.parametrize("activation", ["relu", "linear"])
@pytest.mark.parametrize(
    ("K", "L", "d"), [(2, 1, 2), (4, 2, 8), (4, 6, 8), (10, 3, 12), (21, 5, 32)]
)
def test_the_network_says_what_the_closed_form_says(K, L, d, activation):
    network = DeepFeatures(K, 3, L, d, activation, 2e-3, 5e-4)
    for solution in (collapsed(network), low_rank(network)):
        if solution is not None:
            _, objective, _ = network.evaluate(solution.matrices)
            assert objective == pytest.approx(solution.objective, abs=1e-13)
            output = network.layers(solution.matrices)[-1]
            np.testing.assert_allclose(output, solution.scale * network.targets, atol=1e-13)


@pytest.mark.parametrize("activation", ["relu", "linear"])
def test_collapse_is_a_critical_point_with_equal_singular_values(activation):
    network = DeepFeatures(4, 3, 4, 6, activation, 2e-3, 5e-4)
    solution = collapsed(network)
    assert gradient_norm(network, solution.matrices) < 1e-12
    for matrix in solution.matrices:
        values = np.linalg.svd(matrix, compute_uv=False)
        np.testing.assert_allclose(values[:4], values[0])
        np.testing.assert_allclose(values[4:], 0.0, atol=1e-14)
    # All penalties are alike, and together the quasi-norm of the output.
    penalties = [d * np.vdot(m, m) for d, m in zip(network.decays, solution.matrices, strict=True)]
    np.testing.assert_allclose(penalties, penalties[0])
    output = np.linalg.svd(network.layers(solution.matrices)[-1], compute_uv=False)
    mean = np.prod(network.decays) ** (1 / 5)
    assert sum(penalties) == pytest.approx(5 * mean * (output ** (2 / 5)).sum())


@pytest.mark.parametrize(("L", "d"), [(1, 4), (2, 4), (3, 5), (1, 2)])
def test_without_a_relu_descents_end_at_the_closed_form(L, d):
    network = DeepFeatures(3, 2, L, d, "linear", 4e-3, 2e-3, seed=1)

    def value(x):
        _, objective, slopes = network.evaluate(shaped(network, x))
        return objective, flat(slopes)

    found = lbfgs(value, flat(network.start()), maxiter=5000, ftol=0.0, gtol=1e-10)
    assert value(found)[0] == pytest.approx(collapsed(network).objective, abs=1e-9)


@pytest.mark.parametrize("depth", [1, 2, 3, 7])
@pytest.mark.parametrize("price", [1e-6, 1e-3, 0.05, 0.2, 0.9, 2.0])
def test_the_scale_is_the_least_of_all(depth, price):
    scale, value = best_scale(depth, price)
    t = np.linspace(0, 1, 200_001)
    values = (1 - t) ** 2 / 2 + (depth + 1) / 2 * price * t ** (2 / (depth + 1))
    assert value == pytest.approx(values.min(), abs=1e-9)
    assert scale == pytest.approx(t[values.argmin()], abs=1e-3)


@pytest.mark.parametrize(
    ("K", "L", "sign"),
    [
        (4, 2, 0),
        (10, 2, 1),
        (10, 3, 1),
        (4, 4, 1),
        (4, 5, -1),
        (6, 4, -1),
        (10, 4, -1),
        (21, 4, -1),
    ],
)
def test_where_the_lower_rank_is_cheaper(K, L, sign):
    network = DeepFeatures(K, 2, L, K, "relu", 1e-3, 1e-3)
    collapse, low = collapsed(network), low_rank(network)
    gap = low.objective - collapse.objective
    assert low.rank < K
    assert np.sign(gap) * (abs(gap) > 1e-12) == sign
    hidden = network.layers(low.matrices)[1:-2]
    assert all(np.linalg.matrix_rank(layer, tol=1e-9) == low.rank for layer in hidden)


def test_from_which_depth_on_the_lower_rank_is_cheaper():
    """So says docs/numbers.md; the penalties do not matter."""

    def gap(K, L):
        network = DeepFeatures(K, 1, L, K, "relu", 1e-5, 1e-5)
        return low_rank(network).objective - collapsed(network).objective

    for K in range(4, 61):
        assert gap(K, 2) > -1e-12
        assert gap(K, 3) > 0
        assert (gap(K, 4) < 0) == (K == 6 or K >= 8)
        assert gap(K, 5) < 0


def test_there_is_no_lower_rank_of_few_classes_one_layer_or_no_relu():
    assert low_rank(DeepFeatures(3, 2, 6, 8)) is None
    assert low_rank(DeepFeatures(10, 2, 1, 12)) is None
    assert low_rank(DeepFeatures(10, 2, 6, 12, "linear")) is None
    assert low_rank(DeepFeatures(10, 2, 6, 9)) is None
    assert collapsed(DeepFeatures(10, 2, 6, 9)) is None


def test_a_descent_from_the_low_rank_goes_lower_still_and_never_up():
    network = DeepDescent(4, 2, 6, 6, weight_decay=1e-3, feature_decay=5e-4, origin=LOW_RANK)
    low, collapse = low_rank(network), collapsed(network)
    path = [s.objective for s in descend_deep(network, network.beginning(), range(0, 300, 10))]
    assert path[0] == pytest.approx(low.objective, abs=1e-13)
    assert all(later <= earlier for earlier, later in itertools.pairwise(path))
    assert path[-1] < low.objective < collapse.objective


def test_aligned_singular_values_descend_as_one_scalar_each():
    """Of balanced and aligned matrices, plain gradient descent moves the singular values alone."""
    network, rate, steps = DeepFeatures(3, 1, 3, 3, "linear", 1e-3, 1e-3), 0.3, 60
    modes = np.array([0.4, 0.6, 0.9])
    matrices = (np.diag(modes),) * 4
    values = np.tile(modes, (4, 1))
    for _ in range(steps):
        slopes = network.evaluate(matrices)[2]
        matrices = tuple(m - rate * g for m, g in zip(matrices, slopes, strict=True))
        rest = values.prod(axis=0) - 1
        others = values.prod(axis=0) / values
        values = values - rate * (rest * others / 3 + 1e-3 * values)
    for matrix, row in zip(matrices, values, strict=True):
        np.testing.assert_allclose(matrix, np.diag(row), atol=1e-12)


def test_the_graph_has_an_edge_a_class_and_few_vertices():
    for K in range(2, 30):
        ends = graph_of(K)
        r = len(ends)
        assert (ends.sum(axis=0) == 2).all()
        assert len({tuple(column) for column in ends.T}) == K
        assert (r - 1) * (r - 2) // 2 < K <= r * (r - 1) // 2
    np.testing.assert_allclose(waves(7).T @ waves(7), np.eye(7), atol=1e-12)


def test_values_that_cannot_be_are_named():
    with pytest.raises(UserError, match="depth is 0"):
        DeepFeatures(depth=0)
    with pytest.raises(UserError, match="activation is 'tanh'"):
        DeepFeatures(activation="tanh")
