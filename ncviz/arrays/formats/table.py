"""Tables of text: asked last, for any file may be one."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.arrays.array_format import ArrayFormat
from ncviz.arrays.foreign_files import is_foreign
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile


def _open(path: Path, features: Sequence[str], labels: str) -> "ArrayFile":
    from ncviz.arrays.tables import open_table

    return open_table(path, features, labels)


TABLE = ArrayFormat(
    name="table",
    title=tr("CSV, TSV, text"),
    reads=tr(
        "a row a sample, with or without a header, with decimal points or commas. The column of "
        "labels is the one that is called so, else the last, else the first that could be one; "
        "`split` and `epoch` (or `step`) are understood; the others of numbers are features"
    ),
    open=_open,
    endings=(".csv", ".tsv"),
    shared_endings=(".tab", ".txt", ".dat", ".data"),
    holds=lambda path, _head: not is_foreign(path.suffix.lower()),
    order=90,
)
