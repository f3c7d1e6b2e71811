"""Pickles, which are read as data."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ncviz.arrays.array_format import ArrayFormat
from ncviz.arrays.foreign_files import foreign_sentence
from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile


_JOBLIB, _LOOKED_AT = b"joblib.numpy_pickle", 2**16


def _open(path: Path, _features: Sequence[str], _labels: str) -> "ArrayFile":
    with open_regular(path) as stream:
        head = stream.read(_LOOKED_AT)
    if _JOBLIB in head:
        raise UserError(foreign_sentence(path, ".joblib"))
    # By its name: rooms below those that load torch must not know it.
    reader = importlib.import_module("ncviz.recording.array_files")
    return cast("ArrayFile", reader.open_tensors(path))


PICKLES = ArrayFormat(
    name="pickle",
    title=tr("pickle"),
    reads=tr("the same, without running anything in it; not those of joblib"),
    open=_open,
    shared_endings=(".pkl", ".pickle", ".p"),
    order=11,
)
