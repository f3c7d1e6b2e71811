"""A small plot of each cell of a sweep, all on the same axes, painted in one go."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PyQt6.QtWidgets import QWidget

from ncviz.charts.chart import Curve
from ncviz.charts.colors import painted
from ncviz.charts.plot import Plot
from ncviz.desktop.style.theme import CAPTION, current_look, letters
from ncviz.desktop.widgets.announcing import announce
from ncviz.language import tr
from ncviz.scenes.palette import readable
from ncviz.sweeps.multiples import Multiple
from ncviz.wording import short_number, three_digits

Floats = NDArray[np.float64]

WIDE, HIGH = 190, 120  # pixels of a plot with its words, at normal text
FLATTEST, STEEPEST = 0.55, 0.8  # of a plot's height over its width
PAD, BAND = 6, 40  # pixels around a plot; the strength of an area, of 255
FLOOR = 1e-30  # below it a logarithm shows nothing
ENTER = Qt.Key.Key_Return, Qt.Key.Key_Enter


class MultiplesView(QWidget):
    """The plots, in rows.

    Signals
    -------
    opened(int)
        The place of one in the list: a click, or Enter.
    told(str)
        What is pointed at, in words.
    """

    opened = pyqtSignal(int)
    told = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.multiples: tuple[Multiple, ...] = ()
        self._logarithmic = False
        self._low, self._high = 0.0, 1.0
        self.here = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("A plot of each cell"))
        self.follow_look()

    def follow_look(self) -> None:
        """Take other letters and colours."""
        self._theme, self._scale = current_look()
        self._font = letters(CAPTION)
        self._lay_out()
        self.update()

    def show_multiples(self, plot: Plot, multiples: Sequence[Multiple]) -> None:
        """Show other plots, on heights that suit all of them."""
        self.multiples, self.here = tuple(multiples), -1
        rows = [
            curve.heights
            for each in multiples
            if each.chart is not None
            for curve in each.chart.curves
            if curve.makes_room and not curve.page_only
        ]
        known = np.concatenate([np.empty(0), *map(np.ravel, rows)])
        known = known[np.isfinite(known)]
        self._logarithmic = plot.logarithmic and bool((known > FLOOR).any())
        known = np.log10(known[known > FLOOR]) if self._logarithmic else known
        self._low, self._high = (
            (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        )
        room = 0.06 * (self._high - self._low) or 0.5
        self._low, self._high = self._low - room, self._high + room
        self._lay_out()
        self.update()

    # Where they stand

    @property
    def columns(self) -> int:
        """Return how many stand side by side: as many as there is room for, fewer if all fit."""
        most = max(1, int(self.width() / (WIDE * max(self._scale, 1.0))))
        count, high = max(len(self.multiples), 1), self._seen_height()
        least = HIGH * max(self._scale, 1.0)
        for columns in range(1, most):
            rows = -(-count // columns)
            if high / rows >= max(least, FLATTEST * self.width() / columns):
                return columns
        return most

    def _seen_height(self) -> int:
        """Return how high what is seen of the plots is."""
        around = self.parentWidget()
        return self.height() if around is None else around.height()

    @property
    def row_height(self) -> float:
        """Return how high a row is: all of the height there is, up to a good shape."""
        least = HIGH * max(self._scale, 1.0)
        rows = -(-len(self.multiples) // self.columns) or 1
        return max(least, min(self._seen_height() / rows, STEEPEST * self.width() / self.columns))

    def _lay_out(self) -> None:
        rows = -(-len(self.multiples) // self.columns)
        self.setMinimumHeight(round(rows * HIGH * max(self._scale, 1.0)))
        self.update()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def rectangle(self, place: int) -> QRectF:
        """Return where a plot with its words stands."""
        wide, high = self.width() / self.columns, self.row_height
        row, column = divmod(place, self.columns)
        return QRectF(column * wide, row * high, wide, high)

    def place_at(self, point: QPointF) -> int:
        """Return the place of the plot at a point, −1 of none."""
        return next(
            (n for n in range(len(self.multiples)) if self.rectangle(n).contains(point)), -1
        )

    def point_at(self, place: int) -> None:
        """Point at a plot, as the mouse does."""
        if place == self.here:
            return
        self.here = place
        words = self._words(place)
        self.told.emit(words)
        if words and self.hasFocus():
            announce(self, words)
        self.update()

    def _words(self, place: int) -> str:
        if not 0 <= place < len(self.multiples):
            return ""
        one = self.multiples[place]
        if one.chart is None:
            return f"{one.title}: {one.note}"
        ends = [
            f"{curve.end_word} {three_digits(float(seen[-1]))}"
            for curve in one.chart.curves
            if curve.end_word and len(seen := curve.values[np.isfinite(curve.values)])
        ]
        return f"{one.title}: {', '.join(ends[:4])}" if ends else one.title

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        place = self.place_at(event.position())
        shape = Qt.CursorShape.ArrowCursor if place < 0 else Qt.CursorShape.PointingHandCursor
        self.setCursor(shape)
        self.point_at(place)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        place = self.place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self.opened.emit(place)

    def leaveEvent(self, _event: QEvent | None) -> None:
        self.point_at(-1)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self.point_at(-1)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.columns,
            Qt.Key.Key_Down: self.columns,
        }
        key = event.key()
        if key in ENTER and self.here >= 0:
            self.opened.emit(self.here)
        elif key in steps and self.multiples:
            place = self.here + steps[Qt.Key(key)] if self.here >= 0 else 0
            self.point_at(min(max(place, 0), len(self.multiples) - 1))
        elif key == Qt.Key.Key_Escape and self.here >= 0:
            self.point_at(-1)
        else:
            return super().keyPressEvent(event)
        event.accept()
        return None

    # Drawing

    def paintEvent(self, event: QPaintEvent | None) -> None:
        assert event is not None
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        for place, one in enumerate(self.multiples):
            box = self.rectangle(place)
            if box.intersects(QRectF(event.rect())):
                self._paint(painter, box, one, place == self.here)
        painter.end()

    def _paint(self, painter: QPainter, box: QRectF, one: Multiple, is_here: bool) -> None:
        metrics, theme = painter.fontMetrics(), self._theme
        line = metrics.height()
        names = [self._height_name(each) for each in (self._high, self._low)]
        left = max(map(metrics.horizontalAdvance, names)) + 4
        inner = box.adjusted(PAD + left, PAD + line + 2, -PAD, -PAD - line)
        painter.setPen(QColor(theme.text if is_here else theme.quiet))
        title = metrics.elidedText(one.title, Qt.TextElideMode.ElideRight, int(box.width() - PAD))
        painter.drawText(QPointF(box.left() + PAD, box.top() + PAD + metrics.ascent()), title)
        painter.setPen(
            QPen(QColor(theme.classifier if is_here else theme.line), 1.5 if is_here else 1)
        )
        painter.drawLine(inner.bottomLeft(), inner.bottomRight())
        painter.drawLine(inner.bottomLeft(), inner.topLeft())
        painter.setPen(QColor(theme.quiet))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for name, y in zip(names, (inner.top() + line / 2, inner.bottom() - line / 2), strict=True):
            painter.drawText(QRectF(box.left(), y - line / 2, PAD + left - 4, line), side, name)
        if one.chart is None or one.moment is None:
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, one.note)
            return
        below = QRectF(inner.left(), inner.bottom() + 1, inner.width(), line)
        first, last = self._ends(one)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, first)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, last)
        painter.save()
        painter.setClipRect(inner.adjusted(-2, -2, 2, 2))
        for curve in one.chart.curves:
            if not curve.page_only:
                self._paint_curve(painter, inner, one, curve)
        painter.restore()

    def _height_name(self, height: float) -> str:
        if not self._logarithmic:
            return f"{height:.2g}".replace("-", "−")
        return short_number(float(f"{10.0**height:.1g}"))

    @staticmethod
    def _ends(one: Multiple) -> tuple[str, str]:
        """Return what stands at both ends of the lower axis."""
        assert one.chart is not None
        assert one.moment is not None
        if one.chart.across.kind == "epochs":
            counting, epochs = one.moment.run.counting, one.moment.run.epochs
            return counting.named(epochs[0]), counting.digits(epochs[-1])
        names = one.chart.across.names
        return (names[0], names[-1]) if names else ("", "")

    def _across(self, one: Multiple, curve: Curve) -> Floats:
        """Return where the values of a curve stand, in 0…1."""
        assert one.chart is not None
        assert one.moment is not None
        at = np.asarray(one.chart.across.at if curve.at is None else curve.at, dtype=np.float64)
        whole = np.asarray(one.chart.across.at, dtype=np.float64)
        if one.chart.across.kind == "epochs":
            at, whole = (one.moment.scale.positions_of(each) for each in (at, whole))
        span = float(whole.max() - whole.min()) if len(whole) else 0.0
        return (at - whole.min()) / span if span else np.full(len(at), 0.5)

    def _up(self, values: Floats) -> Floats:
        """Return how high values stand, in 0…1; NaN where they cannot."""
        values = np.asarray(values, dtype=np.float64)
        if self._logarithmic:
            values = np.log10(np.where(values > FLOOR, values, np.nan))
        return (values - self._low) / (self._high - self._low)

    def _paint_curve(self, painter: QPainter, box: QRectF, one: Multiple, curve: Curve) -> None:
        assert one.moment is not None
        theme = self._theme
        color = QColor(
            readable(
                painted(curve.color, theme, one.moment.view.palette, theme.surface), theme.surface
            )
        )
        across = self._across(one, curve)

        def points(values: Floats) -> list[QPointF]:
            return [
                QPointF(box.left() + x * box.width(), box.bottom() - y * box.height())
                for x, y in zip(across, self._up(values), strict=True)
                if math.isfinite(y)
            ]

        line = points(curve.values)
        if curve.upto is not None:
            color.setAlpha(BAND)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawPolygon(QPolygonF([*line, *reversed(points(curve.upto))]))
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if curve.points:
            painter.setPen(QPen(color, 1))
            if curve.points != "ring":
                painter.setBrush(color)
            radius = 3.5 if curve.points == "ring" else 2.0
            for point in line:
                painter.drawEllipse(point, radius, radius)
            return
        pen = QPen(color, 1.6 if curve.strong else 1.2)
        if curve.dash or curve.dots:
            pen.setStyle(Qt.PenStyle.DashLine if curve.dash else Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(line))
