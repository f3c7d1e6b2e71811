"""Names that are longer than their place: left out in the middle, whole in the tooltip."""

from PyQt6.QtCore import QRect, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip

LETTERS = 72  # of a name in a menu
FEWEST = 8  # letters that still tell something of a longer line
_MIDDLE = Qt.TextElideMode.ElideMiddle
_MNEMONIC = Qt.TextFlag.TextShowMnemonic


def shortened_middle(text: str, letters: int = LETTERS) -> str:
    """Return a text of at most so many letters; beginning and end tell most.

    Parameters
    ----------
    text : str
    letters : int, optional
        At least 3.
    """
    if len(text) <= letters:
        return text
    ahead = letters // 2
    return f"{text[:ahead].rstrip()}…{text[len(text) - (letters - ahead - 1) :].lstrip()}"


class LongButton(QPushButton):
    """A button whose words are left out in the middle where they do not fit."""

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        style = certain(self.style())
        room = style.subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self).width()
        if not self.icon().isNull():
            room -= self.iconSize().width() + 8
        option.text = self.fontMetrics().elidedText(self.text(), _MIDDLE, room, _MNEMONIC)
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.end()


class LongLabel(PlainLabel):
    """A line that is cut in its middle where there is no room for it; its tooltip is all of it.

    Where only a letter or two at both ends would be left, nothing is.
    """

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        room, metrics = self.contentsRect(), self.fontMetrics()
        words = metrics.elidedText(self.text(), _MIDDLE, room.width())
        self.setToolTip("" if words == self.text() else plain_tip(self.text()))
        if len(words) < min(FEWEST, len(self.text())):
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


class FittedTitle(PlainLabel):
    """The title of a run in at most two lines; the whole of it answers to pointing.

    Parts of it, divided by ' · ', are left out from the end; a single part that is too long, in
    its middle.

    Parameters
    ----------
    keep_last : bool, optional
        Leave out what stands before the last part: two titles may differ there.
    """

    LINES = 2

    def __init__(self, *, keep_last: bool = False) -> None:
        super().__init__()
        self._title, self._keep_last = "", keep_last
        self.setWordWrap(True)

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._title = title
        self.setToolTip(plain_tip(title))
        self.setAccessibleName(title)
        self._fit()

    def _fit(self) -> None:
        parts = self._title.split(" · ")
        last = parts[-1:] if self._keep_last else []
        text, kept = self._title, len(parts) - len(last)
        while kept > 1 and not self._fits(text):
            kept -= 1
            text = " · ".join((*parts[:kept], "…", *last))
        if not self._fits(text):
            few, many = 8, len(text)
            while few < many:  # the longest that fits
                letters = (few + many + 1) // 2
                fits = self._fits(shortened_middle(text, letters))
                few, many = (letters, many) if fits else (few, letters - 1)
            text = shortened_middle(text, few)
        if text != self.text():
            self.setText(text)

    def _fits(self, text: str) -> bool:
        self.ensurePolished()
        metrics, wrap = self.fontMetrics(), Qt.TextFlag.TextWordWrap
        needed = metrics.boundingRect(QRect(0, 0, self.width(), 10_000), wrap, text)
        lines = self.LINES * metrics.lineSpacing() + metrics.leading()
        return needed.height() <= lines and needed.width() <= self.width()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()
