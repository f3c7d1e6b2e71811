"""The 3-D scene as the view shows it."""

from typing import TYPE_CHECKING

from ncviz.export.figure_plan import FigurePlan
from ncviz.export.presets.preset import Preset, scene_height
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View

if TYPE_CHECKING:
    from ncviz.export.sheet import Sheet  # loads matplotlib


def _scenes(run: Run, view: View, _plan: FigurePlan) -> list[Scene]:
    return [compose(run, view)]


def _draw(sheet: "Sheet", top: float) -> None:
    from ncviz.export.scene_pages import only_scene  # loads matplotlib

    only_scene(sheet, compose(sheet.the_run, sheet.view), top)


SCENE = Preset(
    "scene",
    title=tr("Scene"),
    words=tr("the 3-D scene as the view shows it"),
    draw=_draw,
    order=10,
    height=scene_height,
    scenes=_scenes,
)
