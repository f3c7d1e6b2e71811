"""Rows of numbers that are held, or read block by block each time that they are asked for."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.slabs import ClassRows

Ints = NDArray[np.int64]


class RowBlocks(Protocol):
    """Rows of which a block at a time is in the memory, shape (N, d)."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Return N and d."""

    def __len__(self) -> int:
        """Return N."""

    def blocks(self) -> Iterator[NDArray[Any]]:
        """Yield them in order, the same blocks each time."""


Rows = NDArray[Any] | RowBlocks


def blocks_of(rows: Rows) -> Iterator[NDArray[Any]]:
    """Yield rows that are held as one block, others as they are read."""
    if isinstance(rows, np.ndarray):
        yield rows
    else:
        yield from rows.blocks()


def labelled_blocks(rows: Rows, labels: Ints) -> Iterator[tuple[int, NDArray[Any], Ints]]:
    """Yield the number of its first row, each block, and the labels of its rows."""
    start = 0
    for block in blocks_of(rows):
        yield start, block, labels[start : start + len(block)]
        start += len(block)


class StreamedClassRows(Sequence[ClassRows]):
    """Blocks as `ClassRows`, which are made each time that they are asked for.

    Parameters
    ----------
    rows : RowBlocks, shape (N, d)
    labels : array of int, shape (N,)
        Checked.
    chosen : array of bool, shape (N,), optional
        Which rows; all of them by default.
    """

    def __init__(
        self, rows: RowBlocks, labels: Ints, chosen: NDArray[np.bool_] | None = None
    ) -> None:
        self._rows, self._chosen, self.labels = rows, chosen, labels

    def __iter__(self) -> Iterator[ClassRows]:
        for start, block, labels in labelled_blocks(self._rows, self.labels):
            if self._chosen is None:
                yield ClassRows(block, labels)
            elif (own := self._chosen[start : start + len(block)]).any():
                yield ClassRows(block[own], labels[own])

    def some(self, chosen: NDArray[np.bool_]) -> "StreamedClassRows":
        """Return those of all rows that are chosen, shape (N,)."""
        return StreamedClassRows(self._rows, self.labels, chosen)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, number: int) -> ClassRows: ...

    @overload
    def __getitem__(self, number: slice) -> list[ClassRows]: ...

    def __getitem__(self, number: int | slice) -> ClassRows | list[ClassRows]:
        if isinstance(number, slice):
            return [*self][number]
        return next(each for place, each in enumerate(self) if place == number)
