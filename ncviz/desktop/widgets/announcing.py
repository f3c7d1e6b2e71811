"""What keys point at, said to programs that read the screen aloud."""

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QWidget

REST = 400  # milliseconds without another word, after which what time changes is said


def say_now(widget: QWidget, words: str) -> None:
    """Call a widget by what it says, now that it rests.

    A label without a name of its own tells screen readers of each of its texts, many times a
    second while time passes.
    """
    if words != widget.accessibleName():
        widget.setAccessibleName(words)


def announce(widget: QWidget, words: str, name: str = "") -> None:
    """Let a widget that has the focus say something: a screen reader speaks a name that changes.

    Parameters
    ----------
    widget : QWidget
    words : str
        What is pointed at, in plain text; empty when nothing is any more.
    name : str
        Of the widget itself.
    """
    later = widget.findChild(_Later)
    if later is not None:
        later.stop()
    lines = (line.rstrip(".") for line in words.splitlines() if line)
    said = ": ".join(part for part in (name, ". ".join(lines)) if part)
    if said != widget.accessibleName():
        widget.setAccessibleName(said)


def announce_at_rest(widget: QWidget, words: str, name: str = "") -> None:
    """Say something once no other word has come for a while: numbers that run are no speech.

    Parameters
    ----------
    widget, words, name
        As of `announce`.
    """
    later = widget.findChild(_Later) or _Later(widget)
    later.say(words, name)


class _Later(QTimer):
    """Waits for a widget's last words."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.setSingleShot(True)
        self._words = "", ""
        self.timeout.connect(lambda: announce(widget, *self._words))

    def say(self, words: str, name: str) -> None:
        self._words = words, name
        self.start(REST)
