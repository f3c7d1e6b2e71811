"""Files of HDF5."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.arrays.array_format import ArrayFormat
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile

_MARK = b"\x89HDF\r\n\x1a\n"


def _holds(path: Path, head: bytes) -> bool:
    named = path.suffix.lower() in HDF5.endings
    return _MARK in (head[:8], head[512:520]) or (named and not head.startswith(b"MATLAB 5"))


def _open(path: Path, _features: Sequence[str], _labels: str) -> "ArrayFile":
    from ncviz.arrays.hdf5 import open_hdf5

    return open_hdf5(path)


HDF5 = ArrayFormat(
    name="hdf5",
    title=tr("HDF5"),
    reads=tr(
        "its data sets, those in groups as `GROUP/NAME`, block by block; links are not followed. "
        "Also files of MATLAB 7.3"
    ),
    open=_open,
    endings=(".h5", ".hdf5", ".hdf", ".he5"),
    holds=_holds,
    needs="h5py",
    order=50,
)
