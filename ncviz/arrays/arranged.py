"""What a table of single numbers becomes: features, labels, splits and epochs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.array_names import meaning_of
from ncviz.arrays.columns import Roles, TableFormat
from ncviz.arrays.stored import ArrayFile, ChosenRows, HeldArray, StoredArray
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.wording import listed


@dataclass(frozen=True, eq=False)
class TablePart:
    """A table whose columns are known.

    Parameters
    ----------
    path : Path
    layout : TableFormat
    roles : Roles
    given : bool
        Whether the user has named the features.
    """

    path: Path
    layout: TableFormat
    roles: Roles
    given: bool


def arrange(
    table: TablePart,
    features: StoredArray,
    labels: NDArray[Any] | None,
    splits: NDArray[Any] | None,
    epochs: NDArray[Any] | None,
) -> ArrayFile:
    """Return the arrays of a table, by split and epoch where it has columns of them.

    Parameters
    ----------
    table : TablePart
    features : StoredArray, shape (N, d)
    labels, splits, epochs : array, shape (N,), or None

    Raises
    ------
    UserError
        If not every epoch has the same samples.
    """
    layout, roles = table.layout, table.roles
    file = ArrayFile(table.path, {}, chosen=True)
    if roles.labels is not None:
        file.notes.append(
            tr("labels are column {names!r}{why}", names=layout.names[roles.labels], why=roles.why)
        )
    if roles.left:
        named = listed([repr(layout.names[k]) for k in roles.left])
        why = "" if table.given else tr(", which hold no numbers or count the rows")
        file.notes.append(tr("left: columns {named}{why}", named=named, why=why))
    for prefix, rows in parts_of(splits, features.shape[0], file).items():
        own = features if len(rows) == features.shape[0] else ChosenRows(features, rows)
        marks = None if labels is None else labels[rows]
        if epochs is not None:
            stacked, marks = _by_epoch(table, own.read(), marks, epochs[rows])
            own = HeldArray("features", stacked)
        own.name = f"{prefix}features"
        file.arrays[own.name] = own
        if marks is not None:
            file.arrays[f"{prefix}labels"] = HeldArray(f"{prefix}labels", marks)
    if epochs is not None:
        name = f"{layout.names[roles.epoch or 0].lower()}s"
        file.arrays[name] = HeldArray(name, np.unique(epochs))
    return file


def parts_of(splits: NDArray[Any] | None, count: int, file: ArrayFile) -> dict[str, NDArray[Any]]:
    """Return the rows of each split, by what the names of its arrays begin with.

    Parameters
    ----------
    splits : array of text, shape (N,), or None
        Of each row.
    count : int
        N.
    file : ArrayFile
        Is told where the words name no splits.
    """
    names = [] if splits is None else sorted({str(word) for word in splits.tolist()} - {""})
    if splits is not None and names and all(meaning_of(f"{n}_features").split for n in names):
        return {f"{name}_": np.flatnonzero(splits == name) for name in names}
    if names:
        file.notes.append(tr("left: the column of splits, it holds {names}", names=listed(names)))
    return {"": np.arange(count)}


def _by_epoch(
    table: TablePart, features: NDArray[Any], labels: NDArray[Any] | None, epochs: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any] | None]:
    groups = [epochs == epoch for epoch in np.unique(epochs)]
    alike = len({int(rows.sum()) for rows in groups}) == 1 and (
        labels is None or all(np.array_equal(labels[g], labels[groups[0]]) for g in groups)
    )
    if not alike:
        raise UserError(
            tr(
                "{path}: give the same samples, in the same order, at each value of the "
                "column {names!r}.",
                path=table.path,
                names=table.layout.names[table.roles.epoch or 0],
            )
        )
    stacked = np.stack([features[rows] for rows in groups])
    return stacked, None if labels is None else labels[groups[0]]
