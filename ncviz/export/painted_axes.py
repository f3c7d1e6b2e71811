"""The axes beside a film's scene: a picture, and where values lie on it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.charts.chart import Curve

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Axes:
    """Painted axes.

    Parameters
    ----------
    picture : array, shape (height, width, 3)
    scale, origin : array, shape (2,)
        Pixel = origin + scale · value, x to the right and y down; the value is
        the logarithm where the axis is logarithmic.
    unit : float
        Pixels of what is one pixel in a plot of usual size.
    """

    picture: Pixels
    scale: Floats
    origin: Floats
    unit: float

    def places(self, x: Floats, y: Floats) -> Floats:
        """Return where values lie, shape (n, 2), in pixels."""
        return self.origin + self.scale * np.column_stack([x, y])


def is_drawn_in_time(curve: Curve) -> bool:
    """Return whether a curve is drawn as time passes; others stand there from the beginning."""
    return curve.at is None and not curve.faint and curve.upto is None
