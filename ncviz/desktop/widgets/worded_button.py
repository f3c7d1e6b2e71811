"""A button of several lines of words."""

from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.plain_text import PlainLabel


class WordedButton(QPushButton):
    """Words that wrap, each line in a role of its own, pressed as a whole.

    Parameters
    ----------
    role : str
        Of the button, in the style sheet.
    lines : sequence of (str, str)
        Words and their role; the first is the button's name.
    wide : QSizePolicy.Policy
        What it makes of the width that there is.
    """

    def __init__(
        self, role: str, lines: Sequence[tuple[str, str]], wide: QSizePolicy.Policy
    ) -> None:
        super().__init__()
        self.setProperty("role", role)
        self.setAccessibleName(lines[0][0])
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(wide, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.words = QVBoxLayout()
        self.lines = []
        for text, words_role in lines:
            label = PlainLabel(text, words_role, wraps=True)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self.words.addWidget(label)
            self.lines.append(label)

    # A button asks for the width of its hint, which is that of words that do not wrap.

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return certain(self.layout()).totalHeightForWidth(width)

    def sizeHint(self) -> QSize:
        return certain(self.layout()).totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        return certain(self.layout()).totalMinimumSize()
