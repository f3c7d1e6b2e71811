"""Tables of Arrow and Parquet as arrays: columns of numbers, words, lists and pictures.

Importing this module does not import pyarrow.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.arranged import TablePart, arrange
from ncviz.arrays.array_names import meaning_of
from ncviz.arrays.arrow_shards import Shards
from ncviz.arrays.columns import TableFormat, find_roles
from ncviz.arrays.label_sets import filled_up
from ncviz.arrays.pictures import PictureArray, is_picture
from ncviz.arrays.stored import (
    LONGEST_WORD,
    MOST_ARRAYS,
    ArrayFile,
    HeldArray,
    StoredArray,
)
from ncviz.errors import UserError

_MOST_HELD = 2**30  # bytes of columns that are held
_LOOKED_AT = 200  # rows that decide what columns are
_UNNAMED = "__index_level_"  # how pandas calls the numbers of its rows


def open_shards(
    shards: Shards, features: Sequence[str] = (), labels: str = "", prefix: str = ""
) -> ArrayFile:
    """Open a table: its columns as arrays.

    Parameters
    ----------
    shards : Shards
    features : sequence of str, optional
        Columns of features that the user names.
    labels : str, optional
        The column of labels, likewise.
    prefix : str, optional
        Of the names of the arrays, such as those of a split.

    Raises
    ------
    UserError
        If the user names a column that is not there, or a column is not as its first rows.
    """
    file, path = ArrayFile(shards.path, {}), shards.path
    if len(shards.schema.names) > MOST_ARRAYS:
        raise UserError(f"{path} has more than {MOST_ARRAYS:,} columns: save them as one of lists.")
    if len(set(shards.schema.names)) < len(shards.schema.names):
        raise UserError(f"{path} has two columns of one name: rename one.")
    if not len(shards):
        raise UserError(f"{path} is a table without rows.")
    kinds = {field.name: _kind(field.type) for field in shards.schema}
    plain = [name for name, kind in kinds.items() if kind in ("number", "word")]
    has_samples = any(
        kind in ("list", "picture") and meaning_of(name).part != "labels"
        for name, kind in kinds.items()
    )
    if not has_samples and len(plain) > 1:
        return _wide(shards, [n for n in plain if _UNNAMED not in n], kinds, features, labels)
    for name in shards.schema.names:
        if kinds[name] == "other" or name.startswith(_UNNAMED):
            file.left[name] = "is of a type that is not read"
            continue
        array = _column(shards, name, kinds[name])
        if isinstance(array, str):
            file.left[name] = array
        else:
            array.name = prefix + _called(name, kinds[name], features, labels)
            file.arrays[array.name] = array
    _name_classes(file, shards, labels, prefix)
    return file


def _kind(kind: Any) -> str:
    from pyarrow import types

    if isinstance(kind, _extension()):
        return _kind(kind.storage_type)
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return "list" if _kind(kind.value_type) in ("number", "list") else "other"
    if types.is_struct(kind):
        return "picture" if kind.get_field_index("bytes") >= 0 else "other"
    if types.is_binary(kind) or types.is_large_binary(kind):
        return "picture"
    if types.is_dictionary(kind):
        return _kind(kind.value_type)
    if types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind):
        return "number"
    if types.is_decimal(kind):
        return "number"
    are_words = types.is_string(kind) or types.is_large_string(kind) or types.is_temporal(kind)
    return "word" if are_words else "other"


def _extension() -> Any:
    import pyarrow

    return pyarrow.BaseExtensionType


def _called(name: str, kind: str, features: Sequence[str], labels: str) -> str:
    named = name in features or name == labels
    is_named = meaning_of(name).part == "images"
    return f"{name} image" if kind == "picture" and not is_named and not named else name


def _column(shards: Shards, name: str, kind: str) -> StoredArray | str:
    """Return a column, or why it is left."""
    if kind == "picture":
        return _pictures(shards, name)
    if kind != "list":
        return _plain(shards, [name])[name]
    tail, dtype = _shape_of(shards, name)
    if meaning_of(name).part == "labels":
        if len(shards) * 8 * 8 > _MOST_HELD:
            return "is too long for lists of labels"
        given = [row for _, batch in shards.batches([name]) for row in batch.column(0).to_pylist()]
        lists = filled_up([row or [] for row in given])
        if isinstance(lists, np.ndarray):
            return HeldArray(name, lists)
    if not tail:
        return "is empty"
    return ColumnArray(name, shards, (name,), (len(shards), *tail), dtype)


def _shape_of(shards: Shards, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return the shape of the first row that has one, and the type of its numbers."""
    kind = shards.schema.field(name).type
    while isinstance(kind, _extension()) or hasattr(kind, "value_type"):
        kind = kind.storage_type if isinstance(kind, _extension()) else kind.value_type
    dtype = np.dtype(kind.to_pandas_dtype())
    for _, batch in shards.batches([name]):
        values = batch.column(0)
        for row in range(len(values) - values.null_count and len(values)):
            shape, one = [], values[row].as_py()
            while isinstance(one, list) and one:
                shape.append(len(one))
                one = one[0]
            if shape and one is not None:
                return tuple(shape), dtype
    return (), dtype


# Numbers and words


def _plain(shards: Shards, names: Sequence[str]) -> dict[str, StoredArray | str]:
    """Return columns of one number or word a row, or why they are left."""
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in names}
    left: dict[str, StoredArray | str] = {}
    size = 0
    for _, batch in shards.batches(names):
        for name in names:
            if name in left:
                continue
            values = _values(batch.column(batch.schema.get_field_index(name)))
            if isinstance(values, str):
                left[name] = values
                continue
            parts[name].append(values)
            size += values.nbytes
            if size > _MOST_HELD:
                raise UserError(
                    f"{shards.path}: the columns of words and single numbers take more than 1 GiB: "
                    "leave some out, or save the features as one column of lists."
                )
    return {
        name: left[name] if name in left else HeldArray(name, np.concatenate(parts[name]))
        for name in names
    }


def _values(values: Any) -> NDArray[Any] | str:
    """Return a batch of single values, words as text; or why they are left."""
    import pyarrow
    from pyarrow import compute, types

    if types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if _kind(values.type) == "number":
        if types.is_decimal(values.type) or (values.null_count and not _is_float(values.type)):
            values = values.cast(pyarrow.float64(), safe=False)
        return np.asarray(values.to_numpy(zero_copy_only=False))
    words = values.cast(pyarrow.large_string())
    longest = compute.max(compute.utf8_length(words)).as_py() or 0
    if longest > LONGEST_WORD:
        return f"has texts of up to {longest:,} characters"
    return np.array([word or "" for word in words.to_pylist()], dtype=str)


def _is_float(kind: Any) -> bool:
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

    def take(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return some rows of the first axis, given in ascending order."""
        taken = [np.zeros((0, *self.shape[1:]), self.dtype)]
        for start, part in self._parts(rows):
            first, last = np.searchsorted(rows, (start, start + len(part)))
            taken.append(part[rows[first:last] - start])
        return np.concatenate(taken)

    def _parts(self, wanted: NDArray[Any] | None) -> Iterator[tuple[int, NDArray[Any]]]:
        for start, batch in self._shards.batches(self._columns, wanted):
            places = [batch.schema.get_field_index(name) for name in self._columns]
            if len(self._columns) == 1 and self.ndim > 1 and _kind(batch.schema.types[0]) == "list":
                yield start, self._rows(batch.column(0), self.shape[1:], start)
                continue
            part = np.empty((batch.num_rows, len(places)), self.dtype)
            for column, place in enumerate(places):
                part[:, column] = _values(batch.column(place))
            yield start, part

    def _rows(self, values: Any, tail: tuple[int, ...], start: int) -> NDArray[Any]:
        from pyarrow import compute

        if isinstance(values.type, _extension()):
            values = values.storage
        if not tail:
            if values.null_count and self.dtype.kind != "f":
                raise UserError(
                    f"{self._shards.path}: the column {self._columns[0]!r} has missing numbers "
                    f"after row {start}: fill them, or leave these rows out."
                )
            return np.asarray(values.to_numpy(zero_copy_only=False)).astype(self.dtype, copy=False)
        lengths = compute.list_value_length(values)
        wrong = compute.fill_null(compute.not_equal(lengths, tail[0]), fill_value=False)
        if compute.any(wrong).as_py():
            row = start + int(np.flatnonzero(wrong.to_numpy(zero_copy_only=False))[0])
            raise UserError(
                f"{self._shards.path}: row {row} of the column {self._columns[0]!r} has other "
                f"numbers than {tail[0]}, as the first one has: give each row the same shape."
            )
        known = values.is_valid().to_numpy(zero_copy_only=False)
        inner = self._rows(values.drop_null().flatten(), tail[1:], start)
        inner = inner.reshape(int(known.sum()), *tail)
        if known.all():
            return inner
        if self.dtype.kind != "f":
            row = start + int(np.flatnonzero(~known)[0])
            raise UserError(
                f"{self._shards.path}: row {row} of the column {self._columns[0]!r} is missing: "
                "fill it, or leave it out."
            )
        whole = np.full((len(known), *tail), np.nan, self.dtype)
        whole[known] = inner
        return whole


# A table of single numbers


def _wide(
    shards: Shards,
    names: list[str],
    kinds: dict[str, str],
    features: Sequence[str],
    labels: str,
) -> ArrayFile:
    """Open a table with a column a feature, as one of text is."""
    head: list[tuple[str, ...]] = []
    for _, batch in shards.batches(names):
        rows = batch.slice(0, _LOOKED_AT - len(head)).select(names).to_pylist()
        head += [tuple("" if v is None else str(v) for v in row.values()) for row in rows]
        if len(head) >= _LOOKED_AT:
            break
    are_bool = [str(shards.schema.field(name).type) == "bool" for name in names]
    numeric = tuple(kinds[n] == "number" and not b for n, b in zip(names, are_bool, strict=True))
    layout = TableFormat(",", False, True, tuple(names), numeric, tuple(head))
    roles = find_roles(layout, features, labels, shards.path)
    if not roles.features:
        raise UserError(f"{shards.path} has no column of numbers to take as features.")
    columns = tuple(names[k] for k in roles.features)
    others = [names[k] for k in range(len(names)) if k not in roles.features]
    held = _plain(shards, others) if others else {}
    shape = (len(shards), len(columns))
    matrix = ColumnArray("features", shards, columns, shape, _common_type(shards, columns))
    read = {name: a.read() for name, a in held.items() if isinstance(a, StoredArray)}

    def of(column: int | None) -> NDArray[Any] | None:
        return None if column is None else read.get(names[column])

    part = TablePart(shards.path, layout, roles, given=bool(features))
    file = arrange(part, matrix, of(roles.labels), of(roles.split), of(roles.epoch))
    if roles.labels is not None and (known := shards.names_of_classes.get(names[roles.labels])):
        file.arrays["class_names"] = HeldArray("class_names", np.array(known, dtype=str))
    return file


def _common_type(shards: Shards, columns: tuple[str, ...]) -> np.dtype[Any]:
    """Return the type that holds all numbers of some columns; missing ones are NaN."""
    import pyarrow

    own = [shards.schema.field(name).type for name in columns]
    found = []
    for name, kind in zip(columns, own, strict=True):
        plain = getattr(kind, "value_type", kind)
        is_whole = not _is_float(plain)
        if is_whole and any(b.column(0).null_count for _, b in shards.batches([name])):
            plain = pyarrow.float64()
        decimal = pyarrow.types.is_decimal(plain)
        found.append(np.dtype(np.float64 if decimal else plain.to_pandas_dtype()))
    common = np.result_type(*set(found))
    return np.dtype(np.uint8) if common.kind == "b" else common


# Pictures and names


def _pictures(shards: Shards, name: str) -> StoredArray | str:
    count = len(shards)

    def fetch(rows: NDArray[Any]) -> Iterator[tuple[int, bytes]]:
        for start, batch in shards.batches([name], rows):
            first, last = np.searchsorted(rows, (start, start + batch.num_rows))
            values = batch.column(0)
            values = values.field("bytes") if hasattr(values.type, "get_field_index") else values
            for row in rows[first:last].tolist():
                yield row, values[row - start].as_py() or b""

    first = next((content for _, content in fetch(np.arange(min(count, 16))) if content), b"")
    if not first:
        return "names files beside it: save the pictures within"
    if not is_picture(first):
        return "holds bytes that are no pictures"
    return PictureArray(name, count, fetch, partial(_row_words, shards.path, name))


def _row_words(path: Path, name: str, row: int) -> str:
    return f"{path}, column {name!r}, row {row}"


def _name_classes(file: ArrayFile, shards: Shards, labels: str, prefix: str) -> None:
    """Add what the numbers of the labels stand for; a column that names classes has labels."""
    known = shards.names_of_classes
    called = [n for n in file.arrays if meaning_of(n).part == "labels"]
    column = labels or min(called, key=len, default="").removeprefix(prefix)
    alone = [n for n in known if prefix + n in file.arrays and file.arrays[prefix + n].ndim == 1]
    if not column and len(alone) == 1:
        column = alone[0]
        found = file.arrays.pop(prefix + column)
        found.name = f"{prefix}labels"
        file.arrays[found.name] = found
        file.notes.append(f"labels are the column {column!r}, which names its classes")
    if known.get(column):
        file.arrays["class_names"] = HeldArray("class_names", np.array(known[column], dtype=str))
