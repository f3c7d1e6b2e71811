"""Keys as each system has and writes them: ⌘K on macOS, Ctrl+K elsewhere."""

import sys

from PyQt6.QtCore import Qt

ACROSS = Qt.Key.Key_Left, Qt.Key.Key_Right
# They go through what has the focus: one that leads no further there leads nowhere else.
MOVING = (
    *ACROSS,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)
PRESS = Qt.Key.Key_Return, Qt.Key.Key_Enter
FULL_SCREEN = "Meta+Ctrl+F" if sys.platform == "darwin" else "F11"
# In Qt's notation Ctrl is the key that commands take; on macOS this is ⌘, and Meta is ⌃.
_SIGNS = {"Meta+": "⌃", "Alt+": "⌥", "Shift+": "⇧", "Ctrl+": "⌘"}


def with_native_keys(text: str) -> str:
    """Return a text of ours in which keys are written as on this system.

    Parameters
    ----------
    text : str
        With keys in Qt's notation, such as 'Find any command (Ctrl+K).'
    """
    if sys.platform == "darwin":
        for name, sign in _SIGNS.items():
            text = text.replace(name, sign)
    return text
