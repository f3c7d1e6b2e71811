"""What an export does, step by step: files and previews, and what is told meanwhile."""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ncviz.export.export_messages import ExportProgress
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import make_figure, preview_figure
from ncviz.export.film_plan import FilmPlan
from ncviz.export.films import film_steps, preview_film
from ncviz.export.page_plan import PagePlan
from ncviz.export.table_plan import TablePlan
from ncviz.export.tables import make_table
from ncviz.jobs.control import Control
from ncviz.language import tr

Plan = FigurePlan | FilmPlan | TablePlan | PagePlan
Pixels = NDArray[np.uint8]
Saved = tuple[Path, ...]  # beside CSV a second file, which says how it was made

FRAME_SECONDS = 0.5  # between two pictures of it
FRAME_SIDE = 480  # their longer side at most, in pixels


def preview(plan: FigurePlan | FilmPlan, share: float, longest_side: int) -> Pixels:
    """Return a picture of what a plan would give.

    Parameters
    ----------
    plan : FigurePlan or FilmPlan
    share : float
        Of a film's time, 0…1.
    longest_side : int
        Of the picture, in pixels.

    Raises
    ------
    UserError
        If there is none.
    """
    if isinstance(plan, FilmPlan):
        return preview_film(plan, share, longest_side)
    return preview_figure(plan, longest_side)


def make(
    control: Control,
    tell: Callable[[ExportProgress], object],
    plan: Plan,
) -> Generator[ExportProgress, None, Saved]:
    """Make a file step by step: a job of a `Worker`.

    Parameters
    ----------
    control, tell
        As of every job.
    plan : FigurePlan, FilmPlan, TablePlan or PagePlan

    Yields
    ------
    ExportProgress
        Closed before its end, it leaves nothing behind.

    Raises
    ------
    UserError
        If it cannot be made.
    """
    if isinstance(plan, FilmPlan):
        yield from _told(film_steps(plan), control)
        return (plan.out,)
    if isinstance(plan, FigurePlan):
        return (make_figure(plan),)
    began = time.monotonic()

    def advance(done: int, total: int) -> None:
        control.check()
        left = (time.monotonic() - began) / done * (total - done)
        doing = (
            tr("part {done:,} of {total:,}", done=done, total=total)
            if isinstance(plan, PagePlan)
            else tr("epoch {done:,} of {total:,}", done=done, total=total)
        )
        tell(ExportProgress(done, total, left, doing=doing))

    if isinstance(plan, PagePlan):
        from ncviz.export.web.making import make_page  # loads matplotlib

        return (make_page(plan, advance)[0],)
    return make_table(plan, advance)


def _told(
    steps: Generator[ExportProgress, None, None], control: Control
) -> Iterator[ExportProgress]:
    """Yield each step, now and then with a small picture of its frame."""
    shown = -FRAME_SECONDS
    try:
        for step in steps:
            now = time.monotonic()
            frame = None
            if step.frame is not None and now - shown >= FRAME_SECONDS:
                shown, frame = now, _small(step.frame)
            yield replace(step, frame=frame)
            control.check()
    finally:
        steps.close()


def _small(frame: Pixels) -> Pixels:
    step = -(-max(frame.shape[:2]) // FRAME_SIDE)
    if step == 1:
        return frame
    height, width = (side // step * step for side in frame.shape[:2])
    blocks = frame[:height, :width].reshape(height // step, step, width // step, step, 3)
    return np.ascontiguousarray(blocks.mean(axis=(1, 3)).astype(np.uint8))
