"""A curve of which one sees something even where a run holds a single moment."""

from typing import Any

import numpy as np

from ncviz.desktop.plots.plotted_line import PlottedLine
from ncviz.desktop.plots.points import Points

SIZE = 7  # pixels


class LoneCurve(PlottedLine):
    """A curve that is a point where it has one value only: a line through one point is nothing."""

    point: Points | None = None  # made when it is first needed

    def setData(self, *args: Any, **options: Any) -> None:
        super().setData(*args, **options)
        across, up = self.getData()
        known = np.isfinite(across) & np.isfinite(up)
        is_lone = known.sum() == 1
        if is_lone:
            if self.point is None:
                self.point = Points(SIZE, brush=self.opts["pen"].color())
                self.point.setParentItem(self)
            self.point.setData(across[known], up[known])
        if self.point is not None:
            self.point.setVisible(bool(is_lone))  # to paint none costs time

    def setPen(self, pen: Any) -> None:
        super().setPen(pen)
        if self.point is not None:
            self.point.setBrush(self.opts["pen"].color())
