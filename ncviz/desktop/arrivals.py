"""What may be dropped on the window beside runs: checkpoints, arrays, and what it exported."""

from collections.abc import Iterable
from pathlib import Path

from ncviz.arrays.files import holds_arrays
from ncviz.recording.epochs import SUFFIXES
from ncviz.runs.manifest import FILE_NAME as MANIFEST

EXPORTED = (".png", ".svg", ".pdf", ".gif", ".mp4")


def checkpoints_among(paths: Iterable[Path]) -> tuple[str, ...]:
    """Return the files that may be checkpoints, and the folders that hold some.

    Parameters
    ----------
    paths : iterable of Path
    """
    return tuple(str(path) for path in paths if _may_be(path))


def _may_be(path: Path) -> bool:
    try:
        if path.is_dir():
            is_run = (path / MANIFEST).exists()
            return not is_run and any(p.suffix in SUFFIXES for p in path.iterdir())
        return path.suffix in SUFFIXES and path.exists()
    except OSError:
        return False  # whoever opens it says why


def are_arrays(path: Path) -> bool:
    """Tell whether a path is a file of arrays, or a folder of npy files that is no run."""
    is_run = path.name == MANIFEST or (path / MANIFEST).exists()
    return not is_run and holds_arrays(path)
