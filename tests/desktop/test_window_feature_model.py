"""Unconstrained features in the window: choose, play, step, keep."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from window_parts import settle

from ncviz.explorer.room_names import EXPLORE, THEORY
from ncviz.geometry.collapse import nc2_equiangular
from ncviz.models.unconstrained_features import CLASSIFIERS, LOSSES, Parameters


@pytest.fixture
def model(window, qtbot):
    window.enter(THEORY)
    room = window.rooms[THEORY]
    pick(room.panel.switch, "unconstrained-features")
    room.desks["unconstrained-features"].put(Parameters())
    room.desks["unconstrained-features"].restart()
    settle(qtbot, window)
    yield window
    room.desks["unconstrained-features"].player.pause()
    settle(qtbot, window)
    room.open_model("layer-peeled")


def parts(window):
    room = window.rooms[THEORY]
    return room.panel.panel_of("unconstrained-features"), room.desks["unconstrained-features"]


def pick(box, value):
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_it_begins_random_with_a_sphere_for_each_sample(model):
    _, desk = parts(model)
    scene = model.canvas.scene
    assert len(scene.samples) == desk.parameters.classes * desk.parameters.samples
    assert model.frame.moment.text() == "step 0"


def test_the_terminal_phase_is_marked_as_soon_as_it_is_reached(model, qtbot):
    _, desk = parts(model)
    slider = model.timeline.slider
    assert slider._marks == ()
    model.playback.jump(True)
    qtbot.waitUntil(lambda: desk.frontier == desk.player.last)
    settle(qtbot, model)
    (mark,) = slider._marks
    (wanted,) = desk.marks()
    assert (mark.text, mark.position) == ("TPT", desk.player.position_of(wanted.moment))
    assert slider._ticks[-1] == (desk.player.last, f"{desk.model.steps}"), "the end has its label"


def test_played_to_the_end_it_is_a_simplex(model, qtbot):
    panel, desk = parts(model)
    before = model.canvas.scene.balls.positions.copy()
    pick(panel.fields["preset"], "balanced")
    panel.fields["samples"].slider.setValue(5)
    model.playback.jump(True)
    qtbot.waitUntil(lambda: desk.frontier == desk.player.last)
    settle(qtbot, model)
    assert desk.value("nc1") < 1e-3
    statistics = desk.run.snapshot(desk.run.epochs[-1]).statistics(0, "train")
    assert nc2_equiangular(statistics.centered_means) < 0.05
    assert not np.allclose(model.canvas.scene.balls.positions, before)
    plot = model.rooms[THEORY].plots.page_of("unconstrained-features").plot("objective")
    assert plot.curves["objective"].getData()[1][-1] < plot.curves["objective"].getData()[1][0]


def test_play_pause_step_restart(model, qtbot):
    panel, desk = parts(model)
    qtbot.mouseClick(panel.buttons.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.shown_step > 2)
    assert panel.buttons.play.text() == "Pause"
    qtbot.mouseClick(panel.buttons.play, Qt.MouseButton.LeftButton)
    settle(qtbot, model)
    assert panel.buttons.play.text() == "Play"
    assert not desk.player.playing
    qtbot.mouseClick(panel.buttons.restart, Qt.MouseButton.LeftButton)
    settle(qtbot, model)
    assert desk.shown_step == 0
    qtbot.mouseClick(panel.buttons.step, Qt.MouseButton.LeftButton)
    settle(qtbot, model)
    assert desk.shown_step == 1
    assert model.frame.moment.text() == "step 1"


@pytest.mark.parametrize("loss", list(LOSSES))
def test_each_loss_is_descended_on(model, qtbot, loss):
    panel, desk = parts(model)
    pick(panel.fields["loss"], loss)
    for _ in range(5):
        panel.buttons.step.click()
    settle(qtbot, model)
    assert desk.parameters.loss == loss
    assert desk.history["objective"][5] < desk.history["objective"][0]
    assert panel.fields["focusing"].isVisible() == (loss == "focal")
    assert panel.fields["smoothing"].isVisible() == (loss == "label_smoothing")


@pytest.mark.parametrize("kind", list(CLASSIFIERS))
def test_each_classifier(model, qtbot, kind):
    panel, desk = parts(model)
    pick(panel.fields["kind"], kind)
    panel.buttons.step.click()
    settle(qtbot, model)
    assert desk.parameters.kind == kind
    assert panel.fields["temperature"].isVisible() == (kind == "sphere")
    rows = desk.run.snapshot(1).classifier().weight
    lengths = np.linalg.norm(rows, axis=1)
    if kind == "simplex_etf":
        start = desk.run.snapshot(0).classifier().weight
        assert rows == pytest.approx(start), "a fixed classifier stays"
        assert not panel.fields["lambda_w"].isEnabled()
    if kind == "sphere":
        assert lengths == pytest.approx(np.ones(4))
        panel.fields["temperature"].slider.setValue(0)
        settle(qtbot, model)
        assert desk.parameters.temperature == pytest.approx(0.05)


@pytest.mark.parametrize("name", ["lambda_w", "lambda_h"])
def test_the_penalties_go_to_nought(model, qtbot, name):
    panel, desk = parts(model)
    slider = panel.fields[name].slider
    for end, value in ((slider.maximum(), 0.1), (slider.minimum(), 0.0)):
        slider.setValue(end)
        settle(qtbot, model)
        assert getattr(desk.parameters, name) == pytest.approx(value)
        assert desk.shown_step == 0, "every change begins anew"


def test_class_sizes_of_a_long_tail(model, qtbot):
    panel, desk = parts(model)
    name = panel.fields["preset"].itemData(panel.fields["preset"].count() - 1)
    pick(panel.fields["preset"], name)
    settle(qtbot, model)
    sizes = desk.descent.class_sizes
    assert max(sizes) > min(sizes)
    drawn = [np.count_nonzero(desk.run.probe.labels == k) for k in range(len(sizes))]
    assert len(model.canvas.scene.samples) == sum(drawn) == sum(min(n, 60) for n in sizes)


def test_kept_as_a_run_it_opens_in_explore(model, qtbot):
    panel, desk = parts(model)
    assert not panel.keep.isEnabled()
    for _ in range(4):
        panel.buttons.step.click()
    settle(qtbot, model)
    panel.keep.click()
    qtbot.waitUntil(lambda: model.room == EXPLORE)
    settle(qtbot, model)
    run = model.explorer.run
    assert run.manifest.recipe["model"] == "unconstrained_features"
    assert run.epochs == desk.run.epochs
    model.enter(THEORY)


def test_show_more_adds_to_what_is_there(model):
    panel, _desk = parts(model)
    before = [panel.fields["lambda_w"], panel.fields["lambda_h"], panel.fields["loss"]]
    assert not panel.fields["learning_rate"].isVisible()
    panel.more.click()
    assert panel.fields["learning_rate"].isVisible()
    assert all(part.isVisible() for part in before)
    panel.more.click()
    assert not panel.fields["learning_rate"].isVisible()
