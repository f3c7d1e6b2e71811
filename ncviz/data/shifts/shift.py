"""What a change of images is to its catalogue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ncviz.catalogue import entries
from ncviz.data.dataset import Images

Floats = NDArray[np.float64]
Change = Callable[[Floats, float, np.random.Generator], Floats]
"""Takes pixels from 0 to 1, shape (N, H, W, C), the amount and random numbers; returns others."""


@dataclass(frozen=True)
class Shift:
    """A change of held-out images.

    Parameters
    ----------
    name : str
        In recipes.
    title : str
        For people; '{}' stands for the amount.
    meaning : str
        In documents, with its unit.
    change : callable
        See `Change`.
    usual, low, high : float
        The amount where none is said, and its range.
    order : int
        Place in lists.
    """

    name: str
    title: str
    meaning: str
    change: Change
    usual: float = 1.0
    low: float = 0.0
    high: float = 1.0
    order: int = 0

    def apply(self, images: Images, amount: float, seed: int) -> Images:
        """Return changed images; the same seed changes them alike.

        Parameters
        ----------
        images : Images
        amount : float
            From `low` to `high`.
        seed : int
            At least 0.
        """
        pixels = images.pixels.astype(np.float64) / 255
        grey = pixels.ndim == 3
        changed = self.change(
            pixels[..., np.newaxis] if grey else pixels, amount, np.random.default_rng(seed)
        )
        whole = np.rint(np.clip(changed[..., 0] if grey else changed, 0, 1) * 255)
        return replace(images, pixels=whole.astype(np.uint8))


def shifts() -> Mapping[str, Shift]:
    """Return all changes by their names."""
    return entries("ncviz.data.shifts", Shift)
