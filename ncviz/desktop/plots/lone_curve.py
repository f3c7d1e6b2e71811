"""A curve of which one sees something even where a run holds a single moment."""

from typing import Any

import numpy as np
import pyqtgraph as pg

from ncviz.desktop.plots.points import Points

SIZE = 7  # pixels


class LoneCurve(pg.PlotCurveItem):
    """A curve that is a point where it has one value only: a line through one point is nothing."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.point: pg.ScatterPlotItem | None = None
        super().__init__(*args, **options)
        self.point = Points(size=SIZE, pen=None, brush=self.opts["pen"].color())
        self.point.setParentItem(self)
        self.point.setVisible(False)

    def setData(self, *args: Any, **options: Any) -> None:
        super().setData(*args, **options)
        across, up = self.getData()
        if self.point is None or across is None or up is None:
            return
        known = np.isfinite(across) & np.isfinite(up)
        if known.sum() == 1:
            self.point.setData(across[known], up[known])
        elif len(self.point.data):
            self.point.clear()
        self.point.setVisible(len(self.point.data) > 0)  # to paint none costs time

    def setPen(self, *args: Any, **options: Any) -> None:
        super().setPen(*args, **options)
        if self.point is not None:
            self.point.setBrush(self.opts["pen"].color())
