"""The map of a sweep: pointing tells a cell, a click or Enter opens it."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent

from ncviz.desktop.plots.grid_view import NOWHERE, GridView
from ncviz.desktop.widgets.announcing import announce
from ncviz.language import tr
from ncviz.sweeps.sweep_map import SweepGrid

STEPS = {
    Qt.Key.Key_Up: (1, 0),
    Qt.Key.Key_Down: (-1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
ENTER = Qt.Key.Key_Return, Qt.Key.Key_Enter


class SweepMapView(GridView):
    """The map.

    Signals
    -------
    opened(int, int)
        Row and column: a click, or Enter.
    told(str)
        What is pointed at, in words.
    """

    opened = pyqtSignal(int, int)
    told = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Map of the sweep"))
        self.clicked.connect(self.opened)
        self.pointed.connect(self._say)

    def _say(self, row: int, column: int) -> None:
        grid = self.grid
        here = isinstance(grid, SweepGrid) and (row, column) != NOWHERE
        words = grid.told(row, column) if here and isinstance(grid, SweepGrid) else ""
        self.told.emit(words)
        if words and self.hasFocus():
            announce(self, words)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        grid, key = self.grid, event.key()
        if grid is None:
            return super().keyPressEvent(event)
        row, column = self.cell if self.cell != NOWHERE else (0, 0)
        if key in ENTER and self.cell != NOWHERE:
            self.opened.emit(row, column)
        elif key in STEPS:
            up, right = STEPS[Qt.Key(key)] if self.cell != NOWHERE else (0, 0)
            self.point_at(
                (
                    min(max(row + up, 0), len(grid.rows) - 1),
                    min(max(column + right, 0), len(grid.columns) - 1),
                )
            )
        elif key == Qt.Key.Key_Escape and self.cell != NOWHERE:
            self.point_at(NOWHERE)
        else:
            return super().keyPressEvent(event)
        event.accept()
        return None

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self.point_at(NOWHERE)
