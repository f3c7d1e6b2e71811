"""What may be dropped on the window beside runs: checkpoints, arrays, and what it exported."""

import os
from collections.abc import Sequence
from pathlib import Path

from ncviz.arrays.files import holds_arrays
from ncviz.arrays.formats.webdataset import is_of_samples
from ncviz.recording.checkpoint_paths import SUFFIXES, is_of_one
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.repeats import is_repeats

MANY = 500  # paths: more of them are told apart by their names alone
FOLDERS = 100  # in a folder, by whose names it is known


def checkpoints_among(names: Sequence[str]) -> tuple[str, ...]:
    """Return the files that may be checkpoints, and the folders that hold some.

    Parameters
    ----------
    names : sequence of str
        Paths; of many of them none is looked at, which may take seconds.
    """
    if len(names) > MANY:
        return tuple(name for name in names if name.endswith(SUFFIXES))
    return tuple(name for name in names if _may_be(Path(name)))


def _may_be(path: Path) -> bool:
    if is_of_samples(path):
        return False
    try:
        if path.is_dir():
            is_run = (path / MANIFEST).exists() or is_repeats(path)
            return not is_run and _holds_checkpoints(path)
        return path.suffix in SUFFIXES and path.exists()
    except OSError:
        return False  # whoever opens it says why


def _holds_checkpoints(folder: Path) -> bool:
    """Tell whether a folder holds checkpoints, or folders of one each."""
    folders: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(SUFFIXES):
                return True
            if len(folders) < FOLDERS and entry.is_dir():
                folders.append(entry.name)
    return any(is_of_one(name) for name in folders)


def are_arrays(path: Path) -> bool:
    """Tell whether a path is a file of arrays, or a folder of such files that is no run."""
    is_run = path.name == MANIFEST or (path / MANIFEST).exists()
    return not is_run and (holds_arrays(path) or is_of_samples(path))
