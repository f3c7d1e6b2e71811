"""Unit vectors that repel each other, against closed forms and published angles."""

import itertools
import math

import numpy as np
import pytest

from ncviz.theory.quick_codes import quick_tammes
from ncviz.theory.vectors_apart import (
    Move,
    VectorsApart,
    are_in_order,
    closest_pairs,
    largest_cosine,
    least_largest_cosine,
    repelled,
    simplex_bound,
)

# Degrees between the two closest of K points on the sphere that are farthest apart, all proven
# (Schütte, van der Waerden 1951; Danzer 1963; Fejes Tóth 1943).
PROVEN = {7: 77.86954, 8: 74.85849, 9: 70.52878, 10: 66.14682, 11: 63.43495, 12: 63.43495}


def after(steps, *of, **more):
    return next(itertools.islice(VectorsApart(*of, **more).states(), steps, None))


@pytest.mark.parametrize(("classes", "dimension"), [(2, 2), (3, 2), (4, 3), (5, 2), (6, 3)])
def test_they_come_to_the_least_that_is_known(classes, dimension):
    vectors = after(150, classes, dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1)
    best = least_largest_cosine(classes, dimension)
    assert largest_cosine(vectors) == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize("classes", range(2, 13))
def test_nobody_comes_below_the_bound(classes):
    vectors = np.random.default_rng(classes).standard_normal((classes, 20))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    slow = max(
        float(vectors[i] @ vectors[j]) for i in range(classes) for j in range(i)
    )  # pair by pair
    assert largest_cosine(vectors) == pytest.approx(slow)
    assert slow >= simplex_bound(classes)
    first, second = closest_pairs(vectors)[0]
    assert vectors[first] @ vectors[second] == pytest.approx(slow)


@pytest.mark.parametrize("classes", PROVEN)
def test_what_is_sought_is_what_was_proven(classes):
    assert least_largest_cosine(classes, 3) is None
    best = 1 - quick_tammes(classes, 3).margin ** 2 / 2
    assert math.degrees(math.acos(best)) == pytest.approx(PROVEN[classes], abs=2e-3)


def test_repelling_follows_the_slope_of_the_soft_largest_cosine():
    vectors, sharpness = VectorsApart(5, 3, seed=2).start(), 4.0

    def soft(of):
        i, j = np.triu_indices(5, 1)
        return np.log(np.exp(sharpness * (of[i] * of[j]).sum(axis=1)).sum()) / sharpness

    slope = np.zeros_like(vectors)
    for place in np.ndindex(*vectors.shape):
        there = vectors.copy()
        there[place] += 1e-6
        there /= np.linalg.norm(there, axis=1, keepdims=True)
        slope[place] = (soft(there) - soft(vectors)) / 1e-6
    moved = repelled(vectors, sharpness)[0]
    along = moved - (moved * vectors).sum(axis=1, keepdims=True) * vectors
    cosine = -np.vdot(along, slope) / np.linalg.norm(along) / np.linalg.norm(slope)
    assert cosine > 0.99  # a step of some length on the sphere
    assert soft(moved) < soft(vectors)


def test_a_move_by_hand_is_a_step():
    there = (0.6, 0.8, 0.0)
    by_hand = after(3, 4, 3, moves=(Move(3, 1, there),))
    np.testing.assert_array_equal(by_hand[[0, 2, 3]], after(2, 4, 3)[[0, 2, 3]])
    np.testing.assert_array_equal(by_hand[1], there)
    first, second = VectorsApart(moves=(Move(3, 1, there),)), VectorsApart()
    assert first.same_until(second) == 2
    assert first.same_until(VectorsApart(seed=1)) is None
    assert are_in_order(first.moves)
    assert not are_in_order((Move(0, 1, there),))
    assert not are_in_order((Move(2, 1, there), Move(2, 0, there)))
