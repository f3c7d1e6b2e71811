"""The Layer-Peeled Model in the window: what each control does to picture and curve."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from window_parts import drag, peeled, settle

from ncviz.explorer.beside_curve import RunPoint
from ncviz.explorer.room_names import THEORY
from ncviz.models.class_sizes import PRESETS
from ncviz.models.peeled_optimum import curve_ratios
from ncviz.theory.layer_peeled import TwoGroupProblem, minority_cosine_curve, solve_two_groups


@pytest.fixture
def theory(window, qtbot):
    window.enter(THEORY)
    window.rooms[THEORY].open_model("layer-peeled")
    peeled(window).set(preset="two groups")
    peeled(window).set(q=2.0)
    while peeled(window).pins:
        peeled(window).unpin(0)
    peeled(window).set(ratio=1.0)
    settle(qtbot, window)
    yield window
    peeled(window).set(preset="two groups")
    peeled(window).set(q=2.0)
    settle(qtbot, window)


def parts(window):
    room = window.rooms[THEORY]
    return room.panel.panel_of("layer-peeled"), room.plots.page_of("layer-peeled").plot("cosine")


def rows(window):
    """Return where the classifier's rows end in the picture."""
    balls = window.canvas.scene.balls.positions
    return balls[-peeled(window).parameters.classes :]


def cosine(first, second):
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


def test_r_draws_the_minority_together(theory, qtbot):
    panel, _ = parts(theory)
    apart = cosine(*rows(theory)[2:])
    for place in (panel.fields["ratio"].slider.maximum(), panel.fields["ratio"].slider.minimum()):
        panel.fields["ratio"].slider.setValue(place)
        settle(qtbot, theory)
        expected = solve_two_groups(peeled(theory).parameters.problem).minority_cosine
        assert cosine(*rows(theory)[2:]) == pytest.approx(expected, abs=0.02)
    assert apart == pytest.approx(-1 / 3, abs=1e-3)


@pytest.mark.parametrize("budget", ["minimum", "maximum"])
def test_the_budget_moves_the_curve(theory, qtbot, budget):
    panel, plot = parts(theory)
    panel.fields["budget"].slider.setValue(getattr(panel.fields["budget"].slider, budget)())
    settle(qtbot, theory)
    curve = minority_cosine_curve(4, 2, peeled(theory).parameters.budget, curve_ratios((1, 1e4)))
    assert plot.curves["cosine"].getData()[1] == pytest.approx(curve.cosines)
    assert peeled(theory).parameters.budget == pytest.approx(
        {"minimum": 0.1, "maximum": 100}[budget]
    )


def test_classes_come_and_go_in_the_picture(theory, qtbot):
    panel, _ = parts(theory)
    for classes in (20, 2, 7):
        panel.fields["classes"].slider.setValue(classes)
        settle(qtbot, theory)
        assert len(theory.canvas.scene.labels) == classes
        assert len(theory.canvas.scene.balls) == 3 * classes
    panel.fields["majority"].slider.setValue(6)
    settle(qtbot, theory)
    assert [label.text for label in theory.canvas.scene.labels][-1] == "B1"
    assert "one minority class" in theory.frame.caption.text()
    panel, plot = parts(theory)
    assert plot.nothing.isVisible()
    assert "no cosine" in plot.nothing.toPlainText()
    assert not panel.pin.isEnabled()
    assert "One minority class" in plot.answer_of("minority cosine").meaning
    panel.fields["majority"].slider.setValue(3)
    settle(qtbot, theory)
    assert not plot.nothing.isVisible()
    assert panel.pin.isEnabled()


def test_r_0_is_said_in_words_and_marked(theory, qtbot):
    panel, plot = parts(theory)
    panel.fields["ratio"].slider.setValue(200)
    settle(qtbot, theory)
    critical = minority_cosine_curve(4, 2, 5.0, curve_ratios((1, 1e4))).critical_ratio
    assert "R₀ = " in theory.frame.caption.text()
    assert 10 ** plot.uprights[0].value() == pytest.approx(critical)
    marks = theory.timeline.slider._marks
    assert [mark.text for mark in marks] == ["R₀"]


def test_a_dragged_bar_changes_the_sizes(theory, qtbot):
    panel, plot = parts(theory)
    bar, area = panel.fields["shape"].bar(3), panel.fields["shape"]._area()
    x = bar.center().x()
    drag(panel.fields["shape"], [(x, area.bottom()), (x, area.top() + 0.5 * area.height())])
    settle(qtbot, theory)
    sizes = peeled(theory).parameters.sizes
    assert peeled(theory).parameters.preset == "free"
    assert panel.fields["preset"].currentData() == "free"
    assert sizes.index(max(sizes)) == 3
    assert peeled(theory).parameters.ratio == pytest.approx(max(sizes))
    lengths = np.linalg.norm(peeled(theory).optimum.weights, axis=1)
    assert lengths.argmax() == 3
    assert "two smallest" in plot.heading.text()


@pytest.mark.parametrize("name", [preset.name for preset in PRESETS])
def test_each_preset_gives_its_sizes(theory, qtbot, name):
    panel, _ = parts(theory)
    panel.fields["preset"].setCurrentIndex(panel.fields["preset"].findData(name))
    panel.fields["preset"].activated.emit(panel.fields["preset"].currentIndex())
    settle(qtbot, theory)
    preset = next(preset for preset in PRESETS if preset.name == name)
    assert peeled(theory).parameters.ratio == pytest.approx(preset.ratio)
    assert panel.fields["shape"].sizes == pytest.approx(peeled(theory).parameters.sizes)
    assert max(peeled(theory).parameters.sizes) == pytest.approx(preset.ratio)


def test_pinned_curves_stay_for_comparison(theory, qtbot):
    panel, plot = parts(theory)
    panel.pin.click()
    before = plot.curves["cosine"].getData()[1].copy()
    panel.fields["budget"].slider.setValue(800)
    settle(qtbot, theory)
    assert plot.curves["kept 0"].getData()[1] == pytest.approx(before)
    assert not np.allclose(plot.curves["cosine"].getData()[1], before)
    assert "E = 5" in plot.pins.labels[0].text()
    plot.pins.buttons[0].click()
    settle(qtbot, theory)
    assert peeled(theory).pins == ()
    assert not plot.pins.labels[0].isVisible()


def test_q_other_than_two_is_no_simplex(theory, qtbot):
    panel, _ = parts(theory)
    panel.fields["q"].slider.setValue(panel.fields["q"].slider.maximum())
    settle(qtbot, theory)
    assert peeled(theory).parameters.q == pytest.approx(6.0)
    assert "solving" not in panel.fields["q"].value.text()
    assert "q" in theory.frame.caption.text()
    panel.fields["q"].slider.setValue(panel.fields["q"].scale.position(2.03))
    settle(qtbot, theory)
    assert peeled(theory).parameters.q == 2.0, "near to 2 is 2"
    pairs = rows(theory)
    assert cosine(pairs[0], pairs[1]) == pytest.approx(-1 / 3, abs=1e-3)


def test_the_curve_says_that_it_is_of_q_2(theory, qtbot):
    panel, plot = parts(theory)
    assert plot.uprights[0].isVisible()
    assert not any(sign.isVisible() for sign in plot.signs)
    solid = plot.curves["cosine"].opts["pen"].color()
    panel.fields["q"].slider.setValue(panel.fields["q"].slider.maximum())
    settle(qtbot, theory)
    (sign,) = (sign for sign in plot.signs if sign.isVisible())
    assert sign.toPlainText() == "q = 2"
    assert not plot.uprights[0].isVisible()
    assert theory.timeline.slider._marks == ()
    assert plot.curves["cosine"].opts["pen"].color() != solid
    peeled(theory).set(q=2.0)
    settle(qtbot, theory)
    assert plot.uprights[0].isVisible()
    assert [mark.text for mark in theory.timeline.slider._marks] == ["R₀"]
    assert plot.curves["cosine"].opts["pen"].color() == solid


def test_a_run_over_the_curve_can_be_removed(theory, qtbot):
    _, plot = parts(theory)
    peeled(theory).points = tuple(RunPoint(f"run {k}", 2.0 + k, 0.1 * k) for k in range(5))
    peeled(theory)._tell("points")
    settle(qtbot, theory)
    assert len(plot.runs.getData()[0]) == 5
    assert "run 1" in plot.overlaid.labels[0].text(), "the last four have a line"
    plot.overlaid.buttons[1].click()
    settle(qtbot, theory)
    assert [point.title for point in peeled(theory).points] == ["run 0", "run 1", "run 3", "run 4"]
    assert len(plot.runs.getData()[0]) == 4
    for _ in range(4):
        plot.overlaid.buttons[0].click()
    settle(qtbot, theory)
    assert peeled(theory).points == ()
    assert not plot.overlaid.isVisible()


def test_no_epochs_are_spaced_where_there_are_none(theory, qtbot):
    menu = theory.timeline.clock_menu
    assert menu.end.isVisibleTo(menu)
    for widget in (menu.spacing, menu.pace, menu.recorded_only):
        assert not widget.isVisibleTo(menu)
    assert not theory.timeline.follow.isVisible()
    assert not theory.timeline.bookmark.isVisible()


def test_a_slider_is_turned_by_keys(theory, qtbot):
    panel, _ = parts(theory)
    panel.fields["classes"].slider.setFocus()
    qtbot.keyClick(panel.fields["classes"].slider, Qt.Key.Key_Right)
    settle(qtbot, theory)
    assert peeled(theory).parameters.problem == TwoGroupProblem(5, 2, 1.0, 5.0)
    assert len(theory.canvas.scene.labels) == 5
