"""Points of a plot."""

from typing import Any, cast

import pyqtgraph as pg
from PyQt6.QtCore import QRectF


class Points(pg.ScatterPlotItem):
    """Points of which those places alone are painted anew where they were and where they are.

    pyqtgraph forgets the old ones before it says that they change, and takes new ones for points
    without any size at first: a rectangle of no size, which Qt takes for all of the plot. Where
    they lie is kept until they or the axes change: Qt asks some ten times a frame.
    """

    _around: tuple[object, float, QRectF] | None = None  # of which bounds and widest point

    def setData(self, *args: Any, **options: Any) -> None:
        self.prepareGeometryChange()
        super().setData(*args, **options)

    def boundingRect(self) -> QRectF:
        kept = self._around
        # pyqtgraph takes another list of bounds with other points and with other axes.
        if kept is not None and kept[0] is self.bounds and kept[1] == self._maxSpotPxWidth:
            return kept[2]
        around = cast(QRectF, super().boundingRect())
        if around.isNull():
            around.setHeight(1.0)  # empty still, and no longer null
        self._around = self.bounds, self._maxSpotPxWidth, around
        return around
