"""The sign before a verdict: a form that tells it without its colour."""

from PyQt6.QtCore import QLineF, QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ncviz.desktop.style.theme import BODY, current_look
from ncviz.experiments.verdict import DIVERGED, NOT_REPRODUCED, PARTLY, REPRODUCED


def verdict_color(verdict: str) -> str:
    """Return the colour of a verdict, as words have it."""
    theme = current_look().theme
    if verdict == REPRODUCED:
        return theme.word(theme.etf)
    if verdict in (NOT_REPRODUCED, DIVERGED):
        return theme.word(theme.classifier)
    return theme.text if verdict == PARTLY else theme.quiet


def draw_verdict(painter: QPainter, place: QRect, verdict: str) -> None:
    """Draw a full disc with a tick, a half disc, a cross, or a dash for what is not known."""
    color = QColor(verdict_color(verdict))
    area = QRectF(place).adjusted(1, 1, -1, -1)
    x, y, side = area.x(), area.y(), area.width()
    thick = max(1.5, side / 9)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, thick, cap=Qt.PenCapStyle.RoundCap))

    def line(*ends: float) -> None:
        a, b, c, d = ends
        painter.drawLine(QLineF(x + a * side, y + b * side, x + c * side, y + d * side))

    if verdict == REPRODUCED:
        painter.setBrush(color)
        painter.drawEllipse(area)
        ground = QColor(current_look().theme.raised)
        painter.setPen(QPen(ground, thick, cap=Qt.PenCapStyle.RoundCap))
        line(0.28, 0.53, 0.44, 0.69)
        line(0.44, 0.69, 0.73, 0.34)
    elif verdict == PARTLY:
        painter.drawEllipse(area)
        painter.setBrush(color)
        painter.drawPie(area, 90 * 16, 180 * 16)
    elif verdict in (NOT_REPRODUCED, DIVERGED):
        painter.drawEllipse(area)
        line(0.32, 0.32, 0.68, 0.68)
        line(0.68, 0.32, 0.32, 0.68)
    else:
        line(0.2, 0.5, 0.8, 0.5)
    painter.restore()


class VerdictSign(QWidget):
    """The sign as a widget, as high as a line of words."""

    def __init__(self) -> None:
        super().__init__()
        self._verdict = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.follow_look()

    def follow_look(self) -> None:
        """Be as large as letters are now."""
        side = round(1.1 * BODY * current_look().text_scale)
        self.setFixedSize(side, side)

    def show_verdict(self, verdict: str) -> None:
        """Show the sign of another verdict."""
        self._verdict = verdict
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        draw_verdict(painter, self.rect(), self._verdict)
        painter.end()
