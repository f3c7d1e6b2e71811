"""The drawing of a plot: an area between a left and a lower axis."""

import pyqtgraph as pg
from PyQt6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt
from PyQt6.QtWidgets import QGraphicsGridLayout, QGraphicsItem, QGraphicsScene

from ncviz.desktop.plots.zoom_box import ZoomBox

GRID = 89  # of 255: how much of the lines across the area is seen
FOOT = 3  # pixels below the words at the lower axis, which reach beyond it where one is an index
BESIDE = QRectF(-1000.0, -1000.0, 1.0, 1.0)  # a place that no plot shows


class PlotView(pg.GraphicsView):
    """An area and its axes, without more.

    pyqtgraph's own `PlotWidget` makes some eighty widgets of menus for each plot, which nobody
    sees here and Qt dresses anew with every theme.

    Parameters
    ----------
    box : ZoomBox
    axes : dict
        pyqtgraph axis items by side; what is missing is made.

    Attributes
    ----------
    axes : dict
        'left' and 'bottom'.
    """

    def __init__(self, box: ZoomBox, axes: dict[str, pg.AxisItem]) -> None:
        super().__init__()
        self._tells_more = False
        self.enableMouse(False)
        # A scene that tells what has changed leaves the painting to the next turn, with all other
        # plots and words; else Qt paints the whole window at once, for each plot anew.
        self.scene().changed.connect(self._let_be_painted)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Lines and points claim the whole area always: Qt need not keep where each of them is.
        self.scene().setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        # A scene that tells of changes does not know where what it has moved was painted: children
        # of what moved, and all where the range is another.
        box.sigTransformChanged.connect(self.paint_anew)
        whole = pg.GraphicsWidget()
        whole.setContentsMargins(0, 4, 14, FOOT)
        grid = QGraphicsGridLayout()
        grid.setContentsMargins(1, 1, 1, 1)
        grid.setSpacing(0)
        whole.setLayout(grid)
        grid.addItem(box, 0, 1)
        self._box = box
        self.axes = {side: axes.get(side) or pg.AxisItem(side) for side in ("left", "bottom")}
        for side, place in (("left", (0, 0)), ("bottom", (1, 1))):
            axis = self.axes[side]
            axis.linkToView(box)
            axis.setZValue(0.5)  # over the curves
            axis.setFlag(QGraphicsItem.GraphicsItemFlag.ItemNegativeZStacksBehindParent)
            grid.addItem(axis, *place)
        grid.setRowStretchFactor(0, 100)
        grid.setColumnStretchFactor(1, 100)
        self.setCentralItem(whole)

    def _let_be_painted(self) -> None:
        """Do nothing, or once tell something more: Qt has marked what is to be painted."""
        if self._tells_more:
            self._tells_more = False
            self.scene().update(BESIDE)

    def paint_anew(self) -> None:
        """Let all of the plot be painted in the next turn; Qt then asks no part how far it goes."""
        self.scene().update()
        self.viewport().update()  # beyond all of its parts, too

    def finish(self) -> None:
        """Let all that was drawn be painted in the next turn, once.

        By themselves ranges follow in the midst of a painting, and a scene tells what has changed
        some time after it: both paint the same a second time.
        """
        if self.isVisible():
            self._box.prepareForPaint()
            # A scene that looks through its parts has the window painted then and there, unless
            # it has something to tell: it has, before and after it told of what is drawn.
            self._tells_more = True
            self.scene().update(BESIDE)
            QCoreApplication.sendPostedEvents(self.scene(), QEvent.Type.MetaCall)
            self._tells_more = False

    def sizeHint(self) -> QSize:
        # No more height than it must have: a layout counts what it asks for.
        return QSize(200, self.minimumHeight())

    def show_grid(self) -> None:
        """Draw lines across the area at the numbers of the left axis."""
        self.axes["left"].setGrid(GRID)
