"""Arrays of a safetensors file, each read from the disk when it is asked for.

The file is not mapped into the memory: of a mapped file that another program shortens, the next
number that is looked at ends the process.
"""

import json
import math
import weakref
from collections.abc import Mapping
from io import BufferedReader
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard, cast

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.other_files import TYPES
from ncviz.bounded_reading import open_regular

LARGEST_HEADER = 100 * 2**20  # bytes, as safetensors itself allows
_LENGTH = 8  # bytes ahead of the header, which say how long it is
_METADATA = "__metadata__"
_TYPES = {name: np.dtype(code) for name, code in TYPES.items()}
_OTHER = np.dtype("V1")  # such as bfloat16: its bytes are no numbers of NumPy's


class DamagedArraysError(ValueError):
    """Says what is wrong with a file, to stand within a sentence."""


class _Place(NamedTuple):
    """What the header says of an array: its type, its shape, its first byte in the file."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int


class StoredArrays:
    """The arrays of a safetensors file.

    Attributes
    ----------
    metadata : mapping of str to str
        What the header says beside the arrays.

    Raises
    ------
    OSError, UserError
        As `open_regular`.
    DamagedArraysError
        If it is no such file, or not whole.
    """

    def __init__(self, path: Path) -> None:
        self._file = cast(BufferedReader, open_regular(path))
        self._close = weakref.finalize(self, self._file.close)
        try:
            header, begin, size = self._header()
            self.metadata = _metadata(header.pop(_METADATA, {}))
            self._places = {name: _place(name, header[name], begin, size) for name in header}
        except BaseException:
            self._close()
            raise

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def kind(self, name: str) -> tuple[str, tuple[int, ...]]:
        """Return NumPy's letter for the kind of an array's numbers, and its shape."""
        place = self._places[name]
        return place.dtype.kind, place.shape

    def read(self, name: str) -> NDArray[Any]:
        """Return an array.

        Raises
        ------
        OSError
            If the disk gives nothing.
        DamagedArraysError
            If the file has become shorter since it was opened.
        """
        place = self._places[name]
        array = np.empty(place.shape, place.dtype)
        if array.size:
            self._file.seek(place.start)
            content = array.reshape(-1).view(np.uint8)
            if self._file.readinto(content.data) != array.nbytes:
                raise DamagedArraysError("it has become shorter since it was opened")
        return array

    def _header(self) -> tuple[dict[str, Any], int, int]:
        """Return what the header says, where the arrays begin, and the size of the file."""
        size = self._file.seek(0, 2)
        self._file.seek(0)
        length = int.from_bytes(self._file.read(_LENGTH), "little")
        if size < _LENGTH or length > min(LARGEST_HEADER, size - _LENGTH):
            raise DamagedArraysError("its header is not whole")
        try:
            header = json.loads(self._file.read(length))
        except (ValueError, RecursionError) as error:
            raise DamagedArraysError("its header is not JSON") from error
        if not isinstance(header, dict):
            raise DamagedArraysError("its header holds no names")
        return header, _LENGTH + length, size


def _metadata(values: object) -> Mapping[str, str]:
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        raise DamagedArraysError("its header is not one of safetensors")
    return values


def _place(name: str, value: object, begin: int, size: int) -> _Place:
    """Return where an array lies, all of it within the file."""
    said = value if isinstance(value, dict) else {}
    shape, ends = said.get("shape"), said.get("data_offsets")
    if not _are_counts(shape) or not _are_counts(ends) or len(ends) != 2:
        raise DamagedArraysError(f"its header says of {name!r:.40} what cannot be")
    numbers = _TYPES.get(str(said.get("dtype")), _OTHER)
    if numbers is _OTHER:
        shape = [ends[1] - ends[0]]
    length = math.prod(shape) * numbers.itemsize
    if length < 0 or ends[1] - ends[0] != length or begin + ends[1] > size:
        raise DamagedArraysError(f"it does not hold all of {name!r:.40}")
    return _Place(numbers, tuple(shape), begin + ends[0])


def _are_counts(values: object) -> TypeGuard[list[int]]:
    if not isinstance(values, list) or not set(map(type, values)) <= {int}:
        return False
    return not values or (min(values) >= 0 and max(values) < 2**63)
