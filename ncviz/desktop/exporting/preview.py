"""The preview beside the fields of an export."""

import numpy as np
from PyQt6.QtCore import QRect, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ncviz.desktop.style.theme import CAPTION, current_look
from ncviz.language import tr


class Preview(QWidget):
    """Shows the newest picture, or the beginning of a text, as large as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.words = ""
        self.lines: tuple[str, ...] = ()
        self.stale = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 160)
        self.setAccessibleName(tr("Preview"))

    def sizeHint(self) -> QSize:
        """Return a size that suits most figures."""
        return QSize(560, 420)

    def show_pixels(self, pixels: np.ndarray) -> None:
        """Show a picture, shape (height, width, 3)."""
        pixels = np.ascontiguousarray(pixels, dtype=np.uint8)
        height, width = pixels.shape[:2]
        image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
        self.image = image.copy()  # the bytes are ours alone
        self.words, self.lines, self.stale = "", (), False
        self.update()

    def show_words(self, words: str) -> None:
        """Say why there is no picture."""
        self.image, self.words, self.lines, self.stale = None, words, (), False
        self.update()

    def show_lines(self, lines: tuple[str, ...]) -> None:
        """Show the beginning of a text."""
        self.image, self.words, self.lines, self.stale = None, "", lines, False
        self.update()

    def set_stale(self) -> None:
        """Show that a newer picture is on its way."""
        self.stale = True
        self.update()

    @property
    def longest_side(self) -> int:
        """Return how many pixels the longer side of a picture may have here."""
        ratio = self.devicePixelRatioF()
        return max(160, min(1600, round(max(self.width(), self.height()) * ratio)))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw the picture in the middle."""
        painter = QPainter(self)
        theme, scale = current_look()
        if self.image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            place = self._fitted(self.image.size())
            painter.setOpacity(0.55 if self.stale else 1.0)
            painter.drawImage(place, self.image)
            painter.setOpacity(1.0)
            painter.setPen(theme_color(theme.line))
            painter.drawRect(place.adjusted(0, 0, -1, -1))
        elif self.lines:
            self._draw_lines(painter, round(CAPTION * scale))
        else:
            painter.setPen(theme_color(theme.quiet))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            words = "Drawing …" if self.stale else self.words
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), flags, words)
        painter.end()

    def _fitted(self, size: QSize) -> QRect:
        size.scale(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
        return QRect(left, top, size.width(), size.height())

    def _draw_lines(self, painter: QPainter, pixels: int) -> None:
        theme, _scale = current_look()
        font = QFont("monospace")
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPixelSize(pixels)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        painter.fillRect(self.rect(), theme_color(theme.raised))
        painter.setPen(theme_color(theme.text))
        step = metrics.lineSpacing()
        for number, line in enumerate(self.lines):
            top = 8 + number * step
            if top + step > self.height() - 8:
                break
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, self.width() - 24)
            painter.drawText(12, top + metrics.ascent(), text)


def theme_color(color: str) -> QColor:
    """Return a colour of the theme as Qt takes it."""
    return QColor(color)
