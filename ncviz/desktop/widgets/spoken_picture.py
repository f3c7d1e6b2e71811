"""What is drawn, as screen readers find it: a picture with a name and a description."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPainter, QPicture
from PyQt6.QtWidgets import QLabel, QWidget

from ncviz.desktop.widgets.plain_text import bounded


class SpokenPicture(QLabel):
    """Stands unseen behind what is drawn, and says what that shows.

    Of Qt's own widgets a label that holds a picture is the one that is a picture to a
    screen reader; what draws our scenes and plots is to it a place without a meaning.

    Parameters
    ----------
    drawn : QWidget
        What is spoken of; a sibling, once it has a layout.
    parent : QWidget
    focus : QWidget
        What has the focus while keys go to the drawing: it says the same.
    """

    def __init__(self, drawn: QWidget, parent: QWidget, focus: QWidget) -> None:
        super().__init__(parent)
        self._drawn, self._focus = drawn, focus
        nothing = QPicture()
        QPainter(nothing).end()
        self.setPicture(nothing)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        # It shows nothing: a change of its size must paint nothing of what it lies behind.
        self.setUpdatesEnabled(False)
        self.lower()

    def describe(self, name: str, words: str) -> None:
        """Say what is seen, in plain text; the same again costs nothing."""
        if self.geometry() != self._drawn.geometry():
            self.setGeometry(self._drawn.geometry())
        if name != self.accessibleName():
            for widget in (self, self._focus):
                widget.setAccessibleName(name)
        if bounded(words) != self.accessibleDescription():
            for widget in (self, self._focus):
                widget.setAccessibleDescription(bounded(words))
