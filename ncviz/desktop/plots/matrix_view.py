"""A matrix of cosines as a heat map, with its colour bar."""

import math
from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ncviz.charts.colors import Color, Hue, painted
from ncviz.desktop.style.theme import CAPTION, current_look, letters
from ncviz.language import tr
from ncviz.scenes.cosine_colors import STEPS, color_of, cosine_colors, ink_on
from ncviz.scenes.palette import readable

PRINTED = 6  # so many classes have their values printed
NAMES = 0.45  # of the width that names of rows may take
CLOSEST = 0.68  # rows of names over the height of a line
TITLE = tr("cosine")  # of the colour bar
ASIDE = 24  # pixels from the cells to the bar, with its title between
BAR = 12  # pixels of width of the colour bar


class MatrixView(QWidget):
    """The heat map.

    Signals
    -------
    pointed(int, int)
        Row and column under the pointer; −1, −1 when it leaves.
    """

    pointed = pyqtSignal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.values = np.empty((0, 0))
        self.names: tuple[str, ...] = ()
        self.ideal = -1.0
        self.palette_name = ""
        self.numbers: tuple[int, ...] = ()
        self._image: QImage | None = None
        self._drawn: object = None  # what the image is of
        self._cell = -1, -1
        self.marked: tuple[int, ...] = ()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.follow_look()

    def sizeHint(self) -> QSize:
        return QSize(200, self.minimumHeight())

    def follow_look(self) -> None:
        """Take other letters and colours."""
        self._theme, text_scale = current_look()
        self._font = letters(CAPTION)
        self.setMinimumHeight(round(96 * text_scale))

    def show_matrix(
        self,
        values: np.ndarray,
        names: Sequence[str],
        ideal: float,
        palette: str = "",
        numbers: Sequence[int] = (),
        hues: Sequence[Color] = (),
    ) -> None:
        """Draw other cosines.

        Parameters
        ----------
        values : array, shape (K, K)
            NaN where there is none.
        names : sequence of str
            Of the classes.
        ideal : float
            −1/(K−1) of the whole run.
        palette : str
            For the hue of each class.
        numbers : sequence of int
            Of the classes in the scene; by default 0 … K−1.
        hues : sequence of Color
            By default those of the numbers.
        """
        self.numbers = tuple(numbers) or tuple(range(len(values)))
        self.hues: tuple[Color, ...] = tuple(hues) or tuple(map(Hue, self.numbers))
        self.values, self.names = values, tuple(names)
        self.ideal, self.palette_name = ideal, palette
        self._image = None
        self.update()

    def mark(self, classes: tuple[int, ...]) -> None:
        """Frame rows and columns of classes, by their numbers in the run."""
        if classes != self.marked:
            self.marked = classes
            self.update()

    def _picture(self, side: int) -> QImage:
        """Return the cells, no more of them than the screen has pixels."""
        count = len(self.values)
        drawn = self._theme, min(side, count)
        if self._image is None or drawn != self._drawn:
            self._drawn = drawn
            at = np.arange(count)
            if count > side:
                at = ((np.arange(side) + 0.5) * count / side).astype(int)
            values = self.values[np.ix_(at, at)]
            steps = np.clip(np.rint((values + 1) * 0.5 * (STEPS - 1)), 0, STEPS - 1)
            steps[np.isnan(values)] = STEPS
            np.fill_diagonal(steps, STEPS)  # where the hues stand
            shades = np.zeros((STEPS + 1, 4), dtype=np.uint8)  # at the end: no colour
            shades[:STEPS, :3], shades[:STEPS, 3] = cosine_colors(self._theme, self.ideal), 255
            pixels = shades.view(np.uint32)[:, 0][steps.astype(np.intp)]
            kind, across = QImage.Format.Format_RGBA8888, len(at)
            self._image = QImage(pixels.tobytes(), across, across, 4 * across, kind).copy()
        return self._image

    # Where things stand

    def map_box(self) -> QRectF:
        """Return the square of the cells."""
        return self._places()[1]

    def _places(self) -> tuple[float, QRectF]:
        """Return the width for the names of rows, 0 where they do not fit, and the cells."""
        metrics = QFontMetrics(self._font)
        bar = BAR + ASIDE + metrics.horizontalAdvance("−1/(K−1)  ")
        bottom = metrics.height() + 4 if self._has_column_names() else 0
        height = self.height() - 2 - bottom
        free = self.width() - bar - 8
        left = min(self._widest() + 8.0, NAMES * free)
        if not self._row_names_fit(min(height, free - left)):
            left = 0.0
        side = max(8.0, min(height, free - left))
        return left, QRectF(left + max(0.0, (free - left - side) / 2), 1, side, side)

    def _widest(self) -> int:
        metrics = QFontMetrics(self._font)
        return max((metrics.horizontalAdvance(name) for name in self.names), default=0)

    def _row_names_fit(self, height: float) -> bool:
        # Letters without the space above and below them may stand close.
        return len(self.names) * CLOSEST * QFontMetrics(self._font).height() <= height

    def _has_column_names(self) -> bool:
        """Tell whether the names fit below their columns."""
        side, count = self.height() - QFontMetrics(self._font).height(), len(self.names)
        if not count or 4 * count > side:  # a thousand names need not be measured for that
            return False
        widest = self._widest()
        return widest + 4 <= min(side, self.width() - widest - 90) / count

    def cell_at(self, point: QPointF) -> tuple[int, int]:
        """Return row and column at a point; −1, −1 outside."""
        box, count = self.map_box(), len(self.values)
        if not count or not box.contains(point):
            return -1, -1
        row = int((point.y() - box.top()) / box.height() * count)
        column = int((point.x() - box.left()) / box.width() * count)
        return min(row, count - 1), min(column, count - 1)

    def center_of(self, row: int, column: int) -> QPointF:
        """Return the middle of a cell."""
        box, side = self.map_box(), self.map_box().width() / max(1, len(self.values))
        return QPointF(box.left() + (column + 0.5) * side, box.top() + (row + 0.5) * side)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        self.point_at(self.cell_at(event.position()))

    def leaveEvent(self, _event: QEvent | None) -> None:
        self.point_at((-1, -1))

    def hideEvent(self, _event: QEvent | None) -> None:
        self.point_at((-1, -1))

    @property
    def cell(self) -> tuple[int, int]:
        """Return row and column that are pointed at; −1, −1 for none."""
        return self._cell

    def point_at(self, cell: tuple[int, int]) -> None:
        """Point at a cell, as the mouse does."""
        if cell != self._cell:
            self._cell = cell
            self.pointed.emit(*cell)
            self.update()

    # Drawing

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setFont(self._font)
        if len(self.values) > 1:
            box = self.map_box()
            painter.drawImage(box, self._picture(round(box.width() * self.devicePixelRatioF())))
            self._paint_names(painter, box)
            self._paint_diagonal(painter, box)
            if len(self.values) <= PRINTED:
                self._paint_values(painter, box)
            self._paint_bar(painter, box)
            self._paint_marked(painter, box)
            self._paint_cell(painter, box)
        painter.end()

    def _paint_names(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(QColor(self._theme.quiet))
        metrics, side = painter.fontMetrics(), box.width() / len(self.names)
        if self._places()[0]:
            room = int(box.left()) - 6
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            for row, name in enumerate(self.names):
                place = QRectF(0, box.top() + row * side - 4, room, side + 8)
                painter.drawText(
                    place, right, metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)
                )
        if self._has_column_names():
            for column, name in enumerate(self.names):
                place = QRectF(box.left() + column * side, box.bottom() + 2, side, metrics.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_diagonal(self, painter: QPainter, box: QRectF) -> None:
        """Let each class's hue stand where its cosine with itself would."""
        count, side = len(self.values), box.width() / len(self.values)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = max(1.0, min(7.0, 0.3 * side))
        # Of a thousand classes those that stand a pixel apart: the others would lie under them.
        for number in range(0, count, max(1, int(1 / side))):
            place = QRectF(box.left() + number * side, box.top() + number * side, side, side)
            theme = self._theme
            hue = painted(self.hues[number], theme, self.palette_name, theme.surface)
            edge = readable(hue, self._theme.surface)
            painter.setPen(Qt.PenStyle.NoPen if edge == hue or radius < 3 else QColor(edge))
            painter.setBrush(QColor(hue))
            painter.drawEllipse(place.center(), radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_values(self, painter: QPainter, box: QRectF) -> None:
        side = box.width() / len(self.values)
        text = [[_two_decimals(float(v)) for v in row] for row in self.values]
        if painter.fontMetrics().horizontalAdvance("−0.33") + 2 > side:
            return
        if painter.fontMetrics().height() > side:
            return
        scale = cosine_colors(self._theme, self.ideal)
        for row, column in np.ndindex(self.values.shape):
            if row == column:
                continue
            place = QRectF(box.left() + column * side, box.top() + row * side, side, side)
            value = self.values[row, column]
            missing = math.isnan(value)
            ink = self._theme.quiet if missing else ink_on(color_of(float(value), scale))
            painter.setPen(QColor(ink))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text[row][column])

    def _paint_bar(self, painter: QPainter, box: QRectF) -> None:
        scale = cosine_colors(self._theme, self.ideal)[::-1]
        data = np.ascontiguousarray(np.hstack([scale, np.full((STEPS, 1), 255, np.uint8)]))
        image = QImage(data.tobytes(), 1, STEPS, 4, QImage.Format.Format_RGBA8888).copy()
        metrics = painter.fontMetrics()
        half = metrics.ascent() / 2
        bar = QRectF(box.right() + ASIDE, box.top() + half, BAR, box.height() - 2 * half)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, image)
        marks = [(1.0, "1", self._theme.quiet), (-1.0, "−1", self._theme.quiet)]
        if len(self.names) > 2:
            marks.append((self.ideal, "−1/(K−1)", self._theme.word(self._theme.etf)))
        if abs(self.ideal) * bar.height() / 2 > 1.2 * metrics.height():
            marks.append((0.0, "0", self._theme.quiet))
        if painter.fontMetrics().horizontalAdvance(TITLE) < bar.height():
            painter.save()
            painter.setPen(QColor(self._theme.quiet))
            painter.translate(bar.left() - 4, bar.center().y())
            painter.rotate(-90)
            words_box = QRectF(-bar.height() / 2, -metrics.height(), bar.height(), metrics.height())
            painter.drawText(words_box, Qt.AlignmentFlag.AlignCenter, TITLE)
            painter.restore()
        for value, words, color in marks:
            y = bar.top() + (1 - value) / 2 * bar.height()
            painter.setPen(QPen(QColor(color), 2 if value == self.ideal else 1))
            start = bar.left() - 3 if value == self.ideal else bar.right()
            painter.drawLine(QPointF(start, y), QPointF(bar.right() + 3, y))
            painter.setPen(QColor(self._theme.text if value == self.ideal else self._theme.quiet))
            painter.drawText(QPointF(bar.right() + 7, y + half - 1), words)

    def _paint_marked(self, painter: QPainter, box: QRectF) -> None:
        if self._cell[0] >= 0:  # the frame of the cell says more
            return
        side = box.width() / len(self.values)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.text), 1))
        for at in (n for n, number in enumerate(self.numbers) if number in self.marked):
            painter.drawRect(QRectF(box.left(), box.top() + at * side, box.width(), side))
            painter.drawRect(QRectF(box.left() + at * side, box.top(), side, box.height()))

    def _paint_cell(self, painter: QPainter, box: QRectF) -> None:
        row, column = self._cell
        if row < 0 or row >= len(self.values):
            return
        side = box.width() / len(self.values)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.text), 1.5))
        for one, two in ((row, column), (column, row)):
            place = QRectF(box.left() + two * side, box.top() + one * side, side, side)
            painter.drawRect(place)
            painter.setPen(QPen(QColor(self._theme.quiet), 1))


def _two_decimals(value: float) -> str:
    # z: what is rounded to zero has no sign.
    return "–" if math.isnan(value) else f"{value:z.2f}".replace("-", "−")
