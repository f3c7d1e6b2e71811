"""Images with other pixels: a share of the places is exchanged."""

import numpy as np

from ncviz.data.shifts.shift import Floats, Shift
from ncviz.language import tr


def _shuffle(pixels: Floats, share: float, rng: np.random.Generator) -> Floats:
    samples, height, width, channels = pixels.shape
    flat = pixels.reshape(samples, height * width, channels).copy()
    moved = rng.permutation(height * width)[: round(share * height * width)]
    flat[:, moved] = flat[:, rng.permutation(moved)]
    return flat.reshape(pixels.shape)


SHUFFLED = Shift(
    "shuffled",
    tr("{} of the pixels exchanged"),
    tr("this share of the pixels change places, the same in all images"),
    _shuffle,
    order=4,
)
