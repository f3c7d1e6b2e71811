"""Figures, films and tables made in the background, with previews, progress and cancel."""

import platform
from collections.abc import Generator
from typing import Any, Protocol

from ncviz.export.export_messages import (
    ExportProgress,
    Message,
    Previewed,
    PreviewFailed,
    Saved,
)
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.film_plan import FilmPlan
from ncviz.export.work import Plan, preview, work_on
from ncviz.jobs.messages import Cancelled, failure


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
        self._work: Generator[ExportProgress, None, Saved] | None = None
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
            return [] if wish is None else [self._draw(*wish)]
        message: Message = Cancelled()
        if not self._is_cancelled:
            try:
                return [next(self._work)]
            except StopIteration as end:
                message = end.value
            except Exception as error:  # noqa: BLE001 - it is told, and what nobody foresaw is logged
                message = failure(error, "export")
        self._work.close()
        self._work = None
        return [message]

    def _draw(
        self, plan: FigurePlan | FilmPlan, number: int, share: float, longest_side: int
    ) -> Message:
        try:
            return Previewed(number, preview(plan, share, longest_side, self._canvas))
        except Exception as error:  # noqa: BLE001 - as above
            return PreviewFailed(number, failure(error, "export").sentence)

    def close(self) -> None:
        """Break off everything."""
        self._wish = None
        if self._work is not None:
            self._work.close()
            self._work = None
