"""D over layers at several moments side by side."""

from functools import partial
from typing import TYPE_CHECKING

from ncviz.charts.applies import Condition
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.page_grid import law_height
from ncviz.export.presets.preset import Preset
from ncviz.export.representative_epochs import representative_epochs
from ncviz.language import tr
from ncviz.runs.run import Run

if TYPE_CHECKING:
    from ncviz.export.sheet import Sheet  # loads matplotlib


has_statistics = Condition(
    lambda run: run.snapshot(run.epochs[-1]).statistics(0, "train") is not None,
    tr("The statistics of its layers were not recorded."),
)
"""Whether the statistics of layers were recorded."""


def _draw(sheet: "Sheet", top: float) -> None:
    from ncviz.export.plot_pages import draw_laws  # loads matplotlib

    draw_laws(sheet, top)


def _height(_run: Run | None, plan: FigurePlan, wide: float, unit: float) -> float:
    return law_height(len(plan.epochs), wide, unit)


LAW_AT_MOMENTS = Preset(
    "law",
    title=tr("D over layers, several moments"),
    words=tr("D over layers at several moments side by side"),
    draw=_draw,
    order=40,
    applies=has_statistics,
    panels="epochs",
    choose=partial(representative_epochs, count=4),
    height=_height,
)
