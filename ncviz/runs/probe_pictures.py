"""Pictures of the drawn samples, as a run keeps them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST_SIDE = 64  # pixels


def are_pictures(shape: Sequence[int]) -> bool:
    """Tell whether an array of this shape may hold N pictures, grey or in colours."""
    if len(shape) == 3:
        return min(shape[1:]) > 1
    return len(shape) == 4 and (shape[1] in (1, 3) or shape[3] in (1, 3)) and max(shape[1:]) > 3


def to_pictures(pixels: NDArray[Any]) -> NDArray[np.uint8] | None:
    """Return pixels of 0 to 255 in shape (N, h, w) or (N, h, w, 3), no side above 64.

    Parameters
    ----------
    pixels : array
        (N, h, w), (N, h, w, C) or (N, C, h, w), with C 1 or 3; bytes, or
        numbers from 0 to 1, or from 0 to 255.

    Returns
    -------
    array of uint8, or None
        None where the range is another one.
    """
    if pixels.ndim == 4 and pixels.shape[3] not in (1, 3):
        pixels = pixels.transpose(0, 2, 3, 1)
    if pixels.ndim == 4 and pixels.shape[3] == 1:
        pixels = pixels[..., 0]
    step = -(-max(pixels.shape[1:3]) // LARGEST_SIDE)
    pixels = pixels[:, ::step, ::step]
    if pixels.dtype == np.uint8:
        return np.ascontiguousarray(pixels)
    values = pixels.astype(np.float64)
    if not np.isfinite(values).all() or values.min() < 0 or values.max() > 255:
        return None
    return np.round(values * (255 if values.max() <= 1 else 1)).astype(np.uint8)
