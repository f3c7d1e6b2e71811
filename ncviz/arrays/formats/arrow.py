"""Tables of Arrow: Feather, and files of batches."""

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


ARROW = ArrayFormat(
    name="arrow",
    title=tr("Arrow"),
    reads=tr("the same of files of Feather and of streams"),
    open=_open,
    endings=(".arrow", ".feather", ".ipc"),
    starts=(b"ARROW1", b"\xff\xff\xff\xff"),
    needs="pyarrow",
    order=52,
)
