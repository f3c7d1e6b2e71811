"""Words over a plot that are written anew while the keyboard walks through them."""

import html
import re

from PyQt6.QtGui import QTextDocument
from PyQt6.QtWidgets import QLabel


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
    """Return target, first letter and number of letters of each link, in order."""
    document = QTextDocument()
    document.setHtml(text)
    found: list[tuple[str, int, int]] = []
    block = document.begin()
    while block.isValid():
        parts = block.begin()
        while not parts.atEnd():
            part = parts.fragment()
            key = part.charFormat().anchorHref()
            if key and found and found[-1][0] == key and sum(found[-1][1:]) == part.position():
                found[-1] = key, found[-1][1], found[-1][2] + part.length()
            elif key:
                found.append((key, part.position(), part.length()))
            parts += 1
        block = block.next()
    return found


def _link_at(text: str, place: int) -> str:
    return next((key for key, start, _ in _links(text) if start == place), "")


def _place_of(text: str, key: str) -> tuple[int, int] | None:
    return next(((start, length) for name, start, length in _links(text) if name == key), None)
