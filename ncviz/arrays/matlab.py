"""Matrices of MATLAB files, version 5 to 7.

Read here, since SciPy's reader ends the process on damaged files.
"""

import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.array_names import meaning_of
from ncviz.arrays.holding import hold
from ncviz.arrays.stored import MOST_ARRAYS, ArrayFile, HeldArray, check_unpacked, told
from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError
from ncviz.language import tr

_HEADER = 128  # bytes
_MATRIX, _COMPRESSED = 14, 15
_NUMBERS = {
    **{1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4"},
    **{7: "f4", 9: "f8", 12: "i8", 13: "u8"},
}
_LETTERS = {1: "latin-1", 2: "latin-1", 16: "utf-8", 17: "utf-16", 18: "utf-32", 4: "utf-16"}
_CHARACTERS = 4
_SPARSE = 5
_OTHERS = {1: "a cell", 2: "a struct", 3: tr("an object"), 16: "a function"}
_ADVICE = {1: tr("save char(names), or a matrix")}


class _Element(NamedTuple):
    kind: int
    data: memoryview


def open_matlab(path: Path) -> ArrayFile:
    """Read the matrices of numbers and of letters of a MATLAB file.

    Parameters
    ----------
    path : Path
        As MATLAB saves with '-v6' or '-v7', the default, and `scipy.io.savemat`.

    Raises
    ------
    UserError
        If it is of another version, damaged, or would unpack to far more than it is.
    """
    file = ArrayFile(path, {})
    advice = tr("save it with '-v7.3'")
    with told(path, tr("MATLAB file")):
        with open_regular(path) as stream:
            if said := hold(path.name, path.stat().st_size, advice):
                file.notes.append(said)
            content = stream.read()
        order = {b"IM": "<", b"MI": ">"}.get(content[126:128])
        if order is None or content[: _HEADER - 4].count(0) == _HEADER - 4:
            raise UserError(
                tr(
                    "{path} is no MATLAB file of version 5 to 7: save it with "
                    "save(file, 'features', 'labels', '-v7').",
                    path=path,
                )
            )
        unpacked = len(content)
        for element in _elements(memoryview(content)[_HEADER:], order):
            if element.kind == _COMPRESSED:
                element, size = _unpacked(element.data, path, unpacked, order)
                unpacked += size
            if element.kind == _MATRIX:
                unpacked += _add(file, element.data, order, unpacked)
            if len(file.arrays) > MOST_ARRAYS:
                raise UserError(
                    tr(
                        "{path} holds more than {most_arrays:,} arrays.",
                        path=path,
                        most_arrays=MOST_ARRAYS,
                    )
                )
        _put_samples_first(file)
    return file


def _put_samples_first(file: ArrayFile) -> None:
    """Turn stacks of images whose samples are last, H×W×C×N, to N×H×W×C; labels tell N."""
    labels = [a for name, a in file.arrays.items() if meaning_of(name).part == "labels"]
    counts = {
        max(array.shape)
        for array in labels
        if array.ndim and math.prod(array.shape) == max(array.shape)
    }
    for name, array in file.arrays.items():
        if array.ndim > 2 and array.shape[-1] in counts and array.shape[0] not in counts:
            file.arrays[name] = HeldArray(name, np.moveaxis(array.read(), -1, 0))
            file.notes.append(
                tr("{name!r} has its samples last: {words}", name=name, words=array.words)
            )


def _elements(data: memoryview, order: str) -> Iterator[_Element]:
    place = 0
    while place + 8 <= len(data):
        kind, size = struct.unpack_from(f"{order}II", data, place)
        start = place + 8
        if kind >> 16:  # small: size and data stand in the tag itself
            kind, size, start = kind & 0xFFFF, kind >> 16, place + 4
        if start + size > len(data):
            raise EOFError(tr("it ends before its arrays do"))
        yield _Element(kind, data[start : start + size])
        place = start + size
        if kind != _COMPRESSED:
            place += -place % 8


def _unpacked(data: memoryview, path: Path, before: int, order: str) -> tuple[_Element, int]:
    stream = zlib.decompressobj()
    start = stream.decompress(data, 8)
    kind, size = struct.unpack(f"{order}II", start)
    check_unpacked(path, before + size)
    hold(path.name, size, tr("save it with '-v7.3'"))
    content = stream.decompress(stream.unconsumed_tail, max(size, 1))
    if len(content) < size:
        raise EOFError(tr("it ends before its arrays do"))
    return _Element(kind, memoryview(content)), size


def _add(file: ArrayFile, data: memoryview, order: str, before: int) -> int:
    """Add a matrix; return how many bytes it takes beyond those in the file."""
    parts = [*_elements(data, order)]
    if len(parts) < 3:
        raise ValueError(tr("a matrix without a name"))
    flags, dimensions, letters = parts[:3]
    word = struct.unpack_from(f"{order}I", flags.data)[0]
    kind, is_complex, is_logical = word & 0xFF, bool(word & 0x800), bool(word & 0x200)
    name = bytes(letters.data).decode("utf-8", "replace").strip("\0")
    if not name:
        return 0  # what MATLAB keeps of its classes
    is_sparse = kind == _SPARSE
    if kind in _OTHERS or is_complex or not _CHARACTERS <= kind <= 15:
        what = tr("complex") if is_complex else _OTHERS.get(kind, tr("of an unknown kind"))
        file.left[name] = tr(
            "is {what}: {kind}", what=what, kind=_ADVICE.get(kind, tr("save a matrix of numbers"))
        )
        return 0
    shape = np.frombuffer(dimensions.data, dtype=f"{order}i4").tolist()
    if min(shape, default=0) < 0:
        raise ValueError(tr("{name} has a negative size", name=name[:80]))
    if len(parts) < 4:
        raise ValueError(tr("{name} is without its numbers", name=name[:80]))
    if is_sparse:
        check_unpacked(file.path, before + 8 * math.prod(shape))
        array = _whole_of_sparse(parts[3:], shape, order)
    else:
        array = _matrix(parts[3], shape, order, are_letters=kind == _CHARACTERS)
    array = array.astype(bool) if is_logical else array
    file.arrays[name] = HeldArray(name, array)
    return array.nbytes if is_sparse else 0


def _whole_of_sparse(parts: list[_Element], shape: list[int], order: str) -> NDArray[Any]:
    """Return a sparse matrix, kept as rows and numbers column by column, with its zeros."""
    if len(parts) < 3 or len(shape) != 2:
        raise ValueError(tr("a sparse matrix without its numbers"))
    rows, ends, values = (
        np.frombuffer(part.data, dtype=f"{order}{_NUMBERS[part.kind]}") for part in parts[:3]
    )
    places = ends.astype(np.int64)
    counts = places[1:] - places[:-1]
    total = int(counts.sum())
    fits = len(places) == shape[1] + 1 and (counts >= 0).all() and places[0] == 0
    if not fits or total > min(len(rows), len(values)):
        raise ValueError(tr("a sparse matrix claims more than is there"))
    whole = np.zeros(shape)
    whole[rows[:total], np.repeat(np.arange(shape[1]), counts)] = values[:total]
    return whole


def _matrix(part: _Element, shape: list[int], order: str, *, are_letters: bool) -> NDArray[Any]:
    count = math.prod(shape)
    if are_letters:
        mark = {"<": "-le", ">": "-be"}[order]
        encoding = _LETTERS[part.kind]
        encoding += mark if encoding in ("utf-16", "utf-32") else ""
        text = bytes(part.data).decode(encoding)
        if len(text) != count or len(shape) != 2:
            raise ValueError(tr("its letters do not fit their matrix"))
        rows, width = shape
        return np.array([text[row : rows * width : rows] for row in range(rows)], dtype=str)
    # Stored in the smallest type that holds them; they stay in it.
    values = np.frombuffer(part.data, dtype=f"{order}{_NUMBERS[part.kind]}")
    if len(values) != count:
        raise ValueError(tr("a matrix claims more than is there"))
    return values.reshape(shape, order="F")
