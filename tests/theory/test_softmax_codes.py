"""Softmax and Tammes codes: closed forms, known records, and a general optimiser."""

import functools
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import logsumexp

from ncviz.errors import UserError
from ncviz.geometry.etf import simplex_etf, simplex_vertices
from ncviz.theory import max_min
from ncviz.theory.softmax_codes import (
    gnc1,
    gnc2,
    gnc3,
    one_vs_one_distance,
    one_vs_rest_distance,
    one_vs_rest_distances,
    softmax_code,
    tammes,
)
from ncviz.theory.unconstrained_descent import simulate
from ncviz.theory.unconstrained_features import UnconstrainedFeatures


def random_directions(seed, count, dimension):
    rows = np.random.default_rng(seed).normal(size=(count, dimension))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def slow_distance(points, k):
    """Minimise over the weights of the hull by sequential quadratic programming."""
    others = np.delete(points, k, axis=0)
    count = len(others)
    return math.sqrt(
        minimize(
            lambda a: np.sum((a @ others - points[k]) ** 2),
            np.full(count, 1 / count),
            jac=lambda a: 2 * others @ (a @ others - points[k]),
            bounds=[(0, 1)] * count,
            constraints={"type": "eq", "fun": lambda a: a.sum() - 1, "jac": np.ones_like},
            method="SLSQP",
            options={"ftol": 1e-15, "maxiter": 500},
        ).fun
    )


@pytest.mark.parametrize(("count", "dimension"), [(5, 2), (6, 3), (9, 3), (12, 7), (20, 4)])
def test_distance_to_the_hull_agrees_with_a_general_optimiser(count, dimension):
    points = random_directions(count, count, dimension)
    slow = [slow_distance(points, k) for k in range(count)]
    np.testing.assert_allclose(one_vs_rest_distances(points), slow, atol=2e-7)


def exact_distance(points, k):
    """Project onto every face of the hull, and keep the projections that lie in it."""
    others, best = np.delete(points, k, axis=0) - points[k], math.inf
    for size in range(1, min(len(others), points.shape[1] + 1) + 1):
        for face in map(list, itertools.combinations(range(len(others)), size)):
            system = np.block(
                [[others[face] @ others[face].T, np.ones((size, 1))], [np.ones(size), 0.0]]
            )
            weights = np.linalg.lstsq(system, np.append(np.zeros(size), 1.0), rcond=None)[0][:-1]
            if weights.min() >= -1e-12:
                best = min(best, float(np.linalg.norm(weights @ others[face])))
    return best


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(2, 7), st.integers(1, 3))
def test_distance_to_the_hull_is_that_of_its_nearest_face(seed, count, dimension):
    points = np.random.default_rng(seed).normal(size=(count, dimension))
    exact = [exact_distance(points, k) for k in range(count)]
    np.testing.assert_allclose(one_vs_rest_distances(points), exact, atol=1e-10)


def test_a_point_within_the_hull_has_no_distance():
    square = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1], [-0.2, -0.1]], dtype=float)
    distances = one_vs_rest_distances(square)
    assert distances[-1] == pytest.approx(0, abs=1e-12)
    assert distances[0] == pytest.approx(math.sqrt(2), abs=1e-12)  # half the diagonal
    assert one_vs_rest_distance(np.ones((3, 2))) == 0.0


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.floats(0.01, 100), st.floats(-100, 100))
def test_distances_follow_rotation_shift_and_scale(seed, scale, shift):
    points = random_directions(seed, 7, 3)
    rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
    moved = scale * points @ rotation + shift
    order = np.random.default_rng(seed).permutation(7)
    tolerance = 1e-9 * (scale + abs(shift))
    np.testing.assert_allclose(
        one_vs_rest_distances(moved[order]),
        scale * one_vs_rest_distances(points)[order],
        atol=tolerance,
    )
    assert one_vs_one_distance(moved) == pytest.approx(
        scale * one_vs_one_distance(points), abs=tolerance
    )


@pytest.mark.parametrize("classes", [2, 3, 4, 10, 40])
def test_a_simplex_etf_has_margin_k_over_k_minus_1(classes):
    assert one_vs_rest_distance(simplex_etf(classes)) == pytest.approx(
        classes / (classes - 1), abs=1e-12
    )
    for dimension in (classes - 1, classes, classes + 3):
        code = softmax_code(classes, dimension)
        assert code.proven
        assert code.margin == pytest.approx(classes / (classes - 1), abs=1e-12)
        assert code.vectors.shape == (classes, dimension)
        pairs = code.vectors @ code.vectors.T
        np.testing.assert_allclose(pairs[~np.eye(classes, dtype=bool)], -1 / (classes - 1))
        assert tammes(classes, dimension).margin == pytest.approx(
            math.sqrt(2 * classes / (classes - 1))
        )


@pytest.mark.parametrize("classes", [3, 4, 5, 8, 17])
def test_on_the_circle_the_chord_of_the_neighbours_is_nearest(classes):
    code = softmax_code(classes, 2)
    assert code.margin == pytest.approx(1 - math.cos(2 * math.pi / classes), abs=1e-12)
    assert code.proven
    assert tammes(classes, 2).margin == pytest.approx(2 * math.sin(math.pi / classes), abs=1e-12)


@pytest.mark.parametrize(("classes", "dimension"), [(5, 3), (6, 3), (7, 4), (8, 4), (9, 7)])
def test_up_to_twice_the_dimension_the_margin_is_one(classes, dimension):
    code = softmax_code(classes, dimension)
    assert code.proven
    assert code.margin == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(np.linalg.norm(code.vectors, axis=1), 1, rtol=1e-12)
    assert tammes(classes, dimension).margin == pytest.approx(math.sqrt(2), abs=1e-12)


# Smallest angles in degrees, Schütte & van der Waerden 1951, Danzer 1963.
TAMMES = {
    4: math.degrees(math.acos(-1 / 3)),
    6: 90.0,
    7: 77.8695421554,
    8: math.degrees(math.acos((math.sqrt(8) - 1) / 7)),
    9: math.degrees(math.acos(1 / 3)),
    10: 66.1468220,
    12: math.degrees(math.acos(1 / math.sqrt(5))),
}


@functools.cache
def tammes_in_space(classes):
    return tammes(classes, 3)


@pytest.mark.parametrize("classes", TAMMES)
def test_tammes_codes_reach_the_known_angles(classes):
    code = tammes_in_space(classes)
    angle = math.degrees(2 * math.asin(code.margin / 2))
    assert angle == pytest.approx(TAMMES[classes], abs=2e-7)
    assert code.proven == (classes <= 6)
    assert one_vs_one_distance(code.vectors) == code.margin


@pytest.mark.parametrize("classes", [5, *TAMMES, 11])
def test_softmax_codes_in_space_have_the_distance_of_the_known_angles(classes):
    """Of these numbers the code is that of Tammes, and the hull's nearest face touches at it."""
    known = {5: 1.0, 4: 4 / 3, 11: 1 - 1 / math.sqrt(5)}
    wanted = known.get(classes, 1 - math.cos(math.radians(TAMMES.get(classes, 0.0))))
    assert softmax_code(classes, 3, starts=4).margin == pytest.approx(wanted, abs=1e-7)


def slsqp_margin(classes, dimension, starts):
    """Maximise the one-vs-rest distance by sequential quadratic programmes, of w_k and h_k."""
    rng, best = np.random.default_rng(1), 0.0
    first, second = np.nonzero(~np.eye(classes, dtype=bool))
    shape = 2, classes, dimension
    lines, pairs = np.arange(2 * classes), np.arange(len(first))

    def gaps(x):
        W, H = x[1:].reshape(shape)
        return np.sum((W[first] - W[second]) * H[first], axis=1) - x[0]

    def gaps_slope(x):
        W, H = x[1:].reshape(shape)
        slope = np.zeros((len(first), *shape))
        slope[pairs, 0, first], slope[pairs, 0, second] = H[first], -H[first]
        slope[pairs, 1, first] = W[first] - W[second]
        return np.hstack([-np.ones((len(first), 1)), slope.reshape(len(first), -1)])

    def lengths_slope(x):
        rows = x[1:].reshape(2 * classes, dimension)
        slope = np.zeros((2 * classes, 2 * classes, dimension))
        slope[lines, lines] = -2 * rows
        return np.hstack([np.zeros((2 * classes, 1)), slope.reshape(2 * classes, -1)])

    for _ in range(starts):
        rows = random_directions(int(rng.integers(1000)), classes, dimension)
        start = np.concatenate([[0.0], rows.ravel(), rows.ravel()])
        found = minimize(
            lambda x: -x[0],
            start,
            jac=lambda x: np.eye(len(x))[0] * -1,
            constraints=[
                {"type": "ineq", "fun": gaps, "jac": gaps_slope},
                {
                    "type": "ineq",
                    "fun": lambda x: 1 - np.sum(x[1:].reshape(2 * classes, -1) ** 2, axis=1),
                    "jac": lengths_slope,
                },
            ],
            method="SLSQP",
            options={"maxiter": 300, "ftol": 1e-10},
        )
        rows = found.x[1:].reshape(shape)[0]
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        best = max(best, one_vs_rest_distance(rows / lengths))
    return best


@pytest.mark.parametrize(("classes", "dimension"), [(5, 2), (7, 3), (8, 3)])
def test_another_optimiser_finds_no_larger_distance(classes, dimension):
    found = softmax_code(classes, dimension, starts=4).margin
    assert slsqp_margin(classes, dimension, 6) == pytest.approx(found, abs=1e-4)


@pytest.mark.parametrize(("classes", "wanted"), [(19, 0.32688), (21, 0.30050), (23, 0.27715)])
def test_a_search_whose_ascent_runs_away_is_taken_back(classes, wanted):
    """Multipliers alone curve these functions too little: all distances but one were larger."""
    code = softmax_code(classes, 3, starts=4)
    assert code.margin == pytest.approx(wanted, abs=2e-5)
    assert (one_vs_rest_distances(code.vectors) > code.margin + 1e-5).sum() <= 1


def test_a_code_is_sought_from_another_one_too():
    near = tammes(14, 3, starts=2).vectors
    code = softmax_code(14, 3, starts=0, near=near)
    assert code.starts == 1
    assert code.margin == pytest.approx(softmax_code(14, 3, starts=4).margin, abs=1e-6)


def test_the_softmax_code_of_twelve_in_space_is_the_icosahedron():
    code = softmax_code(12, 3)
    assert code.margin == pytest.approx(1 - 1 / math.sqrt(5), abs=1e-8)
    assert code.margin == pytest.approx(one_vs_rest_distance(tammes_in_space(12).vectors), abs=1e-8)
    assert not code.proven
    np.testing.assert_allclose(np.linalg.norm(code.vectors, axis=1), 1, rtol=1e-12)


def test_no_nearby_vectors_have_a_larger_margin():
    code, rng = softmax_code(8, 3), np.random.default_rng(0)
    assert code.margin == one_vs_rest_distance(code.vectors)
    for size in (1e-1, 1e-2, 1e-3, 1e-4):
        for _ in range(20):
            moved = code.vectors + size * rng.normal(size=(8, 3))
            moved /= np.linalg.norm(moved, axis=1, keepdims=True)
            assert one_vs_rest_distance(moved) <= code.margin + 1e-9


def test_a_search_repeats_and_finds_the_closed_form_too():
    one, two = (softmax_code(7, 3, seed=5, starts=2) for _ in range(2))
    np.testing.assert_array_equal(one.vectors, two.vectors)
    assert one.margin > one_vs_rest_distance(random_directions(0, 7, 3))
    assert one.margin < 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: softmax_code(1, 3), "no 1 different directions in 3"),
        (lambda: softmax_code(3, 1), "no 3 different directions in 1"),
        (lambda: tammes(3, 0), "no 3 different directions in 0"),
        (lambda: one_vs_rest_distance(np.ones((1, 3))), "shape (1, 3) have no distances"),
        (lambda: one_vs_one_distance(np.full((2, 2), np.nan)), "have no distances"),
        (lambda: gnc2(np.array([[0.0, 0.0], [1.0, 0.0]])), "length zero"),
    ],
)
def test_wrong_values_are_named(call, message):
    with pytest.raises(UserError) as error:
        call()
    assert message in str(error.value)


def test_two_directions_fit_on_a_line():
    np.testing.assert_array_equal(np.sort(softmax_code(2, 1).vectors.ravel()), [-1, 1])


def test_generalized_neural_collapse_of_a_softmax_code():
    code, rng = softmax_code(7, 2), np.random.default_rng(0)
    labels = np.repeat(np.arange(7), 5)
    lengths = rng.uniform(0.5, 2.0, size=(35, 1))
    collapsed = lengths * code.vectors[labels]
    assert gnc1(collapsed, labels, 7) == pytest.approx(0, abs=1e-20)
    assert gnc1(collapsed + 0.1 * rng.normal(size=(35, 2)), labels, 7) > 1e-3
    assert gnc2(3.0 * code.vectors) == pytest.approx(code.margin, abs=1e-12)
    assert gnc3(3.0 * code.vectors, code.vectors) == pytest.approx(0, abs=1e-12)
    assert gnc3(code.vectors, -code.vectors) == pytest.approx(2)


def test_many_classes_on_the_sphere_descend_to_a_softmax_code():
    model = UnconstrainedFeatures(
        classes=7, dimension=2, samples=5, spherical=True, temperature=0.2, learning_rate=1.0
    )
    (state,) = simulate(model, [1500])
    assert gnc1(state.H, model.labels(), 7) < 1e-12
    assert gnc2(state.W) == pytest.approx(softmax_code(7, 2).margin, abs=1e-6)
    assert gnc3(state.W, state.H[::5]) < 1e-9


def test_gnc3_is_a_mean_over_classes():
    W = np.array([[1.0, 0.0], [0.0, 2.0]])
    M = np.array([[2.0, 0.0], [1.0, 1.0]])
    assert gnc3(W, M) == pytest.approx((1 - math.sqrt(0.5)) / 2)


def test_gnc2_of_a_simplex_is_that_of_its_vertices():
    assert gnc2(simplex_vertices(4)) == pytest.approx(4 / 3)


@pytest.mark.parametrize("exponents", [[0.0], [3.0, 3.0, -1.0], [-900.0, 2.0, 1.9], [-1e3, -1e3]])
def test_the_smooth_minimum_is_that_of_scipy_bit_by_bit(exponents):
    values = np.array(exponents)
    assert max_min._logsumexp(values) == logsumexp(values)


@pytest.mark.parametrize(("classes", "dimension"), [(2, 2), (9, 2), (100, 2), (30, 3), (60, 10)])
def test_the_least_distance_is_that_of_all_points_asked_one_by_one(classes, dimension):
    rng = np.random.default_rng(classes)
    for vectors in (
        rng.standard_normal((classes, dimension)),
        np.repeat(rng.standard_normal((classes, dimension)), 2, axis=0),  # each twice
        5 + rng.random((classes, dimension)) ** 4,
    ):
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        for points in (vectors, unit):
            one_by_one = one_vs_rest_distances(points).min()
            assert one_vs_rest_distance(points) == pytest.approx(one_by_one, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("classes", "dimension"), [(2, 2), (4, 3), (6, 3), (7, 4), (12, 2)])
def test_the_margin_of_a_closed_form_is_that_of_its_points(classes, dimension):
    code = softmax_code(classes, dimension)
    assert code.proven
    assert code.margin == pytest.approx(one_vs_rest_distances(code.vectors).min(), rel=1e-12)
