"""An area of a plot between two lines, such as the range of several runs."""

import numpy as np
from PyQt6.QtGui import QPainter

from ncviz.desktop.plots.axes import logarithm
from ncviz.desktop.plots.drawn_curve import DrawnCurve
from ncviz.desktop.plots.plotted_line import PlottedLine


class AreaItem(PlottedLine):
    """A closed line of which the inside is painted, and no line."""

    def paint(self, painter: QPainter | None, *_: object) -> None:
        """Fill it; gaps of the line part it into several areas."""
        assert painter is not None
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(self.path(), self.opts["brush"])


class DrawnArea(DrawnCurve):
    """From its values up to others; the pointer passes it over."""

    item: AreaItem
    upto: np.ndarray = np.empty(0)

    @property
    def sides(self) -> tuple[np.ndarray, np.ndarray]:
        """Return both lines, as they are in a table."""
        return self.values, self.upto

    def reach(self, upto: np.ndarray) -> None:
        """Go up to other values."""
        if not np.array_equal(self.upto, upto, equal_nan=True):
            self.upto, self.drawn = np.asarray(upto, dtype=np.float64), None

    def draw(self, logarithmic: bool, floor: float) -> None:
        """Give the item its outline, an area for each stretch without a gap."""
        self.drawn = logarithmic, floor
        low, high = (
            logarithm(row, floor) if logarithmic else np.where(np.isfinite(row), row, np.nan)
            for row in self.sides
        )
        known = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
        across, up, joined = [], [], []
        for part in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
            if len(part):
                around = np.concatenate([part, part[::-1]])
                across.append(self.places[around])
                up.append(np.concatenate([low[part], high[part[::-1]]]))
                joined.append(np.arange(len(around)) < len(around) - 1)
        if not across:
            self.item.setData([], [])
            return
        self.item.setData(
            np.concatenate(across), np.concatenate(up), connect=np.concatenate(joined)
        )
