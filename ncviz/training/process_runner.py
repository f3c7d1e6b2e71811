"""Trains in a process of its own, so that window and training share no interpreter lock.

Nothing here imports torch, except in the child process.
"""

import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

from ncviz.interrupts import leave_to_parent
from ncviz.jobs.control import Control
from ncviz.runs.writer import STATE
from ncviz.training.child_process import ChildProcess, settle_run, why_it_ended
from ncviz.training.device import CPU
from ncviz.training.recipe import Recipe
from ncviz.training.runner import Failed, Finished, Message, RecordedEpoch


class ProcessRunner:
    """A `Runner` in a spawned process, whichever device trains.

    The child writes the run; only messages come through the pipe. If the
    parent dies, the child notices, keeps the run and ends. A GPU's fault
    ('illegal memory access') spoils the process it happens in: it is this one's,
    and the next training has another.
    """

    def __init__(self) -> None:
        self._child: ChildProcess | None = None
        self._out: Path | None = None
        self._is_running = False
        self._has_run = False

    @property
    def is_running(self) -> bool:
        """Whether it was started and the last message has not been polled yet."""
        return self._is_running

    def prepare(self) -> None:
        """Spawn the process and let it import torch."""
        if self._child is None:
            self._child = ChildProcess(_serve, "training")

    def start(self, recipe: Recipe | None, out: Path, device: str = CPU) -> None:
        """Train as the recipe says and record into the folder `out`; None resumes its run."""
        if self._out is not None:
            raise RuntimeError("a runner runs once")
        self._out = out
        self._has_run = recipe is None
        self._is_running = True
        self._child = self._child or ChildProcess(_serve, "training")
        self._child.send((recipe, out, device))

    def pause(self) -> None:
        """Hold the training before its next batch."""
        self._ask("pause")

    def resume(self) -> None:
        """Go on after a pause."""
        self._ask("resume")

    def stop(self) -> None:
        """End the training and keep the run."""
        self._ask("stop")

    def cancel(self) -> None:
        """End the training and remove the run."""
        self._ask("cancel")

    def _ask(self, request: str) -> None:
        if self._child is not None and self._is_running:
            self._child.send(request)

    def poll(self, timeout: float = 0.0) -> list[Message]:
        """Return the messages since the last poll, waiting for one if there is none."""
        if self._child is None or not self._is_running:
            return []
        messages, exitcode = self._child.receive(timeout)
        self._has_run |= any(isinstance(message, RecordedEpoch) for message in messages)
        if any(isinstance(message, Finished | Failed) for message in messages):
            self._is_running = False
        elif exitcode is not None:
            sentence = self._why(exitcode)
            self._settle("failed", sentence)
            messages.append(Failed(sentence))
            self._is_running = False
        return messages

    def close(self, timeout: float = 10.0) -> None:
        """Stop, keep the run, and end the process, by force when the time is over."""
        if self._child is None:
            return
        deadline = time.monotonic() + timeout
        self.stop()
        while self._is_running and (left := deadline - time.monotonic()) > 0:
            self.poll(left)
        self._child.end()
        if self._is_running:
            self._settle("stopped")
        self._is_running = False
        self._child = None

    def _why(self, exitcode: int) -> str:
        what = why_it_ended(exitcode)
        if self._out is None or not self._has_run:
            return f"The training process {what}: train again."
        ways = "resume it, or train again" if (self._out / STATE).is_file() else "train again"
        return f"The training process {what}: what was recorded is kept; {ways}."

    def _settle(self, state: str, message: str = "") -> None:
        if self._out is not None and self._has_run:
            settle_run(self._out, state, message)


def _serve(connection: Connection) -> None:
    """Do the child's part: get ready, wait for the recipe, train, obey."""
    # Ctrl-C reaches the whole group of processes; the parent decides what it means.
    leave_to_parent()
    from ncviz.training.device import get_ready
    from ncviz.training.recording import work

    get_ready(CPU)
    control = Control()

    def notify(message: Message) -> None:
        try:
            connection.send(message)
        except OSError:  # the parent is gone
            control.stop()

    try:
        recipe, out, device = connection.recv()
    except (EOFError, OSError):  # the parent needed no training
        return
    threading.Thread(target=_obey, args=(connection, control), daemon=True).start()
    work(recipe, out, device, control, notify)


def _obey(connection: Connection, control: Control) -> None:
    """Pass the parent's requests on, and stop when the parent is gone."""
    requests = {
        "pause": control.pause,
        "resume": control.resume,
        "stop": control.stop,
        "cancel": control.cancel,
    }
    try:
        while True:
            requests[connection.recv()]()
    except (EOFError, OSError):
        control.stop()
