"""The Theory room: sliders, curve, dot, and trained runs laid over it."""

import math
from itertools import pairwise

import numpy as np
import pytest
from PyQt6.QtCore import QPoint
from PyQt6.QtGui import QFontMetricsF
from window_parts import peeled, settle

from ncviz.desktop.rooms.theory import theory_panel
from ncviz.explorer.room_names import EXPLORE, LAYERS, THEORY
from ncviz.models.peeled_optimum import curve_ratios
from ncviz.runs.measures import minority_cosine
from ncviz.runs.run import Run
from ncviz.scenes.palette import LIGHT, rgb
from ncviz.theory.layer_peeled import TwoGroupProblem, minority_cosine_curve, solve_two_groups
from ncviz.wording import three_digits


@pytest.fixture
def theory(window, qtbot):
    window.enter(THEORY)
    settle(qtbot, window)
    return window


def ratio_of(window):
    return window.rooms.theory.panel.panel_of("layer-peeled").fields["ratio"]


def check_all_agree(window, qtbot):
    """Sliders, their values, dot, line, readout and scene say the same, the solver's."""
    settle(qtbot, window)
    panel, problem, plot = (
        window.rooms["Theory"].panel.panel_of("layer-peeled"),
        peeled(window).parameters.problem,
        window.rooms["Theory"].plots.page_of("layer-peeled").plot("cosine"),
    )
    assert panel.fields["classes"].slider.value() == problem.classes
    assert panel.fields["majority"].slider.value() == problem.majority < problem.classes
    assert panel.fields["classes"].value.text() == str(problem.classes)
    assert panel.fields["majority"].value.text() == str(problem.majority)
    assert panel.fields["ratio"].value.text() == three_digits(problem.ratio)
    assert panel.fields["budget"].value.text() == three_digits(problem.budget)
    assert window.timeline.readout.text() == f"R = {three_digits(problem.ratio)}"
    assert window.frame.moment.text() == window.timeline.readout.text()
    solution = solve_two_groups(problem)
    across, up = plot.here.getData()
    if problem.minority < 2:
        assert len(across) == 0
        assert "one minority class" in window.frame.caption.text()
    else:
        assert across == pytest.approx([math.log10(problem.ratio)], abs=1e-9)
        assert up == pytest.approx([solution.minority_cosine], abs=1e-9)
        assert f"<b>{three_digits(solution.minority_cosine)}</b>" in plot.numbers.text()
        # The dot lies on the curve.
        line = plot.curves["cosine"].getData()
        nearby = np.interp(across[0], line[0], line[1])
        assert up[0] == pytest.approx(nearby, abs=0.02)
    scene = window.canvas.scene
    assert len(scene.samples) == 0
    assert len(scene.labels) == problem.classes
    assert len(scene.balls) == 3 * problem.classes
    return solution


def test_at_first_all_is_balanced(theory, qtbot):
    solution = check_all_agree(theory, qtbot)
    assert solution.minority_cosine == pytest.approx(-1 / 3)
    assert theory.frame.caption.text().startswith("Balanced classes")
    names = [label.text for label in theory.canvas.scene.labels]
    assert names == ["A1", "A2", "B1", "B2"]


def test_the_picture_of_a_move_is_there_before_its_plots(theory):
    """A turn draws the picture, the next one plots and words: the hand waits for neither."""
    frames, before = theory.canvas.frames, theory.timeline.readout.text()
    peeled(theory).set(ratio=30.0)
    theory.presenter.tick()
    assert theory.canvas.frames == frames + 1
    assert theory.presenter.pictured
    assert not theory.presenter.up_to_date
    assert theory.timeline.readout.text() == before
    peeled(theory).set(ratio=40.0)  # meanwhile the hand has gone on
    theory.presenter.tick()
    assert theory.presenter.up_to_date
    assert theory.timeline.readout.text() == "R = 40"


@pytest.mark.parametrize("name", ["ratio", "classes", "majority", "budget"])
def test_each_slider_to_both_ends(theory, qtbot, name):
    slider = theory.rooms["Theory"].panel.panel_of("layer-peeled").fields[name].slider
    ratio_of(theory).slider.setValue(300)
    for end in (slider.maximum(), slider.minimum(), slider.maximum()):
        slider.setValue(end)
        check_all_agree(theory, qtbot)
    ends = {"ratio": 1e4, "classes": 20, "majority": 3, "budget": 100}
    assert getattr(peeled(theory).parameters.problem, name) == pytest.approx(ends[name])
    slider.setValue(slider.minimum())
    check_all_agree(theory, qtbot)
    starts = {"ratio": 1, "classes": 2, "majority": 1, "budget": 0.1}
    assert getattr(peeled(theory).parameters.problem, name) == pytest.approx(starts[name])


def test_majority_classes_stay_fewer_than_classes(theory, qtbot):
    panel = theory.rooms["Theory"].panel.panel_of("layer-peeled")
    panel.fields["classes"].slider.setValue(20)
    panel.fields["majority"].slider.setValue(19)
    check_all_agree(theory, qtbot)
    for classes in (12, 3, 2, 20):
        panel.fields["classes"].slider.setValue(classes)
        assert peeled(theory).parameters.majority < classes
        assert panel.fields["majority"].slider.maximum() == classes - 1
        check_all_agree(theory, qtbot)


def test_beyond_the_critical_ratio_the_minority_has_collapsed(theory, qtbot):
    critical = peeled(theory).critical
    peeled(theory).set(ratio=critical * 1.05)
    solution = check_all_agree(theory, qtbot)
    assert solution.minority_cosine == pytest.approx(1)
    assert theory.frame.caption.text().startswith("Minority Collapse: beyond R₀")
    peeled(theory).set(ratio=critical * 0.95)
    solution = check_all_agree(theory, qtbot)
    assert solution.minority_cosine < 1
    assert f"they meet at R₀ = {three_digits(critical)}" in theory.frame.caption.text()
    # In the picture, too: the classifier rows of the minority fall together.
    peeled(theory).set(ratio=critical * 1.05)
    settle(qtbot, theory)
    rows = theory.canvas.scene.balls.positions[-4:]
    assert np.allclose(rows[2], rows[3], atol=1e-5)
    assert not np.allclose(rows[0], rows[1], atol=1e-1)


def test_the_curve_and_its_critical_ratio_are_the_solver_s(theory, qtbot):
    theory.rooms["Theory"].panel.panel_of("layer-peeled").fields["classes"].slider.setValue(6)
    settle(qtbot, theory)
    problem, plot = (
        peeled(theory).parameters.problem,
        theory.rooms["Theory"].plots.page_of("layer-peeled").plot("cosine"),
    )
    curve = minority_cosine_curve(6, problem.majority, problem.budget, curve_ratios((1, 1e4)))
    across, up = plot.curves["cosine"].getData()
    assert across == pytest.approx(np.log10(curve_ratios((1, 1e4))))
    assert up == pytest.approx(curve.cosines)
    assert plot.uprights[0].isVisible()
    assert 10 ** plot.uprights[0].value() == pytest.approx(curve.critical_ratio)


def test_a_critical_ratio_beyond_the_axis_is_not_drawn(theory, qtbot):
    theory.rooms["Theory"].panel.panel_of("layer-peeled").fields["budget"].slider.setValue(
        theory.rooms["Theory"].panel.panel_of("layer-peeled").fields["budget"].slider.maximum()
    )
    settle(qtbot, theory)
    assert peeled(theory).critical > 1e4
    plot = theory.rooms["Theory"].plots.page_of("layer-peeled").plot("cosine")
    assert not any(line.isVisible() for line in plot.uprights)
    assert theory.timeline.slider._marks == ()


def test_the_timeline_and_the_slider_hold_the_same_r(theory, qtbot):
    theory.playback.seek(80.0)
    check_all_agree(theory, qtbot)
    assert peeled(theory).parameters.ratio == pytest.approx(100)
    assert ratio_of(theory).slider.value() == 500
    ratio_of(theory).slider.setValue(250)
    check_all_agree(theory, qtbot)
    assert theory.player.position == pytest.approx(40)


def test_a_drag_between_two_stops_gives_the_r_that_playing_gives(theory):
    """The axis is logarithmic between its stops, too."""
    theory.playback.seek(80.5)
    assert peeled(theory).parameters.ratio == pytest.approx(10 ** (4 * 80.5 / 160), rel=1e-6)


def test_the_colours_are_those_of_all_rooms(theory):
    plot = theory.rooms["Theory"].plots.page_of("layer-peeled").plot("cosine")
    assert plot.curves["cosine"].opts["pen"].color().name() == LIGHT.classifier.lower()
    balls = theory.canvas.scene.balls
    np.testing.assert_allclose(balls.colors[-1, :3], rgb(LIGHT.classifier), atol=1e-6)


# A trained run laid over the curve


def test_an_imbalanced_run_is_laid_over_the_curve(theory, qtbot, imbalanced_run):
    theory.open(imbalanced_run.path, remember=False)
    assert theory.room == EXPLORE, "one sees what one has opened"
    theory.enter(THEORY)
    theory.rooms["Theory"].panel.panel_of("layer-peeled").overlay.click()
    check_all_agree(theory, qtbot)
    problem = peeled(theory).parameters.problem
    assert (problem.classes, problem.majority) == (5, 2)
    assert problem.ratio == pytest.approx(4.0)
    across, up = theory.rooms["Theory"].plots.page_of("layer-peeled").plot("cosine").runs.getData()
    cosine = minority_cosine(Run(imbalanced_run.path), 4)
    assert across == pytest.approx([math.log10(4)])
    assert up == pytest.approx([cosine])
    # A second time is the same point.
    theory.rooms["Theory"].panel.panel_of("layer-peeled").overlay.click()
    settle(qtbot, theory)
    assert (
        len(theory.rooms["Theory"].plots.page_of("layer-peeled").plot("cosine").runs.getData()[0])
        == 1
    )


def test_a_balanced_run_says_why_it_cannot(theory, qtbot):
    theory.rooms["Theory"].panel.panel_of("layer-peeled").overlay.click()
    settle(qtbot, theory)
    assert theory.note.isVisible()
    assert "no two minority classes to compare" in theory.note.text.text()
    assert "imbalance R above 1" in theory.note.text.text()
    assert (
        len(theory.rooms["Theory"].plots.page_of("layer-peeled").plot("cosine").runs.getData()[0])
        == 0
    )
    assert peeled(theory).parameters.problem == TwoGroupProblem(4, 2, 1.0, 5.0)


def test_a_run_with_more_classes_than_the_slider_has(make_window, make_run, tmp_path, qtbot):
    run = make_run(
        tmp_path / "r", counts=(8,) * 10 + (4,) * 14, epochs=(0, 1), widths=(30, 26), per_class=1
    )
    window = make_window(run=run.path, opengl=False)
    window.enter(THEORY)
    window.rooms["Theory"].panel.panel_of("layer-peeled").overlay.click()
    check_all_agree(window, qtbot)


def test_damage_under_the_overlay_is_told(theory, qtbot, make_run, tmp_path):
    run = make_run(tmp_path / "r", counts=(8, 4, 4), epochs=(0, 1), widths=(5, 4))
    theory.open(run.path, remember=False)
    settle(qtbot, theory)
    theory.enter(THEORY)
    last = run.path / "snapshots" / "000001.safetensors"
    theory.explorer.run._open.clear()
    last.write_bytes(last.read_bytes()[:200])
    with qtbot.captureExceptions() as raised:
        theory.rooms["Theory"].panel.panel_of("layer-peeled").overlay.click()
    # A UserError in a slot becomes a note, by the program's exception hook.
    assert [type(error[1]).__name__ for error in raised] in ([], ["UserError"])


@pytest.mark.parametrize("scale", [1.5, 1.75])
def test_large_letters_in_a_small_window_lie_over_nothing(theory, qtbot, scale):
    theory.resize(1280, 720)
    theory.appearance.set("text_scale", scale)
    settle(qtbot, theory)
    roles, canvas = theory.frame.roles, theory.canvas
    top = roles.mapTo(canvas.native, QPoint(0, 0)).y()
    width, height = canvas.native.width(), canvas.native.height()
    places = canvas.camera.project(canvas.scene.balls.positions, width, height)
    assert max(y for _, y, _ in places) < top
    axis = theory.rooms["Theory"].plots.page_of("layer-peeled").plot("cosine").plot.axes["bottom"]
    room = QFontMetricsF(axis.style["tickFont"])
    (low, high), size = axis.range, axis.geometry().width()
    ((_, ticks), *_) = axis.tickValues(low, high, size)
    labels = axis.tickStrings(ticks, 1.0, 1.0)
    for (one, left), (other, right) in pairwise(zip(labels, ticks, strict=True)):
        apart = (right - left) * size / (high - low)
        assert (room.horizontalAdvance(one) + room.horizontalAdvance(other)) / 2 < apart


def test_a_room_that_is_entered_in_portions_gives_way_to_another(make_window, qtbot, small_run):
    window = make_window(run=small_run.path)
    window.rooms.go_to(THEORY)
    assert window.room == EXPLORE
    assert not window.presenter.at_rest
    window.rooms.go_to(LAYERS)
    settle(qtbot, window)
    assert window.room == LAYERS
    window.rooms.go_to(THEORY)
    settle(qtbot, window)
    assert window.room == THEORY


def test_the_plot_of_optima_is_seen_where_there_may_be_several(theory, qtbot):
    room = theory.rooms["Theory"]
    plot = room.plots.page_of("layer-peeled").plot("optima")
    assert plot.isHidden()
    room.desk.set(q=3.0)
    settle(qtbot, theory)
    assert plot.isVisible()
    room.desk.set(q=2.0)
    settle(qtbot, theory)
    assert plot.isHidden()


def test_a_model_is_shown_once_what_it_needs_is_loaded(window, qtbot, monkeypatch):
    """A thread imports the solvers: to wait for them there would stop the window."""
    window.enter("Theory")
    settle(qtbot, window)
    panel, loaded = window.rooms.theory.panel, [False]
    monkeypatch.setattr(theory_panel, "are_loaded", lambda: loaded[0])
    panel.switch.setCurrentIndex(panel.switch.findData("landscape"))
    panel.switch.activated.emit(panel.switch.currentIndex())
    assert panel.model == "layer-peeled"
    assert panel.is_waiting
    assert not window.presenter.at_rest
    loaded[0] = True
    settle(qtbot, window)
    assert panel.model == "landscape"
    assert window.rooms.theory.model == "landscape"


@pytest.mark.parametrize("way", ["session", "gallery"])
def test_a_model_that_is_opened_waits_as_one_that_is_chosen(window, qtbot, monkeypatch, way):
    window.enter(THEORY)
    settle(qtbot, window)
    room, loaded = window.rooms.theory, [False]
    room.open_model("layer-peeled")
    settle(qtbot, window)
    monkeypatch.setattr(theory_panel, "are_loaded", lambda: loaded[0])
    if way == "session":
        room.set_parameters({"model": "law", "law": {"first": 0.3}})
    else:
        window.rooms.gallery.open_theory("law")
    qtbot.waitUntil(lambda: window.frame.caption.text() == room.preparing)
    assert room.model == "layer-peeled"
    assert room.parameters()["model"] == "law"  # a session of this moment has it
    assert not window.presenter.at_rest
    loaded[0] = True
    settle(qtbot, window)
    assert room.model == "law"
    assert window.frame.caption.text() != room.preparing
    if way == "session":
        assert room.desk.parameters.first == 0.3
