"""Parquet and Arrow files that hold one table, one behind the other, read batch by batch.

Importing this module does not import pyarrow.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.stored import check_unpacked, told
from ncviz.bounded_reading import check_regular, open_regular
from ncviz.errors import UserError
from ncviz.language import tr

KIND = tr("table of Parquet or Arrow")
PARQUET, ARROW_FILE = b"PAR1", b"ARROW1"
_BATCH = 2**24  # bytes that are unpacked together
_MOST_ROWS = 2**16  # of a batch
_WIDTHS = {"INT32": 4, "FLOAT": 4, "INT64": 8, "DOUBLE": 8, "BOOLEAN": 1, "INT96": 12}
_MOST_METADATA = 2**24  # bytes


@dataclass(frozen=True, eq=False)
class Shards:
    """Files of one table.

    Parameters
    ----------
    path : Path
        Named in messages: the file, or the folder of the files.
    files : tuple of Path
    """

    path: Path
    files: tuple[Path, ...]

    @cached_property
    def schema(self) -> Any:
        """Names and types of the columns, which all files have alike."""
        with told(self.files[0], KIND), _opened(self.files[0], None) as file:
            return file.schema

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """How many rows each file has."""
        counts = []
        for path in self.files:
            with told(path, KIND), _opened(path, None) as file:
                if file.schema.remove_metadata() != self.schema.remove_metadata():
                    raise UserError(
                        tr(
                            "{path} has other columns than {name}: give files of one table.",
                            path=path,
                            name=self.files[0].name,
                        )
                    )
                counts.append(file.count())
                check_unpacked(path, max(counts[-1], file.unpacked()))
        return tuple(counts)

    def __len__(self) -> int:
        return sum(self.counts)

    def batches(
        self, columns: Sequence[str], wanted: NDArray[Any] | None = None
    ) -> Iterator[tuple[int, Any]]:
        """Yield the number of its first row, and each batch of some columns.

        Parameters
        ----------
        columns : sequence of str
        wanted : array of int, optional
            Ascending rows; batches without any of them may be passed over.
        """
        start = 0
        for path, count in zip(self.files, self.counts, strict=True):
            own = None
            if wanted is not None:
                first, last = np.searchsorted(wanted, (start, start + count))
                own = wanted[first:last] - start
            if own is None or len(own):
                with told(path, KIND), _opened(path, columns) as file:
                    done = 0
                    for place, batch in file.batches(own):
                        batch.validate(full=True)
                        yield start + place, batch
                        done += batch.num_rows  # a damaged group may hold fewer than it says
                    if own is None and done != count:
                        raise ValueError(tr("it was changed while it was read"))
            start += count

    @cached_property
    def names_of_classes(self) -> dict[str, list[str]]:
        """What the numbers of a column stand for, where its data set says it."""
        content = (self.schema.metadata or {}).get(b"huggingface", b"")
        try:
            known = json.loads(content) if 0 < len(content) < _MOST_METADATA else {}
            columns = known["info"]["features"].items()
        except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
            return {}
        found = {}
        for name, kind in columns:
            inner = kind.get("feature", kind) if isinstance(kind, dict) else None
            names = inner.get("names") if isinstance(inner, dict) else None
            if isinstance(names, list) and all(isinstance(word, str) for word in names):
                found[name] = [word[:1000] for word in names]
        return found


@contextmanager
def _opened(path: Path, columns: Sequence[str] | None) -> "Iterator[_Parquet | _Arrow]":
    """Open one file of a table, of which only some columns are read."""
    check_regular(path)
    with open_regular(path) as stream:
        head = stream.read(8)
        stream.seek(0)
        if head.startswith(PARQUET):
            import pyarrow.parquet

            yield _Parquet(
                pyarrow.parquet.ParquetFile(stream, buffer_size=2**20, pre_buffer=False), columns
            )
        else:
            yield _Arrow(stream, columns, is_stream=not head.startswith(ARROW_FILE))


class _Parquet:
    """An open file of Parquet."""

    def __init__(self, file: Any, columns: Sequence[str] | None) -> None:
        self._file, self._columns = file, columns
        self.schema = file.schema_arrow

    def count(self) -> int:
        """Return how many rows it claims to have."""
        return int(self._file.metadata.num_rows)

    def unpacked(self) -> int:
        """Return the bytes of all its numbers and words, as it says."""
        size = 0
        for group in range(self._file.num_row_groups):
            # What is wrong with its columns is told here; to look at them ends the process.
            next(self._file.iter_batches(1, [group], use_threads=False), None)
            size += self._bytes(group, None)
        return size

    def _bytes(self, group: int, columns: Sequence[str] | None) -> int:
        """Return what some columns of a group of rows take."""
        size, held = 0, self._file.metadata.row_group(group)
        for place in range(held.num_columns):
            part = held.column(place)
            if columns is None or part.path_in_schema.partition(".")[0] in columns:
                plain = _WIDTHS.get(part.physical_type, 0) * part.num_values
                size += max(plain, part.total_uncompressed_size)
        return size

    def batches(self, wanted: NDArray[Any] | None) -> Iterator[tuple[int, Any]]:
        """Yield batches with the number of their first row."""
        start = 0
        for group in range(self._file.num_row_groups):
            count = self._file.metadata.row_group(group).num_rows
            if wanted is None or ((wanted >= start) & (wanted < start + count)).any():
                one = max(1, self._bytes(group, self._columns) // max(count, 1))
                many = max(1, min(_MOST_ROWS, _BATCH // one))
                place = start
                for batch in self._file.iter_batches(
                    many, [group], list(self._columns or ()), use_threads=False
                ):
                    yield place, batch
                    place += batch.num_rows
            start += count


class _Arrow:
    """An open file of Arrow batches, one behind the other or with a list of them."""

    def __init__(self, stream: Any, columns: Sequence[str] | None, *, is_stream: bool) -> None:
        from pyarrow import ipc

        self._reader = ipc.open_stream(stream) if is_stream else ipc.open_file(stream)
        self.schema = self._reader.schema
        if columns is not None:  # opened again, as the places of columns are known now
            stream.seek(0)
            places = [self.schema.get_field_index(name) for name in columns]
            options = ipc.IpcReadOptions(included_fields=places, use_threads=False)
            opened = ipc.open_stream if is_stream else ipc.open_file
            self._reader = opened(stream, options=options)
        self._is_stream = is_stream

    def _all(self) -> Iterator[Any]:
        if self._is_stream:
            yield from self._reader
        else:
            yield from map(self._reader.get_batch, range(self._reader.num_record_batches))

    def count(self) -> int:
        """Return how many rows it has."""
        return sum(batch.num_rows for batch in self._all())

    def unpacked(self) -> int:
        """Return nothing that is not known already: its numbers lie in it as they are."""
        return 0

    def batches(self, _wanted: NDArray[Any] | None) -> Iterator[tuple[int, Any]]:
        """Yield batches with the number of their first row."""
        start = 0
        for batch in self._all():
            many = max(1, _BATCH * batch.num_rows // max(1, batch.nbytes))
            for place in range(0, batch.num_rows, many):
                yield start + place, batch.slice(place, many)
            start += batch.num_rows
