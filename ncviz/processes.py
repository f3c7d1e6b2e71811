"""Whether another process lives."""

import os
import sys


def is_alive(pid: int) -> bool:
    """Tell whether a process lives, or may live."""
    if pid == os.getpid():
        return True
    if not 0 < pid < 2**31:  # smaller ones mean groups of processes
        return False
    return _is_alive(pid)


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

else:

    def _is_alive(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except OSError:  # of another user
            pass
        return True
