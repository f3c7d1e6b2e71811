"""The line that the mouse draws around samples."""

from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.style.theme import current_look

FILL = 0.12  # how much of the scene the enclosed area covers


class LassoLine(QWidget):
    """Lies over a scene while a line is drawn; the mouse does not notice it.

    Parameters
    ----------
    over : QWidget
        The scene.
    """

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.points: list[tuple[float, float]] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def begin(self, x: float, y: float) -> None:
        """Begin a line at a point of the scene."""
        self.points = [(x, y)]
        self.resize(certain(self.parentWidget()).size())
        self.show()
        self.raise_()

    def go_on(self, x: float, y: float) -> None:
        """Draw on to a point."""
        self.points.append((x, y))
        self.update()

    def end(self) -> list[tuple[float, float]]:
        """Return the corners of the line, which is gone."""
        points, self.points = self.points, []
        self.hide()
        return points

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, color = QPainter(self), QColor(current_look().theme.accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, 1.5, Qt.PenStyle.DashLine))
        color.setAlphaF(FILL)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in self.points]))
