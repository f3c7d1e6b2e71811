"""A small plot in which one points at where the next value will lie."""

import math
from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.announcing import announce
from ncviz.language import tr
from ncviz.wording import three_digits

WIDE, HIGH = 420, 132  # pixels at normal text
SIDE, FOOT = 58, 24  # beside the points, and below them
BELOW, ABOVE = 16.0, 1.6  # by how many times a guess can lie below the last value, above the first
RADIUS = 4.0
STEP = 1.1  # of an arrow key


class PlacePlot(QWidget):
    """Known values as points, and a line on which the next one is to be placed; heights by factors.

    Parameters
    ----------
    values : sequence of float
        Positive, at layers 0, 1, …; the next layer's is to be guessed.
    name : str
        What is asked, for screen readers.

    Signals
    -------
    placed(float)
        The value that was clicked, or chosen with Enter.
    """

    placed = pyqtSignal(float)

    def __init__(self, values: Sequence[float], name: str) -> None:
        super().__init__()
        self._values = tuple(values)
        self._name = name
        self.guess = self._values[-1]
        self._low = math.log(min(self._values) / BELOW)
        self._high = math.log(max(self._values) * ABOVE)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(tr("Click at the height where you think that it will lie."))
        announce(self, three_digits(self.guess), name)

    def sizeHint(self) -> QSize:
        scale = max(1.0, current_look().text_scale)
        return QSize(round(WIDE * scale), round(HIGH * scale))

    def _area(self) -> QRectF:
        scale = max(1.0, current_look().text_scale)
        return QRectF(self.rect()).adjusted(SIDE * scale, 8, -SIDE * scale, -FOOT * scale)

    def point_of(self, layer: int, value: float) -> QPointF:
        """Return where a value of a layer is drawn."""
        area, count = self._area(), len(self._values)
        share = (math.log(value) - self._low) / (self._high - self._low)
        return QPointF(
            area.left() + area.width() * layer / count, area.bottom() - share * area.height()
        )

    def value_at(self, height: float) -> float:
        """Return the value at a height of the widget, in pixels."""
        area = self._area()
        share = min(max((area.bottom() - height) / area.height(), 0.0), 1.0)
        return math.exp(self._low + share * (self._high - self._low))

    def _move(self, value: float) -> None:
        self.guess = min(max(value, math.exp(self._low)), math.exp(self._high))
        announce(self, three_digits(self.guess), self._name)
        self.update()

    # By hand

    def enterEvent(self, event: QEnterEvent | None) -> None:
        super().enterEvent(event)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self._move(self.value_at(event.position().y()))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._move(self.value_at(event.position().y()))
            self.placed.emit(self.guess)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        factors = {Qt.Key.Key_Up: STEP, Qt.Key.Key_Down: 1 / STEP}
        if event.key() in factors:
            self._move(self.guess * factors[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.placed.emit(self.guess)
        else:
            super().keyPressEvent(event)

    # What is drawn

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme, count = current_look().theme, len(self._values)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        area = self._area()
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        there = self.point_of(count, self.guess)
        painter.setPen(QPen(QColor(theme.quiet), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(there.x(), area.top()), QPointF(there.x(), area.bottom()))
        ink = QColor(theme.text)
        for layer, value in enumerate(self._values):
            at = self.point_of(layer, value)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawEllipse(at, RADIUS, RADIUS)
            painter.setPen(QColor(theme.quiet))
            painter.drawText(at + QPointF(7, -5), three_digits(value))
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(there, RADIUS + 2, RADIUS + 2)
        painter.setPen(ink)
        painter.drawText(there + QPointF(10, 4), f"{three_digits(self.guess)}?")
        painter.setPen(QColor(theme.quiet))
        foot = QRectF(area.left(), area.bottom(), area.width(), self.height() - area.bottom())
        for layer in range(count + 1):
            x = self.point_of(layer, self._values[0]).x()
            middle = Qt.AlignmentFlag.AlignCenter
            painter.drawText(QRectF(x - 40, foot.top(), 80, foot.height()), middle, _named(layer))
        painter.end()


def _named(layer: int) -> str:
    return tr("input") if layer == 0 else tr("layer {layer}", layer=layer)
