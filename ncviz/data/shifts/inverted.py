"""Images with other pixels: negatives."""

import numpy as np

from ncviz.data.shifts.shift import Floats, Shift
from ncviz.language import tr


def _invert(pixels: Floats, share: float, _rng: np.random.Generator) -> Floats:
    return np.asarray(pixels + share * (1 - 2 * pixels))


INVERTED = Shift(
    "inverted",
    tr("inverted by {}"),
    tr("on the way to the negative: at 1 black is white, at 0.5 all is grey"),
    _invert,
    order=3,
)
