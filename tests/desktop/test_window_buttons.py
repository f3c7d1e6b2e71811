"""Every button says with a verb what it does, or in a tooltip where it is a picture."""

import pytest
from PyQt6.QtWidgets import QAbstractButton, QCheckBox, QPushButton, QRadioButton
from window_parts import dispose, settle

from ncviz.desktop.shell.preferences import Preferences
from ncviz.explorer.room_names import ROOMS

VERBS = {
    *("add", "begin", "cancel", "choose", "close", "copy", "delete", "download", "export"),
    *(
        "find",
        "finish",
        "forget",
        "go",
        "guess",
        "hide",
        "keep",
        "learn",
        "make",
        "move",
        "open",
        "overlay",
        "pause",
        "pin",
        "play",
    ),
    *("record", "remove", "rename", "restart", "resume", "save", "show", "step", "stop", "swap"),
    *("train", "try", "use"),
}
CARDS = {"card", "row"}  # the titles of samples, models and runs: a click opens them


def of_our_own(button):
    return button.objectName() != "qt_menubar_ext_button" and not button.inherits("QHeaderView")


def wordless(buttons):
    """Return buttons that neither a word nor a tooltip explains."""
    return [
        (type(button).__name__, button.accessibleName())
        for button in buttons
        if of_our_own(button)
        and not isinstance(button, QCheckBox | QRadioButton)
        and not button.text()
        and not button.toolTip()
        and button.property("role") not in CARDS
    ]


def without_verb(buttons):
    """Return the texts of buttons that do not begin with a verb."""
    texts = {
        button.text().replace("&", "")
        for button in buttons
        if isinstance(button, QPushButton) and button.property("role") not in CARDS
    }
    return {text for text in texts if text and text.split()[0].rstrip("…").lower() not in VERBS}


@pytest.mark.parametrize("room", ROOMS)
def test_buttons_of_a_room(window, qtbot, room):
    window.enter(room)
    settle(qtbot, window)
    buttons = window.findChildren(QAbstractButton)
    assert len(buttons) > 30
    assert not without_verb(buttons)
    assert not wordless([button for button in buttons if button.isVisible()])


def test_buttons_of_dialogs(window, qtbot):
    window.exporting.open("film")
    window.recording.open()
    preferences = Preferences(window, window.settings, window.training.devices)
    dialogs = window.exporting.dialog, window.recording.dialog, preferences
    for dialog in dialogs:
        assert not without_verb(dialog.findChildren(QAbstractButton)), dialog.windowTitle()
        dialog.close()
    dispose(preferences)
