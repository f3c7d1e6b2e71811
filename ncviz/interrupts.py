"""Being asked to end: Ctrl+C, the end of the session, a terminal that was closed."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # a system may lack some
Handlers = dict[signal.Signals, Any]


def on_interrupt(handle: Callable[[int], None]) -> Handlers:
    """Call a function at each signal that asks the program to end.

    Parameters
    ----------
    handle : callable
        Called with the number of the signal.

    Returns
    -------
    dict
        What was done at each before. A hang-up that was to be ignored stays so: whoever said
        `nohup` meant it. Empty in another thread than the main one, which hears no signals.
    """
    before: Handlers = {}
    if threading.current_thread() is not threading.main_thread():
        return before
    for name in NAMES:
        number = getattr(signal, name, None)
        ignored = number is not None and signal.getsignal(number) == signal.SIG_IGN
        if number is None or (name == "SIGHUP" and ignored):
            continue
        before[number] = signal.signal(number, lambda found, _frame: handle(found))
    return before


def as_before(handlers: Handlers) -> None:
    """Let the signals do again what `on_interrupt` found that they did."""
    for number, handler in handlers.items():
        signal.signal(number, handler)


class Stopping:
    """Lets a signal that asks the program to end stop its work, and notes which one it was.

    Parameters
    ----------
    stop : callable
        Called at each such signal.

    Attributes
    ----------
    status : int
        What the program exits with where it was stopped: 128 and the signal's number, as of
        one that the signal ended, 130 where none came.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self.status = 128 + signal.SIGINT
        self._stop = stop
        on_interrupt(self._asked)

    def _asked(self, number: int) -> None:
        self.status = 128 + number
        self._stop()


_last_acts: list[Callable[[], None]] = []


def at_termination(act: Callable[[], None]) -> Callable[[], None]:
    """Have something done before SIGTERM ends the program, unless the program has its own way.

    Nobody's handler is replaced, the program ends by the signal as it would have, and a process
    that is forked meanwhile does nothing of this.

    Returns
    -------
    callable
        Forgets it; to be called once it is not needed any more.
    """
    _last_acts.append(act)
    _hear(signal.SIG_DFL, _terminate)

    def forget() -> None:
        if act in _last_acts:
            _last_acts.remove(act)
        if not _last_acts:
            _hear(_terminate, signal.SIG_DFL)

    return forget


def _hear(before: object, now: Any) -> None:
    """Put one handler of SIGTERM in place of another, if that is there and the thread may."""
    may = threading.current_thread() is threading.main_thread()
    if may and signal.getsignal(signal.SIGTERM) == before:
        signal.signal(signal.SIGTERM, now)


def _terminate(number: int, _frame: object) -> None:
    try:
        for act in _last_acts[::-1]:
            act()
    finally:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)


def _forked() -> None:
    _last_acts.clear()
    _hear(_terminate, signal.SIG_DFL)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


def leave_to_parent() -> None:
    """Ignore what a terminal sends to all its processes: the parent ends this one."""
    for name in ("SIGINT", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def interrupts_raise() -> Iterator[None]:
    """Let every signal that asks the program to end do as Ctrl+C does: what is half made goes.

    Raises
    ------
    KeyboardInterrupt
        With the number of the signal.
    """

    def interrupt(number: int) -> None:
        raise KeyboardInterrupt(number)

    before = on_interrupt(interrupt)
    try:
        yield
    finally:
        as_before(before)


@contextlib.contextmanager
def first_interrupt_sets(event: threading.Event) -> Iterator[None]:
    """Let the first such signal set an event, and a second one do what it did before.

    An exception could fall into a library that drops it.
    """
    before: Handlers = {}

    def interrupt(_number: int) -> None:
        event.set()
        as_before(before)

    before |= on_interrupt(interrupt)
    try:
        yield
    finally:
        as_before(before)
