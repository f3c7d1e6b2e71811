"""Files of ``torch.save``."""

import importlib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ncviz.arrays.array_format import ArrayFormat
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile

_ENDINGS = (".pt", ".pth", ".ckpt", ".bin", ".tar")


def _holds(path: Path, head: bytes) -> bool:
    if path.suffix.lower() in _ENDINGS:
        return True
    if path.suffix.lower() == ".npz" or not head.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith("/data.pkl") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False  # whoever opens it says so


def _open(path: Path, _features: Sequence[str], _labels: str) -> "ArrayFile":
    # By its name: rooms below those that load torch must not know it.
    reader = importlib.import_module("ncviz.recording.array_files")
    return cast("ArrayFile", reader.open_tensors(path))


TORCH = ArrayFormat(
    name="torch",
    title=tr("torch.save"),
    reads=tr(
        "dictionaries of tensors or arrays, lists of batches, a pair (features, labels), a list "
        "of such pairs or of dictionaries, one a batch or sample"
    ),
    open=_open,
    shared_endings=_ENDINGS,
    holds=_holds,
    order=10,
)
