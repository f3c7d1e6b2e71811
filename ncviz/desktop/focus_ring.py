"""The ring that shows where the keys go, around the scene or a plot."""

from PyQt6.QtCore import QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PyQt6.QtWidgets import QWidget

from ncviz.desktop.theme import current_look

WIDTH = 2  # pixels
HALO = 1  # of the ground on both sides, so that it is seen on any picture


class FocusRing(QWidget):
    """A line in the theme's colour of the focus, just within a part of a widget.

    It lets the mouse through, and covers no more than its line: what moves below is not
    painted twice.

    Parameters
    ----------
    over : QWidget
    """

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def surround(self, place: QRect) -> None:
        """Stand within a rectangle of the widget below, over all else there."""
        if place != self.geometry():
            self.setGeometry(place)
            inner = self.rect().adjusted(*_inset(WIDTH + 2 * HALO))
            self.setMask(QRegion(self.rect()).subtracted(QRegion(inner)))
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_look()[0]
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.background))
        painter.setPen(QPen(QColor(theme.accent), WIDTH))
        middle = HALO + WIDTH / 2
        painter.drawRect(QRectF(self.rect()).adjusted(middle, middle, -middle, -middle))
        painter.end()


def _inset(pixels: int) -> tuple[int, int, int, int]:
    return pixels, pixels, -pixels, -pixels
