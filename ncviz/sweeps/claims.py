"""Who does a task of a sweep: a small file, which one process alone can make.

Two machines on one file system do not do the same. A claim is stale, and given to the next that
asks, when its process is gone (on the same machine), or when it was not touched for `STALE`
seconds: whoever holds it touches it every `TOUCH` seconds.
"""

import contextlib
import json
import os
import secrets
import socket
import threading
import time
from pathlib import Path

from ncviz.bounded_reading import read_json
from ncviz.errors import UserError
from ncviz.held_files import remove_if_possible, replace
from ncviz.processes import is_alive

STALE, TOUCH = 600.0, 60.0  # seconds
LARGEST_FILE = 4096  # bytes


class Claim:
    """Holds a task for this process, until it is released or the process ends.

    Attributes
    ----------
    held : bool
        Whether nobody else does it.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._ended = path, threading.Event()
        self.held = _make(path) or (_put_aside(path) and _make(path))
        if self.held:
            threading.Thread(target=self._touch, daemon=True).start()

    def _touch(self) -> None:
        while not self._ended.wait(TOUCH):
            with contextlib.suppress(OSError):
                os.utime(self._path)

    def release(self) -> None:
        """Let others do it."""
        self._ended.set()
        if self.held:
            self.held = False
            remove_if_possible(self._path)


def is_claimed(path: Path) -> bool:
    """Tell whether somebody does a task just now."""
    return path.exists() and not _is_stale(path)


def _make(path: Path) -> bool:
    """Make a claim; return whether there was none."""
    said = {"host": socket.gethostname(), "process": os.getpid()}
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    except FileExistsError:
        return False
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(json.dumps(said))
    except OSError:  # as where the disk is full: an empty one would keep everybody away
        remove_if_possible(path)
        raise
    return True


def _is_stale(path: Path) -> bool:
    try:
        age = time.time() - path.stat().st_mtime
        said = read_json(path, LARGEST_FILE)
        here, process = said["host"] == socket.gethostname(), said["process"]
        gone = here and type(process) is int and not is_alive(process)
    except FileNotFoundError:
        return True
    except (OSError, UserError, ValueError, KeyError, TypeError):
        gone = False  # half written just now, or by somebody else: its age tells
        age = 0.0 if not path.exists() else time.time() - path.stat().st_mtime
    return gone or age > STALE


def _put_aside(path: Path) -> bool:
    """Remove a claim that is stale; return whether it was, and this process removed it."""
    if not _is_stale(path):
        return False
    with contextlib.suppress(OSError):
        before = path.read_bytes()
        aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        replace(path, aside)  # of several that try, one succeeds
        if aside.read_bytes() != before:  # another was quicker, and this is its fresh one
            with contextlib.suppress(OSError):
                os.link(aside, path)
        remove_if_possible(aside)
        return not path.exists()
    return not path.exists()
