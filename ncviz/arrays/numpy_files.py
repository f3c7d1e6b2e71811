"""Files of NumPy: npz archives, npy files and folders of them."""

import math
import os
import re
import struct
import warnings
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from itertools import takewhile
from operator import eq
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.lib import format as npy

from ncviz.arrays.array_names import meaning_of
from ncviz.arrays.file_array import FileArray
from ncviz.arrays.stored import (
    MOST_ARRAYS,
    MOST_BYTES,
    ArrayFile,
    check_unpacked,
    told,
)
from ncviz.bounded_reading import check_regular, open_regular
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.wording import listed

PICKLED = tr(
    "holds Python objects, which could run code: save numbers or text, such as "
    "np.asarray(labels, dtype=str)"
)

_CLOSED = 0x61  # marks of an entry of a zip archive that is encrypted, or a patch of another
_LOCAL_HEADER = struct.Struct("<4s22xHH")  # its magic number, and the lengths of what follows


def open_npz(path: Path) -> ArrayFile:
    """Open an archive of arrays, none of which may need pickle.

    Raises
    ------
    UserError
        If it cannot be read, is damaged, or would unpack to far more than it is.
    """
    file = ArrayFile(path, {})
    reading = partial(told, path, tr("npz file of plain arrays"))
    with reading():
        check_regular(path)
        with zipfile.ZipFile(path) as archive:
            items = archive.infolist()
        if len(items) > MOST_ARRAYS:
            raise UserError(
                tr(
                    "{path} holds {count:,} files: {most_arrays:,} can be read.",
                    path=path,
                    count=len(items),
                    most_arrays=MOST_ARRAYS,
                )
            )
        check_unpacked(path, sum(item.file_size for item in items))
        for item in items:
            if item.is_dir():
                continue
            name = item.filename.removesuffix(".npy")
            if item.filename.endswith(".npy"):
                is_plain = item.compress_type == zipfile.ZIP_STORED
                seeking = _PlainEntry(path, item) if is_plain else None
                _add(file, name, partial(_entry, path, item), item.file_size, reading, seeking)
            else:
                file.left[item.filename] = tr("is no array")
    return file


def _entry(path: Path, item: zipfile.ZipInfo) -> IO[bytes]:
    """Open a file of an archive at its place; to read the whole directory anew takes long."""
    if item.flag_bits & _CLOSED:
        raise NotImplementedError("it is encrypted")
    stream = open_regular(path)  # it may have been replaced since
    try:
        _go_to_data(stream, item)
        return cast(IO[bytes], zipfile.ZipExtFile(stream, "r", item, None, True))
    except BaseException:
        stream.close()
        raise


class _PlainEntry:
    """Opens an entry that is not packed to be read anywhere, once its checksum was found right."""

    def __init__(self, path: Path, item: zipfile.ZipInfo) -> None:
        self._path, self._item, self._is_right = path, item, False

    def __call__(self) -> IO[bytes]:
        """Return the stream, at the first byte."""
        if not self._is_right:
            with _entry(self._path, self._item) as whole:
                while whole.read(2**20):
                    pass
            self._is_right = True
        stream = open_regular(self._path)
        try:
            _go_to_data(stream, self._item)
        except BaseException:
            stream.close()
            raise
        return stream


def _go_to_data(stream: IO[bytes], item: zipfile.ZipInfo) -> None:
    stream.seek(item.header_offset)
    header = stream.read(_LOCAL_HEADER.size)
    magic, name, extra = _LOCAL_HEADER.unpack(header)
    if magic != b"PK\3\4":
        raise zipfile.BadZipFile(tr("an array is not where its directory says"))
    stream.seek(name + extra, os.SEEK_CUR)


def open_npy(path: Path) -> ArrayFile:
    """Open an npy file of features, and what belongs to it beside it.

    'train_x.npy' brings 'train_y.npy', 'test_x.npy' and 'test_y.npy';
    'resnet_features.npy' brings 'resnet_labels.npy', or 'labels.npy' where
    there is no such file.
    """
    own = meaning_of(path.stem)
    found: dict[tuple[str, str], Path] = {}
    for other in _npy_files(path.parent):
        means = meaning_of(other.stem)
        further = means.part == own.part and means.split != own.split and means.layer == own.layer
        belongs = means.part not in ("features", "images", "") or further
        if other == path or other.parent != path.parent or not belongs:
            continue
        known = found.get((means.part, means.split))
        if known is None or _likeness(other, path) > _likeness(known, path):
            found[means.part, means.split] = other
    file = _opened([path, *found.values()], path, path.parent)
    if found:
        names = listed([other.name for other in found.values()])
        file.notes.append(tr("read beside {name}: {names}", name=path.name, names=names))
    return file


def _likeness(one: Path, other: Path) -> int:
    """Return how many letters two names share at their beginning and their end."""
    pairs = (one.stem, other.stem), (one.stem[::-1], other.stem[::-1])
    alike = (map(eq, *pair) for pair in pairs)
    return sum(1 for letters in alike for _ in takewhile(bool, letters))


def open_folder(path: Path) -> ArrayFile:
    """Open a folder of npy files; those in folders of it are named 'FOLDER/NAME'.

    Raises
    ------
    UserError
        If it holds none.
    """
    files = _npy_files(path)
    if not files:
        raise UserError(
            tr(
                "{path} is a folder without .npy files: give a file of arrays, or a folder that "
                "holds features.npy and labels.npy.",
                path=path,
            )
        )
    return _opened(files, path, path)


def _npy_files(folder: Path) -> list[Path]:
    with told(folder, "folder"):
        found = [*folder.glob("*.npy"), *folder.glob("*/*.npy")]
        kept = [p for p in found if p.is_file() and not p.name.startswith(".")]
    return sorted(kept, key=lambda p: natural(str(p)))


def natural(text: str) -> list[tuple[int, str]]:
    """Return a key by which 'epoch_9' comes before 'epoch_10'."""
    parts = re.split(r"(\d+)", text)
    return [(int(part[:15]), "") if part.isdecimal() else (-1, part) for part in parts]


def _opened(paths: list[Path], path: Path, folder: Path) -> ArrayFile:
    if len(paths) > MOST_ARRAYS:
        raise UserError(
            tr(
                "{path} holds {count:,} files: {most_arrays:,} can be read.",
                path=path,
                count=len(paths),
                most_arrays=MOST_ARRAYS,
            )
        )
    file = ArrayFile(path, {})
    for each in paths:
        name = each.relative_to(folder).as_posix().removesuffix(".npy")
        reading = partial(told, each, tr("npy file of a plain array"))
        with reading():
            size = each.stat().st_size
            if size > MOST_BYTES:
                raise UserError(tr("{each} is larger than 64 GiB: split it.", each=each))
            opened = partial(open_regular, each)
            _add(file, name, opened, size, reading, opened)
    return file


def _add(
    file: ArrayFile,
    name: str,
    opened: Callable[[], IO[bytes]],
    size: int,
    reading: Callable[[], AbstractContextManager[None]],
    seeking: Callable[[], IO[bytes]] | None,
) -> None:
    with opened() as stream:
        shape, fortran, dtype = npy_header(stream)
        start = stream.tell()
    if dtype.hasobject:
        file.left[name] = PICKLED
        return
    if math.prod(shape) * dtype.itemsize > size or min(shape, default=0) < 0:
        raise ValueError(tr("{name} claims more than is there", name=name))

    def at_first() -> IO[bytes]:
        stream = opened()
        stream.read(start)  # to read the header anew takes longer than a small array
        return stream

    def at_first_seeking() -> IO[bytes]:
        assert seeking is not None
        stream = seeking()
        stream.seek(stream.tell() + start)
        return stream

    goes_anywhere = None if seeking is None else at_first_seeking
    array = FileArray(name, shape, dtype, at_first, fortran, reading, goes_anywhere)
    file.arrays[name] = array


def npy_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return the shape, the order and the type of the array that begins here.

    Raises
    ------
    ValueError
        If none does.
    """
    version = npy.read_magic(stream)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of headers that Python 2 wrote
        try:
            shape, fortran, dtype = read(stream)
        except ValueError as error:
            if "malformed node" not in str(error):
                raise
            raise ValueError(tr("its header tells of no array")) from error  # but of code
    return tuple(int(n) for n in shape), bool(fortran), dtype
