"""Points of a plot."""

from typing import Any, cast

import pyqtgraph as pg
from PyQt6.QtCore import QRectF


class Points(pg.ScatterPlotItem):
    """Points of which those places alone are painted anew where they were and where they are.

    pyqtgraph forgets the old ones before it says that they change, and takes new ones for points
    without any size at first: a rectangle of no size, which Qt takes for all of the plot.
    """

    def setData(self, *args: Any, **options: Any) -> None:
        self.prepareGeometryChange()
        super().setData(*args, **options)

    def boundingRect(self) -> QRectF:
        around = cast(QRectF, super().boundingRect())
        if around.isNull():
            around.setHeight(1.0)  # empty still, and no longer null
        return around
