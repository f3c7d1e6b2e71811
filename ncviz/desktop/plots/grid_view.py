"""The cells of a map, each with the colour of its value."""

import math

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ncviz.charts.grid import Grid
from ncviz.desktop.style.theme import CAPTION, current_look, letters
from ncviz.scenes.cosine_colors import ink_on
from ncviz.scenes.grid_colors import color_of_share

NOWHERE = (-1, -1)
LEAST = 120  # pixels of height
APART = 6  # pixels between the cells and the name of a sector
GAP = 4  # pixels, where rows or columns are left out


class GridView(QWidget):
    """The map.

    Signals
    -------
    pointed(int, int)
        Row and column under the pointer; −1, −1 when it leaves.
    clicked(int, int)
    """

    pointed = pyqtSignal(int, int)
    clicked = pyqtSignal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.grid: Grid | None = None
        self.cell = NOWHERE
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.follow_look()

    def sizeHint(self) -> QSize:
        return QSize(200, self.minimumHeight())

    def follow_look(self) -> None:
        """Take other letters and colours."""
        self._theme, text_scale = current_look()
        self._font = letters(CAPTION)
        self.setMinimumHeight(round(LEAST * text_scale))
        self.update()

    def show_grid(self, grid: Grid) -> None:
        """Draw another map; one that is there costs nothing."""
        if grid is not self.grid:
            self.grid = grid
            self.update()

    # Where things stand

    def box(self) -> QRectF:
        """Return the rectangle of the cells."""
        metrics = QFontMetrics(self._font)
        names = [] if self.grid is None else [str(row) for row in self.grid.rows]
        widest = max(map(metrics.horizontalAdvance, ["000", *names]))
        left = min(widest, self.width() // 4) + metrics.height() + 4
        bottom, (aside, atop) = 2 * metrics.height() + 2, self._room_for_names()
        wide = max(8.0, self.width() - left - 4 - aside)
        return QRectF(left, 2 + atop, wide, self.height() - bottom - 2 - atop)

    def _room_for_names(self) -> tuple[float, float]:
        """Return how many pixels beside and above the cells belong to names of sectors."""
        if self.grid is None:
            return 0.0, 0.0
        metrics, (beside, above) = QFontMetrics(self._font), self.grid.outside()
        names = (self.grid.sectors[number].name for number in beside)
        longest = max(map(metrics.horizontalAdvance, names), default=-APART)
        return longest + APART, metrics.height() if above else 0.0

    def rectangle(self, row: int, column: int, box: QRectF | None = None) -> QRectF:
        """Return where a cell is; `box` is that of all cells, which takes long to find."""
        grid, box = self._shown(), box or self.box()
        wide, high = box.width() / len(grid.columns), box.height() / len(grid.rows)
        return QRectF(box.left() + column * wide, box.bottom() - (row + 1) * high, wide, high)

    def cell_at(self, point: QPointF) -> tuple[int, int]:
        """Return row and column at a point; −1, −1 outside."""
        box = self.box()
        if self.grid is None or not box.contains(point):
            return NOWHERE
        rows, columns = len(self.grid.rows), len(self.grid.columns)
        row = int((box.bottom() - point.y()) / box.height() * rows)
        column = int((point.x() - box.left()) / box.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    def point_at(self, cell: tuple[int, int]) -> None:
        """Point at a cell, as the mouse does."""
        if cell != self.cell:
            self.cell = cell
            self.pointed.emit(*cell)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        cell = self.cell_at(event.position())
        self.setCursor(
            Qt.CursorShape.ArrowCursor if cell == NOWHERE else Qt.CursorShape.PointingHandCursor
        )
        self.point_at(cell)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell != NOWHERE:
            self.clicked.emit(*cell)

    def leaveEvent(self, _event: QEvent | None) -> None:
        self.point_at(NOWHERE)

    def hideEvent(self, _event: QEvent | None) -> None:
        self.point_at(NOWHERE)

    def _shown(self) -> Grid:
        assert self.grid is not None
        return self.grid

    # Drawing

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        if self.grid is None:
            return
        painter = QPainter(self)
        painter.setFont(self._font)
        self._paint_cells(painter, self.grid)
        self._paint_sectors(painter, self.grid)
        self._paint_axes(painter, self.grid)
        for cell, width in ((self.grid.here, 2.5), (self.cell, 1.2)):
            if cell is not None and cell != NOWHERE and self._has(cell):
                self._frame(painter, cell, width)

    def _has(self, cell: tuple[int, int]) -> bool:
        return cell[0] < len(self._shown().rows) and cell[1] < len(self._shown().columns)

    def _paint_cells(self, painter: QPainter, grid: Grid) -> None:
        metrics, box = painter.fontMetrics(), self.box()
        for row in range(len(grid.rows)):
            for column in range(len(grid.columns)):
                place, share = self.rectangle(row, column, box), grid.share(row, column)
                if math.isnan(share):
                    ink = QColor(self._theme.line)
                    painter.fillRect(
                        place.adjusted(0.5, 0.5, -0.5, -0.5), QColor(self._theme.surface)
                    )
                    painter.setPen(QPen(ink, 1))
                    painter.drawLine(place.bottomLeft(), place.topRight())
                    continue
                color = color_of_share(share, self._theme)
                painter.fillRect(place.adjusted(0.25, 0.25, -0.25, -0.25), QColor(color))
                text = grid.text(row, column)
                fits = place.width() > metrics.horizontalAdvance(text) + 2
                if fits and place.height() > 0.85 * metrics.height():
                    painter.setPen(QColor(ink_on(color)))
                    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_sectors(self, painter: QPainter, grid: Grid) -> None:
        box = self.box()
        wide, high = box.width() / len(grid.columns), box.height() / len(grid.rows)

        def corner(at: tuple[float, float]) -> QPointF:
            return QPointF(box.left() + at[1] * wide, box.bottom() - at[0] * high)

        painter.setPen(QPen(QColor(self._theme.surface), 3))
        for first, second in grid.borders():
            painter.drawLine(corner(first), corner(second))
        painter.setPen(QPen(QColor(self._theme.text), 1))
        for first, second in grid.borders():
            painter.drawLine(corner(first), corner(second))
        painter.setPen(QPen(QColor(self._theme.surface), GAP))
        rows, columns = grid.gaps()
        for row in rows:
            painter.drawLine(corner((row, 0)), corner((row, len(grid.columns))))
        for column in columns:
            painter.drawLine(corner((0, column)), corner((len(grid.rows), column)))
        painter.setPen(QColor(self._theme.text))
        for sector, plate in zip(grid.sectors, self.places_of_names(), strict=True):
            painter.fillRect(plate, QColor(self._theme.surface))
            painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, sector.name)

    def places_of_names(self) -> list[QRectF]:
        """Return where the name of each sector stands: beside or above the cells if it can."""
        grid, box, metrics = self._shown(), self.box(), QFontMetrics(self._font)
        wide, high = box.width() / len(grid.columns), box.height() / len(grid.rows)
        beside, above = grid.outside()
        found = []
        for number, (sector, (row, column)) in enumerate(
            zip(grid.sectors, grid.middles(), strict=True)
        ):
            plate = QRectF(0, 0, metrics.horizontalAdvance(sector.name), metrics.height())
            plate.moveCenter(QPointF(box.left() + column * wide, box.bottom() - row * high))
            if number in beside:
                plate.moveLeft(box.right() + APART)
                plate.moveTop(box.bottom() - beside[number] * high - plate.height() / 2)
            elif number in above:
                plate.moveLeft(box.left() + above[number] * wide - plate.width() / 2)
                plate.moveBottom(box.top())
            plate.moveLeft(min(max(plate.left(), 0.0), self.width() - plate.width()))
            plate.moveTop(max(plate.top(), 0.0))
            found.append(plate)
        return found

    def _paint_axes(self, painter: QPainter, grid: Grid) -> None:
        metrics, box = painter.fontMetrics(), self.box()
        painter.setPen(QColor(self._theme.quiet))
        line = metrics.height()
        for column, value in enumerate(grid.columns):
            place = self.rectangle(0, column, box)
            words = QRectF(place.left(), box.bottom() + 1, place.width(), line)
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, str(value))
        last = math.inf
        for row in sorted(range(len(grid.rows)), key=lambda r: r != len(grid.rows) - 1):
            middle = self.rectangle(row, 0, box).center().y()
            if row != len(grid.rows) - 1 and (last - middle < line or middle - box.top() < line):
                continue
            last = last if row == len(grid.rows) - 1 else middle
            words = QRectF(line, middle - line / 2, box.left() - line - 4, line)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(words, right, str(grid.rows[row]))
        below = QRectF(box.left(), box.bottom() + line, box.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, grid.across_title)
        painter.save()
        painter.translate(line / 2, box.center().y())
        painter.rotate(-90)
        aside = QRectF(-box.height() / 2, -line / 2, box.height(), line)
        painter.drawText(aside, Qt.AlignmentFlag.AlignCenter, grid.up_title)
        painter.restore()

    def _frame(self, painter: QPainter, cell: tuple[int, int], width: float) -> None:
        place = self.rectangle(*cell)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.surface), width + 2))
        painter.drawRect(place)
        painter.setPen(QPen(QColor(self._theme.classifier), width))
        painter.drawRect(place)
