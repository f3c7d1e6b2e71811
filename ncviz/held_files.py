"""Moving and removing files that another program may hold.

On Windows a file that a virus scanner, an indexer or a reader has opened can be neither replaced
nor removed. They let go of it within moments: whoever moves or removes a file waits for that here,
and nowhere else.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

SECONDS = 2.0  # after which whoever holds a file is not going to let go
# Access denied, sharing and lock violations, and a folder whose files are still being removed.
_HELD = (5, 32, 33, 145)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.1


def replace(source: Path, target: Path) -> None:
    """Give a file or folder another name; a file that had it is replaced.

    Raises
    ------
    OSError
        If that cannot be done.
    """
    _patiently(lambda: os.replace(source, target))


def remove(path: Path) -> None:
    """Remove a file.

    Raises
    ------
    OSError
        If that cannot be done, also if it is not there.
    """
    _patiently(path.unlink)


def remove_if_possible(path: Path) -> None:
    """Remove a file, or a folder with all that is in it, as far as that can be done."""
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            _patiently(lambda: shutil.rmtree(path))
        else:
            _patiently(path.unlink)


def remove_if_empty(folder: Path) -> None:
    """Remove a folder in which there is nothing, if that can be done."""
    with contextlib.suppress(OSError):
        _patiently(folder.rmdir)


def flush(path: Path) -> None:
    """Let a file's content survive a loss of power.

    Raises
    ------
    OSError
        If that cannot be done.
    """
    with _patiently(lambda: open(path, "rb+")) as file:  # Windows flushes no file opened to read
        os.fsync(file.fileno())


def _patiently(act: Callable[[], Result]) -> Result:
    end, pause = time.monotonic() + SECONDS, _FIRST_PAUSE
    while True:
        try:
            return act()
        except OSError as error:
            held = getattr(error, "winerror", None) in _HELD
            if not held or time.monotonic() + pause > end:
                raise
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
