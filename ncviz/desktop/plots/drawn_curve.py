"""One line or set of points of a plot, with the values it was drawn from."""

from dataclasses import dataclass, field

import numpy as np

from ncviz.desktop.plots.axes import logarithm
from ncviz.desktop.plots.plotted_line import PlottedLine
from ncviz.desktop.plots.points import Points
from ncviz.language import tr

HIDES = tr("Click hides its line, or shows it again.")


def _nothing() -> np.ndarray:
    return np.empty(0)


@dataclass(eq=False)
class DrawnCurve:
    """A line or a set of points.

    Parameters
    ----------
    key : str
        Names it in links of the legend; empty for what stands in no legend.
    label : str
        Rich text; empty for what the pointer and the copied table pass over.
    item : pyqtgraph item
        With setData and getData.
    color : str
        Hex, of its word in the legend.
    across : array
        What stands on the lower axis: epochs, layers.
    places, values : array
        Where that is on the axis, and the heights as they are.
    shown : bool
        Not hidden by a click on its word.
    swatch : bool
        The legend shows the colour as a dot beside the word.
    recess : float
        Pixels by which it seems farther from the pointer than it is: what is
        meant most often wins where lines lie close together.
    """

    key: str
    label: str
    item: PlottedLine | Points
    color: str = "#000000"
    across: np.ndarray = field(default_factory=_nothing)
    places: np.ndarray = field(default_factory=_nothing)
    values: np.ndarray = field(default_factory=_nothing)
    shown: bool = True
    swatch: bool = False
    recess: float = 0.0
    of: str = ""  # key of the line that it goes with
    drawn: tuple[bool, float] | None = None  # with which heights, if at all
    look: object = None  # all that its pen depends on

    def set(self, across: np.ndarray, places: np.ndarray, values: np.ndarray) -> None:
        """Take other values; `draw` shows them."""
        self.across = np.asarray(across, dtype=np.float64)
        self.places = np.asarray(places, dtype=np.float64)
        self.values = np.asarray(values, dtype=np.float64)

    def draw(self, logarithmic: bool, floor: float) -> None:
        """Give the item its heights."""
        self.drawn = logarithmic, floor
        heights = logarithm(self.values, floor) if logarithmic else self._finite()
        self.item.setData(self.places, heights)

    def _finite(self) -> np.ndarray:
        return np.where(np.isfinite(self.values), self.values, np.nan)
