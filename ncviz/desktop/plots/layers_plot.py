"""Plots over the layers."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt

from ncviz.desktop.plots.axes import FLOOR, LayerAxis, LogAxis, logarithm
from ncviz.desktop.plots.quiet_plot import QuietPlot
from ncviz.desktop.plots.trace import Trace
from ncviz.errors import UserError
from ncviz.explorer.explorer import Explorer
from ncviz.runs.layer_names import tick_names, with_symbol

RING = 10.0  # pixels from the middle of the ring around a point to beyond its edge


class LayersPlot(QuietPlot):
    """Heights over the layers 1…m, on an axis that stands still while epochs go by."""

    def __init__(self, heading: str, tip: str, formulas: tuple[str, ...], up: str = "D") -> None:
        axes = {"left": LogAxis("left"), "bottom": LayerAxis()}
        super().__init__(heading, tip, axes, formulas, across="layer")
        self.name_axes(up=up)
        self.names: tuple[str, ...] = ()
        self._range: tuple[float, float] | None = None
        self.box.sigResized.connect(self._show_range)

    def set_layers(self, names: Sequence[str]) -> None:
        """Name the points of a network and forget the old range."""
        self.zoomed = False
        self.names = ()
        self.make_room(names)
        self._range = None

    def make_room(self, names: Sequence[str]) -> None:
        """Let the axis reach as far as these points do, by the names of the deeper network."""
        if len(names) <= len(self.names):
            return
        self.names = tuple(names)
        self.plot.axes["bottom"].set_names(tick_names(names))
        if not self.zoomed:
            self.box.setXRange(0.6, len(names) + 0.4, padding=0)

    def place_name(self, across: float) -> str:
        return with_symbol(self.names, round(across) - 1)

    @property
    def place_columns(self) -> tuple[str, ...]:
        return "t", "layer"

    def place_cells(self, across: float) -> tuple[str, ...]:
        return f"{across:.0f}", self.names[round(across) - 1]

    def follow_run(self, explorer: Explorer) -> None:
        if explorer.run is None or explorer.series is None:
            return
        self.set_layers([layer.name for layer in explorer.run.manifest.layers])
        self.follow_series(explorer)

    def follow_series(self, explorer: Explorer) -> None:
        if explorer.run is None or explorer.series is None:
            return
        for epoch in (explorer.run.epochs[0], explorer.run.epochs[-1]):
            if explorer.series.is_at_once(epoch):
                try:
                    self.include(self.heights_at(explorer, epoch))
                except UserError:
                    continue  # told when the curves come to it

    def heights_at(self, explorer: Explorer, epoch: int) -> Sequence[float]:
        """Return all heights of an epoch, to choose the range."""
        return explorer.series.fuzziness(epoch)

    def include(self, values: Sequence[float]) -> None:
        """Make room for values that will come, so that the axis need not move."""
        array = np.asarray(values, dtype=np.float64)
        finite = np.maximum(array[np.isfinite(array)], FLOOR)
        if not len(finite):
            return
        low, high = float(finite.min()), float(finite.max())
        if self._range is not None:
            low, high = min(low, self._range[0]), max(high, self._range[1])
        if (low, high) != self._range:
            self._range = low, high
            self._show_range()

    def fit(self) -> None:
        self._show_range()

    def _show_range(self) -> None:
        """Leave room for the ring, however low the plot is."""
        if self._range is None or self.zoomed:
            return
        height = self.box.height()
        low, high = logarithm(self._range) if self.logarithmic else (0.0, self._range[1])
        self.box.setYRange(low, high, padding=RING / max(RING, height - 2 * RING))


def points_trace(plot: QuietPlot, key: str, label: str, size: float) -> Trace:
    """Add a set of points to a plot."""
    item = pg.ScatterPlotItem(size=size, pen=None)
    plot.box.addItem(item)
    trace = Trace(key, label, item)
    plot.traces.append(trace)
    return trace


def dashed(color: str) -> pg.QtGui.QPen:
    """Return a thin dashed pen."""
    return pg.mkPen(color, width=1, style=Qt.PenStyle.DashLine)
