"""Points of a plot that are dragged up and down."""

from typing import Any

import numpy as np
from PyQt6.QtCore import QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QCursor, QPainterPath

from ncviz.desktop.plots.points import Points

SIZE = 19  # pixels within which a point is taken


class Handles(Points):
    """Rings about points; what is beside them is left to the plot.

    Signals
    -------
    moved(int, float)
        The point of this number is at this height now, as the plot draws heights.
    held(bool)
        A point is dragged from now on, or was let go.
    """

    moved = pyqtSignal(int, float)
    held = pyqtSignal(bool)

    def __init__(self) -> None:
        super().__init__(SIZE)
        self._held: int | None = None
        self.setCursor(QCursor(Qt.CursorShape.SizeVerCursor))

    def shape(self) -> QPainterPath:
        """Return the rings: only over them the pointer says that they can be dragged."""
        wide, tall = self._radii()
        found = QPainterPath()
        for across, up in zip(*self.getData(), strict=True):
            if np.isfinite(up):
                found.addEllipse(QPointF(across, up), wide, tall)
        return found

    def mouseDragEvent(self, event: Any) -> None:
        """Take a drag that begins at a point."""
        if event.button() == Qt.MouseButton.LeftButton and event.isStart():
            self._held = self.at(event.buttonDownPos())
            if self._held is not None:
                self.held.emit(True)
        if self._held is None:
            event.ignore()
            return
        event.accept()
        self.moved.emit(self._held, float(event.pos().y()))
        if event.isFinish():
            self._held = None
            self.held.emit(False)
