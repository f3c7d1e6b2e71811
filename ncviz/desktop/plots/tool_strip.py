"""The small strip of tools over a plot, seen under the pointer and with the focus."""

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from ncviz.desktop.widgets.plain_text import plain_tip


class ToolStrip(QFrame):
    """Words to click in the upper right corner of a plot."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tools")
        self.buttons: dict[str, QToolButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)  # no higher than a heading: numbers stand below
        self._row.setSpacing(0)
        self.hide()

    def add(self, name: str, text: str, tip: str, act: Callable[[], object]) -> QToolButton:
        """Add a tool at the end.

        Parameters
        ----------
        name : str
            Key in `buttons`.
        text, tip : str
            A word, and a sentence.
        act : callable
            Called without arguments.
        """
        button = QToolButton()
        button.setText(text)
        button.setToolTip(plain_tip(tip))
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: act())
        self._row.addWidget(button)
        self.buttons[name] = button
        return button

    def stand_in(self, right: int, top: int) -> None:
        """Put the upper right corner there."""
        size = self.sizeHint()
        self.setGeometry(right - size.width(), top, size.width(), size.height())
        self.raise_()
