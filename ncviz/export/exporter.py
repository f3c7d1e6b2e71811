"""Figures, films and tables made in the background, with previews, progress and cancel."""

from collections.abc import Callable
from functools import partial

from ncviz import held_files
from ncviz.export.export_messages import ExportProgress
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.film_plan import FilmPlan
from ncviz.export.work import Plan, Saved, make, preview
from ncviz.jobs.messages import Cancelled, Died, End
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.runner import Runner
from ncviz.jobs.worker import Worker, call
from ncviz.language import tr
from ncviz.processes import give_way
from ncviz.runs.writer import partial_path

SECONDS_TO_CANCEL = 3.0
SECONDS_TO_END = 1.0


class Exporter(Runner[ExportProgress, Saved]):
    """Makes one file at a time and previews before it, while the caller goes on.

    If its process dies, of its driver or for want of memory, the export has failed, the
    window lives, and the next wish starts another process.

    Parameters
    ----------
    worker : Worker
    """

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
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
        self._ask(call, preview, plan, share, longest_side)

    def start(self, plan: Plan) -> None:
        """Begin to make a file; its end has the paths of what was saved.

        Raises
        ------
        RuntimeError
            If one is being made.
        """
        self._begin(make, plan)
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
        why = (
            tr("perhaps because the memory was full") if killed else tr("the terminal may say why")
        )
        return tr("The export broke off, {why}: try again, or choose a smaller size.", why=why)

    def close(self, timeout: float = SECONDS_TO_END) -> None:
        """Break off everything and end: as `Runner.close`."""
        self.cancel()
        super().close(timeout)


def spawned_exporter(find_opengl: Callable[[], object] | None = None) -> Exporter:
    """Return what exports beside a window, in a process of its own.

    Parameters
    ----------
    find_opengl : callable, optional
        What the process does first where there is no EGL, picklable.
    """
    begin = partial(get_ready, find_opengl)
    return Exporter(WorkProcess("export", begin, SECONDS_TO_CANCEL))


def get_ready(find_opengl: Callable[[], object] | None) -> None:
    """Let a process that draws give way to the window, and have OpenGL.

    Parameters
    ----------
    find_opengl : callable or None
        As of `spawned_exporter`.
    """
    give_way()
    if find_opengl is not None:
        find_opengl()
