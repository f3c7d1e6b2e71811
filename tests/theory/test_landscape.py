"""The landscape of unconstrained features: one value, saddles, and the ways down from them."""

import itertools

import numpy as np
import pytest

from ncviz.errors import UserError
from ncviz.theory.landscape import (
    MERGED,
    RANDOM,
    ZERO,
    Landscape,
    descend_landscape,
    kept_of_sum,
    merged_classes,
)
from ncviz.theory.lowest_curvature import free_direction, lowest_curvature
from ncviz.theory.unconstrained_features import Objective
from ncviz.theory.unconstrained_optimum import known_optimum

LOSSES = ("cross_entropy", "label_smoothing", "squared_error", "focal")


def dense(features, H, W):
    """Return the Hessian of the objective, by differences of its gradient."""
    objective = Objective(features)
    x, step = objective.point(W, H, None), 1e-5
    rows = []
    for place in range(len(x)):
        there = np.zeros(len(x))
        there[place] = step
        ends = objective.evaluate(x + there)[2], objective.evaluate(x - there)[2]
        rows.append((ends[0] - ends[1]) / (2 * step))
    found = np.array(rows)
    return (found + found.T) / 2


def saddle(model):
    H, W = model.starting_points()
    return H[0], W[0]


@pytest.mark.parametrize("origin", [ZERO, MERGED, RANDOM])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_lowest_curvature_is_the_least_eigenvalue(loss, origin):
    model = Landscape(3, 4, 2, loss, 4e-3, 2e-3, starts=1, origin=origin, seed=3)
    H, W = saddle(model)
    found = lowest_curvature(model.features, H, W)
    values = np.linalg.eigvalsh(dense(model.features, H, W))
    assert found.value == pytest.approx(values[0], abs=1e-7)


@pytest.mark.parametrize("origin", [ZERO, MERGED])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_closed_form_is_an_eigenvector_and_a_way_down(loss, origin):
    model = Landscape(3, 5, 2, loss, 4e-3, 2e-3, starts=1, origin=origin)
    H, W = saddle(model)
    objective = Objective(model.features)
    assert np.linalg.norm(objective.evaluate(objective.point(W, H, None))[2]) < 1e-8
    found = free_direction(model.features, H, W)
    along = objective.point(found.W, found.H, None)
    assert np.linalg.norm(along) == pytest.approx(1)
    hessian = dense(model.features, H, W)
    np.testing.assert_allclose(hessian @ along, found.value * along, atol=1e-7)
    x, step = objective.point(W, H, None), 1e-3
    here, *beside = (objective.evaluate(x + side * along)[1] for side in (0, step, -step))
    assert (sum(beside) - 2 * here) / step**2 == pytest.approx(found.value, rel=1e-3)
    assert found.value < 0
    assert max(beside) < here


def test_at_zero_the_curvature_is_known():
    model = Landscape(4, 6, 5, lambda_w=0.0, lambda_h=0.0, origin=ZERO)
    found = lowest_curvature(model.features, *saddle(model))
    assert found.value == pytest.approx(-np.sqrt(5) / 20)  # √n / N


@pytest.mark.parametrize("origin", [RANDOM, ZERO, MERGED])
def test_all_starts_come_to_one_value(origin):
    model = Landscape(3, 3, 3, starts=5, origin=origin, lambda_w=1e-2, lambda_h=2e-3, kick=0.2)
    *_, last = descend_landscape(model, (0, 1500))
    least = known_optimum(model.features).objective
    np.testing.assert_allclose(last.objectives, least, atol=1e-6)
    assert last.left >= (origin != RANDOM)


def test_from_zero_it_passes_saddles_of_ever_higher_rank():
    model = Landscape(5, 6, 2, starts=1, origin=ZERO, lambda_w=1e-2, lambda_h=5e-3, kick=0.3)
    ranks = []
    for state in descend_landscape(model, range(0, 2001, 50)):
        values = np.linalg.svd(state.W, compute_uv=False)
        ranks.append(int((values > 0.05).sum()))
    assert ranks[0] <= 1
    assert ranks[-1] == 4
    assert all(later >= earlier for earlier, later in itertools.pairwise(ranks))


@pytest.mark.parametrize("origin", [ZERO, MERGED])
def test_without_a_step_it_stays_at_the_saddle(origin):
    model = Landscape(4, 5, 2, starts=2, origin=origin, kick=0.0)
    first, last = descend_landscape(model, (0, 800))
    assert last.objective == pytest.approx(first.objective, abs=1e-12)
    assert last.left == 0
    assert last.objectives[1] < last.objectives[0]


@pytest.mark.parametrize("lambda_w", [0.0, 5e-3])
@pytest.mark.parametrize("loss", ["cross_entropy", "label_smoothing", "focal"])
def test_the_sum_of_the_rows_is_moved_by_its_penalty_alone(loss, lambda_w):
    model = Landscape(4, 3, 2, loss, lambda_w, 1e-3, starts=3, origin=RANDOM)
    for state in descend_landscape(model, (0, 1, 7, 40)):
        np.testing.assert_allclose(state.sums, kept_of_sum(model, state.step), rtol=1e-8)
    assert (kept_of_sum(model, 40) == 1.0) == (lambda_w == 0)


def test_the_squared_error_moves_the_sum_of_the_rows():
    model = Landscape(4, 3, 2, "squared_error", 0.0, 1e-3, starts=2, origin=RANDOM)
    *_, last = descend_landscape(model, (0, 40))
    assert np.isnan(kept_of_sum(model, 40))
    assert abs(last.sums - 1).min() > 1e-3


def test_merged_classes_are_one_and_a_critical_point():
    model = Landscape(5, 4, 3)
    means, rows = merged_classes(model.features)
    np.testing.assert_array_equal(means[0], means[1])
    np.testing.assert_array_equal(rows[0], rows[1])
    _, _, by_H, by_W = model.value(means[model.labels()][None], rows[None])
    assert max(abs(by_H).max(), abs(by_W).max()) < 1e-9


def test_values_that_cannot_be_are_refused():
    with pytest.raises(UserError, match="starts"):
        Landscape(starts=0)
    with pytest.raises(UserError, match="dimension"):
        Landscape(dimension=0)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(("lambda_h", "lambda_w"), [(0.0, 0.1), (0.1, 0.0), (0.0, 5e-3)])
def test_all_starts_descend_where_one_penalty_is_zero(loss, lambda_h, lambda_w):
    model = Landscape(
        loss=loss, lambda_h=lambda_h, lambda_w=lambda_w, samples=4, starts=2, origin=MERGED
    )
    first, *_, last = descend_landscape(model, (0, 300, 1500, 3000))
    assert (last.objectives < first.objectives).all()
    assert last.objectives.max() < 0.5
    assert np.linalg.norm(first.H) + np.linalg.norm(first.W) < 40


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", [0, 7])
def test_the_first_step_goes_along_the_curvature_of_its_own_saddle(loss, seed):
    model = Landscape(3, 4, 2, loss, 4e-3, 2e-3, starts=2, seed=seed, kick=0.3)
    H, W = (part[0] for part in model.starting_points())
    way = lowest_curvature(model.features, H, W)
    first = next(descend_landscape(model, [0]))
    np.testing.assert_allclose(first.H - H, 0.3 * way.H, atol=1e-12)
    np.testing.assert_allclose(first.W - W, 0.3 * way.W, atol=1e-12)
