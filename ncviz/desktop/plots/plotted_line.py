"""A line of a plot through its points."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPainter, QPainterPath
from pyqtgraph.functions import arrayToQPath

from ncviz.desktop.plots.plotted import Plotted

Connect = str | np.ndarray


class PlottedLine(Plotted):
    """A line through points in their order, parted where one is not finite.

    Attributes
    ----------
    opts : dict
        'pen' and 'brush'.
    """

    def __init__(self) -> None:
        super().__init__()
        self.opts = {"pen": pg.mkPen(), "brush": pg.mkBrush(None)}
        self._connect: Connect = "finite"
        self._path: QPainterPath | None = None

    def setData(self, across: Any, up: Any, connect: Connect = "finite") -> None:
        """Go through other points.

        Parameters
        ----------
        across, up : array_like, shape (n,)
        connect : 'finite' or ndarray of bool, shape (n,)
            Which points are joined to the one after them.
        """
        self._connect, self._path = connect, None
        self.stand(across, up)

    def setPen(self, pen: Any) -> None:
        """Draw it otherwise."""
        self._dress(pen=pg.mkPen(pen))

    def setBrush(self, brush: Any) -> None:
        """Fill it otherwise; a line alone is not filled."""
        self._dress(brush=pg.mkBrush(brush))

    def pixelPadding(self) -> float:
        """Return how many pixels of its ink lie beyond its points."""
        return 0.7072 * float(self.opts["pen"].widthF())

    def path(self) -> QPainterPath:
        """Return what is painted, made when it is first asked for."""
        if self._path is None:
            across, up = self.getData()
            self._path = arrayToQPath(across, up, connect=self._connect)
        return self._path

    def paint(self, painter: QPainter | None, *_: object) -> None:
        assert painter is not None
        if len(self.getData()[0]) and self.opts["pen"].style() != Qt.PenStyle.NoPen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self.opts["pen"])
            painter.drawPath(self.path())
