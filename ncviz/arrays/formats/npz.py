"""Archives of NumPy."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.arrays.array_format import ArrayFormat
from ncviz.arrays.foreign_files import is_foreign
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile


def _holds(path: Path, head: bytes) -> bool:
    suffix = path.suffix.lower()
    return suffix == ".npz" or (head.startswith(b"PK") and not is_foreign(suffix))


def _open(path: Path, _features: Sequence[str], _labels: str) -> "ArrayFile":
    from ncviz.arrays.numpy_files import open_npz

    return open_npz(path)


NPZ = ArrayFormat(
    name="npz",
    title=tr("npz"),
    reads=tr("its arrays, each of them when it is needed"),
    open=_open,
    endings=(".npz",),
    holds=_holds,
    order=40,
)
