"""Points of a plot."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter, QPixmap
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget
from pyqtgraph.graphicsItems.ScatterPlotItem import renderSymbol

from ncviz.desktop.plots.plotted import Plotted

FARTHEST = 2.0**15  # pixels; Qt paints nothing beyond
PADDING = 0.7072  # of the symbol's width, from the middle of a point to what may be painted


class Points(Plotted):
    """Points that are one symbol, in pixels of the screen, at many places.

    pyqtgraph's own points may each be another symbol, and are looked for in arrays with every
    frame, which takes longer than all else of a plot. These are one small picture, drawn once.

    Parameters
    ----------
    size : float
        Pixels across.
    symbol : str
        As of pyqtgraph.
    pen, brush
        As of `pyqtgraph.mkPen` and `mkBrush`.

    Attributes
    ----------
    opts : dict
        'size', 'symbol', 'pen', 'brush'.
    """

    def __init__(self, size: float, symbol: str = "o", pen: Any = None, brush: Any = None) -> None:
        super().__init__()
        self.opts = {
            "size": size,
            "symbol": symbol,
            "pen": pg.mkPen(pen),
            "brush": pg.mkBrush(brush),
        }
        self._picture: tuple[float, QPixmap, float] | None = None  # for which screen, how wide

    def setData(self, across: Any, up: Any) -> None:
        """Let points stand at other places."""
        self.stand(across, up)

    def setPen(self, pen: Any) -> None:
        """Draw the edge of the symbol otherwise."""
        self._dress(pen=pg.mkPen(pen))

    def setBrush(self, brush: Any) -> None:
        """Fill the symbol otherwise."""
        self._dress(brush=pg.mkBrush(brush))

    def setSize(self, size: float) -> None:
        """Draw the symbol larger or smaller."""
        self._dress(size=size)

    def _dress(self, **changes: Any) -> None:
        before = dict(self.opts)
        super()._dress(**changes)
        if self.opts != before:
            self._picture = None
            self._paint_anew()  # a larger symbol

    # Where they are

    def pixelPadding(self) -> float:
        """Return how many pixels of a point lie beyond its place."""
        return PADDING * self._width() if len(self._across) else 0.0

    def _paint_anew(self) -> None:
        """Let the place of these points be painted, before they move and after it."""
        scene, (left, right), (low, high) = self.scene(), self.dataBounds(0), self.dataBounds(1)
        if scene is None or left is None or right is None or low is None or high is None:
            return
        sides = (0.0 if side is None else side.length() for side in self.pixelVectors())
        wide, tall = (self.pixelPadding() * side for side in sides)
        around = QRectF(left - wide, low - tall, right - left + 2 * wide, high - low + 2 * tall)
        scene.update(self.mapRectToScene(around))

    def at(self, place: QPointF) -> int | None:
        """Return the number of the uppermost point that lies at a place of the plot."""
        wide, tall = self._radii()
        beside = (np.abs(self._across - place.x()) < wide) & (np.abs(self._up - place.y()) < tall)
        return int(np.flatnonzero(beside)[-1]) if beside.any() else None

    def _radii(self) -> tuple[float, float]:
        """Return half the width and height of a symbol, in what the axes count."""
        sides = (0.0 if side is None else side.length() for side in self.pixelVectors())
        wide, tall = (self._width() / 2 * side for side in sides)
        return wide, tall

    # What is painted

    def _symbol(self, ratio: float) -> tuple[float, QPixmap, float]:
        """Return for a screen of so many dots a pixel the symbol and its width in pixels."""
        if self._picture is None or self._picture[0] != ratio:
            drawn = renderSymbol(**self.opts, dpr=ratio)
            self._picture = ratio, QPixmap.fromImage(drawn), drawn.width() / ratio
        return self._picture

    def _width(self) -> float:
        return self._symbol(1.0 if self._picture is None else self._picture[0])[2]

    def paint(
        self,
        painter: QPainter | None,
        _option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        assert painter is not None
        _ratio, picture, width = self._symbol(1.0 if widget is None else widget.devicePixelRatioF())
        shown, whole = painter.transform(), QRectF(picture.rect())
        across = shown.m11() * self._across + shown.dx()
        up = shown.m22() * self._up + shown.dy()
        painter.resetTransform()
        on_paper = (np.abs(across) < FARTHEST) & (np.abs(up) < FARTHEST)  # not where one is NaN
        corners = across[on_paper] - width / 2, up[on_paper] - width / 2
        for left, top in zip(*map(np.ndarray.tolist, corners), strict=True):
            painter.drawPixmap(QRectF(left, top, width, width), picture, whole)
