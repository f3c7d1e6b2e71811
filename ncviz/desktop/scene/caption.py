"""The sentences below the scene."""

import re

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QSizePolicy

from ncviz.desktop.widgets.linked_label import LinkedLabel
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.term_links import with_terms
from ncviz.terms import stretches_of
from ncviz.wording import QUOTED

MARGIN = 6
LINES = 3  # that are kept free
# Between two sentences; names of classes stand in quotation marks.
_SENTENCES = re.compile(rf"(?:{QUOTED}|[^“„])*?[.](?:\s+(?=[A-ZÄÖÜ“„0-9])|$)")


class Caption(LinkedLabel):
    """A sentence or more below the scene; words that have a card are links to it.

    Its height is always the same, so that the scene stands still while sentences come and go:
    what finds no room is left to the tooltip, whole sentences from the last one on; those last
    that have a term of which something else speaks now, such as a lesson.

    Attributes
    ----------
    shown : str
        What is written of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sentence = self.shown = ""
        self._stressed: frozenset[str] = frozenset()  # concepts
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

    def stress(self, words: str) -> None:
        """Keep the sentences that have a term of these words; none ends it."""
        stressed = _terms_of(words)
        if stressed != self._stressed:
            self._stressed = stressed
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
        while True:
            self.shown = "".join(sentences).rstrip()
            self.setText(with_terms(self.shown))
            if len(sentences) == 1 or self.heightForWidth(self.width()) <= self._height():
                break
            plain = [n for n, s in enumerate(sentences) if not _terms_of(s) & self._stressed]
            del sentences[plain[-1] if plain else -1]
        self.setToolTip("" if self.shown == self._sentence else plain_tip(self._sentence))
        # One sentence that is longer than all of the place is shown whole all the same.
        self.setFixedHeight(max(self._height(), self.heightForWidth(self.width())))


def _terms_of(words: str) -> frozenset[str]:
    return frozenset(part.key for part in stretches_of(words) if part.key)
