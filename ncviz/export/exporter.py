"""Figures, films and tables made in the background, with previews, progress and cancel."""

import os
import platform
from typing import Any

from ncviz import held_files
from ncviz.export.export_messages import ExportProgress
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.film_plan import FilmPlan
from ncviz.export.work import Plan, Saved, make, preview
from ncviz.jobs.messages import Cancelled, Died, End
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.runner import Runner
from ncviz.jobs.turns import WorkInTurns
from ncviz.jobs.worker import Worker, call
from ncviz.runs.writer import partial_path

SECONDS_TO_CANCEL = 3.0
SECONDS_TO_END = 1.0
NICENESS = 5


class Exporter(Runner[ExportProgress, Saved]):
    """Makes one file at a time and previews before it, while the caller goes on.

    If its process dies, of its driver or for want of memory, the export has failed, the
    window lives, and the next wish starts another process.

    Parameters
    ----------
    worker : Worker
    canvas : vispy.app.Canvas, optional
        Whose OpenGL context to draw with, shown already; None for one without a window.
    """

    def __init__(self, worker: Worker, canvas: Any = None) -> None:
        super().__init__(worker)
        self._canvas = canvas
        self._plan: Plan | None = None

    def ask(self, plan: FigurePlan | FilmPlan, share: float = 0.5, longest_side: int = 480) -> None:
        """Ask for the pixels of a preview; a newer wish replaces a waiting one.

        Parameters
        ----------
        plan : FigurePlan or FilmPlan
        share : float
            Of a film's time, 0…1.
        longest_side : int
            Of the picture, in pixels.
        """
        self._ask(call, preview, plan, share, longest_side, self._canvas)

    def start(self, plan: Plan) -> None:
        """Begin to make a file; its end has the paths of what was saved.

        Raises
        ------
        RuntimeError
            If one is being made.
        """
        self._begin(make, plan, self._canvas)
        self._plan = plan

    def _said(self, message: ExportProgress | End[Saved]) -> ExportProgress | End[Saved]:
        if isinstance(message, Died):
            assert self._plan is not None  # of what is exported
            held_files.remove_if_possible(partial_path(self._plan.out, message.pid))
            if self._job is not None and self._job.cancelled_at is not None:
                return Cancelled()
        return super()._said(message)

    def _of_its_end(self, died: Died) -> str:
        killed = died.exitcode < 0
        why = "perhaps because the memory was full" if killed else "the terminal may say why"
        return f"The export broke off, {why}: try again, or choose a smaller size."

    def close(self, timeout: float = SECONDS_TO_END) -> None:
        """Break off everything and end: as `Runner.close`."""
        self.cancel()
        super().close(timeout)


def choose_exporter(canvas: Any = None) -> Exporter:
    """Return what exports beside a window.

    Parameters
    ----------
    canvas : vispy.app.Canvas, optional
        Whose OpenGL context to draw with where there is none without a window,
        which is everywhere but on Linux: there a frame is drawn with each poll.
    """
    if platform.system() == "Linux":
        return Exporter(WorkProcess("export", _be_nice, SECONDS_TO_CANCEL))
    return Exporter(WorkInTurns("export"), canvas)


def _be_nice() -> None:
    if hasattr(os, "nice"):
        os.nice(NICENESS)  # the window, and a training, come first
