"""Keys act on what has the focus, and the focus comes back to the scene."""

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)
from window_parts import settle

from ncviz.explorer.room_names import COMPARE, EXPLORE, GALLERY, LAYERS, THEORY, TRAIN
from ncviz.jobs.messages import Finished
from ncviz.training.training_messages import TrainingProgress

KEY = Qt.Key
ROOMS = EXPLORE, LAYERS, THEORY, COMPARE, GALLERY, TRAIN


def press(widget, key, modifiers=Qt.KeyboardModifier.NoModifier):
    """Press and release a key as the system does, for a control that claims it, too."""
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, modifiers, " "))


def test_space_presses_the_control_that_has_the_focus(window, qtbot):
    window.header.theme.setFocus()
    press(window.header.theme, KEY.Key_Space)
    assert window.settings.theme == "dark"
    window.commands["view.dark"].trigger()
    window.timeline.speed.setFocus()
    press(window.timeline.speed, KEY.Key_Space)
    assert window.timeline.speed.view().isVisible()
    window.timeline.speed.hidePopup()
    assert not window.player.playing


@pytest.mark.parametrize("make", [QLineEdit, QPlainTextEdit])
def test_a_text_field_takes_space(window, qtbot, make):
    field = make(window.frame)
    field.show()
    field.setFocus()
    qtbot.keyClick(field, KEY.Key_Space)
    assert not window.player.playing
    text = field.text() if make is QLineEdit else field.toPlainText()
    assert text == " "
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


def test_a_panel_above_the_timeline_has_the_same_keys(window, qtbot):
    window.timeline.clock.click()
    menu = QApplication.activePopupWidget()
    menu.setFocus()
    qtbot.keyClick(menu, KEY.Key_Space)
    assert window.player.playing
    window.player.pause()
    box = menu.recorded_only
    box.setFocus()
    for key in (KEY.Key_Space, KEY.Key_Return):
        before = window.explorer.view.recorded_only
        qtbot.keyClick(box, key)
        assert window.explorer.view.recorded_only != before
    assert not window.player.playing
    menu.close()


def test_escape_closes_a_note_first_and_then_the_presentation(window, qtbot):
    window.commands["view.present"].trigger()
    window.note.say("A note.", "details")
    window.note.say("Another.")
    for _ in range(2):
        assert window.note.isVisible()
        qtbot.keyClick(window.canvas.native, KEY.Key_Escape)
    assert not window.note.isVisible()
    assert window.presentation.active
    qtbot.keyClick(window.canvas.native, KEY.Key_Escape)
    assert not window.presentation.active


def test_escape_gives_the_keys_back_to_the_scene(window, qtbot):
    window.timeline.speed.setFocus()
    qtbot.keyClick(window.timeline.speed, KEY.Key_Escape)
    assert window.canvas.native.hasFocus()


def test_enter_opens_a_list_of_choices(window, qtbot):
    window.enter(THEORY)
    settle(qtbot, window)
    box = window.current.panel.panel_of("layer-peeled").fields["preset"]
    assert isinstance(box, QComboBox)
    box.setFocus()
    qtbot.keyClick(box, KEY.Key_Return)
    assert box.view().isVisible()
    box.hidePopup()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is box)
    settle(qtbot, window)
    assert box.hasFocus()  # the next Tab goes on from here


# Where the focus goes


def has_focus(window, qtbot):
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.canvas.native)


@pytest.mark.parametrize("room", [EXPLORE, LAYERS, THEORY, COMPARE, TRAIN])
def test_another_room_gives_it_to_the_scene(window, qtbot, room):
    window.enter(TRAIN)
    window.training.panel.form["epochs"].setFocus()
    window.commands[f"view.{room.lower()}"].trigger()
    has_focus(window, qtbot)


def test_a_training_gives_it_to_the_scene(window, qtbot, runners):
    window.enter(TRAIN)
    panel = window.training.panel
    panel.form["epochs"].setFocus()
    window.commands["train.start"].trigger()
    has_focus(window, qtbot)
    runner = runners[-1]
    runner.messages.append(TrainingProgress(1, 10, 1.0, 0.5, 1.0, 10.0))
    window.training.work.poll()
    panel.buttons.stop.setFocus()
    qtbot.keyClick(panel.buttons.stop, KEY.Key_Return)
    has_focus(window, qtbot)
    runner.messages.append(Finished("stopped"))
    window.training.work.poll()
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
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.close()
    window.activateWindow()
    has_focus(window, qtbot)
    dialog.deleteLater()


def test_the_palette_gives_it_to_the_scene(window, qtbot):
    window.enter(TRAIN)
    window.training.panel.form["epochs"].setFocus()
    window.find_command()
    palette = QApplication.activePopupWidget()
    qtbot.keyClicks(palette.field, "faster")
    speed = window.player.speed
    qtbot.keyClick(palette.field, KEY.Key_Return)
    has_focus(window, qtbot)
    assert window.player.speed > speed


@pytest.mark.parametrize("name", ["clock", "bookmark", "search", "speed"])
def test_what_opens_over_the_window_gives_it_back_to_its_opener(window, qtbot, name):
    opener = window.header.search if name == "search" else getattr(window.timeline, name)
    opener.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(opener, KEY.Key_Space)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    popup = QApplication.activePopupWidget()
    qtbot.keyClick(popup.focusWidget() or popup, KEY.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    settle(qtbot, window)
    assert QApplication.focusWidget() is opener


def test_arrows_go_from_room_to_room(window, qtbot):
    window.header.rooms[EXPLORE].setFocus(Qt.FocusReason.TabFocusReason)
    for room in (LAYERS, THEORY):
        qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Right)
        settle(qtbot, window)
        assert window.room == room
        assert window.header.rooms[room].hasFocus()
    assert window.player.position == 0


def test_a_menu_keeps_its_keys(window, qtbot):
    """No single key runs a command while a menu is open, and arrows walk along the bar."""
    window.explorer.go_to(0.0)
    bar = window.menuBar()
    window.canvas.native.setFocus()
    qtbot.keyClick(window, KEY.Key_F, Qt.KeyboardModifier.AltModifier)
    first = QApplication.activePopupWidget()
    assert isinstance(first, QMenu)
    qtbot.keyClick(first, KEY.Key_Right)
    second = QApplication.activePopupWidget()
    assert second is not first
    assert second.menuAction() is bar.actions()[1]
    taken = []
    for command in window.commands:
        window.commands[command.key].triggered.connect(lambda *_, k=command.key: taken.append(k))
    for key in (KEY.Key_Down, KEY.Key_Home, KEY.Key_0, KEY.Key_1, KEY.Key_Plus, KEY.Key_Left):
        qtbot.keyClick(QApplication.activePopupWidget(), key)
    for key in (KEY.Key_F6, KEY.Key_F11):
        qtbot.keyClick(QApplication.activePopupWidget(), key)
    assert not taken
    while QApplication.activePopupWidget() is not None:
        QApplication.activePopupWidget().close()
    assert window.explorer.view.epoch == 0.0
    assert not window.player.playing


def test_a_window_in_the_background_keeps_its_field(window, qtbot):
    """Whoever looks at another window for a moment goes on typing."""
    window.enter(TRAIN)
    field = window.training.panel.form["epochs"]
    field.setFocus()
    dialog = QDialog(window)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()  # as the system's window manager does
    qtbot.waitUntil(dialog.isActiveWindow)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QApplication.processEvents()
    assert field.hasFocus()
    dialog.close()
    dialog.deleteLater()
