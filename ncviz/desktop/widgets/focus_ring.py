"""The ring that shows where the keys go: within the scene, or around any control."""

from PyQt6 import sip
from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PyQt6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from ncviz.desktop.certain import certain, the_application
from ncviz.desktop.style.theme import current_look

WIDTH = 2  # pixels
HALO = 1  # of the ground on both sides, so that it is seen on any picture
AWAY = 4  # pixels from what it surrounds to its outer edge
OWN_RING = "ownRing"  # property of a widget that shows by itself where the keys go
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize)


class FocusRing(QWidget):
    """A line in the theme's colour of the focus.

    It lets the mouse through, and covers no more than its line: what moves below is not
    painted twice.
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
        if widget is not self._surrounded:
            self.let_go()
            widget.installEventFilter(self)
            self._surrounded = widget
        over = _room_for(widget)
        if over is not self.parentWidget():
            self.setParent(over)
        between: QWidget | None = widget.parentWidget() or widget
        while between is not None:  # what scrolls moves a page; again is the same as once
            between.installEventFilter(self)
            between = None if between is over else between.parentWidget()
        self.stand(_around(widget, over).intersected(over.rect()))

    def let_go(self) -> None:
        """Surround nothing any more."""
        if self._surrounded is not None and not sip.isdeleted(self._surrounded):
            self._surrounded.removeEventFilter(self)
        self._surrounded = None
        self.hide()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        kind = event.type() if event is not None else QEvent.Type.None_
        if kind in _MOVES and not self.isHidden():  # on a page that comes, too
            self.surround(certain(self._surrounded))
        elif kind == QEvent.Type.Hide and watched is self._surrounded:
            self.hide()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_look().theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.background))
        painter.setPen(QPen(QColor(theme.accent), WIDTH))
        middle = HALO + WIDTH / 2
        painter.drawRect(QRectF(self.rect()).adjusted(middle, middle, -middle, -middle))
        painter.end()


class KeyFocus(QObject):
    """Surrounds what has the focus in a window, from the first Tab there until a mouse takes it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._ring: FocusRing | None = None
        self._by_keys = self._is_stepping = False
        the_application().focusChanged.connect(self._moved)

    def step(self, there: QWidget, reason: Qt.FocusReason) -> None:
        """Give the focus to a widget by a key, and show from now on what has it."""
        self._by_keys = self._is_stepping = True
        there.setFocus(reason)
        self._is_stepping = False

    def _moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        pressed = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if pressed and not self._is_stepping:
            self._by_keys = False
        if self._ring is not None and not sip.isdeleted(self._ring):
            self._ring.let_go()
            self._ring.deleteLater()
        self._ring = None
        if sip.isdeleted(self._window) or now is None or now.window() is not self._window:
            return
        if self._by_keys and now is not self._window and not now.property(OWN_RING):
            # Never moved: out of the scene it would take a native window along, and all
            # that stands beside it would become native, too, and opaque.
            self._ring = FocusRing(_room_for(now))
            self._ring.surround(now)


def ring_around(widget: QWidget) -> FocusRing:
    """Return a ring that stands around a widget until it is hidden or deleted."""
    ring = FocusRing(_room_for(widget))
    ring.surround(widget)
    return ring


def _room_for(widget: QWidget) -> QWidget:
    """Return the nearest widget within which a ring around another has room.

    Around what is scrolled out in part it is no more than the part that is seen: beyond it a
    ring would surround what stands beside.
    """
    over: QWidget = widget.parentWidget() or widget  # a plot may be a window of its own
    while not (
        over.isWindow() or _cuts(over, widget) or over.rect().contains(_around(widget, over))
    ):
        over = certain(over.parentWidget())
    return over


def _cuts(over: QWidget, widget: QWidget) -> bool:
    """Tell whether a widget is scrolled out of another one in part, or is as wide or as high."""
    area, place = over.parentWidget(), _place_of(widget, over)
    if not (isinstance(area, QAbstractScrollArea) and area.viewport() is over):
        return False
    fills = place.width() >= over.width() or place.height() >= over.height()
    return fills or not over.rect().contains(place)


def _place_of(widget: QWidget, over: QWidget) -> QRect:
    return QRect(widget.mapTo(over, QPoint(0, 0)), widget.rect().size())


def _around(widget: QWidget, over: QWidget) -> QRect:
    return _place_of(widget, over).adjusted(-AWAY, -AWAY, AWAY, AWAY)


def _inset(pixels: int) -> tuple[int, int, int, int]:
    return pixels, pixels, -pixels, -pixels
