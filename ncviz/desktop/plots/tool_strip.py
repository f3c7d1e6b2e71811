"""The small strip of tools over a plot, seen under the pointer and with the focus."""

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from ncviz.desktop.style.theme import CAPTION
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.scenes.palette import Theme, mix

_STYLE = """
#tools {{ background: {raised}; border: 1px solid {line}; border-radius: 6px; }}
#tools QToolButton {{
    border: 1px solid transparent; border-radius: 5px; padding: 1px 3px;
    font-size: {caption}px; color: {quiet}; background: transparent;
}}
#tools QToolButton:hover {{ background: {hover}; color: {text}; }}
#tools QToolButton:checked {{ color: {text}; background: {line}; }}
#tools QToolButton:focus {{ border: 1px solid {accent}; color: {text}; }}
"""


class ToolStrip(QFrame):
    """Words to click in the upper right corner of a plot."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tools")
        self.buttons: dict[str, QToolButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(1, 1, 1, 1)
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

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Use the colours of a theme."""
        self.setStyleSheet(
            _STYLE.format(
                raised=theme.raised,
                line=theme.line,
                quiet=theme.quiet,
                text=theme.text,
                accent=theme.accent,
                hover=mix(theme.raised, theme.line, 0.6),
                caption=round(CAPTION * text_scale),
            )
        )

    def stand_in(self, right: int, top: int) -> None:
        """Put the upper right corner there."""
        size = self.sizeHint()
        self.setGeometry(right - size.width(), top, size.width(), size.height())
        self.raise_()
