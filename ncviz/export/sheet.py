"""A page of matplotlib and what stands on it: scenes, plots, words, letters, legends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ncviz.export.figure_plan import FigurePlan
from ncviz.export.fitting import shortened, wrapped
from ncviz.export.legend import write_legend
from ncviz.export.legend_entries import legend_entries, part_of_classes
from ncviz.export.model_path import model_path
from ncviz.export.scene_artist import SceneArtist, write_labels
from ncviz.export.styles import (
    MILLIMETRES,
    POINTS,
    FigureStyle,
    fit_style,
    scene_theme,
    style_named,
)
from ncviz.models.model import RoleWords
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_moves import fitted, holding
from ncviz.scenes.compose import with_classes
from ncviz.scenes.palette import rgb
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View

Box = tuple[float, float, float, float]  # left, bottom, width, height, in millimetres
LONGEST_NAME = 0.34  # of the width of a plot with its words: what names may take
LONGEST_ENTRY = 0.45  # of the width of the page: a class in the legend
EDGE = 0.35  # between words and the border of a page, in sizes of the type


def letter_of(number: int) -> str:
    """Return the letter of a panel, from 0 on."""
    return "abcdefghijklmnopqrstuvwxyz"[number % 26]


@dataclass(frozen=True)
class Margins:
    """Room around the axes of a plot, in millimetres."""

    left: float
    right: float
    bottom: float
    top: float


class Sheet:
    """One matplotlib figure, and how things are put onto it.

    Parameters
    ----------
    run : Run or None
    plan : FigurePlan
        Checked, with all sizes.
    """

    def __init__(self, run: Run | None, plan: FigurePlan) -> None:
        self.run, self.plan = run, plan
        style = style_named(plan.theme)
        self.style: FigureStyle = fit_style(style, plan.width, plan.height)
        self.figure = Figure(
            figsize=(plan.width / MILLIMETRES, plan.height / MILLIMETRES),
            facecolor=self.style.theme.background,
        )
        self.unit = self.style.size / POINTS * MILLIMETRES  # one size of the type
        self._scenes = self._letters = 0

    @property
    def the_run(self) -> Run:
        """Return the run of what cannot be drawn without one."""
        assert self.run is not None
        return self.run

    @property
    def view(self) -> View:
        """Return the plan's view in the theme of the figure."""
        view = replace(self.plan.view, theme=scene_theme(self.style), hovered=None)
        return view if self.run is None else with_classes(view, self.run)

    # Scenes

    def camera_for(self, scenes: Sequence[Scene], width: float, height: float) -> Camera:
        """Return a camera that shows all of some scenes in panels of such a shape."""
        aspect = width / max(height, 1e-6)
        return holding(fitted(self.plan.view.camera, aspect), scenes, aspect)

    def scene(self, box: Box, scene: Scene, camera: Camera, small: bool = False) -> None:
        """Draw a scene with the names of its classes."""
        axes = self.axes(box)
        axes.set_axis_off()
        paper = replace(scene, background=rgb(self.style.theme.background))
        bare = replace(paper, labels=())
        artist = SceneArtist(bare, camera, self.plan.transparent, self._scenes)
        axes.add_artist(artist)
        self._scenes += 1
        write_labels(axes, paper, camera, self.style.small if small else self.style.size)

    def legend(self, scenes: Sequence[Scene], own: Sequence[Scene] | None = None) -> float:
        """Write below what colours mean; return how high that is, in millimetres."""
        if not self.plan.legend:
            return 0.0
        room = LONGEST_ENTRY * self.plan.width / MILLIMETRES * POINTS
        run = self.run
        said: tuple[RoleWords, ...] = ()
        if run is None and self.plan.model is not None:
            path = model_path(self.plan.model)
            run, said = path.run, path.desk.roles()  # what descends has samples of classes, too
        found = legend_entries(scenes, run, self.view, self.style.theme, own, said=said)
        if self.run is not None:
            found += part_of_classes(self.run, [self.view])
        entries = [
            replace(entry, text=shortened(entry.text, room, self.style.small)) for entry in found
        ]
        return write_legend(self.figure, entries, self.style, self.plan.width, self.plan.height)

    # Plots

    def axes(self, box: Box) -> Axes:
        """Return axes over a box, without room for words."""
        left, bottom, width, height = box
        plan = self.plan
        place = (
            left / plan.width,
            bottom / plan.height,
            max(width, 1.0) / plan.width,
            max(height, 1.0) / plan.height,
        )
        axes: Axes = self.figure.add_axes(place)
        axes.set_facecolor("none")
        return axes

    def plots(
        self,
        boxes: Sequence[Box],
        margins: Margins,
        draw: Callable[[list[Axes], FigureStyle], None],
    ) -> None:
        """Draw plots, each with all of its words inside its box.

        Parameters
        ----------
        boxes : sequence of Box
            Of plots and their words.
        margins : Margins
            The least room around each of the axes; it grows as the words need.
        draw : callable
            Given axes and style.
        """
        for attempt in range(3):
            made = [self.axes(_inside(box, margins)) for box in boxes]
            width = min(box[2] for box in boxes)
            style = replace(
                self.style,
                longest=LONGEST_NAME * width / MILLIMETRES * POINTS,
                room=(width - margins.left - EDGE * self.unit) / MILLIMETRES * POINTS,
            )
            draw(made, style)
            over = np.max([self._overhang(*pair) for pair in zip(made, boxes, strict=True)], axis=0)
            if attempt == 2 or (over <= 0.05).all():
                return
            left, right, bottom, top = (float(max(value, 0.0)) for value in over)
            margins = Margins(
                margins.left + left,
                margins.right + right,
                margins.bottom + bottom,
                margins.top + top,
            )
            for axes in made:
                axes.remove()

    def _overhang(self, axes: Axes, box: Box) -> tuple[float, float, float, float]:
        """Return how far words reach beyond their box: left, right, below, above."""
        canvas: Any = FigureCanvasAgg(self.figure)
        tight = axes.get_tightbbox(canvas.get_renderer())
        assert tight is not None
        scale = MILLIMETRES / self.figure.dpi
        # A square may be narrower than its place: it gives way once that is as narrow.
        whole, square = axes.get_position(original=True), axes.get_position()
        slack = (whole.width - square.width) * self.plan.width
        right = tight.x1 * scale - (box[0] + box[2] - EDGE * self.unit)
        edge = EDGE * self.unit
        left, bottom, _, height = box
        return (
            left + edge - tight.x0 * scale,
            right + slack if right > 0.0 else right,
            bottom + edge - tight.y0 * scale,
            tight.y1 * scale - (bottom + height - edge),
        )

    # Words

    def words(
        self,
        x: float,
        y: float,
        text: str,
        *,
        room: float = 0.0,
        size: float = 0.0,
        strong: bool = False,
        small: bool = False,
    ) -> None:
        """Write a line, its middle at a place in millimetres, shortened to the room it has."""
        style = self.style
        size = size or (style.small if small else style.size)
        weight = 600 if strong else 400
        points = (room or self.plan.width - 2 * EDGE * self.unit) / MILLIMETRES * POINTS
        self.figure.text(
            x / self.plan.width,
            y / self.plan.height,
            shortened(text, points, size, weight),
            ha="center",
            va="center",
            fontsize=size,
            fontweight=weight,
            color=style.theme.text if strong else style.theme.quiet,
            parse_math=False,
        )

    def title(self, text: str) -> float:
        """Write a title; return what height is left, in millimetres."""
        size = self.style.large
        points = (self.plan.width - 2 * self.unit) / MILLIMETRES * POINTS
        top = self.plan.height
        for line in wrapped(text, points, size, 600):
            self.words(self.plan.width / 2, top - 1.1 * self.unit, line, size=size, strong=True)
            top -= 1.45 * self.unit
        return top - 0.55 * self.unit

    def note(self, text: str, bottom: float) -> float:
        """Write a note above a height; return the height above it, in millimetres."""
        if not text:
            return bottom
        self.words(self.plan.width / 2, bottom + 0.7 * self.unit, text, small=True)
        return bottom + 1.5 * self.unit

    def letter(self, left: float, top: float) -> None:
        """Write the next letter of a panel, a, b, c, in its upper left corner."""
        self.figure.text(
            (left + EDGE * self.unit) / self.plan.width,
            (top - 0.9 * self.unit) / self.plan.height,
            letter_of(self._letters),
            ha="left",
            va="center",
            fontsize=self.style.size,
            fontweight=600,
            color=self.style.theme.text,
            gid=f"panel-{self._letters}",
        )
        self._letters += 1


def _inside(box: Box, margins: Margins) -> Box:
    left, bottom, width, height = box
    return (
        left + margins.left,
        bottom + margins.bottom,
        width - margins.left - margins.right,
        height - margins.bottom - margins.top,
    )
