"""Draws what was found of a number: a point for each variant, or a path over layers or epochs."""

import math

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ncviz.desktop.style.theme import CAPTION, current_look, letters
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.experiments.found_chart import FoundChart, FoundRow
from ncviz.language import tr
from ncviz.wording import correlation, three_digits

RADIUS, GAP, PAD = 3.5, 8, 5  # pixels
MOST_NAMED = 0.46  # of the width, that the names of variants take
LINES = 4  # of text, that a path is high
LEGEND = "● ours"
WANTED = "┃ wanted"


class FoundPicture(QWidget):
    """What was found, as points or a path; it answers with all values where one points at it."""

    def __init__(self) -> None:
        super().__init__()
        self._chart = FoundChart()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_chart(self, chart: FoundChart | None, name: str) -> None:
        """Show another one.

        Parameters
        ----------
        chart : FoundChart or None
            None for nothing.
        name : str
            Of the number.
        """
        self.setVisible(chart is not None)
        self._chart = chart or FoundChart()
        said = in_words(self._chart)
        self.setAccessibleName(tr("{name}: what was found", name=name))
        self.setAccessibleDescription(said)
        self.setToolTip(plain_tip(said))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        rows = len(self._chart.rows)
        lines = rows + 1 if rows else LINES
        return QSize(120, lines * _metrics().height() + 2 * PAD)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        if not self._chart.heights:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(letters(CAPTION))
        self._paint_rows(painter) if self._chart.rows else self._paint_path(painter)
        painter.end()

    def _paint_rows(self, painter: QPainter) -> None:
        chart, theme, metrics = self._chart, current_look().theme, _metrics()
        height, width = metrics.height(), self.width()
        named = max(metrics.horizontalAdvance(row.name) for row in chart.rows)
        left = min(named + 1, round(MOST_NAMED * width)) + GAP
        values = [_said(row.value) for row in chart.rows]
        right = width - max(map(metrics.horizontalAdvance, values)) - GAP
        middle = Qt.AlignmentFlag.AlignVCenter

        def across(value: float) -> float:
            return left + PAD + chart.place(value) * (right - left - 2 * PAD)

        for number, (row, value) in enumerate(zip(chart.rows, values, strict=True)):
            top = PAD + number * height
            box, y = QRectF(0, top, left - GAP, height), top + height / 2
            painter.setPen(QColor(theme.quiet))
            elide = Qt.TextElideMode.ElideMiddle
            painter.drawText(box, middle, metrics.elidedText(row.name, elide, left - GAP))
            box = QRectF(right + GAP, top, width - right - GAP, height)
            painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, value)
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            painter.setPen(QPen(QColor(theme.etf), 2))
            for wanted in row.wanted:
                x = across(wanted)
                painter.drawLine(QPointF(x, top + 1), QPointF(x, top + height - 1))
            if math.isfinite(row.value):
                painter.setPen(QPen(QColor(theme.text), 1.5))
                painter.drawLine(QPointF(across(row.low), y), QPointF(across(row.high), y))
                painter.setBrush(QColor(theme.text))
                painter.drawEllipse(QPointF(across(row.value), y), RADIUS, RADIUS)
        legend = _legend(chart)
        start = min(left, max(0, width - metrics.horizontalAdvance(legend)))
        box = QRectF(start, PAD + len(chart.rows) * height, width - start, height)
        painter.setPen(QColor(theme.quiet))
        painter.drawText(box, middle, legend)

    def _paint_path(self, painter: QPainter) -> None:
        chart, theme, metrics = self._chart, current_look().theme, _metrics()
        low, high = _said(min(chart.path)), _said(max(chart.path))
        left = max(map(metrics.horizontalAdvance, (low, high))) + GAP
        top, bottom = PAD + metrics.height() / 2, self.height() - PAD - metrics.height() / 2
        step = (self.width() - left - 2 * PAD) / (len(chart.path) - 1)
        points = [
            QPointF(left + PAD + number * step, bottom - chart.place(value) * (bottom - top))
            for number, value in enumerate(chart.path)
        ]
        painter.setPen(QColor(theme.quiet))
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        half = metrics.height() / 2
        for y, said in ((top, high), (bottom, low)):
            painter.drawText(QRectF(0, y - half, left - GAP, 2 * half), side, said)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(QPointF(left, bottom), QPointF(self.width(), bottom))
        painter.drawLine(QPointF(left, top), QPointF(left, bottom))
        painter.setPen(QPen(QColor(theme.text), 1.5))
        painter.drawPolyline(*points)
        painter.setBrush(QColor(theme.text))
        for point in points:
            painter.drawEllipse(point, RADIUS - 1, RADIUS - 1)


def in_words(chart: FoundChart) -> str:
    """Return all values of a chart, a line for each variant."""
    if chart.path:
        return " → ".join(map(_said, chart.path))
    return "\n".join(map(_row_in_words, chart.rows))


def _row_in_words(row: FoundRow) -> str:
    said = f"{row.name}: {_said(row.value)}"
    if row.low < row.high:
        said += f" ({_said(row.low)} … {_said(row.high)})"
    return said + "".join(tr(", wanted {value}", value=_said(value)) for value in row.wanted)


def _legend(chart: FoundChart) -> str:
    many = any(row.low < row.high for row in chart.rows)
    ours = (
        tr("{legend}, — range of {seeds} seeds", legend=LEGEND, seeds=chart.seeds)
        if many
        else LEGEND
    )
    scale = tr(" · logarithmic") if chart.logarithmic else ""
    return ours + (f" · {WANTED}" if any(row.wanted for row in chart.rows) else "") + scale


def _said(value: float) -> str:
    if math.isnan(value):
        return "–"
    return correlation(value) if 0.9 < abs(value) < 1 else three_digits(value)


def _metrics() -> QFontMetrics:
    return QFontMetrics(letters(CAPTION))
