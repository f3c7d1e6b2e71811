"""Being asked to end: Ctrl+C, the end of the session, a terminal that was closed."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # a system may lack some


def on_interrupt(handle: Callable[[int], None]) -> dict[signal.Signals, object]:
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
    before: dict[signal.Signals, object] = {}
    if threading.current_thread() is not threading.main_thread():
        return before
    for name in NAMES:
        number = getattr(signal, name, None)
        ignored = number is not None and signal.getsignal(number) == signal.SIG_IGN
        if number is None or (name == "SIGHUP" and ignored):
            continue
        before[number] = signal.signal(number, lambda found, _frame: handle(found))
    return before


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
        for number, handler in before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]


@contextlib.contextmanager
def first_interrupt_sets(event: threading.Event) -> Iterator[None]:
    """Let the first such signal set an event, and a second one do what it did before.

    An exception could fall into a library that drops it.
    """
    before: dict[signal.Signals, object] = {}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def interrupt(_number: int) -> None:
        event.set()
        restore()

    before = on_interrupt(interrupt)
    try:
        yield
    finally:
        restore()
