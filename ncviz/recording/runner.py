"""Records checkpoints in a process of its own, by the protocol of a training's runner.

Nothing here imports torch, except in the child process.
"""

import contextlib
import queue
import threading
import time
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ncviz.interrupts import leave_to_parent
from ncviz.jobs.control import Control
from ncviz.recording.messages import FileProgress, RecordMessage
from ncviz.recording.plan import RecordPlan
from ncviz.training.child_process import ChildProcess, settle_run, why_it_ended
from ncviz.training.runner import Failed, Finished, RecordedEpoch

_SECONDS_TO_DIE = 1.0


class RecordRunner:
    """Inspects plans and records one, in a spawned process.

    The child imports the user's code and reads her files; a crash there ends
    the child alone. All methods return at once, `close` and `poll` with a
    time-out excepted, and may be called in any state.
    """

    def __init__(self) -> None:
        self._child: ChildProcess | None = None
        self._out: Path | None = None
        self._has_run = False
        self._is_running = False
        self._asked = 0  # questions so far; the newest alone is answered
        self._answered = 0

    @property
    def is_running(self) -> bool:
        """Whether a recording was started and its last message has not been polled yet."""
        return self._is_running

    @property
    def is_inspecting(self) -> bool:
        """Whether something was asked and the newest answer has not been polled yet."""
        return self._answered < self._asked

    def prepare(self) -> None:
        """Spawn the process and let it import torch."""
        self._made()

    def _made(self) -> ChildProcess:
        self._child = self._child or ChildProcess(_serve, "recording")
        return self._child

    def inspect(self, plan: RecordPlan) -> None:
        """Ask for `Inspected`, or `Failed`, about a plan; not beside a recording.

        Of several questions, `look` included, only the newest is answered.
        """
        self._question("inspect", plan)

    def look(self, plan: RecordPlan) -> None:
        """Ask for `Looked`, or `Failed`, about a plan's checkpoints; not beside a recording."""
        self._question("look", plan)

    def _question(self, question: str, plan: RecordPlan) -> None:
        if self._is_running:
            return
        self._asked += 1
        self._made().send(("ask", (self._asked, (question, plan))))

    def forget(self) -> None:
        """Want no answer any more to what was asked."""
        if self.is_inspecting and self._child is not None:
            self._asked += 1
            self._answered = self._asked
            self._child.send(("forget", None))

    def start(self, plan: RecordPlan, out: Path) -> None:
        """Record the plan's checkpoints into the folder `out`.

        Raises
        ------
        RuntimeError
            If it was started before: a runner records once.
        """
        if self._out is not None:
            raise RuntimeError("a runner runs once")
        self._out = out
        self._is_running = True
        self._made().send(("record", (plan, out)))

    def pause(self) -> None:
        """Hold the recording before its next batch."""
        self._ask("pause")

    def resume(self) -> None:
        """Go on after a pause."""
        self._ask("resume")

    def stop(self) -> None:
        """End the recording and keep the run."""
        self._ask("stop")

    def cancel(self) -> None:
        """End the recording and remove the run."""
        self._ask("cancel")

    def _ask(self, request: str) -> None:
        if self._child is not None and self._is_running:
            self._child.send((request, None))

    def poll(self, timeout: float = 0.0) -> list[RecordMessage]:
        """Return the messages since the last poll, waiting for one if there is none."""
        if self._child is None or not (self._is_running or self.is_inspecting):
            return []
        said, exitcode = self._child.receive(timeout)
        messages: list[RecordMessage] = [
            message for number, message in said if self._is_wanted(number, message)
        ]
        if exitcode is not None and (self._is_running or self.is_inspecting):
            sentence = self._why(exitcode)
            messages.append(Failed(sentence))
            self._settle("failed", sentence)
            self._is_running, self._answered = False, self._asked
        return messages

    def _is_wanted(self, number: int, message: RecordMessage) -> bool:
        """Note what a message says, and tell whether it answers the newest question."""
        if number and isinstance(message, FileProgress):
            return number == self._asked
        if number:  # that of a question
            self._answered = number
            return number == self._asked
        self._has_run |= isinstance(message, RecordedEpoch)
        if isinstance(message, Finished | Failed):
            self._is_running = False
        return True

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
        self._is_running, self._answered = False, self._asked
        self._child = None

    def _why(self, exitcode: int) -> str:
        return f"The recording process {why_it_ended(exitcode)}: record again."

    def _settle(self, state: str, message: str = "") -> None:
        if self._out is not None and self._has_run:
            settle_run(self._out, state, message)


def _serve(connection: Connection) -> None:
    """Do the child's part: answer what is asked, record, obey."""
    # Ctrl-C reaches the whole group of processes; the parent decides what it means.
    leave_to_parent()
    from ncviz.recording.inspecting import GivenUpError, Telling, answer
    from ncviz.recording.recording import work
    from ncviz.training.device import get_ready

    get_ready("cpu")
    control = Control()
    tasks: queue.SimpleQueue[tuple[str, Any] | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(connection, control, tasks), daemon=True).start()

    def say(number: int, message: RecordMessage) -> None:
        try:
            connection.send((number, message))
        except OSError:  # the parent is gone
            control.stop()

    while (task := tasks.get()) is not None:
        kind, what = task
        if kind == "ask":
            number, (question, plan) = what
            # An answer that nobody waits for any more is not worked out.
            if tasks.empty():
                with contextlib.suppress(GivenUpError):
                    telling = Telling(partial(say, number), tasks.empty)
                    say(number, answer(question, plan, telling))
        elif kind == "record":
            plan, out = what
            work(plan, out, control, partial(say, 0))
            return


def _listen(
    connection: Connection,
    control: Control,
    tasks: "queue.SimpleQueue[tuple[str, Any] | None]",
) -> None:
    """Pass the parent's requests on, and stop when the parent is gone."""
    orders = {
        "pause": control.pause,
        "resume": control.resume,
        "stop": control.stop,
        "cancel": control.cancel,
    }
    try:
        while True:
            kind, what = connection.recv()
            if kind in orders:
                orders[kind]()
            else:
                tasks.put((kind, what))
    except (EOFError, OSError):
        control.stop()
        tasks.put(None)
