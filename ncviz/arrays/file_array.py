"""Arrays whose numbers stand one after the other in a file."""

from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.holding import MOST_HELD
from ncviz.arrays.stored import StoredArray
from ncviz.language import tr

_PIECE = 2**20  # bytes read at once


class FileArray(StoredArray):
    """An array whose numbers stand one after the other in a stream.

    Nothing is mapped: a file that shrinks while it is read gives a sentence.

    Parameters
    ----------
    name : str
    shape : tuple of int
    dtype : numpy.dtype
    opened : callable
        Returns the stream, at the first number.
    fortran : bool
        Whether the first axis runs fastest.
    reading : callable
        A context that tells of what goes wrong, as `told`.
    seeking : callable, optional
        Returns a stream at the first number that goes to any other at once: as `opened` by
        default; None where there is none, of numbers that are packed.
    """

    def __init__(
        self,
        name: str,
        shape: Sequence[int],
        dtype: np.dtype[Any],
        opened: Callable[[], IO[bytes]],
        fortran: bool,
        reading: Callable[[], Any],
        seeking: Callable[[], IO[bytes]] | None = None,
    ) -> None:
        super().__init__(name, shape, dtype)
        self._opened, self._seeking = opened, seeking
        self._fortran = fortran and len(self.shape) > 1
        self._reading = reading
        self.is_in_parts = not self._fortran or seeking is not None

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        """Yield so many rows of the first axis at once, or fewer, in order."""
        if self._fortran:
            yield from self._across(rows)
            return
        with self._reading(), self._opened() as stream:
            for start in range(0, self.shape[0], rows):
                shape = (min(rows, self.shape[0] - start), *self.shape[1:])
                yield _filled(stream, shape, self.dtype)

    def read(self) -> NDArray[Any]:
        """Return all of it."""
        shape = self.shape[::-1] if self._fortran else self.shape
        with self._reading(), self._opened() as stream:
            array = _filled(stream, shape, self.dtype)
        return array.T if self._fortran else array

    def taken(self, rows: NDArray[Any]) -> Iterator[NDArray[Any]]:
        """Yield some rows of the first axis, given in ascending order, a few at a time."""
        if self._fortran and not self._is_large:
            yield np.asarray(self.read()[rows])
        else:
            yield from super().taken(rows)

    def entry(self, number: int) -> StoredArray | None:
        """Return one entry of the first axis, where its place is known."""
        if self._seeking is None or self._fortran:
            return None
        seeking, width = self._seeking, self.nbytes // max(1, self.shape[0])

        def opened() -> IO[bytes]:
            stream = seeking()
            stream.seek(stream.tell() + number * width)
            return stream

        shape = self.shape[1:]
        return FileArray(self.name, shape, self.dtype, opened, False, self._reading, opened)

    def turned(self) -> StoredArray | None:
        """Return a matrix with its axes exchanged, which lies there in the other order."""
        if self._seeking is None or self.ndim != 2:
            return None
        order, seeking = not self._fortran, self._seeking
        shape = self.shape[::-1]
        return FileArray(self.name, shape, self.dtype, seeking, order, self._reading, seeking)

    @property
    def _is_large(self) -> bool:
        return self._seeking is not None and self.nbytes > MOST_HELD

    def _across(self, rows: int) -> Iterator[NDArray[Any]]:
        """Yield rows that lie across the order of the numbers, column by column."""
        if not self._is_large or self._seeking is None:
            whole = self.read()
            yield from (whole[start : start + rows] for start in range(0, len(whole), rows))
            return
        count, size = self.shape[0], self.dtype.itemsize
        columns = self.nbytes // (count * size)
        with self._reading(), self._seeking() as stream:
            first = stream.tell()
            for start in range(0, count, rows):
                many = min(rows, count - start)
                block = np.zeros((columns, many), self.dtype)
                for column in range(columns):
                    stream.seek(first + (column * count + start) * size)
                    block[column] = _filled(stream, (many,), self.dtype)
                yield block.reshape(*self.shape[:0:-1], many).T


def _filled(stream: IO[bytes], shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    array = np.zeros(shape, dtype)
    if array.nbytes == 0:
        return array
    room = array.reshape(-1).view(np.uint8).data
    for start in range(0, len(room), _PIECE):
        piece = room[start : start + _PIECE]
        done = 0
        while done < len(piece):
            content = stream.read(len(piece) - done)
            if not content:
                raise EOFError(tr("it ends before its arrays do"))
            piece[done : done + len(content)] = content
            done += len(content)
    return array
