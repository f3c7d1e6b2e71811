"""Exports in a process of its own, with an OpenGL context that shares nothing with a window's."""

import contextlib
import multiprocessing
import os
import queue
import threading
import time
from multiprocessing.connection import Connection, wait
from typing import Any

from ncviz import held_files
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.film_plan import FilmPlan
from ncviz.export.messages import Cancelled, Failed, Message, Progress, Saved
from ncviz.export.work import TOLD_SECONDS, Plan, preview_of, work_on
from ncviz.interrupts import leave_to_parent
from ncviz.runs.writer import partial_path

SECONDS_TO_CANCEL = 3.0
SECONDS_TO_END = 1.0
NICENESS = 5

_Wish = tuple[FigurePlan | FilmPlan, int, float, int]


class _BreakOffError(Exception):
    """Raised within a table that is no longer wanted."""


class ProcessExporter:
    """An `Exporter` in a spawned process.

    If the process dies, of its driver or for want of memory, the export has
    failed, the window lives, and the next wish starts another process.
    """

    def __init__(self) -> None:
        self._process: Any = None
        self._connection: Any = None
        self._plan: Plan | None = None
        self._cancelled_at: float | None = None

    @property
    def is_exporting(self) -> bool:
        """Whether an export was begun and its last message has not been polled yet."""
        return self._plan is not None

    def prepare(self) -> None:
        """Spawn the process."""
        if self._process is not None:
            return
        context = multiprocessing.get_context("spawn")
        ours, childs_end = context.Pipe()
        process = context.Process(target=_serve, args=(childs_end,), name="export", daemon=True)
        process.start()
        self._process, self._connection = process, ours
        # Only the child may hold its end, or nobody would notice its death.
        childs_end.close()

    def preview(
        self, plan: FigurePlan | FilmPlan, number: int, share: float = 0.5, longest_side: int = 480
    ) -> None:
        """Ask for a picture; nothing happens while something is exported."""
        if self._plan is None:
            self._send((plan, number, share, longest_side))

    def export(self, plan: Plan) -> None:
        """Begin to make a file."""
        if self._plan is not None:
            raise RuntimeError("something is being exported already")
        self._plan, self._cancelled_at = plan, None
        self._send(plan)

    def cancel(self) -> None:
        """Ask the process to break off; one that does not obey is killed by a later poll."""
        if self._plan is not None and self._cancelled_at is None:
            self._cancelled_at = time.monotonic()
            self._send("cancel")

    def poll(self, timeout: float = 0.0) -> list[Message]:
        """Return the messages since the last poll, waiting for one if there is none."""
        if self._process is None or self._connection is None:
            return []
        wait([self._connection, self._process.sentinel], timeout)
        # Asked first, so that all the process said before its end is read below.
        exitcode = self._process.exitcode
        messages: list[Message] = []
        with contextlib.suppress(EOFError, OSError):  # a killed process leaves torn messages
            while self._connection.poll():
                messages.append(self._connection.recv())
        if any(isinstance(message, Saved | Failed | Cancelled) for message in messages):
            self._plan = None
        elif self._is_late():
            self._kill()
            messages.append(Cancelled())
        elif exitcode is not None:
            messages += self._bury(exitcode)
        return messages

    def close(self) -> None:
        """Break off everything and end the process."""
        self.cancel()
        deadline = time.monotonic() + SECONDS_TO_END
        while self._plan is not None and (left := deadline - time.monotonic()) > 0:
            self.poll(left)
        if self._process is not None:
            self._kill()

    def _send(self, request: Any) -> None:
        self.prepare()
        # A process that is gone cannot obey; `poll` tells of its end.
        with contextlib.suppress(OSError):
            self._connection.send(request)

    def _is_late(self) -> bool:
        return (
            self._plan is not None
            and self._cancelled_at is not None
            and time.monotonic() - self._cancelled_at > SECONDS_TO_CANCEL
        )

    def _bury(self, exitcode: int) -> list[Message]:
        """Return what is to be told of a process that ended by itself."""
        was_exporting, was_cancelled = self._plan is not None, self._cancelled_at is not None
        self._kill()
        if not was_exporting:
            return []
        if was_cancelled:
            return [Cancelled()]
        why = "perhaps because the memory was full" if exitcode < 0 else "the terminal may say why"
        return [Failed(f"The export broke off, {why}: try again, or choose a smaller size.")]

    def _kill(self) -> None:
        """End the process by force, and clear up what it could not."""
        plan, self._plan, self._cancelled_at = self._plan, None, None
        pid = self._process.pid
        self._connection.close()
        self._process.kill()
        self._process.join()
        self._process.close()
        self._process = self._connection = None
        if plan is not None:
            held_files.remove_if_possible(partial_path(plan.out, pid))


def _serve(connection: Connection) -> None:
    """Do the process's part: take wishes, show previews, make files."""
    # Ctrl-C reaches the whole group of processes; the parent decides what it means.
    leave_to_parent()
    if hasattr(os, "nice"):
        os.nice(NICENESS)  # the window, and a training, come first
    wishes: queue.Queue[Any] = queue.Queue()
    cancelled = threading.Event()
    threading.Thread(target=_listen, args=(connection, wishes, cancelled), daemon=True).start()
    with contextlib.suppress(OSError):  # the parent is gone
        while (wish := _latest(wishes)) is not None:
            if isinstance(wish, tuple):
                connection.send(preview_of(*wish))
            else:
                _export(connection, wish, cancelled)


def _listen(connection: Connection, wishes: "queue.Queue[Any]", cancelled: threading.Event) -> None:
    """Sort what the parent says; if it is gone, break off and end."""
    try:
        while True:
            said = connection.recv()
            if said == "cancel":
                cancelled.set()
            else:
                if not isinstance(said, tuple):
                    cancelled.clear()
                wishes.put(said)
    except (EOFError, OSError):
        cancelled.set()
        wishes.put(None)


def _latest(wishes: "queue.Queue[Any]") -> Plan | _Wish | None:
    """Wait for a wish; of several previews only the last one counts."""
    wish = wishes.get()
    while isinstance(wish, tuple):
        try:
            wish = wishes.get_nowait()
        except queue.Empty:
            break
    return wish  # type: ignore[no-any-return]


def _export(connection: Connection, plan: Plan, cancelled: threading.Event) -> None:
    told = -TOLD_SECONDS

    def advance(done: int, total: int) -> None:
        nonlocal told
        if cancelled.is_set():
            raise _BreakOffError
        if time.monotonic() - told >= TOLD_SECONDS:
            told = time.monotonic()
            left = (told - start) / done * (total - done)
            connection.send(Progress(done, total, left))

    start = time.monotonic()
    work = work_on(plan, advance=advance)
    try:
        for message in work:
            if cancelled.is_set() and not isinstance(message, Saved | Failed):
                work.close()
                connection.send(Cancelled())
                return
            now = time.monotonic()
            if isinstance(message, Progress) and message.done < message.total:
                if message.frame is None and now - told < TOLD_SECONDS:
                    continue
                told = now
            connection.send(message)
    except _BreakOffError:
        connection.send(Cancelled())
    finally:
        work.close()
