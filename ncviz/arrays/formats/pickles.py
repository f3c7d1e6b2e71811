"""Pickles, which are read as data."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ncviz.arrays.array_format import ArrayFormat
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile


def _open(path: Path, _features: Sequence[str], _labels: str) -> "ArrayFile":
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
