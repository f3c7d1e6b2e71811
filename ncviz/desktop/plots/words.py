"""Words over a plot that are written anew while the keyboard walks through them."""

import html
import re

from PyQt6.QtGui import QTextDocument
from PyQt6.QtWidgets import QLabel

from ncviz.desktop.words_at import links_of


def plain(rich: str) -> str:
    """Return rich text without its markup; the index of D stays an index."""
    rich = rich.replace("<sub>t</sub>", "ₜ").replace("<sub>0</sub>", "₀")
    return html.unescape(re.sub(r"<[^>]*>", "", rich)).replace("\N{NO-BREAK SPACE}", " ")


def rewrite(label: QLabel, text: str) -> None:
    """Write other rich text; the link that has the focus keeps it.

    Parameters
    ----------
    label : QLabel
        Laying out the same words again would cost time: nothing happens then.
    text : str
    """
    before = label.text()
    if text == before:
        return
    key = _link_at(before, label.selectionStart()) if label.hasFocus() else ""
    label.setText(text)
    place = _place_of(text, key) if key else None
    if place is not None:
        label.setSelection(*place)


def _links(text: str) -> list[tuple[str, int, int]]:
    document = QTextDocument()
    document.setHtml(text)
    return links_of(document)


def _link_at(text: str, place: int) -> str:
    return next((key for key, start, _ in _links(text) if start == place), "")


def _place_of(text: str, key: str) -> tuple[int, int] | None:
    return next(((start, length) for name, start, length in _links(text) if name == key), None)
