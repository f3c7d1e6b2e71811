"""Records checkpoints in a process of its own, by the protocol of a training's runner.

Nothing here imports torch, except in the child process.
"""

import contextlib
import multiprocessing
import queue
import signal
import threading
import time
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.recording.messages import RecordMessage
from ncviz.recording.plan import RecordPlan
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import read_manifest
from ncviz.runs.writer import write_atomically
from ncviz.training.control import Control
from ncviz.training.runner import Failed, Finished, RecordedEpoch

_SECONDS_TO_DIE = 1.0


class RecordRunner:
    """Inspects plans and records one, in a spawned process.

    The child imports the user's code and reads her files; a crash there ends
    the child alone. All methods return at once, `close` and `poll` with a
    time-out excepted, and may be called in any state.
    """

    def __init__(self) -> None:
        self._process: Any = None
        self._connection: Connection | None = None
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
        if self._process is not None:
            return
        context = multiprocessing.get_context("spawn")
        self._connection, childs_end = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(childs_end,), name="recording", daemon=True
        )
        self._process.start()
        # Only the child may hold its end, or nobody would notice its death.
        childs_end.close()

    def inspect(self, plan: RecordPlan) -> None:
        """Ask for `Inspected`, or `Failed`, about a plan; not beside a recording.

        Of several questions, `look` included, only the newest is answered.
        """
        self._question((plan,))

    def look(self, checkpoints: tuple[str, ...], weights: str = "") -> None:
        """Ask for `Looked`, or `Failed`, about files; not beside a recording.

        Parameters
        ----------
        checkpoints, weights
            As of `RecordPlan`.
        """
        self._question((checkpoints, weights))

    def _question(self, arguments: tuple[Any, ...]) -> None:
        if self._is_running:
            return
        self.prepare()
        self._asked += 1
        self._send(("ask", (self._asked, arguments)))

    def start(self, plan: RecordPlan, out: Path) -> None:
        """Record the plan's checkpoints into the folder `out`.

        Raises
        ------
        RuntimeError
            If it was started before: a runner records once.
        """
        if self._out is not None:
            raise RuntimeError("a runner runs once")
        self.prepare()
        self._out = out
        self._is_running = True
        self._send(("record", (plan, out)))

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
        if self._is_running:
            self._send((request, None))

    def _send(self, request: Any) -> None:
        # A child that is gone cannot obey; `poll` tells of its end.
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.send(request)

    def poll(self, timeout: float = 0.0) -> list[RecordMessage]:
        """Return the messages since the last poll, waiting for one if there is none."""
        if self._process is None or not (self._is_running or self.is_inspecting):
            return []
        assert self._connection is not None  # made with the process
        wait([self._connection, self._process.sentinel], timeout)
        # Asked first, so that all the child said before its end is read below.
        exitcode = self._process.exitcode
        messages: list[RecordMessage] = []
        with contextlib.suppress(EOFError, OSError):
            while self._connection.poll():
                number, message = self._connection.recv()
                if self._is_wanted(number, message):
                    messages.append(message)
        if exitcode is not None and (self._is_running or self.is_inspecting):
            sentence = self._why(exitcode)
            messages.append(Failed(sentence))
            self._settle("failed", sentence)
            self._is_running, self._answered = False, self._asked
        return messages

    def _is_wanted(self, number: int, message: RecordMessage) -> bool:
        """Note what a message says, and tell whether it answers the newest question."""
        if number:  # that of a question
            self._answered = number
            return number == self._asked
        self._has_run |= isinstance(message, RecordedEpoch)
        if isinstance(message, Finished | Failed):
            self._is_running = False
        return True

    def close(self, timeout: float = 10.0) -> None:
        """Stop, keep the run, and end the process, by force when the time is over."""
        if self._process is None:
            return
        deadline = time.monotonic() + timeout
        self.stop()
        while self._is_running and (left := deadline - time.monotonic()) > 0:
            self.poll(left)
        assert self._connection is not None  # made with the process
        self._connection.close()
        self._process.terminate()
        self._process.join(_SECONDS_TO_DIE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()
        if self._is_running:
            self._settle("stopped")
        self._is_running, self._answered = False, self._asked
        self._process = None

    def _why(self, exitcode: int) -> str:
        what = (
            f"ended by itself (exit code {exitcode}), the terminal may say why"
            if exitcode >= 0
            else f"was killed (signal {-exitcode}), perhaps because the memory was full"
        )
        return f"The recording process {what}: record again."

    def _settle(self, state: str, message: str = "") -> None:
        """Write the end of a run into its manifest, for a child that could not."""
        if self._out is None or not self._has_run:
            return
        path = self._out / MANIFEST
        with contextlib.suppress(UserError):
            manifest = read_manifest(path)
            if manifest.state == "running":
                write_atomically(path, manifest.with_state(state, message).to_json().encode())


def _serve(connection: Connection) -> None:
    """Do the child's part: answer what is asked, record, obey."""
    # Ctrl-C reaches the whole group of processes; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from ncviz.recording.inspecting import answer
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
            number, arguments = what
            # An answer that nobody waits for any more is not worked out.
            if tasks.empty():
                say(number, answer(*arguments))
        else:
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
