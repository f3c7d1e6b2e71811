"""Images with noise."""

import numpy as np

from ncviz.data.shifts.shift import Floats, Shift
from ncviz.language import tr


def _add_noise(pixels: Floats, deviation: float, rng: np.random.Generator) -> Floats:
    return np.asarray(pixels + deviation * rng.standard_normal(pixels.shape))


NOISY = Shift(
    "noisy",
    tr("noise of {}"),
    tr(
        "Gaussian noise of this standard deviation is added to each pixel, of which 1 is the whole "
        "range"
    ),
    _add_noise,
    usual=0.3,
    high=10.0,
    order=1,
)
