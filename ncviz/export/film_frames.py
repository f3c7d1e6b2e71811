"""Paints the frames of a film: scene, title, counter and the plot in step."""

import numpy as np
from numpy.typing import NDArray

from ncviz.export.film_moments import Shot, shot_at
from ncviz.export.film_plan import FilmPlan
from ncviz.export.film_plot import FilmPlot, make_film_plot
from ncviz.export.film_words import (
    COUNTER,
    SMALL,
    TITLE,
    FilmLegend,
    fitting_line,
    fitting_lines,
    type_size,
    width_of,
)
from ncviz.export.legend_entries import legend_entries, part_of_classes
from ncviz.export.model_path import model_path
from ncviz.rendering.offscreen import render
from ncviz.rendering.text import write_on
from ncviz.runs.repeats import open_run
from ncviz.runs.run import Run
from ncviz.scenes.camera_moves import fitted
from ncviz.scenes.palette import THEMES
from ncviz.scenes.scene import Label, Picture, Scene

Pixels = NDArray[np.uint8]

PLOT_SHARE = 0.38  # of the width; of the height where the film is taller than wide
MARGIN = 0.035  # of the shorter side
TITLE_LINE = 1.25  # height of a line of the title, in sizes of its type
MOST_FOOT = 0.3  # of the height, that a legend may take
PANEL_TITLE, SCREEN = 14.0, 900  # pixels of a panel's title, of a picture no higher than a screen


class Painter:
    """Draws any moment of a film.

    Parameters
    ----------
    plan : FilmPlan
    run : Run or None
        None of a model.
    """

    def __init__(self, plan: FilmPlan, run: Run | None) -> None:
        self._plan, self._run = plan, run
        beside = None if run is None else plan.beside
        self._second = None if beside is None else open_run(beside.run)
        model = plan.model if run is None else None
        self._path = None if model is None else model_path(model)
        self._theme = THEMES[plan.view.theme]
        self._margin = round(MARGIN * min(plan.width, plan.height))
        self.small, self._title, self._counter = (
            type_size(share, plan.width, plan.height) for share in (SMALL, TITLE, COUNTER)
        )
        room = plan.width - 2 * self._margin
        self.title_lines = fitting_lines(plan.title, self._title, room) if plan.title else []
        self.legend = self._make_legend()
        self._lay_out()

    def frame(self, share: float) -> Pixels:
        """Return the frame after a share of the film's time, shape (height, width, 3)."""
        plan = self._plan
        left, top, width, height = self.scene_place
        shot = shot_at(plan, self._run, share, self._path, self._second, width / height)
        scene = shot.scene
        aspect = _aspect(scene, width, height)
        cameras = None
        if shot.second_camera is not None:
            cameras = [fitted(camera, aspect) for camera in (shot.camera, shot.second_camera)]
        drawn = render(
            scene,
            fitted(shot.camera, aspect),
            width,
            height,
            cameras=cameras,
            supersample=plan.supersample,
            alpha=False,
            text_scale=self.text_scale(scene, width, height),
        )
        frame = np.empty((plan.height, plan.width, 3), dtype=np.uint8)
        frame[:] = np.tile(np.array(self._background(), dtype=np.uint8), (plan.width, 1))
        frame[top : top + height, left : left + width] = drawn
        if self._plot is not None:
            x, y = self._plot_place
            panel = self._plot.draw(shot)
            part = frame[y : y + panel.shape[0], x : x + panel.shape[1]]
            part[:] = panel[: part.shape[0], : part.shape[1]]  # of a film a few pixels wide
        self._write_words(frame, shot)
        return frame

    def _make_legend(self) -> FilmLegend | None:
        """Return the legend of all that passes: of the first moment, the last, and keyframes.

        A model has the same colours all the time.
        """
        plan = self._plan
        if not plan.legend:
            return None
        # The run on the right of a comparison shows the same classes.
        several = 1 if self._path is not None else max(len(plan.keyframes), 2)
        moments = np.linspace(0.0, 1.0, several).tolist()
        shots = [shot_at(plan, self._run, s, self._path, self._second) for s in moments]
        scenes = [scene for shot in shots for scene in _all(shot.scene)]
        own = [_all(shot.scene)[0] for shot in shots]
        run = self._run if self._path is None else self._path.run
        said = () if self._path is None else self._path.desk.roles()
        found = legend_entries(scenes, run, plan.view, self._theme, own, said=said)
        if self._run is not None:
            found += part_of_classes(self._run, plan.keyframes or [plan.view])
        legend = FilmLegend(tuple(found), self._theme, plan.width, self.small)
        # A very small film keeps its room for the scene.
        return legend if legend.height <= MOST_FOOT * plan.height else None

    def _lay_out(self) -> None:
        """Divide the frame: title, scene beside or above the plot, counter, legend."""
        plan, margin = self._plan, self._margin
        top = 0
        if self.title_lines:
            top = margin + round(TITLE_LINE * self._title * len(self.title_lines))
        foot = self.legend.height if self.legend is not None else 0
        self._legend_top = plan.height - foot
        if plan.counter:
            foot += round(1.35 * self._counter) + (margin // 2 if foot else margin)
        self._foot = foot
        top, foot = min(top, plan.height // 4), min(foot, plan.height // 3)
        rest = max(plan.height - top - foot, 1)
        self.scene_place = 0, top, plan.width, rest
        self._plot: FilmPlot | None = None
        self._plot_place = 0, 0
        if not plan.plot:
            return
        if plan.width >= plan.height:
            wide = round(PLOT_SHARE * plan.width)
            size = wide - margin, min(round(0.95 * wide), rest - margin)
            self.scene_place = 0, top, max(plan.width - wide, 1), rest
            self._plot_place = plan.width - wide, top + (rest - size[1]) // 2
        else:
            high = round(PLOT_SHARE * rest)
            size = plan.width - 2 * margin, high - margin
            self.scene_place = 0, top, plan.width, max(rest - high, 1)
            self._plot_place = margin, top + rest - high
        self._plot = make_film_plot(
            plan,
            self._run,
            self._path,
            (max(size[0], 8), max(size[1], 8)),
            self.small,
            self._second,
        )

    def text_scale(self, scene: Scene | Picture, width: int, height: int) -> float:
        """Return how much larger words in the scene are, to be read from the last row."""
        side = min(width, height)
        scale = self.small / (Label("", (0, 0, 0), (0, 0, 0, 1)).size * side)
        if isinstance(scene, Scene):
            return scale
        return max(scale, self.small / (PANEL_TITLE * max(1.0, side / SCREEN)))

    def _write_words(self, frame: Pixels, shot: Shot) -> None:
        plan, margin = self._plan, self._margin
        y = margin
        for line in self.title_lines:
            self._write(frame, line, self._title, self._theme.text, (margin, y), "lt")
            y += round(TITLE_LINE * self._title)
        base = plan.height - (self.legend.height if self.legend is not None else margin)
        base -= round(0.3 * self._counter)
        taken = 0.0
        if plan.counter:
            room = plan.width - 2 * margin
            counter = fitting_line(shot.counter, self._counter, room)
            self._write(frame, counter, self._counter, self._theme.quiet, (margin, base), "ls")
            taken = width_of(counter, self._counter) + 2 * margin
        # Of two scenes in reading order.
        note = " / ".join(dict.fromkeys(each.note for each in _all(shot.scene) if each.note))
        if note:
            right = plan.width - margin
            if width_of(note, self.small) > right - taken:  # above the counter then
                base -= round(1.2 * self._counter)
            line = fitting_line(note, self.small, right - margin)
            self._write(frame, line, self.small, self._theme.quiet, (right, base), "rs")
        if self.legend is not None:
            self.legend.paint(frame, self._legend_top)

    def _background(self) -> tuple[int, int, int]:
        red, green, blue = (int(self._theme.background[i : i + 2], 16) for i in (1, 3, 5))
        return red, green, blue

    def _write(
        self,
        frame: Pixels,
        text: str,
        pixels: int,
        color: str,
        place: tuple[int, int],
        anchor: str,
    ) -> None:
        """Write a line on the part of the frame that it covers, legible whatever lies behind."""
        write_on(frame, text, pixels, (color, self._theme.background), place, anchor)


def _all(scene: Scene | Picture) -> list[Scene]:
    """Return the scene, or those of a picture."""
    return [scene] if isinstance(scene, Scene) else [panel.scene for panel in scene.panels]


def _aspect(scene: Scene | Picture, width: int, height: int) -> float:
    """Return width over height of a scene, or of one of several."""
    if isinstance(scene, Scene):
        return width / height
    _, _, wide, high = scene.panels[0].pixels(width, height)
    return wide / high
