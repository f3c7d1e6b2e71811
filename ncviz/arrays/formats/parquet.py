"""Tables of Parquet."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.arrays.array_format import ArrayFormat
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile


def _open(path: Path, features: Sequence[str], labels: str) -> "ArrayFile":
    from ncviz.arrays.arrow_shards import Shards
    from ncviz.arrays.arrow_tables import open_shards

    return open_shards(Shards(path, (path,)), features, labels)


PARQUET = ArrayFormat(
    name="parquet",
    title=tr("Parquet"),
    reads=tr(
        "its columns, batch by batch: lists of numbers, pictures, single numbers, words. Where "
        "all are single numbers and words, they are taken as those of a CSV table"
    ),
    open=_open,
    endings=(".parquet", ".pq"),
    starts=(b"PAR1",),
    needs="pyarrow",
    order=51,
)
