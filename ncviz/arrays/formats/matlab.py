"""Files of MATLAB."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.arrays.array_format import ArrayFormat
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile


def _open(path: Path, _features: Sequence[str], _labels: str) -> "ArrayFile":
    from ncviz.arrays.matlab import open_matlab

    return open_matlab(path)


MATLAB = ArrayFormat(
    name="matlab",
    title=tr("MATLAB"),
    reads=tr(
        "matrices of numbers and of letters, logical and sparse ones too; of version 7.3 by h5py"
    ),
    open=_open,
    endings=(".mat",),
    order=70,
)
