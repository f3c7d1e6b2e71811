"""Rattlers: which points of a code can move, against a linear programme and by trying."""

import numpy as np
import pytest
from scipy.optimize import linprog

from ncviz.theory.rattlers import KEPT, MOVE, rattlers
from ncviz.theory.softmax_codes import one_vs_rest_distance, softmax_code

WAYS = 120  # directions that are tried


def can_move_to_first_order(vectors, k, tight=1e-4):
    """Let one point and the normals of all hulls move: may the point, and no distance fall?

    One linear programme for each way along an axis, of the move t of the point and of the turns
    u_j of the vectors h_j of max-min, (w_j − w_i) · h_j ≥ margin, which are found by another one.
    """
    count, dimension = vectors.shape
    margin = one_vs_rest_distance(vectors)
    normals = []
    for j in range(count):
        others = np.delete(vectors, j, axis=0)
        # The nearest point of the hull, as a projection by least distance over a fine programme.
        normals.append(_normal(vectors[j], others))
    rows = []
    for j, normal in enumerate(normals):
        for i in range(count):
            gap = (vectors[j] - vectors[i]) @ normal
            if i == j or gap > margin + tight:
                continue
            row = np.zeros((1 + count, dimension))
            row[0] = normal * ((j == k) - (i == k))
            row[1 + j] = vectors[j] - vectors[i]
            rows.append(-row.ravel())
    fixed = np.zeros((1 + count, (1 + count) * dimension))
    fixed[0, :dimension] = vectors[k]
    for j, normal in enumerate(normals):
        fixed[1 + j, (1 + j) * dimension : (2 + j) * dimension] = normal
    most = 0.0
    for axis in (*np.eye(dimension), *-np.eye(dimension)):
        wish = np.zeros((1 + count) * dimension)
        wish[:dimension] = -axis
        # A turn lowers a distance by its square: it is held small.
        found = linprog(
            wish,
            A_ub=np.array(rows) if rows else None,
            b_ub=np.zeros(len(rows)) if rows else None,
            A_eq=fixed,
            b_eq=np.zeros(len(fixed)),
            bounds=[(-1, 1)] * dimension + [(-1e3, 1e3)] * (count * dimension),
        )
        assert found.status == 0
        most = max(most, -found.fun)
    return most > 1e-3


def _normal(point, others):
    from scipy.optimize import minimize

    weights = np.full(len(others), 1 / len(others))
    found = minimize(
        lambda w: 0.5 * np.sum((point - w @ others) ** 2),
        weights,
        jac=lambda w: -others @ (point - w @ others),
        bounds=[(0, 1)] * len(others),
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(len(w))},
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 500},
    )
    away = point - found.x @ others
    return away / np.linalg.norm(away)


def least_fall(vectors, k):
    """Return by how much the margin falls at least, of moves in many directions on the sphere."""
    margin, point = one_vs_rest_distance(vectors), vectors[k]
    basis = np.linalg.svd(point[None])[2][1:]
    falls = []
    for angle in 2 * np.pi * np.arange(WAYS) / WAYS:
        moved = vectors.copy()
        way = np.array([np.cos(angle), np.sin(angle)]) @ basis
        moved[k] = np.cos(MOVE) * point + np.sin(MOVE) * way
        falls.append(margin - one_vs_rest_distance(moved))
    return min(falls)


@pytest.mark.parametrize(
    ("classes", "dimension", "loose"),
    [
        (5, 2, 0),
        (4, 3, 0),
        (5, 3, 3),  # the triangle across the other two turns
        (6, 3, 0),
        (7, 3, 0),
        (12, 3, 0),
        (6, 4, 6),  # two triangles in two planes
        (7, 4, 3),
        (8, 4, 0),
    ],
)
def test_points_that_can_move_are_those_of_a_linear_programme(classes, dimension, loose):
    vectors = softmax_code(classes, dimension, starts=4).vectors
    found = rattlers(vectors)
    assert found.sum() == loose
    wanted = [can_move_to_first_order(vectors, k) for k in range(classes)]
    assert found.tolist() == wanted


def test_of_twenty_points_two_rattle_as_in_the_tammes_code():
    vectors = softmax_code(20, 3, starts=4).vectors
    found = rattlers(vectors)
    assert found.sum() == 2  # Cohn's table of spherical codes
    first = int(np.flatnonzero(found)[0])
    assert can_move_to_first_order(vectors, first)
    assert least_fall(vectors, first) <= KEPT
    assert least_fall(vectors, int(np.flatnonzero(~found)[0])) > 10 * KEPT
