"""Who writes a run: at most one process at a time, until it ends, however it ends."""

import hashlib
import os
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class WritingLock:
    """Holds a run's folder for its one writer; the system frees it when the process dies.

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
        try:
            free = _take(folder)
        except BlockingIOError:
            self.held, self.is_certain = False, True
        except OSError:  # it cannot be read, or lies on a network's file system
            pass
        else:
            self.is_certain = True
            self._free = weakref.finalize(self, free)

    def release(self) -> None:
        """Let others write."""
        self._free()


if sys.platform == "win32":
    import _winapi

    def _take(folder: Path) -> Callable[[], None]:
        # Windows opens no folders. What is shared under a name is there while somebody holds it;
        # that of another computer, which writes to the same disk, is not seen.
        place = os.path.normcase(os.path.realpath(folder)).encode(errors="surrogatepass")
        name = f"ncviz-{hashlib.sha256(place).hexdigest()}"
        handle = _winapi.CreateFileMapping(-1, _winapi.NULL, _winapi.PAGE_READONLY, 0, 1, name)
        if _winapi.GetLastError() == _winapi.ERROR_ALREADY_EXISTS:
            _winapi.CloseHandle(handle)
            raise BlockingIOError
        return lambda: _winapi.CloseHandle(handle)

else:
    import fcntl

    def _take(folder: Path) -> Callable[[], None]:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        holder = os.getpid()

        def free() -> None:
            # A process that was forked meanwhile shares the lock: closing alone would leave it
            # there, and the child must not free what its parent holds.
            if os.getpid() == holder:
                fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)

        return free


def is_being_written(folder: Path) -> bool:
    """Tell whether a process writes the run in a folder just now."""
    lock = WritingLock(folder)
    lock.release()
    return not lock.held


def is_abandoned(folder: Path) -> bool:
    """Tell whether it is certain that no process writes the run in a folder."""
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
