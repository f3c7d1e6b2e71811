"""Text from files is shown as it is written: never as markup, never as a keyboard mnemonic.

Titles, names of classes, layers and folders, and sentences that quote them go through here. A
label of Qt's guesses from its text whether it is HTML; only one whose markup is the program's own
is a bare `QLabel`, says `RichText`, and escapes what it quotes.
"""

import html
from typing import Any, cast

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QWidget

from ncviz.charts.rich_text import typeset

LONGEST = 4000  # letters that are laid out: what is longer nobody reads, and it takes time


def bounded(text: str) -> str:
    """Return a text without what is more than anybody reads at one place."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


class PlainLabel(QLabel):
    """A label that shows every letter of its text.

    Parameters
    ----------
    text : str, optional
    role : str, optional
        How the style sheet writes it: 'caption', 'sentence', 'heading', 'title', …
    wraps : bool, optional
        Take several lines where one is not enough.
    parent : QWidget, optional
    """

    def __init__(
        self, text: str = "", role: str = "", *, wraps: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(bounded(text), parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        if role:
            self.setProperty("role", role)

    def setText(self, text: str | None) -> None:
        super().setText(bounded(text or ""))


class IndexedLabel(PlainLabel):
    """A plain label in which the indices of letters stand lower, as of K_A."""

    def __init__(self, text: str = "", role: str = "", *, wraps: bool = False) -> None:
        super().__init__(role=role, wraps=wraps)
        self.setText(text)

    def setText(self, text: str | None) -> None:
        self._words = bounded(text or "")
        shown = typeset(html.escape(self._words))
        is_plain = "<sub>" not in shown
        self.setTextFormat(Qt.TextFormat.PlainText if is_plain else Qt.TextFormat.RichText)
        QLabel.setText(self, self._words if is_plain else shown.replace("\n", "<br>"))

    def text(self) -> str:
        """Return the words as they were given."""
        return self._words


def may_be_markup(text: str) -> bool:
    """Return whether Qt would take a text for HTML."""
    return bool(cast(Any, Qt).mightBeRichText(text))  # which its stubs leave out


def plain_tip(text: str) -> str:
    """Return what a tooltip must be given to show a text as it is written.

    Returns
    -------
    str
        The text itself, unless Qt would take it for HTML.
    """
    text = bounded(text)
    if not may_be_markup(text):
        return text
    return "<qt>" + html.escape(text).replace("\n", "<br>") + "</qt>"


def plain_button(text: str) -> str:
    """Return what a button or a menu must be given to show a text as it is written.

    Parameters
    ----------
    text : str
        In it, '&' would underline the next letter and a tabulator part off a shortcut.
    """
    return text.replace("&", "&&").replace("\t", " ")
