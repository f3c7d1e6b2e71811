"""Whether another process lives, when the one that began this one ends, and who comes first."""

import os
import sys
import time

NICENESS = 5  # of work that nobody waits for
LOOK = 0.2  # seconds between two looks for the parent, where nothing tells of its end


def is_alive(pid: int) -> bool:
    """Tell whether a process lives, or may live."""
    if pid == os.getpid():
        return True
    if not 0 < pid < 2**31:  # smaller ones mean groups of processes
        return False
    return _is_alive(pid)


def give_way() -> None:
    """Let other processes come first where all want a core: a window's frames, and a training."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def wait_for_end_of_parent(parent: int) -> None:
    """Return once the process has ended that began this one, however that came.

    Parameters
    ----------
    parent : int
        Its number, as it says itself.
    """
    _wait_for_end_of_parent(parent)


if sys.platform == "win32":
    import _winapi

    _NO_SUCH_PROCESS = 87

    def _is_alive(pid: int) -> bool:
        # Not by os.kill, which ends the process that it asks.
        try:
            handle = _winapi.OpenProcess(_winapi.SYNCHRONIZE, False, pid)
        except OSError as error:
            return error.winerror != _NO_SUCH_PROCESS
        try:
            return _winapi.WaitForSingleObject(handle, 0) == _winapi.WAIT_TIMEOUT
        finally:
            _winapi.CloseHandle(handle)

    def _wait_for_end_of_parent(parent: int) -> None:
        try:
            handle = _winapi.OpenProcess(_winapi.SYNCHRONIZE, False, parent)
        except OSError:  # it is gone already
            return
        try:
            _winapi.WaitForSingleObject(handle, _winapi.INFINITE)
        finally:
            _winapi.CloseHandle(handle)

else:

    def _is_alive(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except OSError:  # of another user
            pass
        return True

    def _wait_for_end_of_parent(parent: int) -> None:
        # Not by its number, which one that nobody has buried keeps, and another may get.
        while os.getppid() == parent:
            time.sleep(LOOK)
