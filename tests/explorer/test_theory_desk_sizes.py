"""Class sizes of any shape, other powers, pinned curves: the Layer-Peeled Model's desk."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from ncviz.explorer.beside_curve import RunPoint
from ncviz.explorer.optimum_desk import MAXIMUM_PINS, OptimumDesk
from ncviz.geometry.etf import simplex_etf
from ncviz.models.class_sizes import (
    FREE,
    MAXIMUM_RATIO,
    PRESETS,
    TWO_GROUPS,
    shape_of,
    sizes_of,
    whole_sizes,
    with_sizes,
)
from ncviz.models.layer_peeled import LAYER_PEELED, Parameters
from ncviz.models.optimum import OptimumSoFar
from ncviz.models.peeled_optimum import Optimum
from ncviz.models.peeled_words import numbers_of
from ncviz.scenes.view import View
from ncviz.theory.layer_peeled import critical_ratio, solve_two_groups
from ncviz.theory.layer_peeled_general import solve_class_sizes
from ncviz.wording import three_digits


@pytest.fixture
def desk():
    """Return a desk and the list of what it told."""
    desk = OptimumDesk(LAYER_PEELED)
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
    desk.set(classes=classes)
    desk.set(preset=preset)
    sizes = desk.parameters.sizes
    assert len(sizes) == classes
    assert max(sizes) / min(sizes) == pytest.approx(desk.parameters.ratio)
    assert list(sizes) == sorted(sizes, reverse=True)
    assert len(desk.scene(View()).balls) == 3 * classes
    assert desk.caption().endswith(".")
    assert whole_sizes(preset, classes, 50)[0] == 50


@pytest.mark.parametrize("budget", [0.1, 100.0])
@pytest.mark.parametrize("ratio", [1.0, MAXIMUM_RATIO])
def test_free_sizes_reach_both_ends(desk, budget, ratio):
    desk.put(with_sizes(desk.parameters, (1.0,) * 19 + (ratio,)))
    desk.set(budget=budget)
    assert desk.parameters.classes == 20
    assert desk.parameters.preset == FREE
    assert np.isfinite(desk.scene(View()).balls.positions).all()
    finish(desk)
    assert not math.isnan(desk.critical)


def test_free_sizes_are_solved_with_a_certificate(desk):
    desk.put(with_sizes(desk.parameters, (7.0, 1.0, 3.0, 2.0)))
    expected = solve_class_sizes((7, 1, 3, 2), desk.parameters.budget)
    optimum = desk.optimum
    assert optimum.objective == pytest.approx(expected.objective, rel=1e-9)
    assert optimum.gap < 1e-8
    assert optimum.cosine == pytest.approx(expected.classifier_cosines()[1, 3], abs=1e-5)
    assert [label.text for label in desk.scene(View()).labels] == ["1", "2", "3", "4"]


def test_one_giant_is_two_groups_with_one_majority_class(desk):
    desk.set(classes=5, majority=1, budget=1.0)
    desk.set(ratio=20.0)
    exact = solve_two_groups(desk.parameters.problem)
    desk.set(preset="one giant")
    desk.set(ratio=20.0)
    assert desk.optimum.objective == pytest.approx(exact.objective, rel=1e-9)
    assert desk.optimum.cosine == pytest.approx(exact.minority_cosine, abs=1e-4)
    finish(desk)
    assert desk.critical == pytest.approx(critical_ratio(5, 1, 1.0), rel=2e-2)
    ratios, cosines = desk.answer.points
    assert cosines[0] == pytest.approx(-1 / 4, abs=1e-6)
    assert ratios[-1] == pytest.approx(MAXIMUM_RATIO)
    assert [mark.text for mark in desk.marks()] == ["R₀"]


def test_a_shape_follows_the_number_of_classes_and_the_ratio(desk):
    desk.put(with_sizes(desk.parameters, (8.0, 4.0, 2.0, 1.0)))
    desk.set(classes=7)
    assert desk.parameters.sizes == pytest.approx([8 ** (1 - k / 6) for k in range(7)])
    desk.set(ratio=64.0)
    assert desk.parameters.sizes[0] == pytest.approx(64)
    assert desk.player.value == pytest.approx(64, rel=1e-2)


def test_another_power_is_solved_beside_the_picture(desk):
    desk.set(classes=3, majority=1)
    certified = desk.optimum
    desk.set(q=4.0)
    assert desk.moving
    assert desk.optimum is certified  # the last answer stays
    assert desk.caption().startswith("Solving for q = 4")
    desk._search._job.wait()
    desk.advance(0.0)
    assert not desk.solving
    assert desk.told[-1] == "problem"
    assert desk.optimum.gap is None
    assert desk.optimum.residual < 1e-4
    assert desk.optimum.converged
    assert "the best of 96 searches" in desk.caption()
    said = desk.said()
    assert (said["q"], said["sizes"], said["converged"]) == (4.0, desk.parameters.sizes, True)
    desk.set(q=3.0)
    assert desk.said()["q"] == 4.0  # what is seen, not what is asked
    assert "still the last answer, q = 4" in desk.caption()
    desk.set(q=2.0)
    assert desk.optimum is certified
    assert not desk.moving


@pytest.mark.parametrize("power", [1.1, 6.0])
def test_powers_at_both_ends_are_answered(desk, power):
    desk.set(preset="one giant")
    desk.set(ratio=MAXIMUM_RATIO)
    desk.set(q=power)
    desk._search._job.wait()
    desk.advance(0.0)
    assert np.isfinite(desk.scene(View()).balls.positions).all()


def test_only_the_newest_power_is_answered(desk):
    for q in (3.0, 4.0, 5.0):
        desk.set(q=q)
    desk._search._job.wait()
    desk.advance(0.0)
    assert desk._search.answered.q == 5.0


def test_curves_are_pinned_up_to_six_and_removed(desk):
    for budget in range(1, MAXIMUM_PINS + 1):
        desk.set(budget=float(budget))
        assert desk.pin()
    assert not desk.pin()
    assert desk.pins[1].label == "K = 4, K_A = 2, E = 2"
    desk.unpin(1)
    assert [pin.label[-1] for pin in desk.pins] == ["1", "3", "4", "5", "6"]
    desk.pin()  # the same curve is not pinned twice
    assert len(desk.pins) == MAXIMUM_PINS - 1


def test_curves_and_runs_beside_the_curve_come_back(desk):
    desk.set(ratio=20.0)
    finish(desk)
    desk.pin()
    desk.points = (RunPoint("a run", 10.0, 0.25),)
    kept = json.loads(json.dumps(desk.plain(), allow_nan=False))
    other = OptimumDesk(LAYER_PEELED)
    assert other.restore(kept) == ()
    assert other.points == desk.points
    (ours,), (theirs,) = desk.pins, other.pins
    assert theirs.label == ours.label
    assert np.array_equal(theirs.ratios, ours.ratios)
    assert np.array_equal(theirs.cosines, ours.cosines, equal_nan=True)
    assert other.restore(desk.settings()) == (), "as a former version kept it"
    assert other.points == desk.points
    other.close()


@pytest.mark.parametrize(
    "beside",
    [
        {"pins": 3},
        {"pins": [3]},
        {"pins": [{"label": "x"}]},
        {"pins": [{"label": "x", "ratios": [1, 2], "cosines": [0.5]}]},
        {"pins": [{"label": "x", "ratios": [1], "cosines": ["0"]}]},
        {"pins": [{"label": 1, "ratios": [], "cosines": []}]},
        {"points": [{"title": "x", "ratio": 0, "cosine": 0}]},
        {"points": [{"title": "x", "ratio": 1, "cosine": 7}]},
        {"points": [{}] * 1001},
    ],
    ids=range(9),
)
def test_what_cannot_lie_beside_the_curve_is_one_sentence(desk, beside):
    (sentence,) = desk.restore({**desk.settings(), **beside})
    assert "what lies beside its curve does not fit" in sentence
    assert sentence.endswith(".")
    assert (desk.pins, desk.points) == ((), ())


def test_settings_come_back(desk):
    desk.put(with_sizes(desk.parameters, (9.0, 3.0, 1.0)))
    desk.set(q=3.0)
    kept = json.loads(json.dumps(desk.settings()))
    other = OptimumDesk(LAYER_PEELED)
    other.restore(kept)
    assert other.parameters.sizes == pytest.approx(desk.parameters.sizes)
    assert (other.parameters.q, other.parameters.preset) == (3.0, FREE)
    (sentence,) = other.restore({**kept, "classes": "many"})
    assert sentence.endswith("has classes = 'many': it must be a whole number.")
    assert (other.parameters.q, other.parameters.classes) == (3.0, 4)
    other.close()


def test_two_groups_come_back_after_free_sizes(desk):
    desk.put(with_sizes(desk.parameters, (9.0, 3.0, 1.0)))
    desk.set(preset=TWO_GROUPS)
    assert desk.parameters.exponents is None
    assert desk.parameters.class_names == ("A1", "A2", "B1")


def optimum(**changes):
    """An optimum of four classes at another q, as it is seen."""
    corners = simplex_etf(4)
    values = {
        "weights": corners, "features": corners, "objective": 0.1, "gap": None, "residual": 1e-8,
        "cosine": -1 / 3, "largest_cosine": -1 / 3, "directions": 3, "descents": 96, "agreeing": 12,
    }  # fmt: skip
    return Optimum(**{**values, **changes})


QUESTION = Parameters(q=1.1)


def test_what_has_not_converged_is_said():
    stuck = optimum(residual=0.53)
    words = LAYER_PEELED.caption(QUESTION, OptimumSoFar(stuck, QUESTION, QUESTION))
    assert words.startswith("At q = 1.1 this is no optimum, not even a local one")
    assert "residual 0.53 is above 1·10⁻⁴" in words.replace("1.00", "1")
    assert "above" in {n.name: n.tip for n in numbers_of(stuck, 0.0, two_groups=True)}["residual"]


def test_the_picture_says_so_too(desk, monkeypatch):
    desk.set(q=1.1)
    finish(desk)
    assert "converged" not in desk.scene(View()).note
    desk._search.answer = replace(desk._search.answer, residual=0.53)
    assert "not converged" in desk.scene(View()).note
    assert not desk.said()["converged"]


def test_the_shape_is_measured_not_promised():
    both = LAYER_PEELED.caption(QUESTION, OptimumSoFar(optimum(), QUESTION, QUESTION))
    assert "both classifiers and features form a simplex ETF." in both
    moved = optimum(features=simplex_etf(4) + 0.2)
    assert "a centre that is not zero" in LAYER_PEELED.caption(
        QUESTION, OptimumSoFar(moved, QUESTION, QUESTION)
    )
    bent = optimum(weights=simplex_etf(4) * [1, 1, 1, 2])
    words = LAYER_PEELED.caption(QUESTION, OptimumSoFar(bent, QUESTION, QUESTION))
    assert "no simplex ETF: cosines of the classifiers are off by 0." in words
    assert three_digits(bent.distances_to_etf[0]) in words
    assert three_digits(bent.distances_to_etf[1]) in words
    assert "found by 12 of them" in both


def test_one_minority_class_has_no_cosine_at_any_power(desk):
    desk.set(classes=4, majority=3)
    desk.set(ratio=10.0)
    desk.set(q=3.0)
    finish(desk)
    assert math.isfinite(desk.optimum.cosine)  # of the two smallest, which are of both groups
    assert math.isnan(desk.cosine)
    assert math.isnan(desk.numbers()[-1].value)


@pytest.mark.parametrize(("majority", "classes"), [(5, 10), (2, 4), (3, 5)])
def test_classifiers_that_a_tight_budget_leaves_at_zero_are_called_zero(desk, majority, classes):
    desk.set(classes=classes, majority=majority, budget=0.1)
    desk.set(ratio=MAXIMUM_RATIO)
    assert desk.optimum.zeros == classes - majority
    assert np.abs(desk.optimum.weights[majority:]).max() == pytest.approx(0, abs=1e-12)
    assert "exactly zero" in desk.caption()
    assert "a convention" in desk.caption()
    assert "convention" in desk.numbers()[-1].tip
    desk.set(ratio=1.02)
    assert desk.optimum.zeros == 0
    assert "zero" not in desk.caption()


def test_the_same_is_said_of_free_sizes(desk):
    desk.put(with_sizes(desk.parameters, (100.0, 100.0, 1.0, 1.0)))
    desk.set(budget=0.1)
    assert desk.optimum.zeros == 2
    assert desk.caption().startswith("The classifiers of the 2 smallest classes are zero")


@pytest.mark.parametrize("sizes", [(2.0, 1.0), (1e4, 1.0)])
@pytest.mark.parametrize("budget", [0.1, 100.0])
def test_two_classes_stand_opposite_each_other(desk, sizes, budget):
    desk.put(with_sizes(desk.parameters, sizes))
    desk.set(budget=budget)
    assert desk.caption() == "Two classes stand opposite each other, whatever their sizes."
    rows = desk.optimum.weights
    assert rows[0] @ rows[1] == pytest.approx(-np.linalg.norm(rows[0]) * np.linalg.norm(rows[1]))


def test_the_closest_pair_is_named_only_where_it_is_the_smallest(desk):
    desk.put(with_sizes(desk.parameters, (9.0, 3.0, 1.0, 1.0)))
    assert desk.caption().startswith("The two smallest classes have the closest classifiers")
