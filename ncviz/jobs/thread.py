"""Jobs in a thread: for what waits, or computes in NumPy, and must share our memory."""

import atexit
import contextlib
import queue
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from ncviz.jobs.control import Control
from ncviz.jobs.messages import carry_out
from ncviz.jobs.worker import MOST_AT_ONCE, Worker

LAST_SECONDS = 30.0  # that the program, unseen, waits at its end for all jobs in threads

_workers: "weakref.WeakSet[WorkThread]" = weakref.WeakSet()


class WorkThread(Worker):
    """Does jobs in a thread of its own, which lives as long as there are any.

    A job must share nothing with who gave it: what it reads it opens by itself, and what it
    finds is handed over as a whole.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._waiting: deque[tuple[int, Callable[[], Any]]] = deque()
        self._controls: dict[int, Control] = {}
        self._said: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        _workers.add(self)

    def _send_work(
        self, number: int, work: Callable[..., Any], arguments: tuple[Any, ...], named: Any
    ) -> None:
        control = self._controls[number] = Control()
        with self._lock:
            tell = partial(self._say, number)
            self._waiting.append((number, partial(work, control, tell, *arguments, **named)))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self.name, daemon=True)
                self._thread.start()

    def _say(self, number: int, message: Any) -> None:
        self._said.put((number, message))

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                number, work = self._waiting.popleft()
            tell = partial(self._say, number)
            self._say(number, carry_out(self.name, self._controls[number], tell, work))
            del self._controls[number]

    @property
    def is_working(self) -> bool:
        """Return whether its thread is alive."""
        thread = self._thread
        return thread is not None and thread.is_alive()

    def ask(self, number: int, request: str) -> None:
        if (control := self._controls.get(number)) is not None:
            getattr(control, request)()

    def listen(self, timeout: float) -> None:
        with contextlib.suppress(queue.Empty):
            self._pass_on(*self._said.get(timeout > 0, timeout or None))
            for _ in range(MOST_AT_ONCE):
                self._pass_on(*self._said.get_nowait())

    def close(self, timeout: float = 0.0) -> None:
        for control in tuple(self._controls.values()):
            control.stop()
        thread = self._thread
        if thread is not None and timeout > 0:
            thread.join(timeout)


@atexit.register
def end_all() -> list[str]:
    """Let no thread go on while Python ends: one that imports or draws then ends in a crash.

    Returns
    -------
    list of str
        What goes on all the same.
    """
    end = time.monotonic() + LAST_SECONDS
    for worker in tuple(_workers):
        worker.close(end - time.monotonic())
    return sorted({worker.name for worker in _workers if worker.is_working})
