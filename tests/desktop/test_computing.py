"""What takes longer than a moment shows how far it is, and can be stopped."""

import pytest
from window_parts import dispose, peeled, settle

from ncviz.desktop.widgets.computing import PATIENCE as LOOKS
from ncviz.desktop.widgets.computing import Computing
from ncviz.explorer.room_names import EXPLORE, THEORY


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
    desk, panel = peeled(window), window.current.panel.panel_of("layer-peeled")
    desk.set(classes=10, majority=5)
    desk.set(ratio=50.0)
    desk.set(q=1.2)
    qtbot.waitUntil(panel.computing.isVisible)
    assert 0 <= desk.computed < 1
    panel.computing.stop.click()
    assert not desk.solving
    assert panel.computing.isHidden()
    assert desk.parameters.q in (1.2, 2.0)
    assert "olving" not in desk.caption()
    desk.set(q=2.0)
    settle(qtbot, window)
    window.enter(EXPLORE)


def test_a_descent_is_stopped_where_it_is(window, qtbot):
    window.enter(THEORY)
    room = window.current
    room.open_model("unconstrained-features")
    window.playback.jump(True)
    buttons = room.panel.panel_of("unconstrained-features").buttons
    qtbot.waitUntil(buttons.computing.isVisible)
    assert 0 < room.desks["unconstrained-features"].computed < 1
    buttons.computing.stop.click()
    assert room.desks["unconstrained-features"].computed is None
    settle(qtbot, window)
    assert (
        room.desks["unconstrained-features"].player.position
        == room.desks["unconstrained-features"].frontier
    )
    room.open_model("layer-peeled")
    window.enter(EXPLORE)
