"""What is plotted in the area of a plot: lines, areas, points."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainterPath

Extent = tuple[float | None, float | None]


class Plotted(pg.GraphicsObject):
    """Something at places of a plot, which may be painted anywhere in its area.

    pyqtgraph's own items tell Qt with all that changes how far they reach, one by one, and Qt
    looks for what that uncovers: with many curves it takes longer than to paint them. These claim
    the whole area always, and a plot paints all of it once, however many of them have changed.

    Attributes
    ----------
    opts : dict
        How it is drawn: 'pen' and 'brush', and what else it has.
    """

    opts: dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self._across = self._up = np.empty(0)
        self._extents: list[Extent | None] = [None, None]

    def getData(self) -> tuple[np.ndarray, np.ndarray]:
        """Return where it stands: places across, and heights."""
        return self._across, self._up

    def stand(self, across: Any, up: Any) -> None:
        """Stand at other places."""
        self._paint_anew()
        self._across = np.asarray(across, dtype=np.float64)
        self._up = np.asarray(up, dtype=np.float64)
        self._changed()

    def _dress(self, **changes: Any) -> None:
        """Be drawn otherwise."""
        if any(self.opts[name] != value for name, value in changes.items()):
            self.opts |= changes
            self._changed()

    def _changed(self) -> None:
        self._extents = [None, None]
        self.informViewBoundsChanged()
        self._paint_anew()

    def _paint_anew(self) -> None:
        """Let the plot be painted, once, however many say so."""
        scene = self.scene()
        if scene is not None:
            scene.update()

    def dataBounds(self, ax: int, **_parts: Any) -> Extent:
        """Return between which places it lies, for pyqtgraph's own ranges."""
        found = self._extents[ax]
        if found is None:
            places = self.getData()[ax]
            known = places[np.isfinite(places)]
            found = (float(known.min()), float(known.max())) if len(known) else (None, None)
            self._extents[ax] = found
        return found

    def boundingRect(self) -> QRectF:
        """Return the area that is shown: nothing beyond it is painted."""
        box = self.getViewBox()
        return QRectF() if box is None else QRectF(box.viewRect())

    def shape(self) -> QPainterPath:
        """Return where the pointer means it: nowhere, the plot itself finds what is near."""
        return QPainterPath()

    def viewTransformChanged(self) -> None:
        """Do nothing: where the range is another, the plot paints all anew."""
