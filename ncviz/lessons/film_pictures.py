"""Draws the picture of a lesson's film on its way from before a deed to after it."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ncviz.explorer.room_names import LAYERS, TRAIN
from ncviz.export.beside import Beside
from ncviz.export.film_frames import PANEL_TITLE, SCREEN, Painter
from ncviz.export.film_moments import epoch_at, rested
from ncviz.export.film_plan import FilmPlan
from ncviz.export.film_words import SMALL, FilmLegend, fitting_lines, type_size
from ncviz.export.first_camera import film_from_first_camera
from ncviz.export.legend_entries import legend_entries
from ncviz.export.model_path import is_searched, model_path
from ncviz.export.model_plan import ModelPlan, timeline
from ncviz.language import tr
from ncviz.lessons.deeds import Scenery
from ncviz.lessons.places import VALUES
from ncviz.models.descent import DescentModel
from ncviz.models.optimum import OptimumModel
from ncviz.parameters import values_of
from ncviz.rendering.offscreen import render
from ncviz.rendering.text import write_on
from ncviz.runs.run import Run
from ncviz.scenes.camera_fit import opening_camera
from ncviz.scenes.camera_moves import fitted
from ncviz.scenes.compose import compose, compose_layers
from ncviz.scenes.palette import THEMES
from ncviz.scenes.panel_fit import fit_into_panel
from ncviz.scenes.scene import Picture
from ncviz.scenes.view import View

Pixels = NDArray[np.uint8]
MOMENTS = 30  # of a run, of which the farthest decides where it is seen from
STOPS = 16  # of a parameter on its way
HERE = 1e-4  # share of a value within which a model stands still
LETTERS = 0.06  # size of words that stand in the place of a picture, of its height
TRAINED_THERE = tr("In ncviz you train this network yourself.")


class DrawsWay(Protocol):
    """Draws what is seen after a share of the way, as `Painter` does."""

    def frame(self, share: float) -> Pixels:
        """Return the picture, shape (height, width, 3)."""


def painter_between(
    before: Scenery,
    after: Scenery,
    theme: str,
    size: tuple[int, int],
    hidden: Collection[str] = (),
) -> DrawsWay:
    """Return what draws the way from one scenery to another.

    Parameters
    ----------
    before, after : Scenery
        The same where nothing is done.
    theme : str
    size : tuple of int
        Width and height, in pixels.
    hidden : collection of str
        What a step hides.

    Raises
    ------
    UserError
        If one of them cannot be drawn.
    """
    if not (before.model or before.run):
        return _Words(TRAINED_THERE if before.room == TRAIN else "", theme, size)
    places = [(s.room, s.model, s.run, s.beside) for s in (before, after)]
    if places[0] != places[1]:
        return _InTurn([painter_between(s, s, theme, size, hidden) for s in (before, after)])
    width, height = size
    usual: dict[str, Any] = {
        "out": Path("lesson.mp4"),
        "view": replace(before.view, theme=theme),
        "width": width,
        "height": height,
        "legend": "legend" not in hidden,
    }
    if before.model:
        return _of_model(before, after, usual)
    if before.room == LAYERS:
        views = [replace(s.view, theme=theme) for s in (before, after)]
        return _Layers(before.run, views, size, hidden)
    return _of_run(before, after, usual)


class _Words:
    """Words in the place of a picture."""

    def __init__(self, words: str, theme: str, size: tuple[int, int]) -> None:
        width, height = size
        colors, letters = THEMES[theme], round(LETTERS * height)
        self._drawn = np.empty((height, width, 3), dtype=np.uint8)
        self._drawn[:] = [int(colors.background[i : i + 2], 16) for i in (1, 3, 5)]
        ink = colors.quiet, colors.background
        for number, line in enumerate(fitting_lines(words, letters, width) if words else ()):
            place = width / 2, height / 2 + 1.4 * number * letters
            write_on(self._drawn, line, letters, ink, place, "mm")

    def frame(self, _share: float) -> Pixels:
        """Return the words."""
        return self._drawn


class _InTurn:
    """One picture after the other, each for as long."""

    def __init__(self, painters: list[DrawsWay]) -> None:
        self._painters = painters

    def frame(self, share: float) -> Pixels:
        """Return the picture of a moment; each stands still."""
        last = len(self._painters) - 1
        return self._painters[min(int(share * (last + 1)), last)].frame(0.0)


class _Backwards:
    """The same way from its end."""

    def __init__(self, painter: DrawsWay) -> None:
        self._painter = painter

    def frame(self, share: float) -> Pixels:
        """Return what is drawn as far from the end."""
        return self._painter.frame(1.0 - share)


class _Stills:
    """Pictures that are drawn once, in turn, with a rest before and after."""

    def __init__(self, drawn: list[Pixels]) -> None:
        self._drawn = drawn

    def frame(self, share: float) -> Pixels:
        """Return the picture of a moment."""
        return self._drawn[round(rested(share) * (len(self._drawn) - 1))]


def _of_model(before: Scenery, after: Scenery, usual: dict[str, Any]) -> DrawsWay:
    plan = ModelPlan(before.model, dict(before.settings or {}))
    model, one, other = plan.model, values_of(before.parameters), values_of(after.parameters)
    differing = {name for name in one if one[name] != other[name]}
    if isinstance(model, DescentModel) and not differing:
        low, high = sorted((before.step, after.step))
        painter = _passing(replace(plan, first=low, last=high), usual)
        return _Backwards(painter) if after.step < before.step else painter
    if isinstance(model, OptimumModel) and differing == {model.along}:
        low, high = sorted((float(one[model.along]), float(other[model.along])))
        painter = _passing(replace(plan, first=low, last=high), usual)
        return _Backwards(painter) if other[model.along] < one[model.along] else painter
    if not differing:
        return _passing(_standing(before), usual)
    stops = _stops(before, after, differing)
    plans = [_standing(stop) for stop in stops]
    scenes = [model_path(plan).moment(0.0, usual["view"]).scene for plan in plans]
    aspect = max(usual["width"] / usual["height"], 1.0)
    camera = opening_camera(usual["view"].camera, scenes, aspect)
    usual["view"] = replace(usual["view"], camera=camera)
    # One after the other: of a model what was computed last is kept alone.
    return _Stills(
        [Painter(FilmPlan(over="model", model=plan, **usual), None).frame(0.0) for plan in plans]
    )


def _passing(plan: ModelPlan, usual: dict[str, Any]) -> Painter:
    for _ in model_path(plan).computed(usual["view"]):
        pass
    return Painter(film_from_first_camera(FilmPlan(over="model", model=plan, **usual)), None)


def _standing(scenery: Scenery) -> ModelPlan:
    """Return the plan of a model that stands still."""
    plan = ModelPlan(scenery.model, dict(scenery.settings or {}))
    model = plan.model
    if not isinstance(model, OptimumModel):
        return replace(plan, first=scenery.step, last=scenery.step)
    here, end = float(getattr(plan.parameters, model.along)), timeline(plan)[1]
    beside = here * (1 + HERE) if model.logarithmic else here + HERE
    low, high = (here, beside) if beside <= end else (here - (beside - here), here)
    return replace(plan, first=low, last=high)


def _stops(before: Scenery, after: Scenery, differing: Collection[str]) -> list[Scenery]:
    """Return a way on which numbers change little by little, and all else at its end."""
    ends = values_of(before.parameters), values_of(after.parameters)
    numbers = [n for n in sorted(differing) if isinstance(ends[0][n], int | float)]
    numbers = [name for name in numbers if not isinstance(ends[0][name], bool)]
    plan = ModelPlan(before.model, dict(before.settings or {}))
    if len(numbers) < len(differing) or is_searched(plan) or isinstance(plan.model, DescentModel):
        return [before, after]
    found = [before]
    for share in np.linspace(0.0, 1.0, STOPS)[1:-1].tolist():
        now = before
        for name in numbers:
            one, other = ends[0][name], ends[1][name]
            now = now.with_parameter(name, type(one)(one + share * (other - one)))
        found.append(now)
    return [*found, after]


def _of_run(before: Scenery, after: Scenery, usual: dict[str, Any]) -> DrawsWay:
    assert before.run is not None
    run = Run(before.run)
    one, other = (replace(s.view, theme=usual["view"].theme) for s in (before, after))
    passed = _between(run, one, other)
    moments = np.linspace(0, len(passed) - 1, min(len(passed), MOMENTS)).round().astype(int)
    views = dict.fromkeys(v.at(passed[k]) for v in (one, other) for k in moments.tolist())
    scenes = [compose(run, view) for view in views]
    aspect = max(usual["width"] / usual["height"] / (2 if before.beside else 1), 1.0)
    camera = opening_camera(one.camera, scenes, aspect, sorted({0.0, after.turned}))
    keyframes = (
        replace(one, camera=camera),
        replace(other, camera=camera.orbit(after.turned, 0.0)),
    )
    beside = None if before.beside is None else Beside(before.beside, keyframes[0])
    usual["view"] = keyframes[0]
    plan = FilmPlan(run=before.run, over="camera", keyframes=keyframes, beside=beside, **usual)
    return Painter(plan, run)


def _between(run: Run, one: View, other: View) -> tuple[float, ...]:
    """Return the moments that are passed: both ends, and those recorded between them."""
    low, high = sorted((one.epoch, other.epoch))
    inner = [float(epoch) for epoch in run.epochs if low < epoch < high]
    inner = inner if one.epoch <= other.epoch else inner[::-1]
    return tuple(dict.fromkeys((float(one.epoch), *inner, float(other.epoch))))


class _Layers:
    """All layers of a run side by side."""

    def __init__(
        self,
        path: Path | None,
        views: list[View],
        size: tuple[int, int],
        hidden: Collection[str],
    ) -> None:
        assert path is not None
        self._run, self._size, self._told = Run(path), size, VALUES not in hidden
        self._first, self._second = views
        self._epochs = _between(self._run, *views)
        width, height = size
        small = type_size(SMALL, width, height)
        self._text = small / (PANEL_TITLE * max(1.0, min(size) / SCREEN))
        self._legend: FilmLegend | None = None
        if "legend" not in hidden:
            theme = THEMES[self._first.theme]
            scenes = [compose(self._run, view) for view in views]
            found = tuple(legend_entries(scenes, self._run, self._second, theme))
            self._legend = FilmLegend(found, theme, width, small)

    def frame(self, share: float) -> Pixels:
        """Return the picture of a moment."""
        view = self._first if share < 0.5 else self._second
        view = view.at(epoch_at(self._epochs, rested(share)))
        width, height = self._size
        foot = 0 if self._legend is None else self._legend.height
        rest = height - foot
        picture = compose_layers(self._run, view, width / rest)
        panels = tuple(
            replace(
                panel,
                scene=fit_into_panel(panel.scene),
                numbers=panel.numbers if self._told else "",
            )
            for panel in picture.panels
        )
        _, _, wide, high = panels[0].pixels(width, rest)
        camera = fitted(view.camera, wide / high)
        drawn = render(
            Picture(panels), camera, width, rest, supersample=1, alpha=False, text_scale=self._text
        )
        frame = np.empty((height, width, 3), dtype=np.uint8)
        background = THEMES[view.theme].background
        frame[:] = [int(background[i : i + 2], 16) for i in (1, 3, 5)]
        frame[:rest] = drawn
        if self._legend is not None:
            self._legend.paint(frame, rest)
        return frame
