"""Which word of a label stands under the pointer."""

from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QTextDocument, QTextOption
from PyQt6.QtWidgets import QLabel

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.plain_text import may_be_markup

BETWEEN = " · "  # facts in a row


def document_of(label: QLabel) -> QTextDocument:
    """Return what a label shows, laid out as the label does."""
    document = QTextDocument()
    document.setDefaultFont(label.font())
    document.setDocumentMargin(0)
    text = QLabel.text(label)  # as it is drawn, where a label says more simply what it says
    rich = label.textFormat() == Qt.TextFormat.RichText
    if rich or (label.textFormat() == Qt.TextFormat.AutoText and may_be_markup(text)):
        document.setHtml(text)
    else:
        document.setPlainText(text)
    if label.alignment() & Qt.AlignmentFlag.AlignHCenter:
        option = QTextOption(Qt.AlignmentFlag.AlignHCenter)
        document.setDefaultTextOption(option)
    document.setTextWidth(label.contentsRect().width() if label.wordWrap() else -1)
    return document


def link_at(label: QLabel, point: QPoint) -> str:
    """Return the last link that begins before a point: of a word or of the number behind it.

    Parameters
    ----------
    label : QLabel
        With rich text whose words are links.
    point : QPoint
        In the label's pixels.

    Returns
    -------
    str
        The link's target; empty where there is none.
    """
    document = document_of(label)
    place = _letter_at(label, document, point)
    found = ""
    if place is None:
        return found
    for target, start, _ in links_of(document):
        if start <= place:
            found = target
    return found


def fact_at(label: QLabel, point: QPoint) -> str:
    """Return the last word of the fact at a point: 'epochs' of '10 classes · 61 epochs'.

    Parameters
    ----------
    label : QLabel
        With plain text, its facts divided by `BETWEEN`.
    point : QPoint
        In the label's pixels.
    """
    place = _letter_at(label, document_of(label), point)
    if place is None:
        return ""
    end = 0
    for fact in label.text().split(BETWEEN):
        end += len(fact) + len(BETWEEN)
        if place < end:
            return fact.split()[-1] if fact.split() else ""
    return ""


def links_of(document: QTextDocument) -> list[tuple[str, int, int]]:
    """Return target, first letter and number of letters of each link, in order."""
    found: list[tuple[str, int, int]] = []
    block = document.begin()
    while block.isValid():
        parts = block.begin()
        while not parts.atEnd():
            part = parts.fragment()
            target = part.charFormat().anchorHref()
            if (
                target
                and found
                and found[-1][0] == target
                and sum(found[-1][1:]) == part.position()
            ):
                found[-1] = target, found[-1][1], found[-1][2] + part.length()
            elif target:
                found.append((target, part.position(), part.length()))
            parts += 1
        block = block.next()
    return found


def _letter_at(label: QLabel, document: QTextDocument, point: QPoint) -> int | None:
    """Return the number of the letter at a point; None beside the words."""
    area, height = label.contentsRect(), document.size().height()
    top = float(area.top())
    if label.alignment() & Qt.AlignmentFlag.AlignVCenter:
        top += (area.height() - height) / 2
    here = QPointF(point.x() - area.left(), point.y() - top)
    if not 0 <= here.y() <= height:
        return None
    place = certain(document.documentLayout()).hitTest(here, Qt.HitTestAccuracy.FuzzyHit)
    return place if place >= 0 else None
