"""Norms of class means and classifier rows over the epochs, two curves a class."""

import numpy as np

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.colors import Hue
from ncviz.charts.measured import DIRECTIONS, NormsAndAngles
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure
from ncviz.charts.rich_text import rich


def _draw(numbers: Numbers, moment: Moment) -> Chart:
    names = numbers.run.manifest.class_names

    def curve(kind: str, number: int) -> Curve:
        means = kind == "means"

        def norm(measured: NormsAndAngles) -> float:
            found = getattr(measured, f"{kind}_norms")
            return float(found[number]) if number < len(found) else np.nan

        what = "class mean" if means else "classifier"
        label = rich(names[number])
        return Curve(
            f"{kind[0] if means else 'w'}{number}",
            label if means else f"{label}&nbsp;classifier",
            numbers.measured_over_epochs(DIRECTIONS, norm),
            Hue(number),
            dash=not means,
            short="" if means else "┄",
            end=names[number] if means else "",
            swatch=means,
            silent=not means,
            concept="norm",
            facts={"of": (names[number],), "what": what},
            classes=(number,),
        )

    ideal = Curve("ideal", "ETF", np.ones(len(numbers.epochs)), "etf", dash=True, page_only=True)
    both = [curve(kind, k) for k in moment.classes for kind in ("means", "classifier")]
    return over_epochs(numbers, [ideal, *both])


NORMS = Plot(
    "norms",
    menu="Norms, last layer",
    heading="Norms of means and classifiers",
    tip="Norm of each class mean (solid) and classifier row (dashed) over the mean norm; all "
    "are 1 in a simplex ETF (Papyan, Han, Donoho, PNAS 2020).",
    over=EPOCHS,
    draw=_draw,
    up="norm over mean",
    formulas=("norms", "nc2 norms"),
    logarithmic=False,
    needs=(DIRECTIONS,),
    order=90,
    pages=(
        PlotFigure(
            "norms",
            "norms of class means and classifiers over training, two curves a class",
            "Norms",
            note="solid: class means, dashed: classifiers",
            caption="Norms over training",
            order=90,
        ),
    ),
)
