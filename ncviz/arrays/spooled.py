"""Numbers that come block by block and are too many to be held: kept in a file of their own."""

import tempfile
import weakref
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.holding import MOST_HELD
from ncviz.arrays.stored import HeldArray, StoredArray
from ncviz.errors import UserError, reason
from ncviz.language import tr


class Spool:
    """Takes blocks of rows; few stay in the memory, many go to a file that nobody sees.

    The file has no name and is gone with what reads it.
    """

    def __init__(self) -> None:
        self._held: list[NDArray[Any]] = []
        self._size = 0
        self._file: IO[bytes] | None = None
        self._parts: list[tuple[int, int, np.dtype[Any]]] = []

    def add(self, rows: NDArray[Any]) -> None:
        """Take the next rows, shape (n, d).

        Raises
        ------
        UserError
            If the disk has no room for them.
        """
        self._held.append(rows)
        self._size += rows.nbytes
        if self._file is None and self._size <= MOST_HELD:
            return
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115  # the array closes it
            for each in self._held:
                self._parts.append((self._file.tell(), len(each), each.dtype))
                self._file.write(np.ascontiguousarray(each).data)
            self._file.flush()
        except OSError as error:
            raise UserError(
                tr(
                    "The numbers of the table take more than {folder} has room for ({why}): free "
                    "some, or let TMPDIR name another folder.",
                    folder=tempfile.gettempdir(),
                    why=error.strerror or reason(error),
                )
            ) from error
        self._held = []

    def array(self, name: str, width: int) -> StoredArray:
        """Return all rows.

        Parameters
        ----------
        name : str
        width : int
            d.
        """
        if self._file is None:
            return HeldArray(name, np.concatenate([np.zeros((0, width), np.uint8), *self._held]))
        return _SpooledArray(name, self._file, self._parts, width)


class _SpooledArray(StoredArray):
    """Rows in a file, in blocks of different types."""

    def __init__(
        self, name: str, file: IO[bytes], parts: list[tuple[int, int, np.dtype[Any]]], width: int
    ) -> None:
        dtype = np.result_type(*(kind for _, _, kind in parts))
        super().__init__(name, (sum(rows for _, rows, _ in parts), width), dtype)
        self._file, self._parts = file, parts
        weakref.finalize(self, file.close)

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        """Yield so many rows at once, or fewer, in order."""
        width = self.shape[1]
        for place, count, kind in self._parts:
            for start in range(0, count, rows):
                many = min(rows, count - start)
                self._file.seek(place + start * width * kind.itemsize)
                content = self._file.read(many * width * kind.itemsize)
                yield np.frombuffer(content, kind).reshape(many, width).astype(self.dtype)

    def read(self) -> NDArray[Any]:
        """Return all of them."""
        return np.concatenate([*self.blocks(2**20)])
