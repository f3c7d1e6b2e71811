"""The scene at several moments side by side."""

from functools import partial
from typing import TYPE_CHECKING

from ncviz.charts.applies import Condition
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.page_grid import scenes_height
from ncviz.export.presets.preset import Preset
from ncviz.export.representative_epochs import representative_epochs
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View

if TYPE_CHECKING:
    from ncviz.export.sheet import Sheet  # loads matplotlib


def scenes_of_moments(run: Run, view: View, plan: FigurePlan) -> list[Scene]:
    """Return the scene of each moment that a plan names."""
    return [compose(run, view.at(epoch)) for epoch in plan.epochs]


def _height(_run: Run | None, plan: FigurePlan, wide: float, unit: float) -> float:
    return scenes_height(len(plan.epochs), wide, unit) + 2.0 * unit


def _draw(sheet: "Sheet", top: float) -> None:
    from ncviz.export.scene_pages import draw_side_by_side, heads_of_moments  # loads matplotlib

    scenes = scenes_of_moments(sheet.the_run, sheet.view, sheet.plan)
    draw_side_by_side(sheet, scenes, heads_of_moments(sheet), top)


_several = Condition(lambda run: len(run.epochs) > 1, tr("It has one recorded moment."))


COLLAPSE_AT_MOMENTS = Preset(
    "collapse",
    title=tr("Moments side by side"),
    words=tr("the scene at several moments side by side"),
    draw=_draw,
    order=20,
    applies=_several,
    panels="epochs",
    choose=partial(representative_epochs, count=4),
    height=_height,
    scenes=scenes_of_moments,
)
