"""Single arrays of NumPy."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.arrays.array_format import ArrayFormat
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile


def _open(path: Path, _features: Sequence[str], _labels: str) -> "ArrayFile":
    from ncviz.arrays.numpy_files import open_npy

    return open_npy(path)


NPY = ArrayFormat(
    name="npy",
    title=tr("npy"),
    reads=tr(
        "the array, and labels, test samples and the like beside it: `x_train.npy` brings "
        "`y_train.npy`"
    ),
    open=_open,
    endings=(".npy",),
    starts=(b"\x93NUMPY",),
    order=20,
)
