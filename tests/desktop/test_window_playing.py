"""How time passes: the end, the pace, the distances, the speed."""

from itertools import pairwise
from types import SimpleNamespace

import pytest
from PyQt6.QtCore import Qt
from sample_parts import rest
from window_parts import settle

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
EPOCHS = 0, 1, 2, 5, 10, 20


@pytest.fixture(autouse=True)
def _in_order(window):
    yield
    window.timeline.clock_menu.hide()
    window.player.pause()
    rest(window)


@pytest.fixture
def clock(window, monkeypatch):
    """Play at 8×, and let the presenter's time pass by hand: a function of seconds."""

    def begin():
        now = [window.presenter._last_frame]
        by_hand = SimpleNamespace(perf_counter=lambda: now[0])
        monkeypatch.setattr("ncviz.desktop.shell.presenter.time", by_hand)
        monkeypatch.setattr(window.presenter, "_last_plots", 0.0)
        window.playback.set_speed(8.0)
        window.playback.toggle_playing()
        window.presenter.tick()

        def pass_(seconds):
            now[0] += seconds
            window.presenter.tick()
            return window.explorer.view.epoch

        return pass_

    return begin


def choose(window, qtbot, choice, value):
    qtbot.mouseClick(window.timeline.clock, LEFT)
    qtbot.mouseClick(getattr(window.timeline.clock_menu, choice).button(value), LEFT)
    window.timeline.clock_menu.hide()
    settle(qtbot, window)


def test_ping_pong_turns_round_at_both_ends(window, qtbot, key, clock):
    key(window, (Qt.Key.Key_L, SHIFT))
    assert window.player.at_end == "ping-pong"
    pass_ = clock()
    seen = [pass_(0.11) for _ in range(40)]
    ups = [b > a for a, b in pairwise(seen) if a != b]
    assert sum(a != b for a, b in pairwise(ups)) >= 3, "it turned at the end, the start, the end"
    assert max(seen) > 15
    assert min(seen[10:]) < 2
    assert window.player.playing


def test_the_menu_of_the_clock_chooses_the_end(window, qtbot, clock):
    choose(window, qtbot, "end", "loop")
    assert window.player.at_end == "loop"
    assert window.timeline.loop.isChecked()
    assert window.commands["play.loop"].isChecked()
    choose(window, qtbot, "end", "stop")
    pass_ = clock()
    for _ in range(15):
        pass_(0.1)
    assert window.explorer.view.epoch == 20
    assert not window.player.playing


def test_every_epoch_passes_none_over(window, qtbot, clock):
    choose(window, qtbot, "pace", "every epoch")
    pass_ = clock()
    seen = {pass_(0.9) for _ in range(12)}
    assert set(EPOCHS[1:]) <= seen


def test_keep_the_speed_passes_over_what_comes_too_fast(window, qtbot, clock):
    choose(window, qtbot, "pace", "keep the speed")
    pass_ = clock()
    seen = {pass_(0.45) for _ in range(4)}
    assert len(seen & set(EPOCHS[1:])) < 5
    assert max(seen) == 20


@pytest.mark.parametrize(
    ("spacing", "place"), [("linear", 5.0), ("logarithmic", 2.58496), ("recorded", 3.0)]
)
def test_distances_on_the_timeline_and_in_the_plots(window, qtbot, spacing, place):
    window.playback.seek(3.0)
    settle(qtbot, window)
    before = window.canvas.scene.samples.positions
    choose(window, qtbot, "spacing", spacing)
    assert window.player.position == pytest.approx(place, abs=1e-4)
    assert window.explorer.view.epoch == 5
    assert (window.canvas.scene.samples.positions == before).all()
    assert window.timeline.slider._last == pytest.approx(window.player.last)
    # The curves over epochs stand where the timeline has them.
    assert window.plots.plot("loss").cursor_line.value() == pytest.approx(place, abs=1e-4)
    places = window.plots.plot("loss").traces[0].places
    assert places.tolist() == pytest.approx(list(window.player.places))


def test_plus_and_minus_change_the_speed(window, qtbot, key):
    for keys, speed in (
        (Qt.Key.Key_Plus, 2.0),
        (Qt.Key.Key_Plus, 4.0),
        (Qt.Key.Key_Minus, 2.0),
        (Qt.Key.Key_Minus, 1.0),
        (Qt.Key.Key_Minus, 0.5),
    ):
        key(window, keys)
        settle(qtbot, window)
        assert window.player.speed == speed
        assert window.timeline.speed.currentData() == speed


def test_the_clock_menu_switches_to_recorded_epochs(window, qtbot):
    window.playback.seek(3.4)
    settle(qtbot, window)
    between = window.canvas.scene.samples.positions
    qtbot.mouseClick(window.timeline.clock, LEFT)
    window.timeline.clock_menu.recorded_only.click()
    settle(qtbot, window)
    assert window.explorer.view.recorded_only
    assert not (window.canvas.scene.samples.positions == between).all()
