"""Images out of focus."""

import numpy as np

from ncviz.data.shifts.shift import Floats, Shift
from ncviz.language import tr


def _blur(pixels: Floats, deviation: float, _rng: np.random.Generator) -> Floats:
    from scipy import ndimage

    blurred = ndimage.gaussian_filter(pixels, (0, deviation, deviation, 0))
    return np.asarray(blurred, dtype=np.float64)


BLURRED = Shift(
    "blurred",
    tr("blurred by {} pixels"),
    tr("blurred by a Gaussian of this standard deviation in pixels of the data set"),
    _blur,
    usual=1.0,
    high=100.0,
    order=2,
)
