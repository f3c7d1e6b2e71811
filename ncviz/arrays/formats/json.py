"""Arrays in JSON."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.arrays.array_format import ArrayFormat
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile


def _open(path: Path, _features: Sequence[str], _labels: str) -> "ArrayFile":
    from ncviz.arrays.other_files import open_json

    return open_json(path)


JSON = ArrayFormat(
    name="json",
    title=tr("JSON"),
    reads=tr("an object of arrays, or an object a sample; up to 64 MiB"),
    open=_open,
    endings=(".json", ".jsonl"),
    order=80,
)
