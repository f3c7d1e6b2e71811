"""The layers of a run: their names, and D over the epochs as small curves."""

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.lesson_places import PlaceWithin
from ncviz.desktop.widgets.spoken_list import SpokenList
from ncviz.explorer.epoch_series import EpochSeries
from ncviz.language import tr
from ncviz.lessons.places import VALUES
from ncviz.runs.layer_names import layer_in_words
from ncviz.scenes.palette import mix
from ncviz.wording import three_digits


class LayerList(QWidget):
    """One row a layer: its name, D over the epochs as a small curve, D now.

    Signals
    -------
    chosen(int)
        The layer that was clicked.
    """

    chosen = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._curves: list[list[float]] = []
        self._scale = 0.0, 1.0  # least and most of all curves, logarithms
        self._now: list[float] = []
        self._layer = 0
        self._drawn: dict[int, QPixmap] = {}  # the curves that were seen
        self._widest: tuple[object, int] = None, 0
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._spoken = SpokenList(self, tr("Layers"))
        self._spoken.chosen.connect(self.chosen)
        self._values = PlaceWithin(self, VALUES)

    @property
    def tells_values(self) -> bool:
        """Return whether D is shown, and not left out by a lesson."""
        return not self._values.isHidden()

    def sizeHint(self) -> QSize:
        wanted = max(1, len(self._names)) * round(1.25 * self.fontMetrics().height())
        return QSize(220, wanted)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, max(1, len(self._names)) * self.fontMetrics().height())

    def follow_look(self) -> None:
        """Draw the curves in another colour."""
        self._drawn.clear()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._drawn.clear()

    def set_layers(self, names: tuple[str, ...]) -> None:
        """List other layers."""
        self._names = tuple(map(layer_in_words, names))
        self._curves, self._now = [], []
        self._drawn.clear()
        self.updateGeometry()
        self.update()

    def set_curves(self, series: EpochSeries) -> None:
        """Draw D over the epochs that have been computed."""
        values = series.fuzziness_of_layers()
        self._curves = values.T.tolist()
        positive = values[(values > 0) & (values < math.inf)]
        least, most = (positive.min(), positive.max()) if positive.size else (1.0, math.e)
        self._scale = math.log(least), math.log(most)
        self._drawn.clear()
        self.update()

    def show_moment(self, fuzziness: list[float], layer: int) -> None:
        """Show the D of this moment, and which layer is in the scene."""
        if fuzziness != self._now or layer != self._layer:
            self._now, self._layer = fuzziness, layer
            self.update()

    def describe(self) -> None:
        """Bring up to date what screen readers say of the layers."""
        known = [f", D = {three_digits(value)}" for value in self._now if self.tells_values]
        known += [""] * (len(self._names) - len(known))
        items = [name + said for name, said in zip(self._names, known, strict=True)]
        self._spoken.show_items(items, self._layer)

    def row_height(self) -> float:
        """Return the height of a row, pixels."""
        return self.height() / max(1, len(self._names))

    def row_at(self, height: float) -> int | None:
        """Return the row at a height in pixels; None below the last one."""
        row = int(height / self.row_height())
        return row if 0 <= row < len(self._names) else None

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        row = self.row_at(event.position().y())
        if row is not None:
            self.chosen.emit(row)

    def rows_within(self, top: int, bottom: int) -> range:
        """Return the rows that lie between two heights in pixels, be it in part."""
        height = self.row_height()
        return range(max(0, int(top / height)), min(len(self._names), int(bottom / height) + 1))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if event is None:
            return
        if self.row_height() < self.fontMetrics().height() / 2:
            return  # the column has not given other layers their room yet
        # A thousand layers are a long list, of which little is seen.
        painter, theme = QPainter(self), current_look().theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height, name_width = self.row_height(), self._name_width()
        for row in self.rows_within(event.rect().top(), event.rect().bottom()):
            name = self._names[row]
            box = QRectF(0, row * height, self.width(), height)
            if row == self._layer:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(mix(theme.surface, theme.accent, 0.16)))
                painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 5, 5)
            painter.setPen(QColor(theme.text))
            painter.drawText(
                box.adjusted(8, 0, 0, 0),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, name_width - 10),
            )
            if not self.tells_values:
                continue
            if row < len(self._now):
                painter.drawText(
                    box.adjusted(0, 0, -8, 0),
                    Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                    three_digits(self._now[row]),
                )
            if row < len(self._curves):
                if row not in self._drawn:
                    self._drawn[row] = self._draw_curve(row, name_width)
                painter.drawPixmap(0, int(row * height), self._drawn[row])
        painter.end()

    def _name_width(self) -> int:
        written = self._names, self.font().key()
        if self._widest[0] != written:
            widths = map(self.fontMetrics().horizontalAdvance, self._names)
            self._widest = written, max(widths, default=0)
        return min(self._widest[1] + 22, int(self.width() * 0.5))

    def _draw_curve(self, row: int, left: int) -> QPixmap:
        """Draw a curve once: hundreds of epochs would cost a frame each time."""
        ratio, height = self.devicePixelRatioF(), self.row_height()
        top = row * height
        pixmap = QPixmap(QSize(self.width(), math.ceil(height) + 1) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(left, top - int(top) + 4, self.width() - left - 68, height - 8)
        self._paint_curve(painter, self._curves[row], area)
        painter.end()
        return pixmap

    def _paint_curve(self, painter: QPainter, curve: list[float], area: QRectF) -> None:
        low, high = self._scale
        values = np.array(curve)
        known = np.flatnonzero((values > 0) & (values < math.inf))
        if len(known) < 2 or high <= low or area.width() <= 0:
            return
        logs = np.log(values[known])
        seen = _seen(logs, math.ceil(area.width() * self.devicePixelRatioF()))
        across, up = area.width() / (len(curve) - 1), area.height() / (high - low)
        places = area.left() + across * known[seen], area.bottom() - up * (logs[seen] - low)
        points = [QPointF(x, y) for x, y in zip(*map(np.ndarray.tolist, places), strict=True)]
        painter.setPen(QPen(QColor(current_look().theme.quiet), 1.3))
        painter.drawPolyline(QPolygonF(points))


def _seen(heights: NDArray[np.float64], columns: int) -> NDArray[np.intp]:
    """Return which points of a curve are to be drawn, in so many columns of pixels.

    Of thousands of epochs many share a column: where the curve enters it, leaves it, and is least
    and most there is all that is seen of them.
    """
    if len(heights) <= 4 * columns:
        return np.arange(len(heights))
    ends = np.linspace(0, len(heights), columns + 1).astype(int).tolist()
    kept = {
        place
        for start, end in pairwise(ends)
        for place in (
            start,
            start + int(heights[start:end].argmin()),
            start + int(heights[start:end].argmax()),
            end - 1,
        )
    }
    return np.array(sorted(kept))
