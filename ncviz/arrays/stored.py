"""Arrays that lie in a file, read whole or block by block when they are asked for."""

import lzma
import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.wording import one_line

MOST_BYTES = 64 * 2**30  # of all arrays of a file
ALWAYS_ALLOWED = 256 * 2**20  # bytes that a file of any size may unpack to
MOST_UNPACKED = 50  # times its own size, beyond that
MOST_ARRAYS = 10_000
MOST_AXES = 8
LONGEST_NAME = 200
LONGEST_WORD = 1000  # characters of a label
_MOST_HELD = 2**30  # bytes of samples that are read once
_PIECE = 2**20  # bytes read at once

# What zipfile, its decompressors and NumPy's header parser raise for damaged files.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    tokenize.TokenError,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
    ValueError,
    OverflowError,
    TypeError,
    AttributeError,
    KeyError,
    IndexError,
)


@contextmanager
def told(path: Path, kind: str) -> Iterator[None]:
    """Turn what goes wrong while a file is read into a sentence that names it.

    Parameters
    ----------
    path : Path
    kind : str
        What it should have been, such as 'npz file of plain arrays'.
    """
    try:
        yield
    except UserError:
        raise
    except OSError as error:
        raise UserError(
            tr(
                "{path} cannot be read: {strerror}.",
                path=path,
                strerror=error.strerror or reason(error),
            )
        ) from error
    except MemoryError as error:
        raise UserError(tr("{path} does not fit into the memory: split it.", path=path)) from error
    except DAMAGED as error:
        raise UserError(
            tr("{path} is not a whole {kind}: {error}.", path=path, kind=kind, error=reason(error))
        ) from error


def check_unpacked(path: Path, unpacked: int) -> None:
    """Refuse a file that would unpack to far more than it is.

    Parameters
    ----------
    path : Path
    unpacked : int
        Bytes of all its arrays.

    Raises
    ------
    UserError
        Beyond 64 GiB, or beyond 256 MiB and 50 times the file's size.
    """
    if unpacked > MOST_BYTES:
        raise UserError(tr("{path} would unpack to more than 64 GiB: split it.", path=path))
    size = path.stat().st_size
    if unpacked > max(ALWAYS_ALLOWED, MOST_UNPACKED * size):
        raise UserError(
            tr(
                "{path} has {size:,} bytes and would unpack to {unpacked:,}, more than "
                "{most_unpacked} times its size: save it with np.savez, without compression.",
                path=path,
                size=size,
                unpacked=unpacked,
                most_unpacked=MOST_UNPACKED,
            )
        )


def plain_array(values: Any) -> NDArray[Any] | None:
    """Return a number, a word, or lists of them, as an array; None where they fit into none.

    Parameters
    ----------
    values : object
        Lists in lists must have the same lengths. All words of an array take the room of
        the longest, which is bounded.
    """
    if isinstance(values, list | tuple):
        longest = max((len(part) for part in values if isinstance(part, str)), default=0)
        if longest > LONGEST_WORD or 4 * longest * len(values) > ALWAYS_ALLOWED:
            return None
    try:
        array = np.array(values)
        if array.dtype.kind == "O":  # None stands for a number that is missing
            array = np.array(values, dtype=np.float64)
    except (ValueError, OverflowError, TypeError):
        return None
    return array if array.dtype.kind in "biufU" else None


class StoredArray:
    """An array of a file.

    Parameters
    ----------
    name : str
        Kept to what one line can show.
    shape : tuple of int
    dtype : numpy.dtype
    """

    def __init__(self, name: str, shape: Sequence[int], dtype: np.dtype[Any]) -> None:
        self.name = one_line(name)[:LONGEST_NAME]
        self.shape = tuple(shape)
        self.dtype = dtype
        self.is_in_parts = True
        """Whether `blocks` reads a part after the other; else all of it is held meanwhile."""

    def __repr__(self) -> str:
        return f"{self.name}: {self.words}"

    @property
    def ndim(self) -> int:
        """Return the number of its axes."""
        return len(self.shape)

    @property
    def nbytes(self) -> int:
        """Return how many bytes it takes."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def words(self) -> str:
        """Return its shape and type, such as '60×8 float32'."""
        kind = {"U": "text", "S": "text", "b": "bool", "O": tr("Python objects"), "V": "records"}
        shape = "×".join(f"{n}" for n in self.shape) or "one"
        return f"{shape} {kind.get(self.dtype.kind, self.dtype.name)}"

    @property
    def are_numbers(self) -> bool:
        """Whether it holds real numbers."""
        return self.dtype.kind in "fiu"

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        """Yield so many rows of the first axis at once, or fewer, in order."""
        raise NotImplementedError

    def read(self) -> NDArray[Any]:
        """Return all of it."""
        raise NotImplementedError

    def entry(self, number: int) -> "StoredArray | None":
        """Return one entry of the first axis, where it can be read without the others."""
        return None

    def turned(self) -> "StoredArray | None":
        """Return a matrix with its axes exchanged, where that is read in parts, too."""
        return None

    def take(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return some rows of the first axis, given in ascending order."""
        return np.concatenate([np.zeros((0, *self.shape[1:]), self.dtype), *self.taken(rows)])

    def taken(self, rows: NDArray[Any]) -> Iterator[NDArray[Any]]:
        """Yield some rows of the first axis, given in ascending order, a few at a time."""
        start = 0
        for block in self.blocks(self._rows_of(16 * _PIECE)):
            first, last = np.searchsorted(rows, (start, start + len(block)))
            yield block[rows[first:last] - start]
            start += len(block)

    def _rows_of(self, count: int) -> int:
        """Return how many rows take so many bytes, one at least."""
        return max(1, count // max(1, math.prod(self.shape[1:]) * self.dtype.itemsize))


class HeldArray(StoredArray):
    """An array that is in the memory already."""

    def __init__(self, name: str, array: NDArray[Any]) -> None:
        super().__init__(name, array.shape, array.dtype)
        self._array = array.view()
        self._array.flags.writeable = False  # it is handed out, and read again

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        for start in range(0, self.shape[0], rows):
            yield self._array[start : start + rows]

    def read(self) -> NDArray[Any]:
        return self._array

    def entry(self, number: int) -> StoredArray:
        return HeldArray(self.name, self._array[number])

    def turned(self) -> StoredArray:
        return HeldArray(self.name, self._array.T)


class ChosenRows(StoredArray):
    """Some rows of an array.

    Parameters
    ----------
    array : StoredArray
    rows : array of int
        Ascending.
    """

    def __init__(self, array: StoredArray, rows: NDArray[Any]) -> None:
        super().__init__(array.name, (len(rows), *array.shape[1:]), array.dtype)
        self._array, self._chosen = array, rows
        self.is_in_parts = array.is_in_parts

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        done = 0
        for block in self._array.blocks(rows):
            first, last = np.searchsorted(self._chosen, (done, done + len(block)))
            if last > first:
                yield block[self._chosen[first:last] - done]
            done += len(block)

    def read(self) -> NDArray[Any]:
        return self._array.take(self._chosen)

    def taken(self, rows: NDArray[Any]) -> Iterator[NDArray[Any]]:
        return self._array.taken(self._chosen[rows])


def chosen_rows(array: StoredArray, rows: NDArray[Any]) -> StoredArray:
    """Return some rows of an array; held in the memory where they are at most 1 GiB.

    Parameters
    ----------
    array : StoredArray
    rows : array of int
        Ascending.
    """
    is_small = array.nbytes <= _MOST_HELD
    if len(rows) == array.shape[0]:
        return HeldArray(array.name, array.read()) if is_small else array
    return HeldArray(array.name, array.read()[rows]) if is_small else ChosenRows(array, rows)


@dataclass(frozen=True, eq=False)
class ArrayFile:
    """The arrays of a file or folder, by name, in its order.

    Parameters
    ----------
    path : Path
    arrays : mapping of str to StoredArray
    left : mapping of str to str
        What is not read, and why.
    notes : list of str
        What was chosen on the way.
    chosen : bool
        Whether the names that the user gave are those of columns, and used already.
    title : str
        Of the run that is made of it; by default the file's name.
    """

    path: Path
    arrays: dict[str, StoredArray]
    left: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    chosen: bool = False
    title: str = ""
