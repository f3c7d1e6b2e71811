"""The area of a plot: drag a box or turn the wheel to zoom."""

from typing import Any

import pyqtgraph as pg
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QGraphicsSceneWheelEvent


class ZoomBox(pg.ViewBox):
    """A view that tells before the user zooms, and when it is to be whole again.

    Signals
    -------
    zooming()
        The range is about to be changed by hand.
    whole_asked()
        A double click.
    """

    zooming = pyqtSignal()
    whole_asked = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.setMouseMode(pg.ViewBox.RectMode)
        self._asked: dict[int, object] = {}  # of each axis, and what is shown since

    def reach(self, axis: int, low: float, high: float, padding: float) -> None:
        """Show a range of an axis; where it is shown, nothing is asked of pyqtgraph, for it costs.

        Parameters
        ----------
        axis : int
            `XAxis` or `YAxis`.
        low, high : float
        padding : float
            As of pyqtgraph: a share of the range, on both sides.
        """
        asked, automatic = (low, high, padding), self.autoRangeEnabled()[axis] is not False
        if automatic or self._asked.get(axis) != (asked, self.viewRange()[axis]):
            show = self.setXRange if axis == pg.ViewBox.XAxis else self.setYRange
            show(low, high, padding=padding)
            self._asked[axis] = asked, self.viewRange()[axis]

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        self.zooming.emit()
        super().wheelEvent(event, axis)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            event.ignore()
            return
        self.zooming.emit()
        super().mouseDragEvent(event, axis)

    def mouseClickEvent(self, event: Any) -> None:
        if event.double() and event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self.whole_asked.emit()
        else:
            super().mouseClickEvent(event)
