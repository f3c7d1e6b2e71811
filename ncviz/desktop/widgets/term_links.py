"""Sentences whose terms are links to their cards."""

import html

from PyQt6.QtCore import QPoint

from ncviz.charts.rich_text import typeset
from ncviz.concepts import CONCEPTS
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.linked_label import LinkedLabel
from ncviz.desktop.widgets.teaching import teach
from ncviz.desktop.widgets.words_at import link_at
from ncviz.explorer.answers import Answer, about_word
from ncviz.terms import Stretch, stretches_of


def with_terms(sentence: str, *, common: bool = False) -> str:
    """Return a sentence as rich text in which each term with a card is a link to it."""
    return "".join(_linked(part) for part in stretches_of(sentence, common=common))


def teach_terms(label: LinkedLabel, *, stays_clear: bool = False) -> None:
    """Let the terms of a label answer to pointing; see `teach`."""

    def answer(point: QPoint) -> Answer | None:
        concept = link_at(label, point)
        return about_word(concept) if concept in CONCEPTS else None

    teach(label, answer, stays_clear=stays_clear)


def _linked(part: Stretch) -> str:
    text = typeset(html.escape(part.text))
    if not part.key:
        return text
    return f'<a href="{part.key}" style="color:{current_look().theme.text}">{text}</a>'
