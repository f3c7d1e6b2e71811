"""Charts of the landscape: objectives of all starts, the lowest curvature, the sum of the rows."""

import numpy as np

from ncviz.charts.chart import Chart, Curve, Level
from ncviz.charts.colors import Shade
from ncviz.charts.moment import Moment
from ncviz.charts.plot import EPOCHS, Plot
from ncviz.language import tr
from ncviz.models.over_steps import StepNumbers, chart_over_steps

ZHU = "Zhu et al., NeurIPS 2021"


def _of_others(numbers: StepNumbers, name: str, first: int) -> list[Curve]:
    """Return a faint curve of each start from one on; one of them bears the name of all."""
    count = sum(key.startswith(f"{name} ") for key in numbers.history)
    return [
        Curve(
            "others",
            "",
            numbers.values(f"{name} {number}"),
            Shade(0.5),
            faint=True,
            unnamed=True,
            end="",
            aside=1.0,
        )
        for number in range(first, count)
    ]


def draw_objectives(numbers: StepNumbers, _moment: Moment) -> Chart:
    """Return the objectives of all starts, and the least there is."""
    drawn = Curve(
        "objective",
        tr("drawn"),
        numbers.values("objective 0"),
        strong=True,
        meaning=tr("The mean loss and all penalties, of the start that is drawn."),
    )
    least = numbers.levels.get("objective")
    meaning = tr("The least value that the objective can have.")
    levels = () if least is None else (Level(least, tr("minimum"), meaning),)
    return chart_over_steps(numbers, [*_of_others(numbers, "objective", 1), drawn], levels=levels)


def draw_curvature(numbers: StepNumbers, _moment: Moment) -> Chart:
    """Return the lowest curvature, and the one in closed form."""
    found = Curve(
        "curvature",
        tr("lowest"),
        numbers.values("curvature"),
        strong=True,
        meaning=tr("The lowest eigenvalue of the Hessian of the objective, by Lanczos."),
    )
    known = Curve(
        "known",
        tr("in closed form"),
        numbers.values("known curvature"),
        "means",
        dash=True,
        meaning=tr("The eigenvalue along a dimension that features and classifier leave free."),
    )
    level = Level(0.0, tr("flat"), tr("Below it there is a way down."), "quiet")
    return chart_over_steps(numbers, [known, found], levels=(level,))


def draw_rows(numbers: StepNumbers, _moment: Moment) -> Chart:
    """Return what is left of the sum of the classifier's rows, and what is predicted."""
    predicted = Curve(
        "predicted",
        tr("predicted"),
        numbers.values("predicted"),
        "classifier",
        dash=True,
        strong=True,
        meaning=tr("What the penalty on the classifier alone leaves of the sum of its rows."),
    )
    mean = Curve(
        "kept",
        tr("kept"),
        numbers.values("kept"),
        "text",
        strong=True,
        meaning=tr("The mean over all random starts."),
    )
    known = np.isfinite(numbers.values("predicted")).any()
    gist = "" if known else tr("the squared error moves it")
    # At zero, so that the axis shows no rounding of what stays.
    zero = Level(0.0, tr("simplex ETF"), tr("The rows of a simplex ETF add up to zero."))
    curves = [*_of_others(numbers, "rows", 0), mean, predicted]
    return chart_over_steps(numbers, curves, gist=gist, levels=(zero,))


PLOTS = (
    Plot(
        "objective",
        tr("Objective of all starts over steps"),
        tr("Objective of all starts over steps"),
        tr(
            "The mean loss and all penalties: strong of the start that is drawn, faint of all "
            "others; green its least value, where that is known ({zhu}).",
            zhu=ZHU,
        ),
        EPOCHS,
        draw_objectives,
        up=tr("objective"),
        formulas=("unconstrained",),
        gist=tr("all starts fall to one value"),
    ),
    Plot(
        "curvature",
        tr("Lowest curvature over steps"),
        tr("Lowest curvature over steps"),
        tr(
            "The lowest eigenvalue of the Hessian of the objective, by Lanczos; dashed the "
            "one in closed form, where a dimension is free ({zhu}).",
            zhu=ZHU,
        ),
        EPOCHS,
        draw_curvature,
        up=tr("curvature"),
        formulas=("landscape",),
        logarithmic=False,
        gist=tr("below 0: there is a way down"),
    ),
    Plot(
        "rows",
        tr("Sum of the classifier's rows over steps"),
        tr("Sum of the rows over steps"),
        tr(
            "‖Σ w_k‖ as a share of the start, faint of each random start; dashed what the "
            "penalty on the classifier leaves of it, all of it where there is none (NC0; Zhao "
            "et al., ICLR 2026). The squared error moves it too, and nothing is predicted "
            "there."
        ),
        EPOCHS,
        draw_rows,
        up=tr("share"),
        formulas=("landscape",),
        logarithmic=False,
        gist=tr("stays 1 without a penalty"),
    ),
)
