"""Letters that Alt presses: each menu and dialog gives its own, none of them twice."""

import re
from collections.abc import Sequence

from PyQt6.QtWidgets import QAbstractButton, QLabel, QMenu, QMenuBar, QPushButton, QWidget

_LETTER = re.compile(r"[^\W_]")
_INITIAL = re.compile(r"\b[^\W_]")


def lettered(texts: Sequence[str]) -> list[str]:
    """Mark a letter of each text with '&', as Qt reads it; the initial of a word where it is free.

    Parameters
    ----------
    texts : sequence of str
        Those that come first choose first. A sign '&' of theirs is written twice; one that
        marks a letter already is forgotten.

    Returns
    -------
    list of str
        A text whose letters are all taken stays without.
    """
    texts = [unlettered(text) for text in texts]
    places = [_places_of(text) for text in texts]
    owners: dict[str, int] = {}

    def find_one(number: int, tried: set[str]) -> bool:
        """Take a letter that is free, or one whose owner finds another."""
        wanted = [letter for letter in places[number] if letter not in tried]
        for letter in sorted(wanted, key=lambda letter: letter in owners):
            tried.add(letter)
            if letter not in owners or find_one(owners[letter], tried):
                owners[letter] = number
                return True
        return False

    for number in range(len(texts)):
        find_one(number, set())
    for letter, number in owners.items():
        place, text = places[number][letter], texts[number]
        texts[number] = f"{text[:place]}&{text[place:]}"
    return texts


def _places_of(text: str) -> dict[str, int]:
    """Return where the letters of a text stand, those that are better to mark first."""
    places: dict[str, int] = {}
    for kind in (_INITIAL, _LETTER):
        for found in kind.finditer(text):
            places.setdefault(found.group().casefold(), found.start())
    return places


def unlettered(text: str) -> str:
    """Return a text without the sign that marks a letter."""
    return re.sub("&(?!&)", "", text.replace("&&", "\0")).replace("\0", "&&")


def letter_menu(menu: QMenu | QMenuBar) -> None:
    """Give each line of a menu a letter; what follows a tabulator are its keys."""
    actions = [action for action in menu.actions() if not action.isSeparator()]
    words = [action.text().partition("\t") for action in actions]
    texts = lettered([text for text, _, _ in words])
    for action, text, (_, tab, keys) in zip(actions, texts, words, strict=True):
        action.setText(text + tab + keys)


def letter_dialog(dialog: QWidget) -> None:
    """Give what is seen of a dialog letters: buttons first, labels of fields, then the rest."""

    def rank(part: QAbstractButton | QLabel) -> int:
        return 0 if isinstance(part, QPushButton) else 1 if isinstance(part, QLabel) else 2

    parts = [
        part
        for part in dialog.findChildren(QWidget)
        if isinstance(part, QAbstractButton | QLabel)
        and part.isVisible()
        and part.window() is dialog
        and _may_have_one(part)
    ]
    parts.sort(key=rank)
    for part, text in zip(parts, lettered([part.text() for part in parts]), strict=True):
        if part.text() != text:
            part.setText(text)


def _may_have_one(part: QAbstractButton | QLabel) -> bool:
    if isinstance(part, QLabel):
        return part.buddy() is not None
    return bool(_LETTER.search(part.text()))
