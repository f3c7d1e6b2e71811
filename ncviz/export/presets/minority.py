"""The minority cosine over R, from the theory, with a run as a point."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ncviz.charts.applies import is_imbalanced
from ncviz.explorer.beside_curve import RunPoint
from ncviz.export.model_plan import peeled_as
from ncviz.export.presets.preset import Preset
from ncviz.language import tr
from ncviz.runs.measures import imbalance_ratio, minority_cosine

if TYPE_CHECKING:
    from ncviz.export.sheet import Sheet  # loads matplotlib


def _draw(sheet: "Sheet", top: float) -> None:
    from ncviz.export.plot_pages import draw_model_plot  # loads matplotlib

    run = sheet.the_run
    model, cosine = sheet.plan.model or peeled_as(run), minority_cosine(run, run.epochs[-1])
    if cosine is not None:
        point = RunPoint(run.manifest.title, imbalance_ratio(run), cosine)
        model = replace(model, known={"points": (point,)})
    draw_model_plot(sheet, model, "cosine", top)


MINORITY = Preset(
    "minority",
    title=tr("Minority cosine over R"),
    words=tr("the minority cosine over R, from the theory"),
    draw=_draw,
    order=60,
    applies=is_imbalanced,
)
