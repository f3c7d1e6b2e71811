"""Time in the window: keys, the timeline under the mouse, playing, ticks and marks."""

from itertools import pairwise
from types import SimpleNamespace

import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QHelpEvent
from PyQt6.QtWidgets import QApplication
from window_parts import drag, peeled, settle

from ncviz.desktop.widgets.teaching import answer_of
from ncviz.explorer.player import SPEEDS
from ncviz.explorer.room_names import EXPLORE, THEORY
from ncviz.scenes.palette import LIGHT

# The small run records these; its learning rate falls at 5 and 10.
EPOCHS = 0, 1, 2, 5, 10, 20


def readout(window, qtbot):
    settle(qtbot, window)
    assert window.frame.moment.text() == window.timeline.readout.text().split(" /")[0].capitalize()
    return window.timeline.readout.text()


# Keys


def test_arrows_step_through_the_recorded_epochs(window, qtbot, key):
    assert readout(window, qtbot) == "epoch 0 / 20"
    for epoch in EPOCHS[1:]:
        key(window, Qt.Key.Key_Right)
        assert readout(window, qtbot) == f"epoch {epoch} / 20"
        assert window.explorer.view.epoch == epoch
    key(window, Qt.Key.Key_Right)
    assert readout(window, qtbot) == "epoch 20 / 20"
    for epoch in reversed(EPOCHS[:-1]):
        key(window, Qt.Key.Key_Left)
        assert readout(window, qtbot) == f"epoch {epoch} / 20"


def test_home_and_end(window, qtbot, key):
    key(window, Qt.Key.Key_End)
    assert readout(window, qtbot) == "epoch 20 / 20"
    key(window, Qt.Key.Key_Home)
    assert readout(window, qtbot) == "epoch 0 / 20"


def test_with_motion_a_step_passes_through_the_epochs_between(window, qtbot, key):
    window.appearance.set("motion", True)
    key(window, Qt.Key.Key_End)
    between = []

    def arrived():
        between.append(window.explorer.view.epoch)
        return window.presenter.at_rest

    qtbot.waitUntil(arrived)
    assert readout(window, qtbot) == "epoch 20 / 20"
    assert any(0 < epoch < 20 for epoch in between)
    key(window, Qt.Key.Key_Left)
    key(window, Qt.Key.Key_Left)
    assert readout(window, qtbot) == "epoch 5 / 20", "two quick steps are two steps"


def test_space_plays_to_the_end_and_stops_there(window, qtbot, key):
    window.playback.set_speed(8.0)
    key(window, Qt.Key.Key_Space)
    assert window.player.playing
    seen = []

    def ended():
        seen.append(window.explorer.view.epoch)
        return not window.player.playing

    qtbot.waitUntil(ended)
    assert readout(window, qtbot) == "epoch 20 / 20"
    assert seen == sorted(seen)
    assert any(epoch not in EPOCHS for epoch in seen), "it moves between recorded epochs"
    assert window.presenter.at_rest
    # From the end it begins again.
    key(window, Qt.Key.Key_Space)
    assert window.player.playing
    qtbot.waitUntil(lambda: 0 < window.explorer.view.epoch < 20)
    key(window, Qt.Key.Key_Space)
    assert not window.player.playing
    settle(qtbot, window)
    here = window.explorer.view.epoch
    window.presenter.tick()
    assert window.explorer.view.epoch == here


def test_playing_is_as_fast_as_the_clock_says(window, monkeypatch):
    """The whole length takes eight seconds at 1×, whatever the frames do."""
    now = [window.presenter._last_frame]
    clock = SimpleNamespace(perf_counter=lambda: now[0])
    monkeypatch.setattr("ncviz.desktop.shell.presenter.time", clock)
    monkeypatch.setattr(window.presenter, "_last_plots", 0.0)
    window.playback.toggle_playing()
    window.presenter.tick()
    before = window.player.position
    for seconds in (0.5, 0.01, 1.49):
        now[0] += seconds
        window.presenter.tick()
    assert window.player.position - before == pytest.approx(2.0 / 8.0 * 5)
    window.playback.set_speed(0.25)
    now[0] += 4.0
    window.presenter.tick()
    assert window.player.position - before == pytest.approx(3.0 / 8.0 * 5)


def test_the_play_button_shows_what_it_will_do(window, qtbot):
    def picture():
        return window.timeline.play.icon().pixmap(28, 28).toImage()

    settle(qtbot, window)
    triangle = picture()
    qtbot.mouseClick(window.timeline.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: picture() != triangle)
    assert window.player.playing
    qtbot.mouseClick(window.timeline.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: picture() == triangle)
    assert not window.player.playing


def test_a_loop_begins_again(window, qtbot, key):
    key(window, Qt.Key.Key_L)
    settle(qtbot, window)
    assert window.player.looping
    assert window.timeline.loop.isChecked()
    window.playback.set_speed(8.0)
    key(window, Qt.Key.Key_Space)
    seen = []

    def came_round():
        seen.append(window.explorer.view.epoch)
        return any(b < a for a, b in pairwise(seen))

    qtbot.waitUntil(came_round)
    assert window.player.playing
    key(window, Qt.Key.Key_Space, Qt.Key.Key_L)
    settle(qtbot, window)
    assert not window.player.looping
    assert not window.timeline.loop.isChecked()


def test_the_speed_is_chosen_from_the_list(window, qtbot):
    for number, speed in enumerate(SPEEDS):
        window.timeline.speed.setCurrentIndex(number)
        assert window.player.speed == speed
    settle(qtbot, window)
    assert window.timeline.speed.currentText() == "8×"
    assert window.timeline.speed.itemText(0) == "¼×"
    window.enter(THEORY)
    settle(qtbot, window)
    assert window.timeline.speed.currentText() == "1×", "each room has its own clock"
    window.enter(EXPLORE)
    settle(qtbot, window)
    assert window.timeline.speed.currentText() == "8×"


def test_one_key_always_changes_whether_it_follows(window, qtbot, key):
    key(window, Qt.Key.Key_F)
    assert readout(window, qtbot) == "epoch 20 / 20"
    assert window.timeline.follow.isChecked()
    # A drag ends following; the next F begins it again, not the one after.
    window.playback.seek(1.0)
    settle(qtbot, window)
    assert not window.timeline.follow.isChecked()
    key(window, Qt.Key.Key_F)
    assert window.explorer.player.following
    assert readout(window, qtbot) == "epoch 20 / 20"


def test_menu_and_button_agree_on_following(window, qtbot, key):
    key(window, Qt.Key.Key_F)
    window.playback.step(-1)
    settle(qtbot, window)
    assert not window.timeline.follow.isChecked()
    assert not window.commands["play.follow"].isChecked()


def test_menu_and_button_agree_on_looping_in_each_room(window, qtbot, key):
    key(window, Qt.Key.Key_L)
    window.enter(THEORY)
    settle(qtbot, window)
    assert window.commands["play.loop"].isChecked() == window.timeline.loop.isChecked()
    key(window, Qt.Key.Key_L)
    assert peeled(window).player.looping


@pytest.mark.parametrize("steps", [["End"], ["End", "Home"], ["Right"], ["End", "Left"]])
def test_the_keys_of_time_move_r_in_the_theory_room(window, qtbot, key, steps):
    window.enter(THEORY)
    settle(qtbot, window)
    key(window, *(getattr(Qt.Key, f"Key_{step}") for step in steps))
    settle(qtbot, window)
    wanted = {"End": 160, "End Home": 0, "Right": 1, "End Left": 159}[" ".join(steps)]
    assert window.player.position == wanted
    assert peeled(window).parameters.ratio == pytest.approx(10 ** (4 * wanted / 160))


def test_the_theory_room_plays_through_r(window, qtbot):
    window.enter(THEORY)
    window.playback.set_speed(8.0)
    window.playback.toggle_playing()
    seen = []

    def ended():
        seen.append(peeled(window).parameters.ratio)
        return not window.player.playing

    qtbot.waitUntil(ended)
    settle(qtbot, window)
    assert seen == sorted(seen)
    assert len(set(seen)) > 5
    assert peeled(window).parameters.ratio == pytest.approx(1e4)
    assert window.timeline.readout.text() == "R = 10,000"


# The timeline under the mouse


def at(slider, position):
    return slider.x_of(position), slider.height() / 2


def test_a_drag_on_the_timeline_seeks(window, qtbot):
    slider = window.timeline.slider
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.x_of(3)), 20))
    assert readout(window, qtbot) == "epoch 5 / 20"
    drag(slider, [at(slider, 3), at(slider, 4.5)])
    settle(qtbot, window)
    assert window.explorer.view.epoch == pytest.approx(15, abs=0.2)
    assert not window.frame.between.isHidden()
    drag(slider, [at(slider, 4), (slider.width() + 500, -80)])
    assert readout(window, qtbot) == "epoch 20 / 20"
    drag(slider, [at(slider, 4), (-500, 4)])
    assert readout(window, qtbot) == "epoch 0 / 20"
    assert window.frame.between.isHidden()


def test_the_handle_stands_where_it_was_dragged_to(window, qtbot):
    slider = window.timeline.slider
    for position in (0.0, 2.5, 5.0):
        drag(slider, [at(slider, 1), at(slider, position)])
        settle(qtbot, window)
        picture = slider.grab().toImage()
        x, y = (round(value) for value in at(slider, position))
        assert picture.pixelColor(x, y).name() == LIGHT.accent.lower()
        if position < 5:
            beyond = picture.pixelColor(round(slider.x_of(position)) + 20, y).name()
            assert beyond != LIGHT.accent.lower()


def test_a_drag_while_playing_goes_on_from_there(window, qtbot):
    window.playback.toggle_playing()
    drag(window.timeline.slider, [at(window.timeline.slider, 4), at(window.timeline.slider, 2)])
    assert window.player.playing
    assert window.player.position >= 2 - 0.05
    window.playback.toggle_playing()


def test_ticks_stand_at_the_recorded_epochs(window):
    slider = window.timeline.slider
    assert slider._ticks == [(float(i), str(epoch)) for i, epoch in enumerate(EPOCHS)]
    assert slider._last == 5.0


def test_marks_stand_where_things_happen(window, qtbot):
    settle(qtbot, window)
    series = window.explorer.series
    start = series.terminal_phase()
    marks = {(mark.text, mark.position): mark.tip for mark in window.timeline.slider._marks}
    assert ("η÷10", 3.0) in marks
    assert ("η÷10", 4.0) in marks
    assert marks[("η÷10", 3.0)] == "The learning rate falls at epoch 5."
    assert start in EPOCHS
    skipped = start > 2  # of which the epoch before is recorded
    said = f"By epoch {start} at the latest" if skipped else f"From epoch {start} on"
    assert said in marks[("TPT", float(EPOCHS.index(start)))]
    assert len(marks) == 3


def test_marks_of_the_demonstration(make_window, qtbot, demonstration):
    window = make_window(run=demonstration)
    epochs, slider = window.explorer.run.epochs, window.timeline.slider
    marks = {(mark.text, mark.position) for mark in slider._marks}
    errors = window.explorer.series.scalar("train_error")
    start = next(e for i, e in enumerate(epochs) if not any(errors[i:]))
    drops = window.explorer.run.manifest.learning_rate_drops
    assert len(drops) == 2
    assert marks == {
        *(("η÷10", window.player.position_of(drop)) for drop in drops),
        ("TPT", epochs.index(start)),
    }
    # The same moment is dotted in the curves.
    for plot in (window.plots.plot("collapse"), window.plots.plot("loss")):
        assert plot.uprights[0].isVisible()
        assert plot.uprights[0].value() == epochs.index(start)


def test_a_mark_explains_itself_under_the_mouse(window, qtbot):
    settle(qtbot, window)
    slider = window.timeline.slider
    answer = answer_of(slider, QPoint(round(slider.x_of(4)) + 3, 20))
    assert answer.sentence == "The learning rate falls at epoch 10."
    assert answer_of(slider, QPoint(round(slider.x_of(4.5)), 20)) is None
    point = QPoint(20, 20)
    QApplication.sendEvent(slider, QHelpEvent(QEvent.Type.ToolTip, point, point))


def test_the_critical_ratio_is_marked_in_the_theory_room(window, qtbot):
    window.enter(THEORY)
    settle(qtbot, window)
    desk, slider = peeled(window), window.timeline.slider
    (mark,) = slider._marks
    critical = desk.critical
    assert mark.text == "R₀"
    assert desk.player.stops[int(mark.position)] <= critical
    assert desk.player.stops[int(mark.position) + 1] >= critical
    labels = {text: position for position, text in slider._ticks}
    assert labels["1"] == 0
    assert labels["10000"] == 160
    assert labels["100"] == pytest.approx(80)
    assert not window.timeline.follow.isVisible()
    window.enter(EXPLORE)
    settle(qtbot, window)
    assert window.timeline.follow.isVisible()
    assert len(slider._marks) == 3


def test_the_length_of_the_timeline_stays_while_time_passes(window, qtbot):
    settle(qtbot, window)
    widths = set()
    for position in (0.0, 1.0, 3.5, 5.0):
        window.playback.seek(position)
        settle(qtbot, window)
        widths.add(window.timeline.slider.width())
    assert len(widths) == 1
    assert window.timeline.readout.sizeHint().width() <= window.timeline.readout.width()


def test_paused_it_settles_on_a_recorded_epoch(window, qtbot, key):
    window.player.seek(2.4)  # between the epochs 2 and 5
    window.playback.toggle_playing()
    window.playback.toggle_playing()
    assert not window.player.playing
    assert readout(window, qtbot).split()[1] in map(str, EPOCHS)
    assert not window.frame.between.isVisible()


@pytest.mark.parametrize(
    ("position", "moment", "between"),
    [
        (2.4, "Epoch 3.2", "between epochs 2 and 5"),
        (2.01, "Epoch 2.1", "between epochs 2 and 5"),
        (2.999, "Epoch 4.9", "between epochs 2 and 5"),
        (4.001, "Epoch 11", "between epochs 10 and 20"),
        (4.5, "Epoch 15", "between epochs 10 and 20"),
        (4.999, "Epoch 19", "between epochs 10 and 20"),
        (4.0, "Epoch 10", ""),
    ],
)
def test_between_two_epochs_no_recorded_number_is_said(window, qtbot, position, moment, between):
    window.playback.seek(position)
    settle(qtbot, window)
    assert window.frame.moment.text() == moment
    assert window.frame.between.text() == between
    assert window.frame.between.isVisible() == bool(between)
