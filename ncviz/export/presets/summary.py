"""One page that sums a run up: scenes and plots."""

from functools import partial
from typing import TYPE_CHECKING

from ncviz.export.figure_plan import SLIDE, FigurePlan
from ncviz.export.page_grid import summary_heights, summary_plots
from ncviz.export.presets.collapse import scenes_of_moments
from ncviz.export.presets.law import has_statistics
from ncviz.export.presets.preset import Preset
from ncviz.export.representative_epochs import representative_epochs
from ncviz.language import tr
from ncviz.runs.run import Run

if TYPE_CHECKING:
    from ncviz.export.sheet import Sheet  # loads matplotlib


def _draw(sheet: "Sheet", top: float) -> None:
    from ncviz.export.summary_page import draw_summary  # loads matplotlib

    draw_summary(sheet, scenes_of_moments(sheet.the_run, sheet.view, sheet.plan), top)


def _height(run: Run | None, plan: FigurePlan, wide: float, unit: float) -> float:
    if plan.theme == "slide":
        return SLIDE * wide
    assert run is not None
    plots = len(summary_plots(run, slide=False))
    return sum(summary_heights(len(plan.epochs) or 1, plots, wide, unit)) + 8.0 * unit


SUMMARY = Preset(
    "summary",
    title=tr("One page: scenes and plots"),
    words=tr("one page: scenes and plots"),
    draw=_draw,
    order=50,
    applies=has_statistics,
    panels="epochs",
    choose=partial(representative_epochs, count=3),
    whole_page=True,
    height=_height,
    scenes=scenes_of_moments,
)
