"""The cosines of very many classes: as many of them as a screen has room for."""

import numpy as np
import pytest

from ncviz.charts.class_matrix import ClassMatrix
from ncviz.charts.matrix import MOST, spread
from ncviz.runs.directions import Directions

NAMES = tuple(f"class {k}" for k in range(2 * MOST))


def vectors(count):
    return np.random.default_rng(0).normal(size=(count, 5))


def matrix(count, classes):
    shown = spread(tuple(classes))
    directions = Directions(vectors(count))
    return ClassMatrix(directions, directions, NAMES[:count], shown, len(classes), 5)


@pytest.mark.parametrize("count", [2, MOST - 1, MOST])
def test_all_are_shown_where_there_is_room(count):
    assert spread(tuple(range(count))) == tuple(range(count))
    assert matrix(count, range(count)).words == ""


@pytest.mark.parametrize("count", [MOST + 1, 3 * MOST // 2, 2 * MOST])
def test_of_more_those_are_shown_that_lie_far_apart_and_it_is_said(count):
    found = matrix(count, range(count))
    assert len(found.classes) == len(set(found.classes)) == MOST
    assert (found.classes[0], found.classes[-1]) == (0, count - 1)
    assert max(np.diff(found.classes)) <= np.ceil(count / MOST) + 1
    assert found.words == f"2,000 of {count:,} classes"


def test_their_cosines_are_those_of_the_run():
    count = MOST + 3
    found, unit = matrix(count, range(count)), vectors(count)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    places = np.random.default_rng(1).integers(0, MOST, size=(50, 2))
    for row, column in places:
        first, second = found.classes[row], found.classes[column]
        assert found.shown("means")[row, column] == pytest.approx(unit[first] @ unit[second])


def test_means_stand_above_the_diagonal_in_whatever_order_classes_are():
    means, rows = Directions(vectors(4)), Directions(vectors(4)[::-1].copy())
    found = ClassMatrix(means, rows, NAMES[:4], (3, 1, 2), 3, 5).shown()
    assert found[0, 1] == pytest.approx(means.cosines[3, 1])
    assert found[1, 0] == pytest.approx(rows.cosines[1, 3])


def test_the_cosines_to_one_class_are_a_row_of_all():
    some = vectors(6)
    some[2], some[4] = np.nan, 0.0
    directions = Directions(some)
    for label in range(6):
        found = directions.cosines_to(label)
        np.testing.assert_allclose(found, directions.cosines[label], rtol=1e-12, atol=1e-12)
