"""What the user asks of a job that is being done; read wherever it can be held or ended."""

import threading
import time
from enum import Enum


class Order(Enum):
    """What a job is to do next."""

    CONTINUE = "continue"
    STOP = "stop"
    CANCEL = "cancel"


class CancelledError(Exception):
    """Raised within a job that is no longer wanted."""


class Control:
    """Pause, resume, stop and cancel, from another thread than the job's.

    `stop` keeps what was made, `cancel` throws it away. Both end a pause.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._order = Order.CONTINUE
        self.paused_seconds = 0.0

    @property
    def is_paused(self) -> bool:
        """Return whether the job is to wait."""
        return self._paused

    def pause(self) -> None:
        """Hold the job where it asks next."""
        self._set(paused=True)

    def resume(self) -> None:
        """Go on after a pause."""
        self._set(paused=False)

    def stop(self) -> None:
        """End the job and keep what it made."""
        if self._order is Order.CONTINUE:
            self._set(paused=False, order=Order.STOP)

    def cancel(self) -> None:
        """End the job and remove what it made."""
        self._set(paused=False, order=Order.CANCEL)

    def order(self) -> Order:
        """Return what to do now; during a pause, wait until there is something to do."""
        if self._paused and self._order is Order.CONTINUE:
            began = time.perf_counter()
            with self._changed:
                self._changed.wait_for(lambda: not self._paused)
            self.paused_seconds += time.perf_counter() - began
        return self._order

    def check(self) -> None:
        """Go on, for a job of which nothing is kept if it is ended.

        Raises
        ------
        CancelledError
            If it is not to.
        """
        if self.order() is not Order.CONTINUE:
            raise CancelledError

    def _set(self, paused: bool, order: Order | None = None) -> None:
        with self._changed:
            # An ended job is not paused again.
            self._paused = paused and self._order is Order.CONTINUE
            self._order = order or self._order
            self._changed.notify_all()
