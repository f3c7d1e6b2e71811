"""Numbers of two runs in two columns."""

from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy

from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.group import Group
from ncviz.desktop.widgets.spoken_list import SpokenList
from ncviz.desktop.widgets.teaching import teach
from ncviz.explorer.answers import Answer
from ncviz.explorer.comparison_words import SIDES
from ncviz.language import tr
from ncviz.wording import cell


@dataclass(frozen=True)
class CompareRow:
    """A line of the table.

    Parameters
    ----------
    name, left, right : str
    tip : str
        One sentence.
    answers : tuple of Answer
        What is said of the left and of the right number; one for both, or none.
    """

    name: str
    left: str
    right: str
    tip: str
    answers: tuple[Answer, ...] = ()


class NumberTable(Group):
    """Numbers of both runs in two columns. It paints itself: no layout at a new number."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[CompareRow, ...] = ()
        self._heads = tr("Left"), tr("Right")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Numbers of both runs"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # to be copied
        self._spoken = SpokenList(self, tr("Numbers"), takes_focus=False)
        teach(self, self._answer_at)

    @property
    def rows(self) -> tuple[CompareRow, ...]:
        """Return what is shown."""
        return self._rows

    def name_sides(self, names: tuple[str, str]) -> None:
        """Write what the runs are called above their numbers."""
        if names != self._heads:
            self._heads = names
            self.update()

    def show_rows(self, rows: tuple[CompareRow, ...]) -> None:
        """Show other numbers."""
        if rows == self._rows:
            return
        grown = len(rows) != len(self._rows)
        self._rows = rows
        self._spoken.show_items([_said(row) for row in rows])
        if grown:
            self._take_room()
        self.update()

    def table_text(self) -> str:
        """Return the numbers as tab-separated text with a header."""
        rows = [("", *self._heads), *((row.name, row.left, row.right) for row in self._rows)]
        return "".join("\t".join(map(cell, row)) + "\n" for row in rows)

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(16 * line, round((len(self._rows) + 1) * self._row_height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(11 * self.fontMetrics().height(), self.sizeHint().height())

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self._take_room()

    def _take_room(self) -> None:
        self.setFixedHeight(self.sizeHint().height())

    def _row_height(self) -> float:
        return 1.1 * self.fontMetrics().height()

    def _columns(self) -> tuple[float, float]:
        """Return where the two columns of numbers begin."""
        names = [self.fontMetrics().horizontalAdvance(row.name) for row in self._rows]
        first = min(max(names, default=0) + 8, 0.5 * self.width())
        return first, (first + self.width()) / 2

    def _answer_at(self, point: QPoint) -> Answer | None:
        """Return what is said of the number at a point."""
        number = int(point.y() / self._row_height()) - 1
        if number < 0:
            at = int(point.x() >= self._columns()[1])
            return Answer(self._heads[at], tr("The run on the {value}.", value=SIDES[at]))
        if not 0 <= number < len(self._rows):
            return None
        row, (first, second) = self._rows[number], self._columns()
        if point.x() < first or not row.answers:
            return Answer(row.name, _said(row).removeprefix(f"{row.name}: ") + ".", row.tip)
        return row.answers[-1] if point.x() >= second else row.answers[0]

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, theme = QPainter(self), current_look().theme
        height, (first, second) = self._row_height(), self._columns()
        line, quiet = QColor(theme.line), QColor(theme.quiet)
        head = QFont(self.font())
        head.setWeight(QFont.Weight.DemiBold)
        painter.setFont(head)
        painter.setPen(QColor(theme.text))
        # What tells the runs apart begins their names.
        cut = Qt.TextElideMode.ElideRight
        self._write(painter, QRectF(first, 0, second - first, height), self._heads[0], cut)
        box = QRectF(second, 0, self.width() - second, height)
        self._write(painter, box, self._heads[1], cut)
        painter.setFont(self.font())
        for number, row in enumerate(self._rows, start=1):
            top = number * height
            painter.setPen(line)
            painter.drawLine(0, round(top), self.width(), round(top))
            painter.setPen(quiet)
            side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, top, first, height), side, row.name)
            painter.setPen(QColor(theme.text))
            self._write(painter, QRectF(first, top, second - first, height), row.left)
            self._write(painter, QRectF(second, top, self.width() - second, height), row.right)
        painter.end()

    def _write(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        cut: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        box = box.adjusted(8, 0, 0, 0)
        short = painter.fontMetrics().elidedText(text, cut, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short)


def _said(row: CompareRow) -> str:
    return tr(
        "{name}: {left} on the left, {right} on the right",
        name=row.name,
        left=row.left,
        right=row.right,
    )
