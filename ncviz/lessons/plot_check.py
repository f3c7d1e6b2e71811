"""What a step may say of plots."""

from ncviz.charts.plot import plots
from ncviz.language import tr
from ncviz.lessons.lesson import LessonStage
from ncviz.models.model import models
from ncviz.nearest import one_among


def check_plots(stage: LessonStage) -> None:
    """Refuse plots that there are not where a step stands, and curves that they do not have.

    Raises
    ------
    ValueError
        Saying which there are.
    """
    known = [plot.name for plot in models()[stage.model].plots] if stage.model else [*plots()]
    for name in stage.plots:
        if name not in known:
            raise ValueError(
                tr("plots has {name!r}: choose {names}", name=name, names=one_among(name, known))
            )
    _check_curves(stage)


def _check_curves(stage: LessonStage) -> None:
    named = () if stage.model else stage.plots
    known = [key for name in named for key in plots()[name].curves]
    for name in stage.curves:
        if not known:
            raise ValueError(tr("curves are of a plot: write plots = ['collapse'] beside them"))
        if name not in known:
            raise ValueError(
                tr("curves has {name!r}: choose {names}", name=name, names=one_among(name, known))
            )
