"""What keys point at, said to programs that read the screen aloud."""

from PyQt6.QtWidgets import QWidget


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
    lines = (line.rstrip(".") for line in words.splitlines() if line)
    said = ": ".join(part for part in (name, ". ".join(lines)) if part)
    if said != widget.accessibleName():
        widget.setAccessibleName(said)
