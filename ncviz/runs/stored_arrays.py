"""Arrays of a safetensors file, each read from the disk when it is asked for.

The file is not mapped into the memory: of a mapped file that another program shortens, the next
number that is looked at ends the process.
"""

import weakref
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.safetensors_header import TYPES, DamagedArraysError, read_header
from ncviz.bounded_reading import open_regular
from ncviz.language import tr

LARGEST_HEADER = 100 * 2**20  # bytes, as safetensors itself allows
_TYPES = {name: np.dtype(code) for name, code in TYPES.items()}
_OTHER = np.dtype("V1")  # such as bfloat16: its bytes are no numbers of NumPy's


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
            self.metadata, self._places = read_header(self._file, LARGEST_HEADER)
        except BaseException:
            self._close()
            raise

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def kind(self, name: str) -> tuple[str, tuple[int, ...]]:
        """Return NumPy's letter for the kind of an array's numbers, and its shape."""
        dtype, shape = self._of(name)
        return dtype.kind, shape

    def _of(self, name: str) -> tuple[np.dtype[Any], tuple[int, ...]]:
        place = self._places[name]
        dtype = _TYPES.get(place.kind, _OTHER)
        return dtype, (place.nbytes,) if dtype is _OTHER else place.shape

    def read(self, name: str) -> NDArray[Any]:
        """Return an array.

        Raises
        ------
        OSError
            If the disk gives nothing.
        DamagedArraysError
            If the file has become shorter since it was opened.
        """
        dtype, shape = self._of(name)
        array = np.empty(shape, dtype)
        if array.size:
            self._file.seek(self._places[name].start)
            content = array.reshape(-1).view(np.uint8)
            if self._file.readinto(content.data) != array.nbytes:
                raise DamagedArraysError(tr("it has become shorter since it was opened"))
        return array
