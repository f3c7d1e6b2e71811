"""The scene at several layers side by side."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ncviz.charts.applies import Condition
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.page_grid import scenes_height
from ncviz.export.presets.preset import Preset
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.panel_fit import fit_into_panel
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View

if TYPE_CHECKING:
    from ncviz.export.sheet import Sheet  # loads matplotlib

MOST = 4  # layers of a good choice


def _scenes(run: Run, view: View, plan: FigurePlan) -> list[Scene]:
    return [fit_into_panel(compose(run, replace(view, layer=layer))) for layer in plan.layers]


def _draw(sheet: "Sheet", top: float) -> None:
    from ncviz.export.scene_pages import draw_side_by_side, heads_of_layers  # loads matplotlib

    scenes = _scenes(sheet.the_run, sheet.view, sheet.plan)
    draw_side_by_side(sheet, scenes, heads_of_layers(sheet), top)


def _choose(run: Run) -> tuple[int, ...]:
    layers = len(run.manifest.layers)
    even = np.linspace(0, layers - 1, min(layers, MOST)).round().astype(int).tolist()
    return tuple(dict.fromkeys(even))


_several = Condition(lambda run: len(run.manifest.layers) > 1, tr("It has one layer."))


def _height(_run: Run | None, plan: FigurePlan, wide: float, unit: float) -> float:
    return scenes_height(len(plan.layers), wide, unit) + 2.0 * unit


LAYERS_SIDE_BY_SIDE = Preset(
    "layers",
    title=tr("Layers side by side"),
    words=tr("the scene at several layers side by side"),
    draw=_draw,
    order=30,
    applies=_several,
    panels="layers",
    choose=_choose,
    height=_height,
    scenes=_scenes,
)
