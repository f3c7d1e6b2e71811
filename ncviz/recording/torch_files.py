"""Reads what ``torch.save`` writes, in both of its formats, without running anything in it."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.pickles import Inert, Makers, Name, StepsLeft, read_pickle
from ncviz.recording.exported_files import exported_weights
from ncviz.recording.foreign_files import foreign_parts
from ncviz.recording.stored_tensors import (
    MAKERS,
    DamagedError,
    StoredBytes,
    storage_type,
    whole_size,
)

LARGEST_PICKLE = 64 * 2**20  # bytes, of all that is not a tensor
LARGEST_DIRECTORY = 16 * 2**20  # bytes, of a zip archive's list of its files

_MAGIC = 0x1950A86A20F9469CFC6C
_TAIL = 2**16 + 22 + 20  # bytes in which the end of a zip archive's list is found

_PROGRAM = re.compile(r"/(?:code|extra)/")

Opener = Callable[[], BinaryIO]


def read_zip(source: Opener, where: str, *, programs: bool = True) -> Any:
    """Read the format of PyTorch 1.6 and later; TorchScript has the same.

    Parameters
    ----------
    source : callable
        Opens the file; called again for each of the tensors that are used.
    where : str
        Names it in error messages.
    programs : bool, optional
        Whether it may be one of ``torch.export``; an archive within such a one may not.

    Raises
    ------
    UserError
        If it is damaged, packed, or no checkpoint.
    """
    with source() as file:
        _check_directory(file, where)
        archive = zipfile.ZipFile(file)
        entries = {item.filename: item for item in archive.infolist()}
        _check_sizes(entries, file, where)
        pickles = [name for name in entries if name.rpartition("/")[2] == "data.pkl"]
        if len(pickles) != 1:
            program = _program(source, entries, where) if programs else None
            if program is not None:
                return program
            raise UserError(
                foreign_parts(entries, where)
                or tr(
                    "{where} is a zip archive but no checkpoint of PyTorch: unpack it and give "
                    "what was in it.",
                    where=where,
                )
            )
        root = pickles[0].removesuffix("data.pkl")
        order = entries.get(f"{root}byteorder")
        if order is not None and order.file_size < 16 and archive.read(order) == b"big":
            raise UserError(
                tr(
                    "{where} was written by a machine that writes numbers the other way round: "
                    "load it there and save its weights as safetensors.",
                    where=where,
                )
            )
        data = archive.read(pickles[0])
    storages: dict[str, StoredBytes] = {}

    def stored(key: Any) -> Any:
        kind, name, _place, count = _storage_key(key)[:4]
        if name not in storages:
            entry = entries.get(f"{root}data/{name}")
            size = whole_size([count])[0] * kind.itemsize
            if entry is None or entry.file_size != size:
                raise DamagedError(tr("numbers that are not in the file"))
            storages[name] = StoredBytes(size, kind, lambda: _read_entry(source, entry))
        return storages[name]

    steps = StepsLeft()
    makers = _makers(where, steps)
    return read_pickle(io.BytesIO(data), where, makers=makers, stored=stored, steps=steps)


def _program(source: Opener, entries: dict[str, zipfile.ZipInfo], where: str) -> Any:
    """Return the weights of a program of ``torch.export``; None for other archives."""

    def saved(entry: zipfile.ZipInfo) -> Any:
        data = _read_entry(source, entry)
        return read_zip(lambda: io.BytesIO(data), where, programs=False)

    return exported_weights(entries, lambda entry: _read_entry(source, entry), saved, where)


def _check_directory(file: BinaryIO, where: str) -> None:
    """Refuse an archive whose list of files is longer than any checkpoint's."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    end = tail.rfind(b"PK\5\6")
    listed = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    if listed == 2**32 - 1 and (wide := tail.rfind(b"PK\6\6")) >= 0:
        listed = int.from_bytes(tail[wide + 40 : wide + 48], "little")
    file.seek(0)
    if listed > LARGEST_DIRECTORY:
        raise UserError(
            tr("{where} is an archive of too many files to be a checkpoint.", where=where)
        )


def _check_sizes(entries: dict[str, zipfile.ZipInfo], file: BinaryIO, where: str) -> None:
    """Refuse archives that would unpack to more than they are: torch stores, without packing."""
    size = file.seek(0, io.SEEK_END)
    # The text of a TorchScript program is packed, and never read.
    read = [item for name, item in entries.items() if not _PROGRAM.search(name)]
    unpacked = sum(item.file_size for item in read)
    if unpacked > size or any(item.compress_type != zipfile.ZIP_STORED for item in read):
        raise UserError(
            foreign_parts(entries, where)
            or tr(
                "{where} is a packed archive of {unpacked:,} bytes, which no checkpoint of PyTorch "
                "is: unpack it first.",
                where=where,
                unpacked=unpacked,
            )
        )
    if any(item.file_size > LARGEST_PICKLE for item in read if item.filename.endswith(".pkl")):
        raise UserError(
            tr(
                "{where} holds more than {largest_pickle} MiB beside its tensors: save its "
                "weights alone: torch.save(model.state_dict(), file).",
                where=where,
                largest_pickle=LARGEST_PICKLE // 2**20,
            )
        )


def _read_entry(source: Opener, entry: zipfile.ZipInfo) -> bytearray:
    """Read the bytes of a stored file; its sum is not checked, for torch may leave it out."""
    with source() as file:
        file.seek(entry.header_offset)
        head = file.read(30)
        if head[:4] != b"PK\3\4":
            raise DamagedError(tr("a place in the archive that holds something else"))
        name, extra = (int.from_bytes(head[i : i + 2], "little") for i in (26, 28))
        return read_at(file, entry.header_offset + 30 + name + extra, entry.file_size)


def read_at(file: BinaryIO, start: int, size: int) -> bytearray:
    """Return bytes of a file.

    Raises
    ------
    DamagedError
        If it ends before them.
    """
    if start + size > file.seek(0, io.SEEK_END):
        raise DamagedError(tr("it ends early"))
    file.seek(start)
    data = bytearray(size)
    if file.readinto(data) != size:  # type: ignore[attr-defined]
        raise DamagedError(tr("it ends early"))
    return data


def _storage_key(key: Any) -> tuple[Any, ...]:
    """Return the type, name, place and count that a pickle gives a storage."""
    if not isinstance(key, tuple) or len(key) < 5 or key[0] != "storage":
        raise DamagedError(tr("a key of no storage"))
    name = key[2] if isinstance(key[2], str) else str(whole_size([key[2]])[0])
    return storage_type(key[1]), name, *key[3:]


def _makers(where: str, steps: StepsLeft) -> Makers:
    """Let a pickle of `pickle.dump`, where each storage is a file of its own, be read too."""

    def load_bytes(data: Any) -> Any:
        if not isinstance(data, bytes):
            return NotImplemented
        return read_legacy(lambda: io.BytesIO(data), where, steps)

    return {**MAKERS, "torch.storage._load_from_bytes": load_bytes}


# The format before PyTorch 1.6: pickles, one after another, and the numbers behind them


def read_legacy(source: Opener, where: str, steps: StepsLeft | None = None) -> Any:
    """Read the format before PyTorch 1.6, or a single pickle.

    Parameters
    ----------
    source, where
        As of `read_zip`.
    steps : StepsLeft, optional
        Shared with the pickle that this one lies in.

    Raises
    ------
    UserError
        If it is damaged.
    """
    storages: dict[str, StoredBytes] = {}
    steps = steps or StepsLeft()
    makers = _makers(where, steps)

    def stored(key: Any) -> Any:
        if isinstance(key, tuple) and key[:1] == ("module",):  # a class and its source text
            return key[1] if len(key) > 1 and isinstance(key[1], Name) else Inert("a class")
        kind, name, _place, count, *view = _storage_key(key)
        if name not in storages:
            size = whole_size([count])[0] * kind.itemsize
            storages[name] = StoredBytes(size, kind, _absent)
        whole = storages[name]
        return _view(whole, *view[0]) if view and view[0] is not None else whole

    with source() as file:
        first = read_pickle(file, where, makers=makers, stored=stored, steps=steps)
        if first != _MAGIC or not isinstance(first, int):
            return first
        for _ in range(2):  # the version and the system
            read_pickle(file, where, steps=steps)
        content = read_pickle(file, where, makers=makers, stored=stored, steps=steps)
        _place(file, storages, read_pickle(file, where, steps=steps), source)
    return content


def _absent() -> bytes:
    raise DamagedError(tr("numbers that are not in the file"))


def _view(whole: StoredBytes, _key: Any, offset: Any, count: Any) -> StoredBytes:
    start, size = (n * whole.dtype.itemsize for n in whole_size([offset, count]))
    return StoredBytes(size, whole.dtype, lambda: memoryview(whole.data())[start : start + size])


def _place(file: BinaryIO, storages: dict[str, StoredBytes], names: Any, source: Opener) -> None:
    """Tell every storage where in the file its numbers lie."""
    if not isinstance(names, list):
        raise DamagedError(tr("no list of its numbers"))
    place = file.tell()
    last = file.seek(0, io.SEEK_END)
    for name in names:
        file.seek(place)
        count = int.from_bytes(file.read(8), "little")
        storage = storages.get(str(name))
        if storage is None or count * storage.dtype.itemsize != storage.size:
            raise DamagedError(tr("numbers that are not in the file"))
        if place + 8 + storage.size > last:
            raise DamagedError(tr("it ends early"))
        storage.read = _reader(source, place + 8, storage.size)
        place += 8 + storage.size


def _reader(source: Opener, start: int, size: int) -> Callable[[], bytearray]:
    def read() -> bytearray:
        with source() as file:
            return read_at(file, start, size)

    return read


def opener(path: Path) -> Opener:
    """Return what opens a file."""
    return lambda: open_regular(path)
