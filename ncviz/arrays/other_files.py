"""Arrays in safetensors and JSON files."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.array_names import meaning_of
from ncviz.arrays.file_array import FileArray
from ncviz.arrays.label_sets import filled_up
from ncviz.arrays.safetensors_header import BRAIN, TYPES, read_header
from ncviz.arrays.stored import (
    MOST_ARRAYS,
    ArrayFile,
    HeldArray,
    StoredArray,
    plain_array,
    told,
)
from ncviz.bounded_reading import open_regular, read_text
from ncviz.errors import UserError
from ncviz.language import tr

MOST_HEADER = 16 * 2**20  # bytes, of a safetensors file
MOST_JSON = 64 * 2**20  # bytes; Python's numbers take several times as much

# safetensors


class BrainFloats(StoredArray):
    """An array of bfloat16, which NumPy has not: read as float32."""

    def __init__(self, halves: StoredArray) -> None:
        super().__init__(halves.name, halves.shape, np.dtype(np.float32))
        self._halves = halves
        self.is_in_parts = halves.is_in_parts

    @property
    def words(self) -> str:
        return super().words.replace("float32", "bfloat16")

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        yield from map(_widened, self._halves.blocks(rows))

    def read(self) -> NDArray[Any]:
        return _widened(self._halves.read())

    def entry(self, number: int) -> StoredArray | None:
        halves = self._halves.entry(number)
        return None if halves is None else BrainFloats(halves)

    def turned(self) -> StoredArray | None:
        halves = self._halves.turned()
        return None if halves is None else BrainFloats(halves)


def _widened(halves: NDArray[Any]) -> NDArray[Any]:
    return (halves.astype(np.uint32) << 16).view(np.float32)


def open_safetensors(path: Path) -> ArrayFile:
    """Open a safetensors file; its tensors are read when they are asked for."""
    file = ArrayFile(path, {})
    reading = partial(told, path, tr("safetensors file"))
    with reading(), open_regular(path) as stream:
        _, places = read_header(stream, MOST_HEADER)
        if len(places) > MOST_ARRAYS:
            raise UserError(
                tr(
                    "{path} holds {count:,} tensors: {most_arrays:,} can be read.",
                    path=path,
                    count=len(places),
                    most_arrays=MOST_ARRAYS,
                )
            )
        for name, place in sorted(places.items(), key=lambda item: item[1].start):
            if place.kind not in (*TYPES, BRAIN):
                file.left[name] = tr("is of the type {kind}", kind=place.kind[:20])
                continue
            dtype = np.dtype("<u2" if place.kind == BRAIN else TYPES[place.kind])
            opened = partial(_at, path, place.start)
            array: StoredArray = FileArray(name, place.shape, dtype, opened, False, reading, opened)
            file.arrays[name] = BrainFloats(array) if place.kind == BRAIN else array
    return file


def _at(path: Path, place: int) -> IO[bytes]:
    stream = open_regular(path)
    stream.seek(place)
    return stream


# JSON


def open_json(path: Path) -> ArrayFile:
    """Read a JSON file: an object of arrays, or one object a sample, in a list or line by line."""
    file = ArrayFile(path, {})
    with told(path, tr("JSON file")):
        if path.stat().st_size > MOST_JSON:
            raise UserError(tr("{path} is larger than 64 MiB: save it as npz instead.", path=path))
        text = read_text(path, MOST_JSON)
        try:
            given = json.loads(text)
        except RecursionError:
            raise ValueError(tr("it is nested too deeply")) from None
        except ValueError:
            lines = text.split("\n")  # no other mark ends a line of JSON
            if len(lines) < 2 or not lines[0].lstrip().startswith("{"):
                raise
            given = [_row(line, number) for number, line in enumerate(lines, 1) if line.strip()]
        if isinstance(given, list) and given and all(isinstance(row, dict) for row in given):
            names = [name for name in given[0] if all(name in row for row in given)]
            given = {name: [row[name] for row in given] for name in names}
        if not isinstance(given, dict):
            raise UserError(
                tr("{path} holds no arrays by name: give an object of them.", path=path)
            )
        flat = _flat(given)
        if len(flat) > MOST_ARRAYS:
            raise UserError(
                tr(
                    "{path} holds {count:,} values: {most_arrays:,} can be read.",
                    path=path,
                    count=len(flat),
                    most_arrays=MOST_ARRAYS,
                )
            )
        for name, value in flat.items():
            is_of_labels = meaning_of(name).part == "labels"
            array = plain_array(filled_up(value) if is_of_labels else value)
            if array is None:
                file.left[name] = tr("is no array of numbers or short words")
            else:
                file.arrays[name] = HeldArray(name, array)
    return file


def _row(line: str, number: int) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise ValueError(
            tr("line {line} is no JSON, {reason}", line=number, reason=str(error).split(":")[0])
        ) from error


def _flat(values: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict) and depth < 3:
            found |= _flat(value, f"{prefix}{name}/", depth + 1)
        else:
            found[f"{prefix}{name}"] = value
    return found
