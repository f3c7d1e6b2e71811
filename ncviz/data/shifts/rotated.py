"""Turned images."""

import numpy as np

from ncviz.data.shifts.shift import Floats, Shift
from ncviz.language import tr


def _rotate(pixels: Floats, degrees: float, _rng: np.random.Generator) -> Floats:
    from scipy import ndimage

    turned = ndimage.rotate(pixels, degrees, axes=(2, 1), reshape=False, order=1, mode="constant")
    return np.asarray(turned, dtype=np.float64)


ROTATED = Shift(
    "rotated",
    tr("turned by {}°"),
    tr("turned about their middle by so many degrees counter-clockwise; what comes in is black"),
    _rotate,
    usual=15.0,
    low=-180.0,
    high=180.0,
)
