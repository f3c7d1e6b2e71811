"""Samples as they were read, with what is to be said of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True, eq=False)
class TakenSamples:
    """Samples that were read.

    Parameters
    ----------
    images : tensor, shape (n, …)
        uint8 pixels from 0 to 255, shape (n, C, H, W), or float32: pixels from 0 to 1, or what
        was prepared.
    kept : array of int, shape (n,)
        Which of those that were asked for they are: some could not be read.
    are_pixels : bool
        Whether black and white are known.
    notes : tuple of str
        What was chosen and left.
    bad : tuple of str
        Why the others could not be read, a sentence each.
    """

    images: Tensor
    kept: NDArray[np.intp]
    are_pixels: bool
    notes: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()

    @staticmethod
    def of(images: Tensor) -> "TakenSamples":
        """Return all that was asked for; bytes are pixels."""
        return TakenSamples(images, np.arange(len(images)), images.dtype == torch.uint8)


Take = Callable[[NDArray[Any], int], TakenSamples]
TakePart = Callable[[NDArray[Any], int, slice], TakenSamples]


def part_of(take: Take) -> TakePart:
    """Return what takes a share of samples that do not depend on each other."""

    def part(indices: NDArray[Any], size: int, share: slice) -> TakenSamples:
        return replace(take(indices[share], size), kept=np.arange(len(indices)))

    return part
