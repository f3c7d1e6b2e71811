"""What the numbers of pixels mean: from which value to which, and which axis holds the channels."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.language import tr

_SLAB = 2**22  # numbers that are looked at together
_CHANNELS = (1, 3, 4)
_BITS = (8, 10, 12, 14, 16, 24, 32)
_DIM = 4  # pixels that fill less than this part of a range are of another one
_OVERSHOOT = 1.01  # beyond 1, as smoothing leaves it


@dataclass(frozen=True)
class PixelRange:
    """From which value, black, to which, white, the pixels of a data set go.

    Parameters
    ----------
    low, high : float
        Brought to 0 and 1. Equal: the values are left as they are, whatever they mean.
    """

    low: float
    high: float

    @property
    def is_known(self) -> bool:
        """Whether the values are pixels of a known range."""
        return self.low < self.high

    def units(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """Return pixels from 0 to 1, or the values as they are where their range is unknown."""
        if not self.is_known or (self.low, self.high) == (0, 1):
            return values.astype(np.float32)
        # Whole numbers of more than 24 bits are no single-precision floats.
        exact = np.dtype(np.float64 if values.dtype.itemsize >= 4 else np.float32)
        shifted = np.subtract(values, self.low, dtype=exact)
        return np.asarray(shifted / (self.high - self.low), dtype=np.float32)


AS_THEY_ARE = PixelRange(0, 0)


@dataclass(frozen=True)
class Extremes:
    """The least and the largest of some numbers, and whether all of them are whole."""

    low: float
    high: float
    whole: bool

    @staticmethod
    def of(slabs: Iterable[NDArray[Any]]) -> "Extremes":
        """Return those of numbers that come in slabs."""
        low, high, whole = np.inf, -np.inf, True
        for slab in slabs:
            if slab.size:
                low, high = min(low, float(slab.min())), max(high, float(slab.max()))
                whole = whole and (slab.dtype.kind != "f" or bool((slab == np.rint(slab)).all()))
        return Extremes(low, high, whole) if low <= high else Extremes(0.0, 0.0, whole)

    @staticmethod
    def of_all(found: Sequence["Extremes"]) -> "Extremes":
        """Return those of some numbers together; there is one at least."""
        return Extremes(
            min(each.low for each in found),
            max(each.high for each in found),
            all(each.whole for each in found),
        )


def slabs_of(values: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Cut an array along its first axis, so that no copy of all of it is needed."""
    rows = max(1, _SLAB // max(1, values[:1].size))
    return (values[start : start + rows] for start in range(0, len(values), rows))


def recognise_range(
    found: Extremes, dtype: np.dtype[Any], shape: tuple[int, ...] = (0, 0, 0)
) -> PixelRange:
    """Tell which range pixels have, by all of a data set.

    Parameters
    ----------
    found : Extremes
        Of the whole data set: one image may be dark.
    dtype : numpy dtype
        In which they are stored.
    shape : tuple of int, optional
        Of all of them. Rows are features, and pixels only if all tells it: bytes, or whole numbers
        over the full range of 8 or 16 bits, as many as square images have.

    Returns
    -------
    PixelRange
        `AS_THEY_ARE` for numbers that are no plain pixels, such as standardised ones.
    """
    low, high = found.low, found.high
    if len(shape) == 2:
        is_full = found.whole and low == 0 and high in (255, 65_535) and _is_square(shape[1])
        return PixelRange(0, high) if is_full else PixelRange(0, 255 if dtype == np.uint8 else 0)
    if dtype.kind == "b":
        return PixelRange(0, 1)
    if low < 0:
        if dtype.kind == "f":
            return AS_THEY_ARE  # standardised, or from −1 to 1: as the network is to take them
        return PixelRange(-128, 127) if dtype.itemsize == 1 else PixelRange(low, high)
    if high <= (_OVERSHOOT if dtype.kind == "f" else 1):
        # Of bytes that are all 0 nothing can be told.
        return PixelRange(0, 255 if dtype == np.uint8 and high == 0 else 1)
    if not found.whole and high < 256 / _DIM:
        return AS_THEY_ARE
    if dtype == np.uint8:
        return PixelRange(0, high if high <= 16 else 255)  # as scikit-learn's digits
    fitting = (float(2**bits - 1) for bits in _BITS if high < 2**bits)
    full = next(fitting, high)
    return PixelRange(0, full if high * _DIM >= full else high)


def _is_square(numbers: int) -> bool:
    sides = (math.isqrt(numbers // channels) for channels in _CHANNELS)
    return any(
        side * side * channels == numbers and side > 3
        for side, channels in zip(sides, _CHANNELS, strict=True)
    )


def words_of_range(pixels: PixelRange, found: Extremes) -> str:
    """Say what was made of the values of pixels."""
    seen = tr("values from {low} to {high}", low=_number(found.low), high=_number(found.high))
    if not pixels.is_known:
        return tr("{seen}: taken as prepared for the network, left as they are", seen=seen)
    if (pixels.low, pixels.high) == (0, 1):
        return tr("{seen}: pixels from 0 to 1", seen=seen)
    bits = next((b for b in _BITS if (pixels.low, pixels.high) == (0, 2**b - 1)), 0)
    depth = tr(" of {bits} bits", bits=bits) if bits else ""
    ends = tr("from {low} to {high}", low=_number(pixels.low), high=_number(pixels.high))
    return tr("{seen}: pixels{depth} {ends}, brought to 0…1", seen=seen, depth=depth, ends=ends)


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.3g}"


# Channels


def channel_axis(shape: tuple[int, ...]) -> int:
    """Tell which axis of (N, C, H, W) or (N, H, W, C) holds the channels: 1 or 3.

    Images are most often square; else the axis with as many numbers as images have channels is
    the one, and of two such ones, or none, the shorter.
    """
    first, middle, last = shape[1:]
    if middle > 1 and (first == middle) != (middle == last):
        return 3 if first == middle else 1
    if (first in _CHANNELS) != (last in _CHANNELS):
        return 1 if first in _CHANNELS else 3
    return 3 if last < first else 1


def channels_first(pixels: NDArray[Any]) -> Tensor:
    """Return (N, C, H, W) of pixels of shape (N, H, W), (N, H, W, C) or (N, C, H, W)."""
    if pixels.ndim == 3:
        pixels = pixels[:, None]
    elif pixels.ndim == 4 and channel_axis(pixels.shape) == 3:
        pixels = pixels.transpose(0, 3, 1, 2)
    # A copy of its own: torch warns of arrays that must not be written.
    return torch.from_numpy(np.array(pixels, order="C"))
