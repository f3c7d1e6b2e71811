"""Class sizes of any shape, other powers, pinned curves: the Layer-Peeled Model's desk."""

import json
import math

import numpy as np
import pytest

from ncviz.explorer.class_shapes import FREE, PRESETS, TWO_GROUPS, shape_of, sizes_of, whole_sizes
from ncviz.explorer.model_settings import restore_settings, settings_of
from ncviz.explorer.theory_desk import BUDGETS, MAXIMUM_PINS, MAXIMUM_RATIO, POWERS, TheoryDesk
from ncviz.scenes.view import View
from ncviz.theory.layer_peeled import critical_ratio, solve_two_groups
from ncviz.theory.layer_peeled_general import solve_class_sizes


@pytest.fixture
def desk():
    """Return a desk and the list of what it told."""
    desk = TheoryDesk()
    desk.told = []
    desk.listen(desk.told.append)
    yield desk
    desk.close()


def finish(desk):
    while desk.moving:
        desk.advance(0.016)


def test_shapes_and_sizes_turn_into_each_other():
    shape, ratio = shape_of((50.0, 5.0, 10.0))
    assert ratio == pytest.approx(10)
    assert sizes_of(shape, ratio) == pytest.approx((10, 1, 2))
    assert shape_of((3, 3)) == ((0.0, 0.0), 1.0)


@pytest.mark.parametrize("preset", [p.name for p in PRESETS])
@pytest.mark.parametrize("classes", [2, 3, 20])
def test_every_preset_has_its_ratio_and_a_picture(desk, preset, classes):
    desk.set_problem(classes=classes)
    desk.set_preset(preset)
    sizes = desk.sizes
    assert len(sizes) == classes
    assert max(sizes) / min(sizes) == pytest.approx(desk.problem.ratio)
    assert list(sizes) == sorted(sizes, reverse=True)
    assert len(desk.scene(View()).balls) == 3 * classes
    assert desk.caption().endswith(".")
    assert whole_sizes(preset, classes, 50)[0] == 50


@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize("ratio", [1.0, MAXIMUM_RATIO])
def test_free_sizes_reach_both_ends(desk, budget, ratio):
    desk.set_sizes((1.0,) * 19 + (ratio,))
    desk.set_problem(budget=budget)
    assert desk.problem.classes == 20
    assert desk.preset == FREE
    assert np.isfinite(desk.scene(View()).balls.positions).all()
    finish(desk)
    assert not math.isnan(desk.critical_ratio)


def test_free_sizes_are_solved_with_a_certificate(desk):
    desk.set_sizes((7.0, 1.0, 3.0, 2.0))
    expected = solve_class_sizes((7, 1, 3, 2), desk.problem.budget)
    optimum = desk.optimum
    assert optimum.objective == pytest.approx(expected.objective, rel=1e-9)
    assert optimum.gap < 1e-8
    assert optimum.cosine == pytest.approx(expected.classifier_cosines()[1, 3], abs=1e-5)
    assert [label.text for label in desk.scene(View()).labels] == ["1", "2", "3", "4"]


def test_one_giant_is_two_groups_with_one_majority_class(desk):
    desk.set_problem(classes=5, majority=1, budget=1.0)
    desk.set_ratio(20.0)
    exact = solve_two_groups(desk.problem)
    desk.set_preset("one giant")
    desk.set_ratio(20.0)
    assert desk.optimum.objective == pytest.approx(exact.objective, rel=1e-9)
    assert desk.optimum.cosine == pytest.approx(exact.minority_cosine, abs=1e-4)
    finish(desk)
    assert desk.critical_ratio == pytest.approx(critical_ratio(5, 1, 1.0), rel=2e-2)
    ratios, cosines = desk.curve_points()
    assert cosines[0] == pytest.approx(-1 / 4, abs=1e-6)
    assert ratios[-1] == pytest.approx(MAXIMUM_RATIO)
    assert [mark.text for mark in desk.marks()] == ["R₀"]


def test_a_shape_follows_the_number_of_classes_and_the_ratio(desk):
    desk.set_sizes((8.0, 4.0, 2.0, 1.0))
    desk.set_problem(classes=7)
    assert desk.sizes == pytest.approx([8 ** (1 - k / 6) for k in range(7)])
    desk.seek_ratio(64.0)
    assert desk.sizes[0] == pytest.approx(64)
    assert desk.player.value == pytest.approx(64, rel=1e-2)


def test_another_power_is_solved_beside_the_picture(desk):
    desk.set_problem(classes=3, majority=1)
    certified = desk.optimum
    desk.set_power(4.0)
    assert desk.moving
    assert desk.optimum is certified  # the last answer stays
    assert desk.caption().startswith("Solving for q = 4")
    desk._power._thread.join()
    desk.advance(0.0)
    assert not desk.solving
    assert desk.told[-1] == "problem"
    assert desk.optimum.gap is None
    assert desk.optimum.residual < 1e-4
    assert "no simplex ETF" in desk.caption()
    desk.set_power(2.0)
    assert desk.optimum is certified
    assert not desk.moving


@pytest.mark.parametrize("power", POWERS)
def test_powers_at_both_ends_are_answered(desk, power):
    desk.set_preset("one giant")
    desk.seek_ratio(MAXIMUM_RATIO)
    desk.set_power(power)
    desk._power._thread.join()
    desk.advance(0.0)
    assert np.isfinite(desk.scene(View()).balls.positions).all()


def test_only_the_newest_power_is_answered(desk):
    for q in (3.0, 4.0, 5.0):
        desk.set_power(q)
    desk._power._thread.join()
    desk.advance(0.0)
    assert desk._power.answered.q == 5.0


def test_curves_are_pinned_up_to_six_and_removed(desk):
    for budget in range(1, MAXIMUM_PINS + 1):
        desk.set_problem(budget=float(budget))
        assert desk.pin()
    assert not desk.pin()
    assert desk.pins[1].label == "K = 4, K_A = 2, E = 2"
    desk.unpin(1)
    assert [pin.label[-1] for pin in desk.pins] == ["1", "3", "4", "5", "6"]
    desk.pin()  # the same curve is not pinned twice
    assert len(desk.pins) == MAXIMUM_PINS - 1


def test_settings_come_back(desk):
    desk.set_sizes((9.0, 3.0, 1.0))
    desk.set_power(3.0)
    kept = json.loads(json.dumps(settings_of(desk)))
    other = TheoryDesk()
    restore_settings(other, kept)
    assert other.sizes == pytest.approx(desk.sizes)
    assert (other.q, other.preset) == (3.0, FREE)
    restore_settings(other, {"classes": "many"})
    assert other.q == 3.0
    other.close()


def test_two_groups_come_back_after_free_sizes(desk):
    desk.set_sizes((9.0, 3.0, 1.0))
    desk.set_preset(TWO_GROUPS)
    assert desk.shape is None
    assert desk.class_names() == ("A1", "A2", "B1")
