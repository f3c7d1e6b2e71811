"""Figures, films and tables made in the background, with previews, progress and cancel."""

import platform
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.export.figures import FigurePlan, make_figure, preview_figure
from ncviz.export.films import FilmPlan, film_steps, preview_film
from ncviz.export.messages import (
    Cancelled,
    Failed,
    Message,
    Previewed,
    PreviewFailed,
    Progress,
    Saved,
)
from ncviz.export.tables import Advance, TablePlan, make_table

__all__ = [
    "Cancelled",
    "Exporter",
    "Failed",
    "LocalExporter",
    "Message",
    "Plan",
    "PreviewFailed",
    "Previewed",
    "Progress",
    "Saved",
    "choose_exporter",
    "preview_of",
    "work_on",
]

Plan = FigurePlan | FilmPlan | TablePlan
Pixels = NDArray[np.uint8]

TOLD_SECONDS = 0.1  # between two messages on a film
FRAME_SECONDS = 0.5  # between two pictures of it
FRAME_SIDE = 480  # their longer side at most, in pixels
MEMORY = "The memory is too small for this: choose a smaller size."


class Exporter(Protocol):
    """Makes previews, and one file at a time, while the caller goes on.

    All methods return at once, `close` and `poll` with a time-out excepted. Use one from one
    thread only.
    """

    @property
    def is_exporting(self) -> bool:
        """Whether an export was begun and its last message has not been polled yet."""
        ...

    def prepare(self) -> None:
        """Get ready, so that the first preview comes soon."""
        ...

    def preview(
        self, plan: FigurePlan | FilmPlan, number: int, share: float = 0.5, longest_side: int = 480
    ) -> None:
        """Ask for a picture of what would be exported; a newer wish replaces a waiting one.

        Parameters
        ----------
        plan : FigurePlan or FilmPlan
        number : int
            Comes back with the picture.
        share : float
            Of a film's time, 0…1.
        longest_side : int
            Of the picture, in pixels.
        """
        ...

    def export(self, plan: Plan) -> None:
        """Begin to make a file.

        Raises
        ------
        RuntimeError
            If one is being made.
        """
        ...

    def cancel(self) -> None:
        """Break off what is being made; nothing is left behind."""
        ...

    def poll(self, timeout: float = 0.0) -> list[Message]:
        """Return the messages since the last poll, waiting for one if there is none."""
        ...

    def close(self) -> None:
        """Break off everything and end."""
        ...


def choose_exporter(canvas: Any = None) -> Exporter:
    """Return what exports beside a window.

    Parameters
    ----------
    canvas : vispy.app.Canvas, optional
        Whose OpenGL context to draw with where there is none without a window,
        which is everywhere but on Linux.
    """
    if platform.system() == "Linux":
        from ncviz.export.process_exporter import ProcessExporter

        return ProcessExporter()
    return LocalExporter(canvas)


class LocalExporter:
    """Works on the caller's thread: a frame with each poll.

    Parameters
    ----------
    canvas : vispy.app.Canvas, optional
        Shown already; None to draw with a context without a window.
    """

    def __init__(self, canvas: Any = None) -> None:
        self._canvas = canvas
        self._work: Generator[Message, None, None] | None = None
        self._wish: tuple[FigurePlan | FilmPlan, int, float, int] | None = None
        self._is_cancelled = False

    @property
    def is_exporting(self) -> bool:
        """Whether an export was begun and its last message has not been polled yet."""
        return self._work is not None

    def prepare(self) -> None:
        """Need nothing."""

    def preview(
        self, plan: FigurePlan | FilmPlan, number: int, share: float = 0.5, longest_side: int = 480
    ) -> None:
        """Ask for a picture; it is drawn with the next poll."""
        self._wish = plan, number, share, longest_side

    def export(self, plan: Plan) -> None:
        """Begin to make a file."""
        if self._work is not None:
            raise RuntimeError("something is being exported already")
        self._wish, self._is_cancelled = None, False
        self._work = work_on(plan, self._canvas)

    def cancel(self) -> None:
        """Break off what is being made."""
        self._is_cancelled = True

    def poll(self, timeout: float = 0.0) -> list[Message]:
        """Do a piece of the work and return what there is to tell."""
        if self._work is None:
            wish, self._wish = self._wish, None
            return [] if wish is None else [preview_of(*wish, canvas=self._canvas)]
        if self._is_cancelled:
            self._work.close()
            self._work = None
            return [Cancelled()]
        message = next(self._work)
        if isinstance(message, Saved | Failed):
            self._work = None
        return [message]

    def close(self) -> None:
        """Break off everything."""
        self._wish = None
        if self._work is not None:
            self._work.close()
            self._work = None


def preview_of(
    plan: FigurePlan | FilmPlan, number: int, share: float, longest_side: int, canvas: Any = None
) -> Previewed | PreviewFailed:
    """Return a picture of what a plan would give, or why there is none."""
    try:
        if isinstance(plan, FilmPlan):
            return Previewed(number, preview_film(plan, share, longest_side, canvas))
        return Previewed(number, preview_figure(plan, longest_side, canvas))
    except UserError as error:
        return PreviewFailed(number, str(error))
    except MemoryError:
        return PreviewFailed(number, MEMORY)


def work_on(
    plan: Plan, canvas: Any = None, advance: Advance | None = None
) -> Generator[Message, None, None]:
    """Make a file step by step; the last message is `Saved` or `Failed`.

    Parameters
    ----------
    plan : FigurePlan, FilmPlan or TablePlan
    canvas : vispy.app.Canvas, optional
        Whose OpenGL context to draw with.
    advance : callable, optional
        Called after each epoch of a table; may raise to break off.

    Yields
    ------
    Message
        Closed before the last one, it leaves nothing behind.
    """
    try:
        if isinstance(plan, FilmPlan):
            yield from _told(film_steps(plan, canvas))
            yield Saved((plan.out,))
        elif isinstance(plan, FigurePlan):
            yield Saved((make_figure(plan, canvas),))
        else:
            yield Saved(make_table(plan, advance))
    except UserError as error:
        yield Failed(str(error))
    except MemoryError:
        yield Failed(MEMORY)


def _told(steps: Generator[Progress, None, None]) -> Iterator[Progress]:
    """Yield each step, now and then with a small picture of its frame."""
    shown = -FRAME_SECONDS
    try:
        for step in steps:
            now = time.monotonic()
            if step.frame is not None and now - shown >= FRAME_SECONDS:
                shown = now
                yield replace(step, frame=_small(step.frame))
            else:
                yield replace(step, frame=None)
    finally:
        steps.close()


def _small(frame: Pixels) -> Pixels:
    step = -(-max(frame.shape[:2]) // FRAME_SIDE)
    if step == 1:
        return frame
    height, width = (side // step * step for side in frame.shape[:2])
    blocks = frame[:height, :width].reshape(height // step, step, width // step, step, 3)
    return np.ascontiguousarray(blocks.mean(axis=(1, 3)).astype(np.uint8))
