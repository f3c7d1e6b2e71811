"""Handouts, films and pages of lessons, made beside a window in a process of its own."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from ncviz import held_files
from ncviz.export.exporter import SECONDS_TO_CANCEL, get_ready
from ncviz.jobs.control import Control
from ncviz.jobs.messages import Cancelled, Died, End
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.runner import Runner
from ncviz.jobs.worker import Worker
from ncviz.language import tr
from ncviz.lessons.catalogue import lesson_named
from ncviz.lessons.places import HANDOUT, PAGE
from ncviz.lessons.staging import check_stages
from ncviz.runs.writer import partial_path


class LessonSaver(Runner[float, Path]):
    """Saves one lesson at a time, and tells how much is done, 0…1.

    Parameters
    ----------
    worker : Worker
    """

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        self._out = Path()

    def start(self, name: str, out: Path, theme: str) -> None:
        """Begin: as `save_lesson`.

        Raises
        ------
        RuntimeError
            If one is being saved.
        """
        self._begin(save_lesson, name, out, theme)
        self._out = out

    def _said(self, message: float | End[Path]) -> float | End[Path]:
        if isinstance(message, Died):
            held_files.remove_if_possible(partial_path(self._out, message.pid))
            if self._job is not None and self._job.cancelled_at is not None:
                return Cancelled()  # it did not obey in time, which is nobody's fault
        return super()._said(message)


def lesson_saver(find_opengl: Callable[[], object] | None = None) -> LessonSaver:
    """Return what saves a lesson beside a window.

    Parameters
    ----------
    find_opengl : callable, optional
        As of `spawned_exporter`.
    """
    begin = partial(get_ready, find_opengl)
    return LessonSaver(WorkProcess(tr("saving of a lesson"), begin, SECONDS_TO_CANCEL))


def save_lesson(
    control: Control, tell: Callable[[float], None], name: str, out: Path, theme: str
) -> Path:
    """Save a lesson on paper, for a browser or as a film, by the ending of the name: a job.

    Parameters
    ----------
    control
        Obeyed between two frames.
    tell : callable
        Told how much of a film or a page is done.
    name : str
        As of `lesson_named`.
    out : Path
    theme : str
        Of a film.

    Raises
    ------
    UserError
        If the lesson cannot be shown, or the file cannot be written.
    """
    from ncviz.lessons.handout import write_handout
    from ncviz.lessons.lesson_film import write_film
    from ncviz.lessons.lesson_page import write_page

    lesson = lesson_named(name)
    truths = check_stages(lesson)
    if out.suffix.lower() == HANDOUT:
        return write_handout(lesson, out, truths)

    def told(share: float) -> None:
        control.check()
        tell(share)

    if out.suffix.lower() == PAGE:
        return write_page(lesson, out, truths, tell=told)
    return write_film(lesson, out, truths, theme=theme, tell=told)
