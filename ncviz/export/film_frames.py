"""Paints the frames of a film: scene, title, counter and the plot in step."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ncviz.export.film_moments import shot_at
from ncviz.export.film_plot import FilmPlot, make_film_plot
from ncviz.export.model import model_path
from ncviz.rendering.offscreen import render
from ncviz.rendering.text import write_on
from ncviz.runs.run import Run
from ncviz.scenes.camera_moves import fitted
from ncviz.scenes.palette import THEMES
from ncviz.scenes.scene import Picture, Scene

if TYPE_CHECKING:
    from ncviz.export.films import FilmPlan

Pixels = NDArray[np.uint8]

PLOT_SHARE = 0.38  # of the width; of the height where the film is taller than wide
MARGIN = 0.035  # of the shorter side
PANEL_TEXT = 1.3  # titles of two runs, against those on a screen
TITLE, COUNTER, NOTE = 0.044, 0.058, 0.026  # sizes of the type, of the shorter side


class Painter:
    """Draws any moment of a film.

    Parameters
    ----------
    plan : FilmPlan
    run : Run or None
        None over R.
    canvas : vispy.app.Canvas, optional
        Whose OpenGL context to draw with.
    """

    def __init__(self, plan: "FilmPlan", run: Run | None, canvas: Any = None) -> None:
        self._plan, self._run, self._canvas = plan, run, canvas
        beside = None if run is None else plan.beside
        self._second = None if beside is None else Run(beside.run)
        model = plan.model if run is None else None
        self._path = None if model is None else model_path(model, plan.frames)
        self._theme = THEMES[plan.view.theme]
        self._side = min(plan.width, plan.height)
        self._plot: FilmPlot | None = None
        self._scene_size = plan.width, plan.height
        self._plot_place = 0, 0
        if plan.plot:
            self._make_room()

    def frame(self, share: float) -> Pixels:
        """Return the frame after a share of the film's time, shape (height, width, 3)."""
        plan = self._plan
        width, height = self._scene_size
        shot = shot_at(plan, self._run, share, self._path, self._second, width / height)
        margin = round(MARGIN * self._side)
        scene = shot.scene
        if isinstance(scene, Picture) and plan.title:
            scene = _below(scene, (margin + 1.3 * TITLE * self._side) / height)
        cameras = None
        if shot.second_camera is not None:
            aspect = _aspect(scene, width, height)
            cameras = [fitted(camera, aspect) for camera in (shot.camera, shot.second_camera)]
        drawn = render(
            scene,
            fitted(shot.camera, _aspect(scene, width, height)),
            width,
            height,
            cameras=cameras,
            supersample=plan.supersample,
            canvas=self._canvas,
            text_scale=PANEL_TEXT if isinstance(scene, Picture) else 1.0,
        )[..., :3]
        if self._plot is None:
            frame = np.ascontiguousarray(drawn)
        else:
            frame = np.empty((plan.height, plan.width, 3), dtype=np.uint8)
            frame[:] = self._background()
            frame[:height, :width] = drawn
            left, top = self._plot_place
            panel = self._plot.draw(shot)
            frame[top : top + panel.shape[0], left : left + panel.shape[1]] = panel
        if plan.title:
            self._write(frame, plan.title, TITLE, self._theme.text, (margin, margin), "lt")
        if plan.counter:
            foot = margin, self._scene_size[1] - margin
            self._write(frame, shot.counter, COUNTER, self._theme.quiet, foot, "ls")
        note = _first(shot.scene).note
        if note:
            corner = self._scene_size[0] - margin, self._scene_size[1] - margin
            self._write(frame, note, NOTE, self._theme.quiet, corner, "rs")
        return frame

    def _make_room(self) -> None:
        plan = self._plan
        margin = round(MARGIN * self._side)
        if plan.width >= plan.height:
            wide = round(PLOT_SHARE * plan.width)
            size = wide - margin, min(round(0.8 * wide), plan.height - 2 * margin)
            self._scene_size = plan.width - wide, plan.height
            self._plot_place = plan.width - wide, (plan.height - size[1]) // 2
        else:
            high = round(PLOT_SHARE * plan.height)
            size = plan.width - 2 * margin, high - margin
            self._scene_size = plan.width, plan.height - high
            self._plot_place = margin, plan.height - high
        self._plot = make_film_plot(
            plan, self._run, self._path, max(size[0], 8), max(size[1], 8), self._second
        )

    def _background(self) -> tuple[int, int, int]:
        red, green, blue = (int(self._theme.background[i : i + 2], 16) for i in (1, 3, 5))
        return red, green, blue

    def _write(
        self,
        frame: Pixels,
        text: str,
        share: float,
        color: str,
        place: tuple[int, int],
        anchor: str,
    ) -> None:
        """Write a line on the part of the frame that it covers, legible whatever lies behind."""
        size = max(round(share * self._side), 6)
        write_on(frame, text, size, (color, self._theme.background), place, anchor)


def _first(scene: Scene | Picture) -> Scene:
    return scene if isinstance(scene, Scene) else scene.panels[0].scene


def _below(picture: Picture, share: float) -> Picture:
    """Return a picture that leaves a share of its height free above."""
    left = 1 - share
    panels = (
        replace(panel, top=share + left * panel.top, height=left * panel.height)
        for panel in picture.panels
    )
    return Picture(tuple(panels))


def _aspect(scene: Scene | Picture, width: int, height: int) -> float:
    """Return width over height of a scene, or of one of several."""
    if isinstance(scene, Scene):
        return width / height
    _, _, wide, high = scene.panels[0].pixels(width, height)
    return wide / high
