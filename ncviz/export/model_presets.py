"""Figures of a theory model: its scene, and each of its plots."""

from collections.abc import Mapping
from typing import Any

from ncviz.catalogue import entries
from ncviz.charts.plot import Plot
from ncviz.export.model_path import model_path
from ncviz.export.presets.preset import Preset, presets, scene_height
from ncviz.language import tr
from ncviz.models.model import models
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View


def presets_of(plan: Any) -> Mapping[str, Preset]:
    """Return what a figure of the plan's run, or of its model, can show."""
    if plan.sweep is not None:
        return sweep_presets()
    if plan.run is not None or plan.model is None:
        return presets()
    return model_presets(plan.model.name)


def sweep_presets() -> Mapping[str, Preset]:
    """Return what a figure of a sweep can show, by name."""
    return entries("ncviz.export.sweep_presets", Preset)


def titles_of_presets() -> dict[str, str]:
    """Return all that figures of runs and of models can show, with its title."""
    of_models = {plot.name: plot.menu for model in models().values() for plot in model.plots}
    of_models |= {preset.name: preset.title for preset in sweep_presets().values()}
    return of_models | {preset.name: preset.title for preset in presets().values()}


def model_presets(name: str) -> Mapping[str, Preset]:
    """Return what a figure of a model can show, by name: 'scene', then its plots."""
    return {"scene": _SCENE, **{plot.name: _of(plot) for plot in models()[name].plots}}


def _scenes(_run: Any, view: View, plan: Any) -> list[Scene]:
    assert plan.model is not None
    return [model_path(plan.model).still().scene(view)]


_SCENE = Preset(
    "scene",
    title=tr("Scene"),
    words=tr("the model's scene"),
    draw=None,
    height=scene_height,
    scenes=_scenes,
)


def _of(plot: Plot) -> Preset:
    return Preset(plot.name, title=plot.menu, words=plot.tip, draw=None)
