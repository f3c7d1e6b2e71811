"""Folders of arrays of NumPy."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.arrays.array_format import ArrayFormat, some_end
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile


def _open(path: Path, _features: Sequence[str], _labels: str) -> "ArrayFile":
    from ncviz.arrays.numpy_files import open_folder

    return open_folder(path)


NPY_FOLDER = ArrayFormat(
    name="npy-folder",
    title=tr("folders of npy"),
    reads=tr("all of its arrays; `epoch_10/features.npy` is an epoch"),
    open=_open,
    is_folder=lambda path: some_end(path, (".npy",)),
    order=30,
)
