"""Data sets of HDF5 files, those of MATLAB 7.3 among them; no link leads out of a file.

Importing this module does not import h5py.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.array_names import meaning_of
from ncviz.arrays.stored import (
    ALWAYS_ALLOWED,
    LONGEST_WORD,
    MOST_ARRAYS,
    MOST_UNPACKED,
    ArrayFile,
    HeldArray,
    StoredArray,
    check_unpacked,
    told,
)
from ncviz.bounded_reading import check_regular
from ncviz.errors import UserError
from ncviz.language import tr

_DEEPEST = 16  # groups in groups
_CACHE = 128 * 2**20  # bytes of unpacked chunks
_FILTERS = frozenset((1, 2, 3, 4, 5, 6))  # of HDF5 itself: gzip, shuffle, checksums, szip, …
_OF_KERAS = ("kernel:0", "/vars/0")
_OF_MATLAB = "MATLAB_class"
_MOST_NAMES = 100_000  # cells of words


def open_hdf5(path: Path) -> ArrayFile:
    """Open an HDF5 file; its data sets are read when they are asked for, block by block.

    Parameters
    ----------
    path : Path
        Data sets in groups are called 'GROUP/NAME'. Matrices of MATLAB 7.3 lie as it shows them.

    Raises
    ------
    UserError
        If it cannot be read, is damaged, or would unpack to far more than it is.
    """
    import h5py

    file = ArrayFile(path, {})
    with told(path, tr("HDF5 file")):
        check_regular(path)
        with h5py.File(path, "r") as opened:
            _walk(file, opened, "", set(), 0)
    check_unpacked(path, sum(array.nbytes for array in file.arrays.values()))
    has_labels = any(meaning_of(name).part == "labels" for name in file.arrays)
    if not has_labels and any(name.endswith(_OF_KERAS) for name in file.arrays):
        raise UserError(
            tr(
                "{path} holds the weights of a network of Keras and no features: compute the "
                "features of your samples with it, and save them with the labels.",
                path=path,
            )
        )
    return file


def _walk(file: ArrayFile, group: Any, prefix: str, seen: set[Any], depth: int) -> None:
    import h5py

    if depth > _DEEPEST or group.id in seen:
        file.left[prefix.rstrip("/")] = tr(
            "is a group within itself, or was read under another name"
        )
        return
    seen.add(group.id)
    for key in group:
        name = f"{prefix}{key}"
        if len(file.arrays) + len(file.left) > MOST_ARRAYS:
            raise UserError(
                tr(
                    "{path} holds more than {most_arrays:,} arrays.",
                    path=file.path,
                    most_arrays=MOST_ARRAYS,
                )
            )
        if name.startswith("#"):
            continue  # what MATLAB keeps for itself
        if not isinstance(group.get(key, getlink=True), h5py.HardLink):
            file.left[name] = tr("is a link, which is not followed")
            continue
        found = group[key]
        if isinstance(found, h5py.Group):
            if "MATLAB_sparse" in found.attrs:
                file.left[name] = tr("is sparse: save full(X)")
            else:
                _walk(file, found, f"{name}/", seen, depth + 1)
        elif isinstance(found, h5py.Dataset):
            why = _why_not(found)
            array = None if why else _array(file, name, found)
            if array is None:
                file.left[name] = why or tr("is no array of numbers or short words")
            else:
                file.arrays[name] = array


def _why_not(data: Any) -> str:
    """Return why a data set is not read; '' if it is."""
    made = data.id.get_create_plist()
    if data.is_virtual or made.get_external_count():
        return tr("lies in other files: save it in this one")
    filters = {made.get_filter(number)[0] for number in range(made.get_nfilters())}
    if not filters <= _FILTERS:
        return tr("is packed by a filter that HDF5 comes without: save it with compression='gzip'")
    if data.shape is None:
        return tr("is empty")
    chunk = np.prod(data.chunks or (0,), dtype=float) * data.dtype.itemsize
    if chunk > ALWAYS_ALLOWED:
        return tr("has chunks of more than 256 MiB: save it with chunks=True")
    return ""


def _array(file: ArrayFile, name: str, data: Any) -> StoredArray | None:
    import h5py

    of_matlab = data.attrs.get(_OF_MATLAB, b"")
    of_matlab = of_matlab.decode("latin-1") if isinstance(of_matlab, bytes) else str(of_matlab)
    if of_matlab == "cell":
        words = _cells(data)
        return None if words is None else HeldArray(name, words)
    if of_matlab == "char":
        return HeldArray(name, _letters(data))
    text = h5py.check_string_dtype(data.dtype)
    if text is not None and text.length is None:
        words = _words(file.path, data)
        return None if words is None else HeldArray(name, words)
    if data.dtype.kind not in "biufS":
        return None
    return HDF5Array(
        name, file.path, data.name, data.shape, data.dtype, turned=bool(of_matlab), of=of_matlab
    )


def _words(path: Path, data: Any) -> NDArray[Any] | None:
    """Return words of any length; None if one is too long for a label."""
    size = path.stat().st_size
    if data.ndim != 1 or len(data) * 8 > max(ALWAYS_ALLOWED, MOST_UNPACKED * size):
        return None
    # Each may be as long as the file, and all of them the same one.
    step = max(MOST_UNPACKED, min(65536, ALWAYS_ALLOWED // max(1, size)))
    found: list[str] = []
    for start in range(0, len(data), step):
        block = [bytes(word).decode("utf-8", "replace") for word in data[start : start + step]]
        if max(map(len, block)) > LONGEST_WORD:
            return None
        found += block
    longest = max(map(len, found), default=0)
    return None if 4 * longest * len(found) > 2**30 else np.array(found, dtype=str)


def _letters(data: Any) -> NDArray[Any]:
    """Return a matrix of letters, a word a row as MATLAB shows it."""
    if data.size > ALWAYS_ALLOWED // 8 or data.ndim != 2 or data.dtype.kind != "u":
        return np.array([""])
    return np.array(["".join(map(chr, row)).rstrip("\0 ") for row in data[()].T.tolist()])


def _cells(data: Any) -> NDArray[Any] | None:
    """Return a cell of words; None where a cell holds something else."""
    import h5py

    if data.size > _MOST_NAMES or h5py.check_ref_dtype(data.dtype) is None:
        return None
    words = []
    for reference in data[()].T.ravel():
        found = data.file[reference] if reference else None
        if not isinstance(found, h5py.Dataset) or found.dtype.kind != "u" or _why_not(found):
            return None
        if found.size > LONGEST_WORD:
            return None
        words.append("" if "MATLAB_empty" in found.attrs else str(_letters(found)[0]))
    return np.array(words)


class HDF5Array(StoredArray):
    """A data set that is read block by block; the file is open only meanwhile.

    Parameters
    ----------
    name : str
    path : Path
        Of the file.
    place : str
        Of the data set within it.
    shape : tuple of int
        In the file.
    dtype : numpy.dtype
        In the file.
    turned : bool
        Whether its axes stand in the order of Fortran, as MATLAB writes them.
    of : str
        MATLAB's name of its type.
    """

    def __init__(
        self,
        name: str,
        path: Path,
        place: str,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        *,
        turned: bool = False,
        of: str = "",
    ) -> None:
        self._kind = np.dtype(bool) if of == "logical" else dtype
        super().__init__(name, shape[::-1] if turned else shape, self._kind)
        self._path, self._place, self._turned = path, place, turned
        self._given, self._of = (shape, dtype), of
        self._reading = partial(told, path, tr("HDF5 file"))

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        """Yield so many rows of the first axis at once, in order."""
        starts = range(0, self.shape[0], rows)
        yield from self._parts(slice(s, min(s + rows, self.shape[0])) for s in starts)

    def read(self) -> NDArray[Any]:
        """Return all of it."""
        return next(self._parts(iter([...])))

    def entry(self, number: int) -> StoredArray:
        """Return one entry of the first axis."""
        return _HDF5Entry(self, number)

    def turned(self) -> StoredArray:
        """Return a matrix with its axes exchanged."""
        turned = not self._turned
        return HDF5Array(
            self.name, self._path, self._place, *self._given, turned=turned, of=self._of
        )

    def part(self, number: int, start: int, stop: int) -> NDArray[Any]:
        """Return some rows of one entry of the first axis."""
        rows = slice(start, stop)
        place = (rows, number) if self._turned else (number, rows)
        return next(self._parts(iter([place])))

    def taken(self, rows: NDArray[Any]) -> Iterator[NDArray[Any]]:
        """Yield some rows of the first axis, given in ascending order; no others are read."""
        if not len(rows):
            return
        ends = np.flatnonzero(np.diff(rows) != 1) + 1
        runs = np.split(rows, ends)
        if len(runs) > len(rows) // 2 and len(rows) * 20 > self.shape[0]:
            yield from super().taken(rows)  # many that lie apart
            return
        most = self._rows_of(_CACHE)
        yield from self._parts(
            slice(start, min(start + most, run[-1] + 1))
            for run in runs
            for start in range(run[0], run[-1] + 1, most)
        )

    def _parts(self, places: Iterator[Any]) -> Iterator[NDArray[Any]]:
        import h5py

        with self._reading():
            check_regular(self._path)
            with h5py.File(self._path, "r", rdcc_nbytes=_CACHE) as opened:
                data = opened[self._place]
                shape = self.shape[::-1] if self._turned else self.shape
                if data.shape != shape or _why_not(data):
                    raise ValueError(tr("it was changed while it was read"))
                for place in places:
                    whole = place is ...
                    at = place if isinstance(place, tuple) else (place,)
                    if self._turned:
                        at = (..., *at)
                    part = data[()] if whole else data[at if len(at) > 1 else at[0]]
                    values = np.asarray(part).T if self._turned else np.asarray(part)
                    yield values.astype(self._kind, copy=False)


class _HDF5Entry(StoredArray):
    """One entry of the first axis of a data set."""

    def __init__(self, whole: HDF5Array, number: int) -> None:
        super().__init__(whole.name, whole.shape[1:], whole.dtype)
        self._whole, self._number = whole, number

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        for start in range(0, self.shape[0], rows):
            stop = min(start + rows, self.shape[0])
            yield self._whole.part(self._number, start, stop)

    def read(self) -> NDArray[Any]:
        return self._whole.part(self._number, 0, self.shape[0])
