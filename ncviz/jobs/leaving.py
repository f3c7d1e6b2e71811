"""How a process ends beside threads that go on.

Python takes itself apart under them, and one that lets go of an array then ends in a crash, with a
status that says that all has failed: threads of gloo now and then do.
"""

import atexit
import os
import sys
from typing import NoReturn

_expected: list[str] = []


def expect_threads(name: str) -> None:
    """Note that threads of this name may go on that nobody can wait for."""
    _expected.append(name)


def leave_beside_threads(status: int) -> None:
    """End the process where such threads are expected; else return."""
    if _expected:
        leave(status)


def leave(status: int) -> NoReturn:
    """End the process with this status, after all that is to be done at its end."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # as of a program without a terminal
            stream.flush()
    os._exit(status)
