"""One thing at a time that is worked out in a thread, while the window goes on."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Aside(Generic[Found]):
    """Works things out in a thread, one after the other.

    The thread must share nothing with who asks: what it reads it opens by itself, and what it finds
    is handed over as a whole.
    """

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._found: list[Found] = []

    @property
    def is_free(self) -> bool:
        """Return whether nothing is being worked out, and all that was found has been taken."""
        return not self._found and (self._thread is None or not self._thread.is_alive())

    def begin(self, work: Callable[[], Found]) -> None:
        """Work something out, unless something else is still being worked out.

        Parameters
        ----------
        work : callable
            It must not raise: what it could not do is something that it found.
        """
        if self.is_free:
            self._thread = threading.Thread(target=lambda: self._found.append(work()), daemon=True)
            self._thread.start()

    def take(self) -> list[Found]:
        """Return what was found since, once."""
        found: list[Found] = []
        while self._found:
            found.append(self._found.pop(0))
        return found

    def wait(self) -> None:
        """Wait for what was begun."""
        if self._thread is not None:
            self._thread.join()
