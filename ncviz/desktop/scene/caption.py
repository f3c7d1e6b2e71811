"""The sentences below the scene."""

import re

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QSizePolicy

from ncviz.desktop.widgets.linked_label import LinkedLabel
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.term_links import with_terms

MARGIN = 6
LINES = 3  # that are kept free
# Between two sentences; names of classes stand in quotation marks.
_SENTENCES = re.compile(r"(?:“[^”]*”|[^“])*?[.](?:\s+(?=[A-Z“0-9])|$)")


class Caption(LinkedLabel):
    """A sentence or more below the scene; words that have a card are links to it.

    Its height is always the same, so that the scene stands still while sentences come and go:
    what finds no room is left to the tooltip, whole sentences from the last one on.

    Attributes
    ----------
    shown : str
        What is written of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sentence = self.shown = ""
        self.setObjectName("scene-caption")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMargin(MARGIN)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def text(self) -> str:
        """Return the sentence as it was said."""
        return self._sentence

    def say(self, sentence: str) -> None:
        """Say something else; the same costs nothing."""
        if sentence != self._sentence:
            self._sentence = sentence
            self.setAccessibleName(sentence)
            self._write()

    def follow_look(self) -> None:
        """Write links in another colour, and as much as has room in other letters."""
        self.ensurePolished()
        self._write()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._write()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self._write()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hasHeightForWidth(self) -> bool:
        return False

    def _height(self) -> int:
        return LINES * self.fontMetrics().lineSpacing() + 2 * MARGIN

    def _write(self) -> None:
        sentences = _SENTENCES.findall(self._sentence)
        if not sentences or "".join(sentences) != self._sentence:
            sentences = [self._sentence]
        self.setMinimumHeight(0)  # a label never measures less, and larger type needed more
        for count in range(len(sentences), 0, -1):
            self.shown = "".join(sentences[:count]).rstrip()
            self.setText(with_terms(self.shown))
            if self.heightForWidth(self.width()) <= self._height():
                break
        self.setToolTip("" if self.shown == self._sentence else plain_tip(self._sentence))
        # One sentence that is longer than all of the place is shown whole all the same.
        self.setFixedHeight(max(self._height(), self.heightForWidth(self.width())))
