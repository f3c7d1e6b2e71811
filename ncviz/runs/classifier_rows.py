"""The rows of a classifier that people save, brought to the classes of a run."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]


def places_of(count: int, classes: int, numbers: Ints | None) -> Ints | None:
    """Return which of so many rows of a classifier belong to the classes; None if unclear.

    Parameters
    ----------
    count : int
    classes : int
        K.
    numbers : array of int, shape (K,), or None
        What stands for each class among the labels.
    """
    if count == classes:
        return np.arange(classes)
    if numbers is None or count < classes:
        return None
    low, high = int(numbers[0]), int(numbers[-1])
    if low >= 0 and high < count:
        return numbers
    return numbers - 1 if low >= 1 and high == count else None


def fitted(
    values: NDArray[Any], shape: tuple[int, ...], numbers: Ints | None
) -> tuple[Floats | None, bool]:
    """Return a classifier or a bias in the shape of the run, and whether it was turned for that.

    Parameters
    ----------
    values : array
        For each epoch, or one for all.
    shape : tuple of int
        (E, K, d) or (E, K).
    numbers : array of int, shape (K,), or None
        As of `places_of`.
    """
    if values.ndim != len(shape) or values.shape[0] not in (1, shape[0]):
        return None, False
    for turned in (False, True)[: len(shape) - 1]:
        rows = values.swapaxes(1, 2) if turned else values
        places = (
            places_of(rows.shape[1], shape[1], numbers) if rows.shape[2:] == shape[2:] else None
        )
        if places is not None:
            floats = rows[:, places].astype(np.result_type(rows.dtype, np.float32))
            return np.broadcast_to(floats, shape), turned
    return None, False
