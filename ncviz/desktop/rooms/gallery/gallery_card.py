"""A card of the welcome page: a picture, a title and a sentence."""

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPixmap
from PyQt6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.worded_button import WordedButton

SHAPE = 0.625  # height of a picture over its width, unless the page has room for more


class Card(WordedButton):
    """A picture, a title and one sentence, pressed as a whole.

    Parameters
    ----------
    title, sentence : str
    pictured : bool
        Leave room for a picture.
    """

    def __init__(self, title: str, sentence: str, *, pictured: bool = True) -> None:
        lines = (title, "heading"), (sentence, "caption")
        super().__init__("card", lines, QSizePolicy.Policy.Expanding)
        self.setAccessibleDescription(sentence)
        self.picture = CardPicture()
        if not pictured:  # shown before it has a parent, it were a window of its own
            self.picture.hide()
        self.words.setContentsMargins(14, 8, 14, 10)
        self.words.setSpacing(2)
        self.words.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(0)
        column.addWidget(self.picture)
        column.addLayout(self.words, 1)

    def show_sentence(self, on: bool) -> None:
        """Show the sentence, or let the title do, with the sentence as its tooltip."""
        sentence = self.lines[-1]
        sentence.setVisible(on)
        self.setToolTip(plain_tip("" if on else sentence.text()))


class CardPicture(QWidget):
    """A picture as wide as there is room, with round corners above."""

    def __init__(self) -> None:
        super().__init__()
        self._pixmap = QPixmap()
        self._scaled = QPixmap()
        self._scaled_for = QSize()
        self._ground = QColor()
        self._shape = SHAPE
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_pixmap(self, pixmap: QPixmap) -> None:
        """Show another picture."""
        self._pixmap, self._scaled_for = pixmap, QSize()
        if not pixmap.isNull():
            self._ground = pixmap.toImage().pixelColor(0, 0)
        self.update()

    def set_shape(self, shape: float) -> None:
        """Take another height over the width; the whole picture stands in the middle."""
        if shape != self._shape:
            self._shape = shape
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._shape * width)

    def sizeHint(self) -> QSize:
        return QSize(240, round(self._shape * 240))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if self._pixmap.isNull():
            return
        ratio = self.devicePixelRatioF()
        size = (QSize(self.width(), self.height()).toSizeF() * ratio).toSize()
        if self._scaled_for != size:
            self._scaled_for = size
            self._scaled = self._pixmap.scaled(
                size,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        width, height = self._scaled.width() / ratio, self._scaled.height() / ratio
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        path = QPainterPath()
        path.addRoundedRect(area.adjusted(0, 0, 0, 12), 8, 8)
        painter.setClipPath(path)
        # A flat card shows the whole picture on more of its background.
        painter.fillRect(area, self._ground)
        left, top = (self.width() - width) / 2, (self.height() - height) / 2
        painter.drawPixmap(
            QRectF(left, top, width, height), self._scaled, self._scaled.rect().toRectF()
        )
        painter.end()
