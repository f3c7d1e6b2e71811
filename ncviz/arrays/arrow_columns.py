"""Columns of Arrow as arrays: what kind of values one has, and its numbers batch by batch.

Importing this module does not import pyarrow.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.arrow_shards import KIND, Shards
from ncviz.arrays.stored import LONGEST_WORD, StoredArray, told
from ncviz.errors import UserError
from ncviz.language import tr


def kind_of(kind: Any) -> str:
    """Return what a type of Arrow holds: number, word, list, picture or other."""
    from pyarrow import types

    if isinstance(kind, extension_type()):
        return kind_of(kind.storage_type)
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return "list" if kind_of(kind.value_type) in ("number", "list") else "other"
    if types.is_struct(kind):
        return "picture" if kind.get_field_index("bytes") >= 0 else "other"
    if types.is_binary(kind) or types.is_large_binary(kind):
        return "picture"
    if types.is_dictionary(kind):
        return kind_of(kind.value_type)
    if types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind):
        return "number"
    if types.is_decimal(kind):
        return "number"
    are_words = types.is_string(kind) or types.is_large_string(kind) or types.is_temporal(kind)
    return "word" if are_words else "other"


def extension_type() -> Any:
    """Return the class of types that are others by another name."""
    import pyarrow

    return pyarrow.BaseExtensionType


def values_of(values: Any) -> NDArray[Any] | str:
    """Return a batch of single values, words as text; or why they are left."""
    import pyarrow
    from pyarrow import compute, types

    if types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if kind_of(values.type) == "number":
        if types.is_decimal(values.type) or (values.null_count and not is_float(values.type)):
            values = values.cast(pyarrow.float64(), safe=False)
        return np.asarray(values.to_numpy(zero_copy_only=False))
    words = values.cast(pyarrow.large_string())
    longest = compute.max(compute.utf8_length(words)).as_py() or 0
    if longest > LONGEST_WORD:
        return tr("has texts of up to {longest:,} characters", longest=longest)
    return np.array([word or "" for word in words.to_pylist()], dtype=str)


def is_float(kind: Any) -> bool:
    """Tell whether a type of Arrow is of floats."""
    from pyarrow import types

    return bool(types.is_floating(kind))


class ColumnArray(StoredArray):
    """Numbers of a column of lists, or of several columns side by side, read batch by batch."""

    def __init__(
        self,
        name: str,
        shards: Shards,
        columns: tuple[str, ...],
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
    ) -> None:
        super().__init__(name, shape, dtype)
        self._shards, self._columns = shards, columns

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        """Yield so many rows of the first axis at once, in order."""
        held: list[NDArray[Any]] = []
        count = 0
        for _, part in self._parts(None):
            held.append(part)
            count += len(part)
            while count >= rows:
                whole = held[0] if len(held) == 1 else np.concatenate(held)
                yield whole[:rows]
                held, count = [whole[rows:]], count - rows
        if count:
            yield np.concatenate(held)

    def read(self) -> NDArray[Any]:
        """Return all of it."""
        whole = np.empty(self.shape, self.dtype)
        for start, part in self._parts(None):
            whole[start : start + len(part)] = part
        return whole

    def taken(self, rows: NDArray[Any]) -> Iterator[NDArray[Any]]:
        """Yield some rows of the first axis, given in ascending order, a few at a time."""
        for start, part in self._parts(rows):
            first, last = np.searchsorted(rows, (start, start + len(part)))
            yield part[rows[first:last] - start]

    def _parts(self, wanted: NDArray[Any] | None) -> Iterator[tuple[int, NDArray[Any]]]:
        with told(self._shards.path, KIND):
            yield from self._converted(wanted)

    def _converted(self, wanted: NDArray[Any] | None) -> Iterator[tuple[int, NDArray[Any]]]:
        for start, batch in self._shards.batches(self._columns, wanted):
            places = [batch.schema.get_field_index(name) for name in self._columns]
            if (
                len(self._columns) == 1
                and self.ndim > 1
                and kind_of(batch.schema.types[0]) == "list"
            ):
                yield start, self._rows(batch.column(0), self.shape[1:], start)
                continue
            part = np.empty((batch.num_rows, len(places)), self.dtype)
            for column, place in enumerate(places):
                part[:, column] = values_of(batch.column(place))
            yield start, part

    def _rows(self, values: Any, tail: tuple[int, ...], start: int) -> NDArray[Any]:
        from pyarrow import compute

        if isinstance(values.type, extension_type()):
            values = values.storage
        if not tail:
            if values.null_count and self.dtype.kind != "f":
                raise UserError(
                    tr(
                        "{path}: the column {columns!r} has missing numbers "
                        "after row {start}: fill them, or leave these rows out.",
                        path=self._shards.path,
                        columns=self._columns[0],
                        start=start,
                    )
                )
            return np.asarray(values.to_numpy(zero_copy_only=False)).astype(self.dtype, copy=False)
        lengths = compute.list_value_length(values)
        wrong = compute.fill_null(compute.not_equal(lengths, tail[0]), fill_value=False)
        if compute.any(wrong).as_py():
            row = start + int(np.flatnonzero(wrong.to_numpy(zero_copy_only=False))[0])
            raise UserError(
                tr(
                    "{path}: row {row} of the column {columns!r} has other "
                    "numbers than {tail}, as the first one has: give each row the same shape.",
                    path=self._shards.path,
                    row=row,
                    columns=self._columns[0],
                    tail=tail[0],
                )
            )
        known = values.is_valid().to_numpy(zero_copy_only=False)
        inner = self._rows(values.drop_null().flatten(), tail[1:], start)
        inner = inner.reshape(int(known.sum()), *tail)
        if known.all():
            return inner
        if self.dtype.kind != "f":
            row = start + int(np.flatnonzero(~known)[0])
            raise UserError(
                tr(
                    "{path}: row {row} of the column {columns!r} is missing: "
                    "fill it, or leave it out.",
                    path=self._shards.path,
                    row=row,
                    columns=self._columns[0],
                )
            )
        whole = np.full((len(known), *tail), np.nan, self.dtype)
        whole[known] = inner
        return whole
