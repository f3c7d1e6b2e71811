"""Files of safetensors."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.arrays.array_format import ArrayFormat
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile


def _holds(path: Path, head: bytes) -> bool:
    return path.suffix.lower() == ".safetensors" or (head[8:9] == b"{" and head[7:8] == b"\0")


def _open(path: Path, _features: Sequence[str], _labels: str) -> "ArrayFile":
    from ncviz.arrays.other_files import open_safetensors

    return open_safetensors(path)


SAFETENSORS = ArrayFormat(
    name="safetensors",
    title=tr("safetensors"),
    reads=tr("its tensors, bfloat16 as float32"),
    open=_open,
    shared_endings=(".safetensors",),
    holds=_holds,
    order=60,
)
