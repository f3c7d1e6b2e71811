"""The tasks of a sweep as a table: a column a parameter and a number, sorted by a click."""

import math
from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.language import tr
from ncviz.sweeps.places import FINISHED
from ncviz.sweeps.survey import SurveyRow
from ncviz.sweeps.sweep import Sweep, written
from ncviz.sweeps.sweep_map import number_title
from ncviz.wording import correlation, three_digits

SEED, STATE = "seed", "state"
ENTER = Qt.Key.Key_Return, Qt.Key.Key_Enter
ROLE = Qt.ItemDataRole


class SweepRows(QAbstractTableModel):
    """Rows, and by which column they are sorted."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[SurveyRow] = []
        self.columns: list[str] = []
        self._sweep: Sweep | None = None
        self._by, self._down = -1, False

    def show_rows(self, sweep: Sweep, rows: Sequence[SurveyRow], numbers: Sequence[str]) -> None:
        """Show others, in the order that was chosen."""
        columns = [*sweep.varied, SEED, STATE, *numbers]
        fresh = columns != self.columns or len(rows) != len(self.rows)
        if fresh:
            self.beginResetModel()
            self._by = self._by if columns == self.columns else -1
        self._sweep, self.columns, self.rows = sweep, columns, list(rows)
        self._sort()
        if fresh:
            self.endResetModel()
        elif self.rows:
            last = self.index(len(self.rows) - 1, len(columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def value(self, row: SurveyRow, name: str) -> Any:
        """Return what stands in a column."""
        if name in (SEED, STATE):
            return row.task.seed if name == SEED else row.stands.state
        if self._sweep is not None and name in self._sweep.varied:
            return self._sweep.value(row.task.cell, name)
        return row.numbers.get(name)

    def _sort(self) -> None:
        if not 0 <= self._by < len(self.columns):
            self.rows.sort(key=lambda row: row.task.index)
            return
        name = self.columns[self._by]
        known = [row for row in self.rows if _rank(self.value(row, name)) is not None]
        rest = [row for row in self.rows if _rank(self.value(row, name)) is None]
        known.sort(key=lambda row: _rank(self.value(row, name)) or (0, 0, ""), reverse=self._down)
        self.rows = [*known, *rest]  # what has no value stands last, whichever way

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column."""
        self.layoutAboutToBeChanged.emit()
        self._by, self._down = column, order == Qt.SortOrder.DescendingOrder
        self._sort()
        self.layoutChanged.emit()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(self, section: int, side: Qt.Orientation, role: int = 0) -> Any:
        if side != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        name = self.columns[section]
        return {ROLE.DisplayRole: name, ROLE.ToolTipRole: number_title(name)}.get(ROLE(role))

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row, name = self.rows[index.row()], self.columns[index.column()]
        value = self.value(row, name)
        if role == ROLE.DisplayRole:
            number = name not in (SEED, STATE) and name in row.numbers
            if value is None or (isinstance(value, float) and math.isnan(value)):
                return "–" if row.stands.state == FINISHED else ""
            if name == STATE:
                return tr(value)
            near_one = number and 0.9 < abs(value) < 1  # three digits would say 1 of a correlation
            return (correlation if near_one else three_digits if number else written)(value)
        if role == ROLE.TextAlignmentRole and isinstance(value, int | float):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == ROLE.ToolTipRole and row.stands.message:
            return plain_tip(row.stands.message)
        return None


def _rank(value: Any) -> tuple[int, float, str] | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, int | float):
        return 0, float(value), ""
    return 1, 0.0, str(value)


class SweepTableView(QTableView):
    """The table.

    Signals
    -------
    opened(object)
        A `SurveyRow`: Enter, or a double click.
    """

    opened = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.rows = SweepRows()
        self.setModel(self.rows)
        self.setAccessibleName(tr("Cells of the sweep"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        certain(self.verticalHeader()).hide()
        head = certain(self.horizontalHeader())
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setHighlightSections(False)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.doubleClicked.connect(lambda index: self._open(index))

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self.rows.rows[index.row()])

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        if event.key() in ENTER:
            self._open(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)
