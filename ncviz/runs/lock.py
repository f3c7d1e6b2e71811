"""Who writes a run: at most one process at a time, until it ends, however it ends."""

import os
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl


class WritingLock:
    """Holds a run's folder for its one writer; the system frees it when the process dies.

    Parameters
    ----------
    folder : Path

    Attributes
    ----------
    held : bool
        Whether nobody else writes this run. Where the file system knows no locks, it is
        taken on trust.
    is_certain : bool
        Whether it is not.
    """

    def __init__(self, folder: Path) -> None:
        self.held, self.is_certain = True, False
        self._free: Callable[[], object] = lambda: None
        if sys.platform == "win32":  # which opens no folders: nobody is kept out
            return
        try:
            descriptor = os.open(folder, os.O_RDONLY)
        except OSError:  # it cannot be read: whoever writes to it will say so
            return
        self._free = weakref.finalize(self, _free, descriptor, os.getpid())
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.is_certain = True
        except BlockingIOError:
            self.held, self.is_certain = False, True
            self._free()
        except OSError:  # such as of a network's file system
            self._free()

    def release(self) -> None:
        """Let others write."""
        self._free()


def _free(descriptor: int, holder: int) -> None:
    # A process that was forked meanwhile shares the lock: closing alone would leave it there,
    # and the child must not free what its parent holds.
    if sys.platform != "win32" and os.getpid() == holder:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def is_being_written(folder: Path) -> bool:
    """Tell whether a process writes the run in a folder just now.

    Parameters
    ----------
    folder : Path
    """
    lock = WritingLock(folder)
    lock.release()
    return not lock.held


def is_abandoned(folder: Path) -> bool:
    """Tell whether it is certain that no process writes the run in a folder.

    Parameters
    ----------
    folder : Path
    """
    lock = WritingLock(folder)
    lock.release()
    return lock.held and lock.is_certain


@contextmanager
def waiting_lock(folder: Path, seconds: float = 1.0) -> Iterator[None]:
    """Let one process at a time do what is within, which takes moments.

    Parameters
    ----------
    folder : Path
    seconds : float, optional
        After which one goes on without it: whoever holds it is stuck.
    """
    lock, end = WritingLock(folder), time.monotonic() + seconds
    while not lock.held and time.monotonic() < end:
        time.sleep(0.005)
        lock = WritingLock(folder)
    try:
        yield
    finally:
        lock.release()
