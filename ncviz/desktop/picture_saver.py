"""Saves pictures and tables in the background."""

import contextlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from PyQt6.QtWidgets import QFileDialog, QWidget

from ncviz.desktop.background import ProcessJob
from ncviz.desktop.canvas import NoCanvas, SceneCanvas
from ncviz.desktop.canvas_panels import drawing_camera
from ncviz.desktop.notes import Note
from ncviz.desktop.picture_dialog import PictureRequest, ask_for_picture
from ncviz.errors import UserError
from ncviz.runs.run import Run
from ncviz.runs.writer import partial_path
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Picture, grid_of_panels
from ncviz.scenes.view import View
from ncviz.theory.layer_peeled import TwoGroupProblem


class PictureSaver:
    """One picture or table at a time, so that the window never waits.

    Parameters
    ----------
    window : QWidget
    note : Note
        Says how it went.
    """

    def __init__(self, window: QWidget, note: Note) -> None:
        self._window = window
        self._note = note
        self._job = ProcessJob(window)
        self._path: Path | None = None
        self._job.done.connect(lambda _: self._note.say(f"Saved {self._path}."))
        self._job.failed.connect(self._note.say)

    def ask(
        self,
        picture_in: Callable[[View], Picture],
        canvas: SceneCanvas | NoCanvas,
        run: Run | None,
        view: View,
        name: str,
        model: TwoGroupProblem | None = None,
        beside: tuple[Run, View] | None = None,
    ) -> None:
        """Ask for size and file, then save: see `save`.

        Parameters
        ----------
        picture_in : callable
            From a view, in the theme that was asked for, to what is seen in it.
        canvas : SceneCanvas or NoCanvas
            Whose cameras look at it.
        run : Run or None
        view : View
        name : str
            Of the file, without its ending.
        model : TwoGroupProblem, optional
        beside : tuple of Run and View, optional
            Of the panel on the right.
        """
        if self._job.is_running:
            self._note.say("A picture is being saved already: wait a moment.")
            return
        request = ask_for_picture(self._window, view.theme, name)
        if request is not None:
            view = replace(view, theme=request.theme)
            self.save(request, picture_in(view), canvas, run, view, model, beside)

    def save(
        self,
        request: PictureRequest,
        picture: Picture,
        canvas: SceneCanvas | NoCanvas,
        run: Run | None,
        view: View,
        model: TwoGroupProblem | None = None,
        beside: tuple[Run, View] | None = None,
    ) -> None:
        """Draw a picture offscreen and save it.

        Parameters
        ----------
        request : PictureRequest
        picture : Picture
            Several panels are laid out anew for the size of the file.
        canvas : SceneCanvas or NoCanvas
            Whose cameras look at it.
        run : Run or None
        view : View
            Written into the file, with the run and the model.
        model : TwoGroupProblem, optional
        beside : tuple of Run and View, optional
            Of the panel on the right.
        """
        from ncviz.export.picture import provenance

        self._path = request.path
        size = request.width, request.height
        picture = laid_out(picture, *size)
        cameras = [
            drawing_camera(picture, canvas.cameras.of(number).camera, *size)
            for number in range(len(picture.panels))
        ]
        arguments = (picture, cameras, request.path, *size, request.transparent)
        said = provenance(run, view)
        if model is not None:
            said["model"] = {"name": "layer_peeled", **asdict(model)}
        if beside is not None:
            said["beside"] = provenance(*beside)
        if sys.platform.startswith("linux"):
            self._note.say(f"Drawing {request.width} × {request.height} pixels …")
            self._job.start(_save, *arguments, said)
            return
        # Elsewhere only the window has an OpenGL context to draw with.
        try:
            _save(*arguments, said, canvas.vispy_canvas)
        except UserError as error:
            self._note.say_error(error)
        else:
            self._note.say(f"Saved {request.path}.")

    def ask_table(self, run: Run) -> None:
        """Ask for a file, then save every metric of the run."""
        text, _ = QFileDialog.getSaveFileName(
            self._window, "Save table", "metrics.csv", "CSV (*.csv)"
        )
        if text:
            path = Path(text)
            self.save_table(run, path if path.suffix else path.with_suffix(".csv"))

    def save_table(self, run: Run, path: Path) -> None:
        """Save every metric of a run as CSV."""
        if self._job.is_running:
            self._note.say("Something is being saved already: wait a moment.")
            return
        self._path = path
        self._job.start(_save_table, run.path, path)

    def close(self) -> None:
        """Break off what is under way; nothing half-written is left."""
        pid = self._job.pid
        self._job.cancel()
        if pid is not None and self._path is not None:
            # A killed process cannot clear up after itself.
            with contextlib.suppress(OSError):
                partial_path(self._path, pid).unlink()


def laid_out(picture: Picture, width: int, height: int) -> Picture:
    """Return a picture whose panels fill a file of this size, whatever frame the screen has.

    Many in one row stay there.

    Parameters
    ----------
    picture : Picture
    width, height : int
        Of the file, in pixels.
    """
    panels = picture.panels
    if len(panels) == 1:
        return picture
    # Which panel is framed says what a click on the screen would open: it is left out.
    if len(panels) > 2 and len({panel.top for panel in panels}) == 1:
        return Picture(tuple(replace(panel, chosen=False) for panel in panels))
    scenes, titles = [panel.scene for panel in panels], [panel.title for panel in panels]
    return grid_of_panels(scenes, titles, width / max(1, height))


def _save(
    picture: Picture,
    cameras: list[Camera],
    path: Path,
    width: int,
    height: int,
    transparent: bool,
    said: Mapping[str, Any],
    canvas: Any = None,
) -> None:
    import numpy as np
    from PIL import Image

    from ncviz.export.picture import check_size, save_png
    from ncviz.rendering.offscreen import render

    check_size(width, height)
    pixels = render(
        picture, cameras[0], width, height, cameras=cameras, transparent=transparent, canvas=canvas
    )
    shown = pixels if transparent else pixels[..., :3]
    save_png(Image.fromarray(np.ascontiguousarray(shown)), path, said)


def _save_table(run_path: Path, path: Path) -> None:
    from ncviz.export.tables import save_metrics_csv

    save_metrics_csv(Run(run_path), path)
