"""The process beside the window that trains or records, and this end of the pipe to it."""

import contextlib
import multiprocessing
import queue
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import read_manifest
from ncviz.runs.writer import write_atomically

_SECONDS_TO_DIE = 1.0


class ChildProcess:
    """A spawned process and this end of the pipe to it.

    Parameters
    ----------
    serve : callable
        The process's part, given its end of the pipe.
    name : str
        Of the process.
    """

    def __init__(self, serve: Callable[[Connection], None], name: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, childs_end = context.Pipe()
        self._process = context.Process(target=serve, args=(childs_end,), name=name, daemon=True)
        self._process.start()
        # Only the child may hold its end, or nobody would notice its death.
        childs_end.close()
        # A long request fills the pipe until the child has got ready, which takes seconds.
        self._requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._sender = threading.Thread(target=self._send_all, name=f"to {name}", daemon=True)
        self._sender.start()

    def send(self, request: Any) -> None:
        """Ask for something; returns at once."""
        self._requests.put(request)

    def _send_all(self) -> None:
        while (request := self._requests.get()) is not None:
            # A child that is gone cannot obey; `receive` tells of its end.
            with contextlib.suppress(OSError):
                self._connection.send(request)

    def receive(self, timeout: float) -> tuple[list[Any], int | None]:
        """Return what the child said, and its exit code if it has ended."""
        wait([self._connection, self._process.sentinel], timeout)
        # Asked first, so that all the child said before its end is read below.
        exitcode = self._process.exitcode
        messages: list[Any] = []
        # A killed child may leave a torn message or a broken pipe.
        with contextlib.suppress(EOFError, OSError):
            while self._connection.poll():
                messages.append(self._connection.recv())
        return messages, exitcode

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def end(self) -> None:
        """End the process, which has nothing left to do that should be waited for."""
        self._requests.put(None)
        self._process.terminate()
        self._process.join(_SECONDS_TO_DIE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._sender.join()  # the pipe is broken by now, so that it waits for nothing
        self._connection.close()
        self._process.close()


def why_it_ended(exitcode: int) -> str:
    """Say how a process ended that had more to do."""
    if exitcode >= 0:
        return f"ended by itself (exit code {exitcode}), the terminal may say why"
    return f"was killed (signal {-exitcode}), perhaps because the memory was full"


def settle_run(folder: Path, state: str, message: str = "") -> None:
    """Write the end of a run into its manifest, for a process that could not."""
    path = folder / MANIFEST
    # What cannot be written stays as it is: the run can be opened all the same.
    with contextlib.suppress(UserError):
        manifest = read_manifest(path)
        if manifest.state == "running":
            write_atomically(path, manifest.with_state(state, message).to_json().encode())
