"""What watches events takes none for another, whatever Python takes them for."""

import pytest
from PyQt6.QtCore import QEvent, QObject, QPointF, Qt
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent

from ncviz.desktop.scene.legend import Legend
from ncviz.desktop.scene.scene_keys import SceneKeys
from ncviz.desktop.shell.keyboard import Keyboard

NONE = Qt.KeyboardModifier.NoModifier
NOWHERE = QPointF(-1.0, -1.0)
KINDS = [kind for kind in QEvent.Type if kind not in (QEvent.Type.None_, QEvent.Type.User)]
# vispy keeps events of the mouse: another event at the address of one of them is taken for it.
MISTAKEN = {
    "event": QEvent,
    "mouse": lambda kind: QMouseEvent(
        kind, NOWHERE, NOWHERE, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, NONE
    ),
    "key": lambda kind: QKeyEvent(kind, 0, NONE),
    "focus": QFocusEvent,
}


@pytest.fixture
def watching(window, qtbot):
    """One of each kind in the window that watches events of others."""
    window.find_command()
    things = window, *window.findChildren(QObject)
    yield {type(thing): thing for thing in things if _watches(type(thing))}.values()
    window._palette.close()


def _watches(kind):
    ours = (above for above in kind.__mro__ if above.__module__.startswith("ncviz."))
    return any("eventFilter" in vars(above) for above in ours)


@pytest.mark.parametrize("mistaken", MISTAKEN)
def test_an_event_of_another_class_breaks_nothing(window, watching, mistaken):
    assert {Keyboard, SceneKeys, Legend} <= {type(thing) for thing in watching}
    for thing in watching:
        for kind in KINDS:
            thing.eventFilter(window, MISTAKEN[mistaken](kind))
