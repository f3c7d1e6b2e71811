"""Tables of Arrow and Parquet as arrays: columns of numbers, words, lists and pictures.

Importing this module does not import pyarrow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.arranged import TablePart, arrange, parts_of
from ncviz.arrays.array_names import meaning_of
from ncviz.arrays.arrow_columns import (
    ColumnArray,
    extension_type,
    is_float,
    kind_of,
    values_of,
)
from ncviz.arrays.arrow_shards import KIND, Shards
from ncviz.arrays.columns import SPLITS, TableFormat, find_roles
from ncviz.arrays.label_sets import filled_up
from ncviz.arrays.pictures import PictureArray, is_picture
from ncviz.arrays.stored import (
    MOST_ARRAYS,
    ArrayFile,
    ChosenRows,
    HeldArray,
    StoredArray,
    told,
)
from ncviz.errors import UserError
from ncviz.language import tr

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
    with told(shards.path, KIND):  # names may be no text
        return _opened(shards, features, labels, prefix)


def _opened(shards: Shards, features: Sequence[str], labels: str, prefix: str) -> ArrayFile:
    file, path = ArrayFile(shards.path, {}), shards.path
    if len(shards.schema.names) > MOST_ARRAYS:
        raise UserError(
            tr(
                "{path} has more than {most_arrays:,} columns: save them as one of lists.",
                path=path,
                most_arrays=MOST_ARRAYS,
            )
        )
    if len(set(shards.schema.names)) < len(shards.schema.names):
        raise UserError(tr("{path} has two columns of one name: rename one.", path=path))
    if not len(shards):
        raise UserError(tr("{path} is a table without rows.", path=path))
    kinds = {field.name: kind_of(field.type) for field in shards.schema}
    plain = [name for name, kind in kinds.items() if kind in ("number", "word")]
    has_samples = any(
        kind in ("list", "picture") and meaning_of(name).part != "labels"
        for name, kind in kinds.items()
    )
    if not has_samples and len(plain) > 1:
        return _wide(shards, [n for n in plain if _UNNAMED not in n], kinds, features, labels)
    for name in shards.schema.names:
        if kinds[name] == "other" or name.startswith(_UNNAMED):
            file.left[name] = tr("is of a type that is not read")
            continue
        array = _column(shards, name, kinds[name])
        if isinstance(array, str):
            file.left[name] = array
        else:
            array.name = prefix + _called(name, kinds[name], features, labels)
            file.arrays[array.name] = array
    _name_classes(file, shards, labels, prefix)
    return file if prefix else _split_up(file)


def _split_up(file: ArrayFile) -> ArrayFile:
    """Give each split that a column names its own arrays."""
    column = next((n for n, a in file.arrays.items() if n.lower() in SPLITS and a.ndim == 1), "")
    if not column or file.arrays[column].dtype.kind != "U":
        return file
    words = file.arrays[column].read()
    parts = parts_of(words, len(words), file)
    if list(parts) == [""]:
        return file
    arrays = {}
    for name, array in file.arrays.items():
        for prefix, rows in parts.items() if name != column else ():
            if array.shape[:1] != (len(words),) or name == "class_names":
                arrays[name] = array
                continue
            own = array.chosen(rows) if isinstance(array, PictureArray) else ChosenRows(array, rows)
            own.name = prefix + name
            arrays[own.name] = own
    return replace(file, arrays=arrays)


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
            return tr("is too long for lists of labels")
        given = [row for _, batch in shards.batches([name]) for row in batch.column(0).to_pylist()]
        lists = filled_up([row or [] for row in given])
        if isinstance(lists, np.ndarray):
            return HeldArray(name, lists)
    if not tail:
        return tr("is empty")
    return ColumnArray(name, shards, (name,), (len(shards), *tail), dtype)


def _shape_of(shards: Shards, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return the shape of the first row that has one, and the type of its numbers."""
    kind = shards.schema.field(name).type
    while isinstance(kind, extension_type()) or hasattr(kind, "value_type"):
        kind = kind.storage_type if isinstance(kind, extension_type()) else kind.value_type
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
            values = values_of(batch.column(batch.schema.get_field_index(name)))
            if isinstance(values, str):
                left[name] = values
                continue
            parts[name].append(values)
            size += values.nbytes
            if size > _MOST_HELD:
                raise UserError(
                    tr(
                        "{path}: the columns of words and single numbers take more than 1 GiB: "
                        "leave some out, or save the features as one column of lists.",
                        path=shards.path,
                    )
                )
    return {
        name: left[name] if name in left else HeldArray(name, np.concatenate(parts[name]))
        for name in names
    }


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
        raise UserError(
            tr("{path} has no column of numbers to take as features.", path=shards.path)
        )
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
        is_whole = not is_float(plain)
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
        return tr("names files beside it: save the pictures within")
    if not is_picture(first):
        return tr("holds bytes that are no pictures")
    return PictureArray(name, count, fetch, partial(_row_words, shards.path, name))


def _row_words(path: Path, name: str, row: int) -> str:
    return tr("{path}, column {name!r}, row {row}", path=path, name=name, row=row)


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
        file.notes.append(
            tr("labels are the column {column!r}, which names its classes", column=column)
        )
    if known.get(column):
        file.arrays["class_names"] = HeldArray("class_names", np.array(known[column], dtype=str))
