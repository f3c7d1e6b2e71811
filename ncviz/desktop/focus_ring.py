"""The ring that shows where the keys go, within the scene or around a plot."""

from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PyQt6.QtWidgets import QWidget

from ncviz.desktop.theme import current_look

WIDTH = 2  # pixels
HALO = 1  # of the ground on both sides, so that it is seen on any picture
AWAY = 4  # pixels from what it surrounds to its outer edge
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize)


class FocusRing(QWidget):
    """A line in the theme's colour of the focus.

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
        self._surrounded: QWidget | None = None
        self.hide()

    def stand(self, place: QRect) -> None:
        """Stand within a rectangle of the widget below, over all else there."""
        if place != self.geometry():
            self.setGeometry(place)
            inner = self.rect().adjusted(*_inset(WIDTH + 2 * HALO))
            self.setMask(QRegion(self.rect()).subtracted(QRegion(inner)))
        self.show()
        self.raise_()

    def surround(self, widget: QWidget) -> None:
        """Stand around a widget from now on, in what has room there."""
        if self._surrounded is None:
            widget.installEventFilter(self)
            self._surrounded = widget
        over = beside = widget.parentWidget() or widget  # a plot may be a window of its own
        while not over.isWindow() and not over.rect().contains(_around(widget, over)):
            over = over.parentWidget()
        if over is not self.parentWidget():
            self.setParent(over)
        beside.installEventFilter(self)  # again is the same as once
        self.stand(_around(widget, over).intersected(over.rect()))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in _MOVES and self.isVisible():
            self.surround(self._surrounded)
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_look()[0]
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.background))
        painter.setPen(QPen(QColor(theme.accent), WIDTH))
        middle = HALO + WIDTH / 2
        painter.drawRect(QRectF(self.rect()).adjusted(middle, middle, -middle, -middle))
        painter.end()


def _around(widget: QWidget, over: QWidget) -> QRect:
    place = QRect(widget.mapTo(over, QPoint(0, 0)), widget.size())
    return place.adjusted(-AWAY, -AWAY, AWAY, AWAY)


def _inset(pixels: int) -> tuple[int, int, int, int]:
    return pixels, pixels, -pixels, -pixels
