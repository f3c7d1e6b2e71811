"""Tar archives of samples."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.arrays.array_format import ArrayFormat
from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile

_OF_TORCH = (b"pickle", b"sys_info", b"tensors", b"storages")  # what its oldest archives begin with


def _holds(_path: Path, head: bytes) -> bool:
    name = head[:100].rstrip(b"\0").removeprefix(b"./")
    return head[257:262] == b"ustar" and name not in _OF_TORCH


def is_of_samples(path: Path) -> bool:
    """Tell whether a tar archive, or a folder with some, holds samples and no weights."""
    try:
        first = min(path.glob("*.tar"), default=path) if path.is_dir() else path
        if first.suffix != ".tar":
            return False
        with open_regular(first) as stream:
            return _holds(first, stream.read(1024))
    except (OSError, UserError):
        return False  # whoever opens it says why


def _stands_for_some(path: Path) -> bool:
    if path.is_dir():
        return any(path.glob("*.tar"))
    return path.suffix == ".tar" and "{" in path.name and ".." in path.name


def _open(path: Path, _features: Sequence[str], _labels: str) -> "ArrayFile":
    from ncviz.arrays.webdataset import open_webdataset

    return open_webdataset(path)


WEBDATASET = ArrayFormat(
    name="webdataset",
    title=tr("WebDataset"),
    reads=tr(
        "tar archives of samples such as `7.png` with `7.cls` or `7.json`, `7.npy` for features; "
        "one, a folder of them, or `'train-{000..012}.tar'`. Nothing is unpacked to disk"
    ),
    open=_open,
    holds=_holds,
    is_folder=_stands_for_some,
    order=5,
)
