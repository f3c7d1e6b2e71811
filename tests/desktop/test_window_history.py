"""Undo, redo, and views as text: what was seen comes back exactly."""

from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication
from sample_parts import classes_of, make_plots, rest
from window_parts import settle

from ncviz.scenes.camera import Camera

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier
UNDO, REDO = (Qt.Key.Key_Z, CONTROL), (Qt.Key.Key_Z, CONTROL | SHIFT)


@pytest.fixture(scope="module", autouse=True)
def _plots(shared_window):
    make_plots(shared_window, "matrix")


@pytest.fixture(autouse=True)
def _in_order(window):
    window.memory._history.reset(window.memory._arrangement())
    yield
    rest(window)


def seen(window):
    return replace(window.memory.view, epoch=0.0, hovered=None)


def test_each_change_is_taken_back_and_made_again(window, qtbot, key):
    views = [seen(window)]
    qtbot.mouseClick(window.frame.legend.chips[1], LEFT)
    views.append(seen(window))
    key(window, Qt.Key.Key_Up)
    views.append(seen(window))
    key(window, Qt.Key.Key_2)
    views.append(seen(window))
    window.run_panel.switches["show_etf"].click()
    views.append(seen(window))
    key(window, Qt.Key.Key_O)
    views.append(seen(window))
    assert len(set(views)) == 6
    for view in reversed(views[:-1]):
        key(window, UNDO)
        settle(qtbot, window)
        assert seen(window) == view
    assert classes_of(window) == {0, 1, 2, 3}
    for view in views[1:]:
        key(window, REDO)
        settle(qtbot, window)
        assert seen(window) == view
    assert classes_of(window) == {0, 2, 3}
    assert len(window.canvas.scene.edges) == 0


def test_undo_leaves_time_alone(window, qtbot, key):
    qtbot.mouseClick(window.frame.legend.chips[0], LEFT, ALT)
    window.transport.jump(True)
    settle(qtbot, window)
    key(window, UNDO)
    settle(qtbot, window)
    assert window.explorer.view.epoch == 20
    assert window.explorer.view.hidden == ()


def test_the_menu_says_what_is_possible(window, key):
    commands = window.commands
    assert not window.memory._history.can_undo
    key(window, Qt.Key.Key_S)
    assert commands["edit.undo"].isEnabled()
    assert not commands["edit.redo"].isEnabled()
    key(window, UNDO)
    assert not commands["edit.undo"].isEnabled()
    assert commands["edit.redo"].isEnabled()
    assert not window.explorer.view.shapes


def test_with_motion_redo_outlives_the_way_back(window, qtbot, key):
    window.looks.set("motion", True)
    key(window, Qt.Key.Key_2)
    there = window.canvas.control.goal
    qtbot.waitUntil(lambda: window.canvas.camera == there, timeout=5000)
    key(window, UNDO)
    qtbot.waitUntil(lambda: window.canvas.camera == Camera(), timeout=5000)
    key(window, REDO)
    qtbot.waitUntil(lambda: window.canvas.camera == there, timeout=5000)


def test_another_plot_is_taken_back(window, qtbot, key):
    window.plots.choose(1, "matrix")
    assert window.plots.layout_names() == ["law", "matrix", "loss"]
    key(window, UNDO)
    assert window.plots.layout_names() == ["law", "collapse", "loss"]
    key(window, REDO)
    assert window.plots.layout_names() == ["law", "matrix", "loss"]


def test_a_turntable_goes_on_through_undo(window, qtbot, key):
    key(window, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: window.canvas.camera != Camera(), timeout=5000)
    qtbot.mouseClick(window.frame.legend.chips[1], LEFT)
    key(window, UNDO)
    assert window.explorer.view.hidden == ()
    assert window.canvas.camera != Camera()
    assert window.frame.tools.turn.isChecked()


def test_a_view_is_copied_as_text_and_pasted_back(window, qtbot, key):
    window.transport.seek(3.4)
    settle(qtbot, window)
    qtbot.mouseClick(window.frame.legend.chips[2], LEFT)
    window.explorer.pin(7)
    key(window, Qt.Key.Key_S, Qt.Key.Key_2, Qt.Key.Key_Up)
    wanted = window.memory.view
    key(window, (Qt.Key.Key_C, CONTROL | SHIFT))
    text = QApplication.clipboard().text()
    assert "\n" not in text
    window.looks.set("shapes", False)
    window.explorer.set_view(replace(window.explorer.view, hidden=(), pinned=(), layer=0))
    window.canvas.set_camera(Camera(azimuth=5))
    window.transport.jump(False)
    settle(qtbot, window)
    before = seen(window)
    QApplication.clipboard().setText(text)
    key(window, (Qt.Key.Key_V, CONTROL | SHIFT))
    settle(qtbot, window)
    pasted = window.memory.view
    assert replace(pasted, epoch=0, camera=Camera()) == replace(wanted, epoch=0, camera=Camera())
    assert pasted.epoch == pytest.approx(wanted.epoch, rel=1e-4)
    assert pasted.camera.azimuth == pytest.approx(wanted.camera.azimuth, abs=0.01)
    assert window.commands["view.shapes"].isChecked()
    assert len(window.canvas.scene.rings) == 1
    key(window, UNDO)  # one step, however much a paste changes
    settle(qtbot, window)
    assert seen(window) == before


def test_nonsense_is_refused_in_a_sentence(window, key):
    QApplication.clipboard().setText("a shopping list")
    before = window.memory.view
    key(window, (Qt.Key.Key_V, CONTROL | SHIFT))
    assert window.memory.view == before
    assert window.note.isVisible()
