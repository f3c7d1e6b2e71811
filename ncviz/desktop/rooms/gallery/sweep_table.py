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
from ncviz.sweeps.sweep import Sweep
from ncviz.sweeps.sweep_words import SEED, STATE, SweepWords
from ncviz.wording import correlation, three_digits

ENTER = Qt.Key.Key_Return, Qt.Key.Key_Enter
ROLE = Qt.ItemDataRole
_NO_DIGIT, _NO_POINT = "\N{FIGURE SPACE}", "\N{PUNCTUATION SPACE}"


class SweepRows(QAbstractTableModel):
    """Rows, and by which column they are sorted."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[SurveyRow] = []
        self.columns: list[str] = []
        self._sweep: Sweep | None = None
        self.by, self._down = -1, False
        self._words: SweepWords | None = None
        self._decimals: dict[str, int] = {}

    def show_rows(self, sweep: Sweep, rows: Sequence[SurveyRow], numbers: Sequence[str]) -> None:
        """Show others, in the order that was chosen."""
        columns = [*sweep.varied, SEED, STATE, *numbers]
        fresh = columns != self.columns or len(rows) != len(self.rows)
        if sweep is not self._sweep:
            self._words = SweepWords(sweep)
        if fresh:
            self.beginResetModel()
            by = self.columns[self.by] if self.by >= 0 else ""
            self.by = columns.index(by) if by in columns else -1
        else:
            self.layoutAboutToBeChanged.emit()
        held = self._held()
        self._sweep, self.columns, self.rows = sweep, columns, list(rows)
        self._decimals = {
            name: max((_decimals(_shown(row.numbers.get(name))) for row in self.rows), default=0)
            for name in numbers
        }
        self._sort()
        if fresh:
            self.endResetModel()
        else:
            self._hold(held)
            self.layoutChanged.emit()

    def value(self, row: SurveyRow, name: str) -> Any:
        """Return what stands in a column."""
        if name in (SEED, STATE):
            return row.task.seed if name == SEED else row.stands.state
        if self._sweep is not None and name in self._sweep.varied:
            return self._sweep.value(row.task.cell, name)
        return row.numbers.get(name)

    def _sort(self) -> None:
        if not 0 <= self.by < len(self.columns):
            self.rows.sort(key=lambda row: row.task.index)
            return
        name = self.columns[self.by]
        known = [row for row in self.rows if _rank(self.value(row, name)) is not None]
        rest = [row for row in self.rows if _rank(self.value(row, name)) is None]
        known.sort(key=lambda row: _rank(self.value(row, name)) or (0, 0, ""), reverse=self._down)
        self.rows = [*known, *rest]  # what has no value stands last, whichever way

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column."""
        self.layoutAboutToBeChanged.emit()
        held = self._held()
        self.by, self._down = column, order == Qt.SortOrder.DescendingOrder
        self._sort()
        self._hold(held)
        self.layoutChanged.emit()

    def _held(self) -> list[tuple[QModelIndex, int]]:
        """Return what a view holds on to, such as the row that is chosen, each with its task."""
        return [(each, self.rows[each.row()].task.index) for each in self.persistentIndexList()]

    def _hold(self, held: list[tuple[QModelIndex, int]]) -> None:
        """Let a view hold on to the same tasks where they stand now."""
        places = {row.task.index: place for place, row in enumerate(self.rows)}
        for index, task in held:
            place = places.get(task)
            now = QModelIndex() if place is None else self.index(place, index.column())
            self.changePersistentIndex(index, now)

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(self, section: int, side: Qt.Orientation, role: int = 0) -> Any:
        words = self._words
        if side != Qt.Orientation.Horizontal or section >= len(self.columns) or words is None:
            return None
        name = self.columns[section]
        if role == ROLE.DisplayRole:
            return words.heading(name)
        if role == ROLE.ToolTipRole:
            return plain_tip(
                tr("{title}; in the filter {name}", title=words.title(name), name=words.short(name))
            )
        return None

    def _aligned(self, name: str, text: str) -> str:
        """Return a number with blanks for digits that it lacks: points stand below each other."""
        missing = 0 if "·" in text else self._decimals.get(name, 0) - _decimals(text)
        blank = _NO_DIGIT * missing
        return text + (blank if "." in text or not missing else f"{_NO_POINT}{blank}")

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
            if not number:
                return str(value) if self._words is None else self._words.value(name, value)
            return self._aligned(name, _shown(value))
        if role == ROLE.TextAlignmentRole and isinstance(value, int | float):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == ROLE.ToolTipRole and row.stands.message:
            return plain_tip(row.stands.message)
        return None


def _shown(value: float | None) -> str:
    """Return a number with three digits, with four decimals where these would say 1."""
    near_one = value is not None and 0.9 < abs(value) < 1
    return correlation(value) if value is not None and near_one else three_digits(value)


def _decimals(text: str) -> int:
    """Return how many digits stand behind the point; none of a power of ten."""
    return 0 if "·" in text else len(text.partition(".")[2])


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

    def show_rows(self, sweep: Sweep, rows: Sequence[SurveyRow], numbers: Sequence[str]) -> None:
        """Show others; the row that is chosen stays so while it is among them."""
        here, bar = self.currentIndex(), certain(self.verticalScrollBar())
        task, seen = self.rows.rows[here.row()].task if here.isValid() else None, bar.value()
        self.rows.show_rows(sweep, rows, numbers)
        head = certain(self.horizontalHeader())
        if head.sortIndicatorSection() != self.rows.by:
            head.setSortIndicator(self.rows.by, head.sortIndicatorOrder())
        if task is None or self.currentIndex().isValid():
            return
        place = next((n for n, row in enumerate(self.rows.rows) if row.task == task), None)
        if place is not None:
            self.setCurrentIndex(self.rows.index(place, min(here.column(), len(numbers))))
            bar.setValue(seen)

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
