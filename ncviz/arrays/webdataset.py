"""Tar archives of samples, as WebDataset has them: read where they lie, nothing is unpacked."""

import io
import json
import re
import tarfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.array_names import meaning_of
from ncviz.arrays.label_sets import filled_up
from ncviz.arrays.numpy_files import natural, npy_header
from ncviz.arrays.pictures import PictureArray, is_picture
from ncviz.arrays.stored import (
    ALWAYS_ALLOWED,
    MOST_ARRAYS,
    ArrayFile,
    HeldArray,
    StoredArray,
    plain_array,
    told,
)
from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.wording import one_line

MOST_SAMPLES = 5_000_000
_MOST_HEADER = 2**20  # bytes that one read of the archive's own notes may take
_HELD = 2**24  # bytes of samples at once
_MOST_TEXT = 2**16  # bytes of what describes a sample
_MOST_FIELDS = 100
_LABELS = ("cls", "label", "target")
_TEXTS = ("txt", "text", "caption", "id")
_CODE = ("pyd", "pkl", "pickle", "pth", "pt")
_COUNTED = re.compile(r"\{(\d{1,9})\.\.(\d{1,9})\}")

Place = tuple[int, int, int]
"""Number of the archive, where the bytes begin, and how many they are."""


def shards_of(path: Path) -> list[Path]:
    """Return the archives that a name such as 'train-{000..012}.tar', or a folder, stands for."""
    if path.is_dir():
        return sorted(path.glob("*.tar"), key=lambda file: natural(file.name))
    match = _COUNTED.search(path.name)
    if match is None:
        return [path]
    first, last = int(match[1]), int(match[2])
    if not 0 <= last - first < MOST_ARRAYS:
        raise UserError(
            tr(
                "{path} counts from {first} to {last}: {most_arrays:,} files can be read.",
                path=path,
                first=first,
                last=last,
                most_arrays=MOST_ARRAYS,
            )
        )
    before, after = path.name[: match.start()], path.name[match.end() :]
    names = (f"{before}{n:0{len(match[1])}d}{after}" for n in range(first, last + 1))
    return [path.with_name(name) for name in names]


def open_webdataset(path: Path) -> ArrayFile:
    """Open archives of samples: files of one name, but for what follows its first dot, are one.

    Parameters
    ----------
    path : Path
        An archive, a folder of them, or a name with {000..012}.

    Raises
    ------
    UserError
        If an archive cannot be read, or holds no samples.
    """
    whole = ArrayFile(path, {})
    splits: dict[str, list[Path]] = {}
    for shard in shards_of(path):
        splits.setdefault(meaning_of(shard.stem).split, []).append(shard)
    for split, shards in splits.items():
        prefix = f"{split}_" if split and len(splits) > 1 else ""
        _Tars(path, tuple(shards), prefix, whole).fill()
    if not whole.arrays:
        raise UserError(
            tr(
                "{path} holds no samples: give archives of files such as 7.png and 7.cls.",
                path=path,
            )
        )
    return whole


class _Bounded:
    """A stream of which no one can be made to read too much at once."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _MOST_HEADER:
            raise ValueError(tr("its own notes are far too long"))
        return self._stream.read(size)


class _Tars:
    """The archives of one split."""

    def __init__(self, path: Path, shards: tuple[Path, ...], prefix: str, file: ArrayFile) -> None:
        self._path, self._shards, self._prefix, self._file = path, shards, prefix, file
        self._samples: dict[str, dict[str, Place]] = {}

    def fill(self) -> None:
        """Add the arrays to the file."""
        skipped = 0
        for number, shard in enumerate(self._shards):
            with told(shard, tr("tar archive")):
                try:
                    skipped += self._look(number, shard)
                except tarfile.TarError as error:
                    raise ValueError(reason(error)) from error
        if skipped:
            self._file.notes.append(
                tr(
                    "links and other entries that are no files are left: {skipped:,}",
                    skipped=skipped,
                )
            )
        fields = dict.fromkeys(f for sample in self._samples.values() for f in sample)
        if len(fields) > _MOST_FIELDS:
            raise UserError(
                tr(
                    "{path} has {count:,} kinds of files: 100 can be read.",
                    path=self._path,
                    count=len(fields),
                )
            )
        kinds = {field: _kind(field) for field in fields}
        main = [f for f, kind in kinds.items() if kind in ("picture", "array")]
        keys = [k for k, sample in self._samples.items() if not main or main[0] in sample]
        if (lost := len(self._samples) - len(keys)) and keys:
            self._file.notes.append(
                tr("left out: {lost:sample|samples} without {main!r}", lost=lost, main=main[0])
            )
        if not keys:
            return
        for field, kind in kinds.items():
            places = [self._samples[key].get(field) for key in keys]
            if kind == "code":
                self._file.left[self._prefix + field] = tr("is a pickle, which could run code")
            elif kind == "other":
                self._file.left[self._prefix + field] = tr("is of a kind that is not read")
            else:
                self._add(field, kind, keys, places)

    def _look(self, number: int, shard: Path) -> int:
        """Take the files of an archive; return how many entries are none."""
        skipped = 0
        with (
            open_regular(shard) as stream,
            tarfile.open(fileobj=_bounded(stream), mode="r:") as archive,
        ):
            size = shard.stat().st_size
            for entry in archive:
                archive.members = []  # type: ignore[attr-defined]  # else it keeps all of them
                if not entry.isreg() or entry.issparse():
                    skipped += not entry.isdir()
                    continue
                if entry.offset_data + entry.size > size:
                    raise EOFError(tr("it ends before its files do"))
                folder, _, name = entry.name.rpartition("/")
                key, _, field = name.partition(".")
                if not key or not field:
                    skipped += 1
                    continue
                sample = self._samples.setdefault(f"{folder}/{key}"[-500:], {})
                sample[field.lower()[:100]] = number, entry.offset_data, entry.size
                if len(self._samples) > MOST_SAMPLES:
                    raise UserError(
                        tr(
                            "{path} has more than {most_samples:,} samples.",
                            path=self._path,
                            most_samples=MOST_SAMPLES,
                        )
                    )
            # Python's reader takes what is no entry for the end.
            stream.seek(archive.offset)
            rest = stream.read(tarfile.BLOCKSIZE)
            if len(rest) < tarfile.BLOCKSIZE or rest.count(0) < len(rest):
                raise EOFError(tr("it ends before its files do"))
        return skipped

    def contents(self, places: Sequence[Place | None]) -> Iterator[bytes]:
        """Yield the bytes of some files, which lie wherever they are."""
        opened, stream = -1, None
        try:
            for place in places:
                if place is None:
                    yield b""
                    continue
                shard, start, size = place
                if shard != opened:
                    if stream is not None:
                        stream.close()
                    opened, stream = shard, open_regular(self._shards[shard])
                assert stream is not None
                stream.seek(start)
                yield stream.read(size)
        finally:
            if stream is not None:
                stream.close()

    def _add(self, field: str, kind: str, keys: Sequence[str], places: list[Place | None]) -> None:
        name = self._prefix + _called(field, kind)
        reading = partial(told, self._path, tr("tar archive"))
        with reading():
            if kind == "picture":
                self._put(name, self._pictures(name, keys, field, places))
            elif kind == "array":
                self._put(name, ArraysOfTar(name, self, keys, field, places))
            elif kind == "text":
                words = [text.strip() for text in self._texts(places, keys, field)]
                self._put(name, _as_array(name, words, are_labels=field in _LABELS))
            else:
                self._add_described(field, keys, places)

    def _put(self, name: str, array: StoredArray | str | None) -> None:
        if isinstance(array, StoredArray):
            self._file.arrays[name] = array
        else:
            self._file.left[name] = array or tr("is no array of numbers or short words")

    def _pictures(
        self, name: str, keys: Sequence[str], field: str, places: list[Place | None]
    ) -> StoredArray | str:
        if not is_picture(next(self.contents(places[:1]))):
            return tr("holds bytes that are no pictures")

        def fetch(rows: NDArray[Any]) -> Iterator[tuple[int, bytes]]:
            numbers = rows.tolist()
            yield from zip(numbers, self.contents([places[n] for n in numbers]), strict=True)

        return PictureArray(name, len(keys), fetch, lambda row: self.where(keys[row], field))

    def where(self, key: str, field: str) -> str:
        """Return what a file of a sample is called in messages."""
        return f"{self._path}: {one_line(key.lstrip('/'))}.{field}"

    def _texts(
        self, places: Sequence[Place | None], keys: Sequence[str], field: str
    ) -> Iterator[str]:
        for key, place in zip(keys, places, strict=True):
            if place is not None and place[2] > _MOST_TEXT:
                raise UserError(
                    tr(
                        "{key} has {place:,} bytes, too many for what describes a sample.",
                        key=self.where(key, field),
                        place=place[2],
                    )
                )
        for content in self.contents(places):
            yield content.decode("utf-8-sig", "replace")

    def _add_described(self, field: str, keys: Sequence[str], places: list[Place | None]) -> None:
        """Add what JSON says of each sample: those values that are single ones or lists."""
        rows: list[dict[str, Any]] = []
        for key, text in zip(keys, self._texts(places, keys, field), strict=True):
            try:
                row = json.loads(text) if text else {}
            except (ValueError, RecursionError) as error:
                raise UserError(tr("{key} is no JSON.", key=self.where(key, field))) from error
            rows.append(row if isinstance(row, dict) else {"label": row})
        names = dict.fromkeys(name for row in rows[:1000] for name in row)
        for name in list(names)[:_MOST_FIELDS]:
            called = self._prefix + (name if name not in self._file.arrays else f"{field}/{name}")
            values = [row.get(name) for row in rows]
            are_labels = meaning_of(name).part == "labels"
            self._put(called, _as_array(called, values, are_labels=are_labels))


def _bounded(stream: IO[bytes]) -> Any:
    return _Bounded(stream)


def _kind(field: str) -> str:
    last = field.rpartition(".")[2]
    if last in ("png", "jpg", "jpeg", "webp", "bmp", "ppm", "pgm", "gif", "tif", "tiff", "img"):
        return "picture"
    if last == "npy":
        return "array"
    if last == "json":
        return "json"
    if last in _CODE:
        return "code"
    return "text" if last in (*_LABELS, *_TEXTS) else "other"


def _called(field: str, kind: str) -> str:
    stem, _, last = field.rpartition(".")
    if kind == "picture":
        return f"{stem}_image" if stem else "image"
    if kind == "array":
        return stem or "features"
    return field if last not in _LABELS or stem else "label"


def _as_array(name: str, values: list[Any], *, are_labels: bool) -> StoredArray | None:
    if are_labels and (rows := filled_up(values)) is not values:
        return HeldArray(name, rows)
    if any(isinstance(value, str) for value in values):
        values = ["" if value is None else str(value) for value in values]
        if are_labels and all(_is_whole(value) for value in values if value):
            values = [int(value) if value else -1 for value in values]
    elif any(isinstance(v, dict | list) for v in values if v):
        lengths = {len(value) if isinstance(value, list) else -1 for value in values}
        if len(lengths) > 1 or -1 in lengths:
            return None
    array = plain_array(values)
    return None if array is None else HeldArray(name, array)


def _is_whole(text: str) -> bool:
    return bool(re.fullmatch(r"[+-]?\d{1,18}", text))


class ArraysOfTar(StoredArray):
    """Arrays of NumPy, a file a sample, all of one shape and type."""

    def __init__(
        self,
        name: str,
        tars: _Tars,
        keys: Sequence[str],
        field: str,
        places: Sequence[Place | None],
    ) -> None:
        self._tars, self._keys, self._field, self._places = tars, keys, field, places
        first = self._one(0, next(tars.contents(places[:1])))
        super().__init__(name, (len(keys), *first.shape), first.dtype)

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        """Yield so many samples at once, in order."""
        for start in range(0, self.shape[0], rows):
            yield self.take(np.arange(start, min(start + rows, self.shape[0])))

    def read(self) -> NDArray[Any]:
        """Return all of them."""
        return self.take(np.arange(self.shape[0]))

    def taken(self, rows: NDArray[Any]) -> Iterator[NDArray[Any]]:
        """Yield some of them, a few at a time."""
        most = self._rows_of(_HELD)
        for start in range(0, len(rows), most):
            yield self._some(rows[start : start + most])

    def _some(self, rows: NDArray[Any]) -> NDArray[Any]:
        taken = np.zeros((len(rows), *self.shape[1:]), self.dtype)
        numbers = rows.tolist()
        contents = self._tars.contents([self._places[n] for n in numbers])
        for place, (number, content) in enumerate(zip(numbers, contents, strict=True)):
            one = self._one(number, content)
            if one.shape != self.shape[1:] or one.dtype != self.dtype:
                raise UserError(
                    tr(
                        "{keys} has other numbers than "
                        "that of the first sample: give all samples arrays of one shape and type.",
                        keys=self._tars.where(self._keys[number], self._field),
                    )
                )
            taken[place] = one
        return taken

    def _one(self, number: int, content: bytes) -> NDArray[Any]:
        stream = io.BytesIO(content)
        with told(Path(self._tars.where(self._keys[number], self._field)), tr("npy file")):
            shape, fortran, dtype = npy_header(stream)
            if dtype.hasobject:
                raise ValueError(tr("it holds Python objects, which could run code"))
            count = int(np.prod(shape, dtype=object))
            if not 0 <= count * dtype.itemsize <= min(len(content) - stream.tell(), ALWAYS_ALLOWED):
                raise ValueError(tr("it claims more than is there"))
            values = np.frombuffer(content, dtype, count, stream.tell())
            return values.reshape(shape, order="F" if fortran else "C")
