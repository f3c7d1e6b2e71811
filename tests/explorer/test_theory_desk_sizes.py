"""Class sizes of any shape, other powers, pinned curves: the Layer-Peeled Model's desk."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from ncviz.explorer.class_shapes import FREE, PRESETS, TWO_GROUPS, shape_of, sizes_of, whole_sizes
from ncviz.explorer.model_settings import restore_settings, settings_of
from ncviz.explorer.peeled_optimum import Optimum
from ncviz.explorer.peeled_words import caption_of_power, numbers_of
from ncviz.explorer.power_solver import PowerQuestion
from ncviz.explorer.theory_desk import BUDGETS, MAXIMUM_PINS, MAXIMUM_RATIO, POWERS, TheoryDesk
from ncviz.geometry.etf import simplex_etf
from ncviz.scenes.view import View
from ncviz.theory.layer_peeled import critical_ratio, solve_two_groups
from ncviz.theory.layer_peeled_general import solve_class_sizes
from ncviz.wording import three_digits


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
    assert desk.optimum.converged
    assert "the best of 96 searches" in desk.caption()
    said = desk.provenance()
    assert (said.q, said.sizes, said.converged) == (4.0, desk.sizes, True)
    desk.set_power(3.0)
    assert desk.provenance() == said  # what is seen, not what is asked
    assert "still the last answer, q = 4" in desk.caption()
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


def optimum(**changes):
    """An optimum of four classes at another q, as it is seen."""
    corners = simplex_etf(4)
    values = {
        "weights": corners, "features": corners, "objective": 0.1, "gap": None, "residual": 1e-8,
        "cosine": -1 / 3, "largest_cosine": -1 / 3, "directions": 3, "descents": 96, "agreeing": 12,
    }  # fmt: skip
    return Optimum(**{**values, **changes})


QUESTION = PowerQuestion((1.0,) * 4, 5.0, 1.1)


def test_what_has_not_converged_is_said():
    stuck = optimum(residual=0.53)
    words = caption_of_power(QUESTION, QUESTION, stuck, False)
    assert words.startswith("At q = 1.1 this is no optimum, not even a local one")
    assert "residual 0.53 is above 1·10⁻⁴" in words.replace("1.00", "1")
    assert "above" in {n.name: n.tip for n in numbers_of(stuck, 0.0, two_groups=True)}["residual"]


def test_the_picture_says_so_too(desk, monkeypatch):
    desk.set_power(1.1)
    finish(desk)
    assert "converged" not in desk.scene(View()).note
    desk._power.answer = replace(desk._power.answer, residual=0.53)
    assert "not converged" in desk.scene(View()).note
    assert not desk.provenance().converged


def test_the_shape_is_measured_not_promised():
    both = caption_of_power(QUESTION, QUESTION, optimum(), False)
    assert "both classifiers and features form a simplex ETF." in both
    moved = optimum(features=simplex_etf(4) + 0.2)
    assert "a centre that is not zero" in caption_of_power(QUESTION, QUESTION, moved, False)
    bent = optimum(weights=simplex_etf(4) * [1, 1, 1, 2])
    words = caption_of_power(QUESTION, QUESTION, bent, False)
    assert "no simplex ETF: cosines of the classifiers are off by 0." in words
    assert three_digits(bent.distances_to_etf[0]) in words
    assert three_digits(bent.distances_to_etf[1]) in words
    assert "found by 12 of them" in both


def test_one_minority_class_has_no_cosine_at_any_power(desk):
    desk.set_problem(classes=4, majority=3)
    desk.seek_ratio(10.0)
    desk.set_power(3.0)
    finish(desk)
    assert math.isfinite(desk.optimum.cosine)  # of the two smallest, which are of both groups
    assert math.isnan(desk.cosine)
    assert math.isnan(desk.numbers()[-1].value)


@pytest.mark.parametrize(("majority", "classes"), [(5, 10), (2, 4), (3, 5)])
def test_classifiers_that_a_tight_budget_leaves_at_zero_are_called_zero(desk, majority, classes):
    desk.set_problem(classes=classes, majority=majority, budget=0.1)
    desk.seek_ratio(MAXIMUM_RATIO)
    assert desk.optimum.zeros == classes - majority
    assert np.abs(desk.optimum.weights[majority:]).max() == pytest.approx(0, abs=1e-12)
    assert "exactly zero" in desk.caption()
    assert "a convention" in desk.caption()
    assert "convention" in desk.numbers()[-1].tip
    desk.seek_ratio(1.02)
    assert desk.optimum.zeros == 0
    assert "zero" not in desk.caption()


def test_the_same_is_said_of_free_sizes(desk):
    desk.set_sizes((100.0, 100.0, 1.0, 1.0))
    desk.set_problem(budget=0.1)
    assert desk.optimum.zeros == 2
    assert desk.caption().startswith("The classifiers of the 2 smallest classes are zero")


@pytest.mark.parametrize("sizes", [(2.0, 1.0), (1e4, 1.0)])
@pytest.mark.parametrize("budget", BUDGETS)
def test_two_classes_stand_opposite_each_other(desk, sizes, budget):
    desk.set_sizes(sizes)
    desk.set_problem(budget=budget)
    assert desk.caption() == "Two classes stand opposite each other, whatever their sizes."
    rows = desk.optimum.weights
    assert rows[0] @ rows[1] == pytest.approx(-np.linalg.norm(rows[0]) * np.linalg.norm(rows[1]))


def test_the_closest_pair_is_named_only_where_it_is_the_smallest(desk):
    desk.set_sizes((9.0, 3.0, 1.0, 1.0))
    assert desk.caption().startswith("The two smallest classes have the closest classifiers")
