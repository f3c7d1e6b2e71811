"""Folders of arrays of NumPy."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.arrays.array_format import ArrayFormat

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile


def _is_folder(path: Path) -> bool:
    return any(path.glob("*.npy")) or any(path.glob("*/*.npy"))


def _open(path: Path, _features: Sequence[str], _labels: str) -> "ArrayFile":
    from ncviz.arrays.numpy_files import open_folder

    return open_folder(path)


NPY_FOLDER = ArrayFormat(
    name="npy-folder",
    title="folders of npy",
    reads="all of its arrays; `epoch_10/features.npy` is an epoch",
    open=_open,
    is_folder=_is_folder,
    order=30,
)
