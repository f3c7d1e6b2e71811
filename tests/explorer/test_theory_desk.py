import math

import numpy as np
import pytest
from etf_in_picture import etf_in_picture
from hypothesis import given
from hypothesis import strategies as st

from ncviz.errors import UserError
from ncviz.explorer.beside_curve import RunPoint
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.explorer.player import WHOLE_LENGTH_SECONDS
from ncviz.geometry.etf import simplex_etf
from ncviz.models.class_sizes import MAXIMUM_CLASSES, MAXIMUM_RATIO
from ncviz.models.layer_peeled import LAYER_PEELED
from ncviz.models.peeled_optimum import curve_ratios, solution_of_groups
from ncviz.runs.measures import minority_cosine
from ncviz.runs.run import Run
from ncviz.scenes.palette import THEMES, rgb
from ncviz.scenes.view import View
from ncviz.theory.layer_peeled import critical_ratio


@pytest.fixture
def desk():
    """Return a desk and the list of what it told."""
    desk = OptimumDesk(LAYER_PEELED)
    desk.told = []
    desk.listen(desk.told.append)
    return desk


def solution(desk):
    return solution_of_groups(desk.parameters.problem)


def cosines(rows):
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit @ unit.T


@pytest.mark.parametrize("classes", [2, 3, 10, MAXIMUM_CLASSES])
@pytest.mark.parametrize("end", [0, -1])
@pytest.mark.parametrize("budget", [0.1, 100.0])
@pytest.mark.parametrize("ratio", [1.0, MAXIMUM_RATIO])
def test_every_slider_reaches_both_its_ends(desk, classes, end, budget, ratio):
    majority = (1, classes - 1)[end]
    desk.set(classes=classes, majority=majority, budget=budget)
    desk.set(ratio=ratio)
    p = desk.parameters.problem
    assert (p.classes, p.majority, p.budget, p.ratio) == (classes, majority, budget, ratio)
    assert desk.caption().endswith(".")
    assert len(desk.parameters.class_names) == classes
    scene = desk.scene(View())
    assert np.isfinite(scene.balls.positions).all()
    assert len(scene.balls) == 3 * classes
    assert len(desk.answer.points[1]) == len(curve_ratios((1, 1e4)))


def test_balanced_classes_form_a_simplex_etf(desk):
    desk.set(classes=7, majority=3, budget=2.0)
    weights, features = solution(desk).weights_and_features()
    np.testing.assert_allclose(cosines(weights), cosines(simplex_etf(7)), atol=1e-8)
    np.testing.assert_allclose(features, weights, atol=1e-8)
    assert "simplex ETF" in desk.caption()


def test_the_balanced_picture_has_everything_at_the_vertices(desk):
    scene = desk.scene(View())
    light = THEMES["light"]
    for color in (light.means, light.classifier):
        found = scene.balls.positions[np.abs(scene.balls.colors[:, :3] - rgb(color)).max(1) < 1e-6]
        np.testing.assert_allclose(found, etf_in_picture(4), atol=1e-5)
    assert [label.text for label in scene.labels] == ["A1", "A2", "B1", "B2"]


@given(
    classes=st.integers(2, MAXIMUM_CLASSES),
    majority=st.integers(1, 40),
    then=st.integers(2, MAXIMUM_CLASSES),
)
def test_the_majority_stays_below_all_classes(classes, majority, then):
    desk = OptimumDesk(LAYER_PEELED)
    desk.set(classes=classes, majority=majority)
    assert desk.parameters.majority == min(majority, classes - 1)
    assert desk.parameters.minority >= 1
    desk.set(classes=then)
    assert desk.parameters.classes == then
    assert 1 <= desk.parameters.majority < then


def test_only_changes_are_told(desk):
    desk.set(classes=4)
    desk.set(ratio=1.0)
    assert desk.told == []
    desk.set(classes=6)
    desk.set(ratio=3.0)
    assert desk.told == ["problem", "ratio"]
    desk.set(budget=7.5)
    assert desk.parameters.ratio == 3.0  # R stays
    assert desk.told == ["problem", "ratio", "problem"]


def test_what_lies_outside_is_clipped_and_no_number_is_refused(desk):
    for asked, found in (({"classes": 1}, 2), ({"majority": 0}, 1), ({"budget": 0.0}, 0.1)):
        desk.set(**asked)
        assert [getattr(desk.parameters, name) for name in asked] == [found]
    before = desk.parameters
    with pytest.raises(UserError, match="budget is nan: choose a number from"):
        desk.set(budget=math.nan)
    assert desk.parameters == before


@pytest.mark.parametrize(("asked", "found"), [(0.2, 1.0), (1.0, 1.0), (1e9, MAXIMUM_RATIO)])
def test_ratios_outside_are_clipped(desk, asked, found):
    desk.set(ratio=asked)
    assert desk.parameters.ratio == found
    assert desk.player.value == pytest.approx(found)


@given(st.floats(1.0, MAXIMUM_RATIO))
def test_the_timeline_and_the_ratio_agree(ratio):
    desk = OptimumDesk(LAYER_PEELED)
    desk.set(ratio=ratio)
    assert desk.parameters.ratio == ratio
    share = desk.player.position / desk.player.last
    assert MAXIMUM_RATIO**share == pytest.approx(ratio, rel=1e-9)
    # Equal ratios lie at equal distances; between two stops the timeline says nearly the same.
    assert desk.player.value == pytest.approx(ratio, rel=1e-3)


def test_playing_turns_the_ratio(desk):
    desk.player.play()
    desk.advance(WHOLE_LENGTH_SECONDS / 2)
    assert desk.parameters.ratio == pytest.approx(math.sqrt(MAXIMUM_RATIO), rel=1e-9)
    desk.advance(WHOLE_LENGTH_SECONDS)
    assert desk.parameters.ratio == MAXIMUM_RATIO
    assert desk.told == ["ratio", "ratio"]
    desk.advance(1.0)
    assert desk.told == ["ratio", "ratio"]
    desk.player.home()
    desk.set(ratio=desk.player.value)
    assert desk.parameters.ratio == 1.0


def test_the_curve_is_that_of_the_solutions(desk):
    desk.set(classes=5, majority=2, budget=3.0)
    for index in (0, 40, 120, 199):
        desk.set(ratio=curve_ratios((1, 1e4))[index])
        assert solution(desk).minority_cosine == pytest.approx(
            desk.answer.points[1][index], abs=1e-7
        )
    assert desk.critical == critical_ratio(5, 2, 3.0)


def test_minority_collapse_sets_in_at_the_critical_ratio(desk):
    desk.set(classes=10, majority=5, budget=1.0)
    R0 = desk.critical
    assert 1 < R0 < MAXIMUM_RATIO
    desk.set(ratio=0.99 * R0)
    assert not solution(desk).collapsed
    assert desk.caption().startswith("As R grows")
    assert solution(desk).minority_cosine < 1
    desk.set(ratio=1.01 * R0)
    assert solution(desk).collapsed
    assert desk.caption().startswith("Minority Collapse")
    assert solution(desk).minority_cosine == pytest.approx(1, abs=1e-12)
    weights, _ = solution(desk).weights_and_features()
    np.testing.assert_allclose(cosines(weights[5:]), 1, atol=1e-9)


def test_one_minority_class_has_no_sibling(desk):
    desk.set(classes=4, majority=3)
    desk.set(ratio=10.0)
    assert math.isnan(solution(desk).minority_cosine)
    assert "one minority class" in desk.caption()
    assert math.isnan(desk.cosine)
    cosine = desk.numbers()[-1]
    assert math.isnan(cosine.value)
    assert cosine.tip.startswith("One minority class")


def test_an_imbalanced_run_is_laid_over_the_curve(desk, imbalanced_run):
    run = Run(imbalanced_run.path)
    assert desk.overlay(run)
    (point,) = desk.points
    rows = cosines(imbalanced_run.snapshots[4].classifier.weight[2:])
    expected = rows[~np.eye(3, dtype=bool)].mean()
    assert point == RunPoint("Synthetic · 3 layers", 4.0, minority_cosine(run, 4))
    assert point.cosine == pytest.approx(expected, rel=1e-6)
    assert desk.overlay(run)  # once more does not draw it twice
    assert desk.points == (point,)
    assert desk.told == ["points", "points"]


def test_a_balanced_run_has_nothing_to_lay_over(desk, small_run):
    assert not desk.overlay(Run(small_run.path))
    assert desk.points == ()
    assert desk.told == []


def test_several_runs_lie_over_the_curve(desk, imbalanced_run, make_run, tmp_path):
    make_run(tmp_path / "run", counts=(9, 3, 3), epochs=(0,), widths=(5,), title="another")
    assert desk.overlay(Run(imbalanced_run.path))
    assert desk.overlay(Run(tmp_path / "run"))
    assert [point.title for point in desk.points] == ["Synthetic · 3 layers", "another"]
    assert [point.ratio for point in desk.points] == [4.0, 3.0]


def test_the_sliders_can_be_set_to_those_of_a_run(desk, imbalanced_run, small_run):
    desk.match(Run(small_run.path))  # balanced: there is nothing to match
    assert desk.told == []
    desk.match(Run(imbalanced_run.path))
    assert (
        desk.parameters.classes,
        desk.parameters.majority,
        desk.parameters.ratio,
    ) == (5, 2, 4.0)
    assert desk.player.value == pytest.approx(4.0, rel=1e-3)
    assert desk.parameters.budget == 5.0
