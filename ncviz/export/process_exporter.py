"""Exports in a process of its own, with an OpenGL context that shares nothing with a window's."""

import contextlib
import os
import time
from collections.abc import Callable
from typing import Any

from ncviz import held_files
from ncviz.export.export_messages import ExportProgress, Message, Previewed, PreviewFailed, Saved
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.film_plan import FilmPlan
from ncviz.export.work import TOLD_SECONDS, Pixels, Plan, preview, work_on
from ncviz.jobs.control import Control
from ncviz.jobs.messages import Cancelled, Died, End, Failed, Finished
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.worker import Job
from ncviz.runs.writer import partial_path

SECONDS_TO_CANCEL = 3.0
SECONDS_TO_END = 1.0
NICENESS = 5


class ProcessExporter:
    """An `Exporter` in a spawned process.

    If the process dies, of its driver or for want of memory, the export has
    failed, the window lives, and the next wish starts another process.
    """

    def __init__(self) -> None:
        self._worker = WorkProcess("export", _be_nice, SECONDS_TO_CANCEL)
        self._plan: Plan | None = None
        self._export: Job[ExportProgress, Saved] | None = None
        self._preview: Job[Any, Pixels] | None = None
        self._number = 0

    @property
    def is_exporting(self) -> bool:
        """Whether an export was begun and its last message has not been polled yet."""
        return self._export is not None and self._export.is_running

    @property
    def pid(self) -> int | None:
        """Return the number of the process; None if there is none."""
        return self._worker.pid

    def prepare(self) -> None:
        """Spawn the process."""
        self._worker.prepare()

    def preview(
        self, plan: FigurePlan | FilmPlan, number: int, share: float = 0.5, longest_side: int = 480
    ) -> None:
        """Ask for a picture; nothing happens while something is exported."""
        if not self.is_exporting:
            self._drop_preview()
            self._number = number
            self._preview = self._worker.begin(_draw, plan, share, longest_side)

    def _drop_preview(self) -> None:
        if self._preview is not None:
            self._preview.drop()

    def export(self, plan: Plan) -> None:
        """Begin to make a file."""
        if self.is_exporting:
            raise RuntimeError("something is being exported already")
        self._drop_preview()
        self._plan = plan
        self._export = self._worker.begin(_make, plan)

    def cancel(self) -> None:
        """Ask the process to break off; one that does not obey is killed by a later poll."""
        if self._export is not None:
            self._export.cancel()

    def poll(self, timeout: float = 0.0) -> list[Message]:
        """Return the messages since the last poll, waiting for one if there is none."""
        messages: list[Message] = []
        if self._preview is not None and self._preview.is_running:
            messages += map(self._of_preview, self._preview.poll(timeout))
        if self._export is not None and self._export.is_running:
            messages += map(self._of_export, self._export.poll(timeout))
        return messages

    def _of_preview(self, end: Any) -> Message:
        match end:
            case Finished(value=pixels):
                return Previewed(self._number, pixels)
            case Failed(sentence=sentence):
                return PreviewFailed(self._number, sentence)
            case _:
                return PreviewFailed(self._number, _broken_off(end))

    def _of_export(self, message: ExportProgress | End[Saved]) -> Message:
        match message:
            case Finished(value=saved):
                return saved
            case Died(pid=pid):
                assert self._plan is not None  # of what is exported
                held_files.remove_if_possible(partial_path(self._plan.out, pid))
                assert self._export is not None
                is_wished = self._export.cancelled_at is not None
                return Cancelled() if is_wished else Failed(_broken_off(message))
            case _:
                return message

    def close(self) -> None:
        """Break off everything and end the process."""
        self.cancel()
        self._drop_preview()
        self._worker.close(SECONDS_TO_END)
        self.poll()


def _broken_off(end: Any) -> str:
    killed = isinstance(end, Died) and end.exitcode < 0
    why = "perhaps because the memory was full" if killed else "the terminal may say why"
    return f"The export broke off, {why}: try again, or choose a smaller size."


def _be_nice() -> None:
    if hasattr(os, "nice"):
        os.nice(NICENESS)  # the window, and a training, come first


def _draw(
    _control: Control, _tell: Any, plan: FigurePlan | FilmPlan, share: float, longest_side: int
) -> Pixels:
    return preview(plan, share, longest_side)


def _make(control: Control, tell: Callable[[ExportProgress], None], plan: Plan) -> Saved:
    """Make a file, and tell now and then how far it is."""
    telling = _Telling(control, tell)
    with contextlib.closing(work_on(plan, advance=telling.advance)) as work:
        while True:
            try:
                progress = next(work)
            except StopIteration as end:
                saved: Saved = end.value
                return saved
            control.check()
            telling.step(progress)


class _Telling:
    """Passes on some of the progress."""

    def __init__(self, control: Control, tell: Callable[[ExportProgress], None]) -> None:
        self._control, self._tell = control, tell
        self._began = time.monotonic()
        self._told = self._began - TOLD_SECONDS

    def step(self, progress: ExportProgress) -> None:
        now = time.monotonic()
        is_last = progress.done == progress.total
        if is_last or progress.frame is not None or now - self._told >= TOLD_SECONDS:
            self._told = now
            self._tell(progress)

    def advance(self, done: int, total: int) -> None:
        """Be told of an epoch of a table.

        Raises
        ------
        CancelledError
            If it is no longer wanted.
        """
        self._control.check()
        left = (time.monotonic() - self._began) / done * (total - done)
        self.step(ExportProgress(done, total, left))
