"""What takes longer than a moment shows how far it is, and can be stopped."""

import pytest
from window_parts import dispose, settle

from ncviz.desktop.rooms.names import EXPLORE, THEORY
from ncviz.desktop.widgets.computing import PATIENCE as LOOKS
from ncviz.desktop.widgets.computing import Computing


@pytest.fixture
def computing(qapp, qtbot):
    asked = []
    widget = Computing(lambda: widget.share_now, lambda: asked.append("stop"), "Stop it.")
    widget.share_now, widget.asked = None, asked
    yield widget
    widget._clock.stop()
    dispose(widget)


def test_it_appears_late_and_goes_at_once(computing, qtbot):
    computing.watch()
    assert not computing._clock.isActive()
    computing.share_now = 0.25
    computing.watch()
    for _ in range(LOOKS):
        computing.look()
    assert computing.isHidden(), "what is done at once needs no bar"
    computing.look()
    assert not computing.isHidden()
    assert computing.bar.value() == 250
    computing.stop.click()
    assert computing.asked == ["stop"]
    computing.share_now = None
    computing.look()
    assert computing.isHidden()
    assert not computing._clock.isActive()


def test_the_search_for_another_q_is_stopped(window, qtbot):
    window.enter(THEORY)
    desk, panel = window.desk, window.current.panel.panel_of("peeled")
    desk.set_problem(classes=10, majority=5)
    desk.seek_ratio(50.0)
    desk.set_power(1.2)
    qtbot.waitUntil(panel.computing.isVisible)
    assert 0 <= desk.solved_share < 1
    panel.computing.stop.click()
    assert not desk.solving
    assert panel.computing.isHidden()
    assert desk.q in (1.2, 2.0)
    assert "olving" not in desk.caption()
    desk.set_power(2.0)
    settle(qtbot, window)
    window.enter(EXPLORE)


def test_a_descent_is_stopped_where_it_is(window, qtbot):
    window.enter(THEORY)
    room = window.current
    room.open_model("features")
    window.transport.jump(True)
    buttons = room.panel.panel_of("features").buttons
    qtbot.waitUntil(buttons.computing.isVisible)
    assert 0 < room.features.descended_share < 1
    buttons.computing.stop.click()
    assert room.features.descended_share is None
    settle(qtbot, window)
    assert room.features.player.position == room.features.frontier
    room.open_model("peeled")
    window.enter(EXPLORE)
