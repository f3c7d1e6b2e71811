"""Features of many samples, of which a block at a time is in the memory."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.stored import StoredArray

_BLOCK = 32 * 2**20  # bytes that are read at once


@dataclass(frozen=True, eq=False)
class StreamedRows:
    """Rows of an array of a file, read again each time that they are wanted.

    Parameters
    ----------
    array : StoredArray, shape (N, …)
        What a sample has more axes of is laid out in a row.
    kept : array of bool, shape (N,), optional
        Which rows; all of them by default.
    columns : array of int, optional
        Which numbers of each row, in this order; all of them by default.
    """

    array: StoredArray
    kept: NDArray[np.bool_] | None = None
    columns: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return self.array.shape[0] if self.kept is None else int(self.kept.sum())

    @property
    def shape(self) -> tuple[int, int]:
        """Return how many rows there are, and how many numbers each has."""
        width = math.prod(self.array.shape[1:]) if self.columns is None else len(self.columns)
        return len(self), width

    def blocks(self) -> Iterator[NDArray[Any]]:
        """Yield them in order."""
        width = math.prod(self.array.shape[1:]) * self.array.dtype.itemsize
        start = 0
        for read in self.array.blocks(max(1, _BLOCK // max(1, width))):
            rows = flat_rows(read)
            if self.kept is not None:
                rows = rows[self.kept[start : start + len(read)]]
            start += len(read)
            if len(rows):
                yield rows if self.columns is None else rows[:, self.columns]


def flat_rows(values: NDArray[Any]) -> NDArray[Any]:
    """Return a row of numbers a sample; whether something is so is 0 or 1."""
    values = values.reshape(len(values), -1)
    return values.astype(np.uint8) if values.dtype.kind == "b" else values
