"""Jobs in a spawned process, which shares no interpreter lock, no driver and no fate with ours."""

import contextlib
import math
import multiprocessing
import pickle
import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection, wait
from typing import Any

from ncviz.interrupts import leave_to_parent
from ncviz.jobs.control import Control
from ncviz.jobs.messages import Died, carry_out, failure
from ncviz.jobs.worker import MOST_AT_ONCE, Worker
from ncviz.language import tr

_SECONDS_TO_DIE = 1.0

_Waiting = queue.SimpleQueue[tuple[int, bytes] | None]


class WorkProcess(Worker):
    """Does jobs in a process of its own, spawned with the first one, and again if it died.

    Functions and arguments must be picklable; the process imports what they need and nothing
    else. If ours dies, the process notices, stops its jobs and ends.

    Parameters
    ----------
    name : str
        As of `Worker`.
    prepare : callable, optional
        What the process does first, picklable.
    patience : float, optional
        Seconds after which a job that was cancelled and does not end costs the process its
        life; by default it is waited for.
    """

    def __init__(
        self,
        name: str,
        prepare: Callable[[], object] | None = None,
        patience: float = math.inf,
    ) -> None:
        super().__init__(name)
        self._prepare = prepare
        self._patience = patience
        self._child: _Child | None = None

    @property
    def pid(self) -> int | None:
        return None if self._child is None else self._child.pid

    def prepare(self) -> None:
        self._spawned()

    def _spawned(self) -> "_Child":
        self._child = self._child or _Child(self.name, self._prepare)
        return self._child

    def _send_work(
        self, number: int, work: Callable[..., Any], arguments: tuple[Any, ...], named: Any
    ) -> None:
        # Unpickled by the thread that does it: that imports what it needs.
        self._spawned().send((number, pickle.dumps((work, arguments, named))))

    def ask(self, number: int, request: str) -> None:
        if self._child is not None:
            self._child.send((number, request))

    def listen(self, timeout: float) -> None:
        if self._child is None:
            return
        messages, has_died = self._child.receive(max(0.0, min(timeout, self._patience_left())))
        for number, message in messages:
            self._pass_on(number, message)
        if has_died or self._patience_left() < 0:
            self._bury()

    def _patience_left(self) -> float:
        """Return the seconds that a cancelled job may still take; none is endless."""
        asked = [job.cancelled_at for job in self._jobs.values() if job.cancelled_at is not None]
        return min(asked, default=math.inf) + self._patience - time.monotonic()

    def close(self, timeout: float = 0.0) -> None:
        deadline = time.monotonic() + timeout
        for job in self._jobs.values():
            job.stop()
        while self._jobs and (left := deadline - time.monotonic()) > 0:
            self.listen(left)
        self._bury()

    def _bury(self) -> None:
        """End the process, and tell of the jobs that it had."""
        if self._child is None:
            return
        end = Died(self._child.pid, self._child.end())
        self._child = None
        for number in tuple(self._jobs):
            self._pass_on(number, end)


class _Child:
    """A spawned process and this end of the pipe to it."""

    def __init__(self, name: str, prepare: Callable[[], object] | None) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, childs_end = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(childs_end, name, prepare), name=name, daemon=True
        )
        self._process.start()
        # Only the child may hold its end, or nobody would notice its death.
        childs_end.close()
        # A long request fills the pipe until the child has got ready, which takes seconds.
        self._requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._sender = threading.Thread(
            target=self._send_all, name=tr("to {name}", name=name), daemon=True
        )
        self._sender.start()
        self.pid: int = self._process.pid or 0

    def send(self, request: tuple[int, bytes | str]) -> None:
        """Ask for something; returns at once."""
        self._requests.put(request)

    def _send_all(self) -> None:
        while (request := self._requests.get()) is not None:
            # A child that is gone cannot obey; `receive` tells of its end.
            with contextlib.suppress(OSError):
                self._connection.send(request)

    def receive(self, timeout: float) -> tuple[list[tuple[int, Any]], bool]:
        """Return what the child said of its jobs, and whether it is dead and said no more."""
        wait([self._connection, self._process.sentinel], timeout)
        # Asked first, so that all the child said before its end is read below.
        has_died = self._process.exitcode is not None
        messages: list[tuple[int, Any]] = []
        # A killed child may leave a torn message or a broken pipe.
        with contextlib.suppress(EOFError, OSError):
            while self._connection.poll():
                if len(messages) == MOST_AT_ONCE:
                    return messages, False
                messages.append(self._connection.recv())
        return messages, has_died

    def end(self) -> int:
        """End the process, if it has not ended; return its exit code."""
        self._requests.put(None)
        self._process.terminate()
        self._process.join(_SECONDS_TO_DIE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        exitcode = self._process.exitcode or 0
        self._sender.join()  # the pipe is broken by now, so that it waits for nothing
        self._connection.close()
        self._process.close()
        return exitcode


def _serve(connection: Connection, name: str, prepare: Callable[[], object] | None) -> None:
    """Do the process's part: one job after the other, until the parent is gone."""
    # Ctrl-C reaches the whole group of processes; the parent decides what it means.
    leave_to_parent()
    # It may have processes of its own, which end as this one does when their parent is gone.
    multiprocessing.current_process().daemon = False
    if prepare is not None:
        prepare()
    waiting: _Waiting = queue.SimpleQueue()
    controls: dict[int, Control] = {}
    threading.Thread(target=_obey, args=(connection, waiting, controls), daemon=True).start()
    while (job := waiting.get()) is not None:
        number, pickled = job
        control, tell = controls[number], partial(_tell, connection, number, controls[number])
        end = carry_out(name, control, tell, partial(_do, pickled, control, tell))
        try:
            tell(end)
        except Exception as error:  # noqa: BLE001 - what it found cannot be sent
            tell(failure(error, name))
        del controls[number]


def _tell(connection: Connection, number: int, control: Control, message: Any) -> None:
    try:
        connection.send((number, message))
    except OSError:  # the parent is gone
        control.stop()


def _do(pickled: bytes, control: Control, tell: Callable[[Any], None]) -> Any:
    work, arguments, named = pickle.loads(pickled)
    return work(control, tell, *arguments, **named)


def _obey(connection: Connection, waiting: _Waiting, controls: dict[int, Control]) -> None:
    """Take up what the parent asks, and stop everything when it is gone."""
    try:
        while True:
            number, request = connection.recv()
            if isinstance(request, bytes):
                controls[number] = Control()
                waiting.put((number, request))
            elif (control := controls.get(number)) is not None:  # else its end is on its way
                getattr(control, request)()
    except (EOFError, OSError):
        for control in tuple(controls.values()):
            control.stop()
        waiting.put(None)
