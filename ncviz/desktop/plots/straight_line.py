"""A line straight across a plot."""

import pyqtgraph as pg


class StraightLine(pg.InfiniteLine):
    """A line that knows where it is before it is painted.

    pyqtgraph looks for it in the midst of a painting, and tells then that it has changed: all
    around it is painted a second time.
    """

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()
        if self.isVisible() and self.getViewBox() is not None:
            self.boundingRect()
