"""Films: the file that a plan asks for, drawn in the background."""

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.export.export_messages import ExportProgress
from ncviz.export.film_checks import check_size, checked_run
from ncviz.export.film_files import FilmFile, open_film_file
from ncviz.export.film_frames import Painter
from ncviz.export.film_plan import SIDES, FilmPlan
from ncviz.export.first_camera import film_from_first_camera
from ncviz.export.model_path import model_path
from ncviz.export.picture import provenance, said_beside
from ncviz.language import tr
from ncviz.runs.repeats import open_run
from ncviz.runs.run import Run
from ncviz.scenes.view_text import view_to_text

Pixels = NDArray[np.uint8]

WAITING = 4  # frames that may wait for the encoder


def make_film(
    plan: FilmPlan,
    progress: Callable[[ExportProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    *,
    has_camera: bool = True,
) -> bool:
    """Draw a film and save it, offscreen; call it in a process of its own beside a window.

    Parameters
    ----------
    plan : FilmPlan
    progress : callable, optional
        Called after each frame, and while a model is computed before them.
    cancelled : callable, optional
        Asked as often.
    has_camera : bool
        The plan's camera is the film's; else one from which all that passes is seen.

    Returns
    -------
    bool
        False if it was cancelled: then nothing is left behind.

    Raises
    ------
    UserError
        If the plan does not fit the run, or the file cannot be written.
        Nothing is left behind then either.
    """
    with closing(film_steps(plan, has_camera=has_camera)) as steps:
        while cancelled is None or not cancelled():
            step = next(steps, None)
            if step is None:
                return True
            if progress is not None:
                progress(step)
    return False


def film_steps(plan: FilmPlan, *, has_camera: bool = True) -> Generator[ExportProgress, None, None]:
    """Draw a film frame by frame; it is there when the last one was asked for.

    Parameters
    ----------
    plan : FilmPlan
    has_camera : bool
        As of `make_film`.

    Yields
    ------
    ExportProgress
        After each frame, and while a model is computed before them. Closed before the end,
        it leaves nothing behind.

    Raises
    ------
    UserError
        As `make_film`.
    """
    run = checked_run(plan)
    if run is None and plan.model is not None:
        yield from model_path(plan.model).computed(plan.view)
    plan = plan if has_camera else film_from_first_camera(plan)
    painter = Painter(plan, run)
    film = open_film_file(plan, film_said(plan, run))
    try:
        if plan.suffix == "gif":
            shares = np.linspace(0.0, 1.0, 8)
            film.begin([painter.frame(float(share)) for share in shares])
        yield from _draw(plan, painter, film)
        film.finish()
    except BaseException:  # cancelled, Ctrl+C
        film.discard()
        raise


def preview_frame(plan: FilmPlan, share: float) -> Pixels:
    """Return one frame.

    Parameters
    ----------
    plan : FilmPlan
    share : float
        Of the film's time, 0…1.

    Returns
    -------
    array, shape (height, width, 3)
    """
    return Painter(plan, checked_run(plan, to_write=False)).frame(min(max(share, 0.0), 1.0))


def preview_film(plan: FilmPlan, share: float, longest_side: int) -> Pixels:
    """Return one frame as a small picture, its longer side of so many pixels."""
    check_size(plan)
    factor = longest_side / max(plan.width, plan.height)
    small = replace(
        plan,
        width=max(round(factor * plan.width), SIDES[0]),
        height=max(round(factor * plan.height), SIDES[0]),
        file_format="png",
    )
    return preview_frame(small, share)


def film_said(plan: FilmPlan, run: Run | None) -> dict[str, Any]:
    """Return what a film says of its making."""
    film: dict[str, Any] = {
        "over": plan.over,
        "size": [plan.width, plan.height],
        "rate": plan.rate,
        "seconds": plan.seconds,
        "frames": plan.frames,
        "title": plan.title,
        "counter": plan.counter,
        "legend": plan.legend,
        "plot": plan.plot,
        **({"plot_name": plan.plot_name} if plan.plot_name != FilmPlan.plot_name else {}),
        "turn": plan.turn,
        "epochs": [plan.first_epoch, plan.last_epoch],
        "keyframes": [view_to_text(view) for view in plan.keyframes],
        "supersample": plan.supersample,
    }
    if plan.beside is not None and run is not None:
        beside = plan.beside
        film["beside"] = said_beside(
            open_run(beside.run),
            beside.view,
            linked=beside.linked,
            camera_linked=beside.camera_linked,
            with_path=plan.with_path,
        )
    said = provenance(run, plan.view, with_path=plan.with_path) | {"film": film}
    if run is None and plan.model is not None:
        said["model"] = model_path(plan.model).said(share=1.0)
    return said | dict(plan.said)


def _draw(plan: FilmPlan, painter: Painter, film: FilmFile) -> Iterator[ExportProgress]:
    """Draw all frames while a thread encodes them."""
    encoder = _Encoder(film)
    start = time.monotonic()
    try:
        for number in range(plan.frames):
            frame = painter.frame(number / max(plan.frames - 1, 1))
            encoder.take(frame)
            done = number + 1
            left = (time.monotonic() - start) / done * (plan.frames - done)
            yield ExportProgress(done, plan.frames, left, frame)
        encoder.end()
    finally:
        encoder.close()


class _Encoder:
    """Writes frames on a thread of its own, in order."""

    def __init__(self, film: FilmFile) -> None:
        self._film = film
        self._waiting: queue.Queue[Pixels | None] = queue.Queue(WAITING)
        self._problem: BaseException | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name=tr("film encoder"), daemon=True)
        self._thread.start()

    def take(self, frame: Pixels | None) -> None:
        """Take the next frame; waits while too many are waiting."""
        while self._problem is None:
            try:
                self._waiting.put(frame, timeout=0.2)
                return
            except queue.Full:
                continue
        raise self._problem

    def end(self) -> None:
        """Wait until all frames are written."""
        self.take(None)
        self._thread.join()
        if self._problem is not None:
            raise self._problem

    def close(self) -> None:
        """Stop, whatever is still waiting."""
        self._stopped.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            while not self._stopped.is_set():
                try:
                    frame = self._waiting.get(timeout=0.1)
                except queue.Empty:
                    continue
                if frame is None:
                    return
                self._film.write(frame)
        except BaseException as error:  # noqa: BLE001 - raised again where frames come from
            self._problem = error
