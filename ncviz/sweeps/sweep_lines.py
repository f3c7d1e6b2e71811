"""Whether a file is one of a sweep: the window asks before it needs to know what a sweep is."""

import re
from pathlib import Path

from ncviz.bounded_reading import read_text
from ncviz.errors import UserError

FILE_NAME = "sweep.toml"  # in the folder: the sweep, whole
LARGEST_FILE = 2**18  # bytes
_TELLS = re.compile(r"^\s*\[\s*(?:sweep|grid)\s*\]", re.MULTILINE)


def is_sweep(path: Path) -> bool:
    """Tell whether a TOML file is one of a sweep, whole or not."""
    try:
        return _TELLS.search(read_text(path, LARGEST_FILE)) is not None
    except (OSError, ValueError, UserError):
        return False  # whoever opens it says why


def is_sweep_folder(folder: Path) -> bool:
    """Tell whether a folder holds the cells of a sweep."""
    return (folder / FILE_NAME).is_file()
