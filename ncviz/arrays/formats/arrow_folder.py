"""Folders of Arrow and Parquet files, such as data sets of Hugging Face."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.arrays.array_format import ArrayFormat, some_end
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile

_PATTERNS = (
    *("*.parquet", "*.arrow", "*/*.parquet", "*/*.arrow"),
    *("data/*/*.parquet", "default/*/*.parquet"),
)


def _open(path: Path, features: Sequence[str], labels: str) -> "ArrayFile":
    from ncviz.arrays.arrow_folder import open_arrow_folder

    found = (each for pattern in _PATTERNS for each in path.glob(pattern))
    return open_arrow_folder(path, [*found], features, labels)


ARROW_FOLDER = ArrayFormat(
    name="arrow-folder",
    title=tr("data sets of Hugging Face"),
    reads=tr(
        "folders that `save_to_disk` has written or that a hub has, also other folders of Parquet "
        "or Arrow: all files of a split together, with the names of the classes. Splits are told "
        "by names of files and folders"
    ),
    open=_open,
    is_folder=lambda path: some_end(path, (".parquet", ".arrow"), depth=2),
    needs="pyarrow",
    order=53,
)
