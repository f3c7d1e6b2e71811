"""Which run a file was made from, without a word on whose machine it lies."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from ncviz.errors import UserError
from ncviz.runs.manifest import FILE_NAME, Manifest, read_manifest
from ncviz.runs.repeats import is_repeats

LENGTH = 16  # hexadecimal digits: two of a billion runs share one with a chance of 1 in 40
MOST_FOLDERS = 500  # that are looked at in one folder
LARGEST_MANIFEST = 2**20  # bytes; of a larger one the search is too slow for a window
# A folder from the root, from a drive, or from somebody's home; its last name may follow.
_FOLDERS = re.compile(r"(?<![\w./\\])(?:~|\.{1,2}|[A-Za-z]:)?[\\/](?:[^\s'\",;:\\/]+[\\/])+")


def fingerprint(manifest: Manifest) -> str:
    """Return what tells a run from others, wherever it lies and whatever it is called.

    Returns
    -------
    str
        Of when it was made, how, and of what: classes, layers, recipe. Its title, its state and
        the number of its epochs may change, and count for nothing.
    """
    made = {
        "created": manifest.created,
        "classes": manifest.class_names,
        "layers": [(layer.name, layer.width) for layer in manifest.layers],
        "recipe": {
            key: value for key, value in manifest.recipe.items() if key not in ("epochs", "skipped")
        },
    }
    text = json.dumps(made, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def find_run(mark: str, places: Iterable[Path], within: Iterable[Path] = ()) -> Path | None:
    """Return the folder of the run with a fingerprint; None if it is in none of these places.

    Parameters
    ----------
    mark : str
        Of `fingerprint`.
    places : iterable of Path
        Folders that may be the run's.
    within : iterable of Path
        Folders that may hold it: `MOST_FOLDERS` of each are looked at.
    """
    for folder in (*places, *(inner for outer in within for inner in _inside(outer))):
        try:
            if (folder / FILE_NAME).stat().st_size > LARGEST_MANIFEST:
                continue
            if fingerprint(read_manifest(folder / FILE_NAME)) == mark:
                return folder
        except (OSError, ValueError, UserError):  # no run, or none that can be opened
            continue
    return None


def _inside(folder: Path) -> Iterator[Path]:
    try:
        for inner in islice(folder.iterdir(), MOST_FOLDERS):
            yield inner
            if is_repeats(inner):
                yield from islice(inner.iterdir(), MOST_FOLDERS)
    except OSError:
        return


def without_folders(value: Any) -> Any:
    """Return the same with the last name of each path alone.

    Folders hold the names of people and projects; what a file is called says what it is.

    Parameters
    ----------
    value : Any
        Of strings, numbers, lists and mappings, as JSON has them.
    """
    if isinstance(value, str):
        for kind in (PurePosixPath, PureWindowsPath):
            path = kind(value)
            # Blanks in a folder's name are told from other words only where all is one path.
            if (path.is_absolute() or value.startswith("~")) and "\n" not in value and path.name:
                return path.name
        return _FOLDERS.sub("", value)
    if isinstance(value, dict):
        return {key: without_folders(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_folders(item) for item in value]
    return value
