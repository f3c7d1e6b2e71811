"""Keys as each system has and writes them: ⌘K on macOS, Ctrl+K elsewhere."""

import sys

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
