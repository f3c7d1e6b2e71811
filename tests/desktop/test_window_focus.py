"""Space plays whatever has the focus, and the focus comes back to the scene."""

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from window_parts import PATIENCE, settle

from ncviz.desktop.header import COMPARE, EXPLORE, GALLERY, LAYERS, THEORY, TRAIN
from ncviz.desktop.keyboard import is_typing
from ncviz.explorer.bookmarks import Bookmarks
from ncviz.training.runner import Finished, Progress

KEY = Qt.Key
ROOMS = EXPLORE, LAYERS, THEORY, COMPARE, GALLERY, TRAIN


def focusable(window):
    """Return every widget of the window that can have the focus now."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.window() is window
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.focusProxy() is None
    ]


def named(widget):
    return type(widget).__name__, widget.accessibleName() or widget.toolTip()


def state_of(window):
    """Return all that a control that is pressed could change."""
    view = window.explorer.view
    pressed = [w.isChecked() for w in window.findChildren(QAbstractButton) if w.isCheckable()]
    return view.hidden, view.classes, view.layer, window.settings.theme, pressed


def press(widget, key, modifiers=Qt.KeyboardModifier.NoModifier):
    """Press and release a key as the system does, for a control that claims it, too."""
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, modifiers, " "))


@pytest.mark.parametrize("room", ROOMS)
def test_space_plays_on_every_control_of_every_room(window, qtbot, imbalanced_run, room):
    window.rooms[COMPARE].open_second(imbalanced_run.path)
    window.explorer.set_bookmarks(Bookmarks().add(10.0, "here"))
    window.enter(room)
    settle(qtbot, window)
    controls = [w for w in focusable(window) if not is_typing(w)]
    assert len(controls) > 20 or room == GALLERY
    for widget in controls:
        if window.room != room:  # a page gave way to the scene that plays
            window.player.pause()
            window.enter(room)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert QApplication.focusWidget() is widget, named(widget)
        before = state_of(window)
        qtbot.keyClick(widget, KEY.Key_Space)
        assert window.player.playing, named(widget)
        assert QApplication.activePopupWidget() is None, named(widget)
        window.player.pause()
        if room != GALLERY:
            qtbot.keyClick(widget, KEY.Key_Space, Qt.KeyboardModifier.ShiftModifier)
            assert not window.player.playing
            assert state_of(window) == before, named(widget)
    window.enter(EXPLORE)
    window.comparison.close_second()


def test_space_plays_beside_a_control_that_claims_it(window, qtbot):
    class Greedy(QPushButton):
        def event(self, event):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            return super().event(event)

    greedy = Greedy("Press", window.frame)
    said = []
    greedy.clicked.connect(said.append)
    greedy.show()
    greedy.setFocus()
    press(greedy, KEY.Key_Space)
    assert window.player.playing
    assert not said
    press(greedy, KEY.Key_Return)
    assert said
    greedy.hide()
    greedy.deleteLater()


@pytest.mark.parametrize("make", [QLineEdit, QPlainTextEdit])
def test_a_text_field_takes_space(window, qtbot, make):
    field = make(window.frame)
    field.show()
    field.setFocus()
    qtbot.keyClick(field, KEY.Key_Space)
    assert not window.player.playing
    text = field.text() if make is QLineEdit else field.toPlainText()
    assert text == " "
    field.setReadOnly(True)
    qtbot.keyClick(field, KEY.Key_Space)
    assert window.player.playing
    field.hide()
    field.deleteLater()


def test_a_held_space_plays_once(window):
    canvas = window.canvas.native
    canvas.setFocus()
    for repeats in (False, True, True):
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            event = QKeyEvent(kind, KEY.Key_Space, Qt.KeyboardModifier.NoModifier, " ", repeats)
            QApplication.sendEvent(canvas, event)
    assert window.player.playing


def test_space_plays_in_a_panel_above_the_timeline(window, qtbot):
    window.timeline.clock.click()
    menu = QApplication.activePopupWidget()
    for widget in (menu, menu.recorded_only):
        widget.setFocus()
        qtbot.keyClick(widget, KEY.Key_Space)
        assert window.player.playing
        assert not window.explorer.view.recorded_only
        window.player.pause()
    qtbot.keyClick(menu.recorded_only, KEY.Key_Return)
    assert window.explorer.view.recorded_only
    qtbot.keyClick(menu.recorded_only, KEY.Key_Return)
    menu.close()


def test_enter_opens_a_list_of_choices(window, qtbot):
    window.enter(THEORY)
    settle(qtbot, window)
    box = window.current.panel.peeled.preset
    assert isinstance(box, QComboBox)
    box.setFocus()
    qtbot.keyClick(box, KEY.Key_Return)
    assert box.view().isVisible()
    box.hidePopup()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is box, timeout=PATIENCE)
    settle(qtbot, window)
    assert box.hasFocus()  # the next Tab goes on from here


# Where the focus goes


def has_focus(window, qtbot):
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.canvas.native, timeout=PATIENCE)


@pytest.mark.parametrize("room", [EXPLORE, LAYERS, THEORY, COMPARE, TRAIN])
def test_another_room_gives_it_to_the_scene(window, qtbot, room):
    window.enter(TRAIN)
    window.trainer.panel.form.epochs.setFocus()
    window.commands[f"view.{room.lower()}"].trigger()
    has_focus(window, qtbot)


def test_a_training_gives_it_to_the_scene(window, qtbot, runners):
    window.enter(TRAIN)
    panel = window.trainer.panel
    panel.form.epochs.setFocus()
    window.commands["train.start"].trigger()
    has_focus(window, qtbot)
    runner = runners[-1]
    runner.messages.append(Progress(1, 10, 1.0, 0.5, 1.0, 10.0))
    window.trainer.session.poll()
    panel.stop.setFocus()
    qtbot.keyClick(panel.stop, KEY.Key_Return)
    has_focus(window, qtbot)
    runner.messages.append(Finished("stopped"))
    runner.is_running = False
    window.trainer.session.poll()
    has_focus(window, qtbot)
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Space)
    assert window.player.playing
    assert window.explorer.view.hidden == ()


def test_a_control_that_vanishes_gives_it_to_the_scene(window, qtbot):
    for leave in (lambda b: b.hide(), lambda b: b.setEnabled(False)):
        button = QPushButton("Once", window.run_panel)
        button.show()
        button.setFocus()
        leave(button)
        has_focus(window, qtbot)
        button.deleteLater()


def test_a_dialog_that_closes_gives_it_to_the_scene(window, qtbot):
    button = window.header.open
    button.setFocus(Qt.FocusReason.TabFocusReason)
    dialog = QDialog(window)
    layout = QVBoxLayout(dialog)
    layout.addWidget(QPushButton("Close"))
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()  # as the system's window manager does
    qtbot.waitUntil(dialog.isActiveWindow, timeout=PATIENCE)
    dialog.close()
    window.activateWindow()
    has_focus(window, qtbot)
    dialog.deleteLater()


def test_the_palette_gives_it_to_the_scene(window, qtbot):
    window.enter(TRAIN)
    window.trainer.panel.form.epochs.setFocus()
    window.find_command()
    palette = QApplication.activePopupWidget()
    qtbot.keyClicks(palette.field, "faster")
    speed = window.player.speed
    qtbot.keyClick(palette.field, KEY.Key_Return)
    has_focus(window, qtbot)
    assert window.player.speed > speed


def test_a_window_in_the_background_keeps_its_field(window, qtbot):
    """Whoever looks at another window for a moment goes on typing."""
    window.enter(TRAIN)
    field = window.trainer.panel.form.epochs
    field.setFocus()
    dialog = QDialog(window)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()  # as the system's window manager does
    qtbot.waitUntil(dialog.isActiveWindow, timeout=PATIENCE)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    QApplication.processEvents()
    assert field.hasFocus()
    dialog.close()
    dialog.deleteLater()
