"""A key is its control's first: on every control of every room, for every single key there is."""

import pytest
from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QKeyEvent, QKeySequence
from PyQt6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)
from window_parts import focusable, named, settle

from ncviz.desktop.widgets.slider import Slider
from ncviz.explorer.bookmarks import Bookmarks
from ncviz.explorer.room_names import COMPARE, EXPLORE, GALLERY, LAYERS, THEORY, TRAIN

KEY = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
ROOMS = EXPLORE, LAYERS, THEORY, COMPARE, GALLERY, TRAIN
MOVING = {"Left", "Right", "Up", "Down", "Home", "End", "Shift+Left", "Shift+Right"}


class Passed(QObject):
    """Counts the keys that come to a window, for no control took them."""

    count = 0

    def eventFilter(self, _watched, event):
        self.count += event.type() == QEvent.Type.KeyPress
        return False


@pytest.fixture
def passed(window):
    passed = Passed()
    window.installEventFilter(passed)
    yield passed
    window.removeEventFilter(passed)


def single_keys(window):
    """Return what one key alone, or with Shift, runs: its name, and the command's key."""
    found = {}
    window.commands.refresh()
    for command in window.commands:
        if not window.commands[command.key].isEnabled():
            continue
        for sequence in window.commands.sequences(command.key):
            modifiers = sequence[0].keyboardModifiers()
            if sequence.count() == 1 and modifiers in (NONE, Qt.KeyboardModifier.ShiftModifier):
                found[sequence.toString(QKeySequence.SequenceFormat.PortableText)] = command.key
    return found


def press(widget, name):
    """Press and release a key as the system does."""
    combination = QKeySequence(name)[0]
    key, modifiers = combination.key(), combination.keyboardModifiers()
    letter = " " if name == "Space" else name.lower() if len(name) == 1 else ""
    text = name[-1] if name.startswith("Shift+") and len(name) == 7 else letter
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, modifiers, text))


def close_popups():
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()


@pytest.fixture
def ran(window, monkeypatch):
    """The commands that keys ask for, which are not run."""
    asked = []

    class Noted:
        def __init__(self, action):
            self.action = action

        def trigger(self):
            asked.append(self.action)

    of_single_key = window.commands.of_single_key

    def noted(event):
        action = of_single_key(event)
        return None if action is None else Noted(action)

    monkeypatch.setattr(window.commands, "of_single_key", noted)
    return asked


@pytest.mark.parametrize("room", ROOMS)
def test_a_key_runs_a_command_only_where_no_control_takes_it(
    window, qtbot, imbalanced_run, ran, passed, room
):
    window.rooms[COMPARE].open_second(imbalanced_run.path)
    window.explorer.set_bookmarks(Bookmarks().add(10.0, "here"))
    window.enter(room)
    settle(qtbot, window)
    keys = single_keys(window)
    assert {"Space", "L", "Shift+L", "Left", "F11", "1", "+"} <= set(keys)
    rest = window.canvas.native, window.current.page
    taken = 0
    for widget in window.findChildren(QWidget):
        widget.blockSignals(True)  # what is pressed changes nothing
    for widget in focusable(window):
        for name, command in keys.items():
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            assert QApplication.focusWidget() is widget, (named(widget), name)
            passed.count = 0
            ran.clear()
            press(widget, name)
            close_popups()
            runs = bool(passed.count) and (name not in MOVING or widget in rest)
            assert ran == ([window.commands[command]] if runs else []), (named(widget), name)
            taken += not passed.count
    for widget in window.findChildren(QWidget):
        widget.blockSignals(False)
    assert taken > 20
    window.enter(EXPLORE)
    window.comparison.close_second()


def in_a_tree(texts):
    tree = QTreeWidget()
    tree.addTopLevelItems([QTreeWidgetItem([text]) for text in texts])
    return tree


def in_a_table(texts):
    table = QTableWidget(len(texts), 1)
    for row, text in enumerate(texts):
        table.setItem(row, 0, QTableWidgetItem(text))
    table.setCurrentCell(0, 0)
    return table


def filled(widget):
    widget.addItems(["Lion", "Bear"])
    return widget


def checkable(kind):
    button = kind("Press")
    button.setCheckable(True)
    return button


LETTERS = ("L", "T", "O", "R", "1", "0")
# What a control does with single keys of the window, and which it leaves to it.
CONTROLS = {
    "number": (QSpinBox, (*LETTERS, "Space", *MOVING), ("F9",)),
    "decimal": (QDoubleSpinBox, (*LETTERS, "Space", *MOVING), ("F9",)),
    "line": (QLineEdit, (*LETTERS, "Space", "Shift+L", "-", "+", *MOVING), ("F9",)),
    "text": (QPlainTextEdit, (*LETTERS, "Space", "Shift+L", "-", "+", *MOVING), ("F9",)),
    "choice": (lambda: filled(QComboBox()), (*LETTERS, "Space", *MOVING), ("F9",)),
    "list": (lambda: filled(QListWidget()), (*LETTERS, "Space", *MOVING), ("F9",)),
    "tree": (lambda: in_a_tree(["Lion", "Bear"]), (*LETTERS, "Space", *MOVING), ("F9",)),
    "table": (lambda: in_a_table(["Lion", "Bear"]), (*LETTERS, "Space", *MOVING), ("F9",)),
    "slider": (Slider, MOVING, ("L", "Space", "F9", "1")),
    "button": (QPushButton, ("Space", *MOVING), ("L", "Shift+L", "F9", "1")),
    "switch": (lambda: checkable(QPushButton), ("Space", *MOVING), ("L", "F9", "1")),
    "box": (QCheckBox, ("Space", *MOVING), ("L", "F9", "1")),
    "radio": (QRadioButton, ("Space", *MOVING), ("L", "F9", "1")),
}


@pytest.mark.parametrize("kind", CONTROLS)
def test_controls_keep_their_keys(window, ran, kind):
    make, kept, left = CONTROLS[kind]
    widget = make()
    widget.setParent(window.frame)
    widget.show()
    keys = single_keys(window)
    for name in kept:
        widget.setFocus()
        press(widget, name)
        close_popups()
        assert ran == [], name
    for name in left:
        widget.setFocus()
        press(widget, name)
        assert ran == [window.commands[keys[name]]], name
        ran.clear()
    widget.hide()
    widget.deleteLater()


def test_letters_find_a_row_of_the_layers(window, qtbot):
    window.enter(EXPLORE)
    layers = next(w for w in focusable(window) if w.accessibleName() == "Layers")
    layers.setFocus()
    qtbot.keyClick(layers, KEY.Key_I)  # of "input"
    settle(qtbot, window)
    assert window.explorer.view.layer == 0
    qtbot.keyClick(layers, KEY.Key_G)
    assert not window.explorer.touring


def test_letters_find_a_class(window, qtbot, ran):
    chips = window.run_panel.classes
    chips.setFocus()
    qtbot.keyClick(chips, KEY.Key_Home)
    qtbot.keyClick(chips, KEY.Key_C)  # of "class 1", the next that begins so
    assert chips.currentIndex().row() == 1
    qtbot.keyClick(chips, KEY.Key_L)
    assert ran == []


def test_an_open_list_of_choices_keeps_its_keys(window, qtbot, ran):
    speed = window.timeline.speed
    speed.setFocus()
    press(speed, "Space")
    view = speed.view()
    qtbot.waitUntil(view.isVisible)
    for name in ("L", "T", "1", "Up", "Home", "F9"):
        press(view, name)
    assert ran == []
    speed.hidePopup()
