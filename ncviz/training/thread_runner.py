"""Trains in a thread of this process, for work that a GPU does."""

import queue
import threading
from pathlib import Path

from ncviz.training.control import Control
from ncviz.training.recipe import Recipe
from ncviz.training.runner import Failed, Finished, Message


class ThreadRunner:
    """A `Runner` in a background thread.

    Parameters
    ----------
    device : str, optional
        'cpu' or 'cuda'.
    """

    def __init__(self, device: str = "cuda") -> None:
        self._device = device
        self._control = Control()
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._is_running = False

    @property
    def is_running(self) -> bool:
        """Whether it was started and the last message has not been polled yet."""
        return self._is_running

    def prepare(self) -> None:
        """Do nothing: a window that trains on a GPU has imported torch already."""

    def start(self, recipe: Recipe | None, out: Path) -> None:
        """Train as the recipe says and record into the folder `out`; None resumes its run."""
        if self._thread is not None:
            raise RuntimeError("a runner runs once")
        self._is_running = True
        self._thread = threading.Thread(
            target=self._work, args=(recipe, out), name="training", daemon=True
        )
        self._thread.start()

    def _work(self, recipe: Recipe | None, out: Path) -> None:
        from ncviz.training.device import get_ready
        from ncviz.training.recording import work

        get_ready(self._device)
        work(recipe, out, self._device, self._control, self._messages.put)

    def pause(self) -> None:
        """Hold the training before its next batch."""
        self._control.pause()

    def resume(self) -> None:
        """Go on after a pause."""
        self._control.resume()

    def stop(self) -> None:
        """End the training and keep the run."""
        self._control.stop()

    def cancel(self) -> None:
        """End the training and remove the run."""
        self._control.cancel()

    def poll(self, timeout: float = 0.0) -> list[Message]:
        """Return the messages since the last poll, waiting for one if there is none."""
        if not self._is_running or self._thread is None:
            return []
        # Looked at first, so that whatever the thread said before it ended is read below.
        ended = not self._thread.is_alive()
        messages = self._receive(0.0 if ended else timeout)
        if ended and not any(isinstance(message, Finished | Failed) for message in messages):
            messages.append(Failed("The training ended at its start: see the terminal for why."))
        self._is_running = not any(isinstance(message, Finished | Failed) for message in messages)
        return messages

    def _receive(self, timeout: float) -> list[Message]:
        messages: list[Message] = []
        try:
            if timeout > 0:
                messages.append(self._messages.get(timeout=timeout))
            while True:
                messages.append(self._messages.get_nowait())
        except queue.Empty:
            return messages

    def close(self, timeout: float = 10.0) -> None:
        """Stop, keep the run, and wait for the thread to end."""
        self._control.stop()
        if self._thread is not None:
            self._thread.join(timeout)
        self._is_running = False
