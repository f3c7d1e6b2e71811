"""Norms of class means and classifier rows over the epochs, two curves a class."""

import numpy as np

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.many_classes import are_many, spread_note, spread_of_classes
from ncviz.charts.measured import DIRECTIONS
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Floats, Numbers
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure
from ncviz.charts.rich_text import rich
from ncviz.language import tr

CLASSIFIERS = {"color": "classifier", "dash": True}


def _draw(numbers: Numbers, moment: Moment) -> Chart:
    names = moment.class_names

    def norms(kind: str) -> Floats:
        return numbers.measured_of_classes(
            DIRECTIONS, lambda found: getattr(found, f"{kind}_norms")
        )

    tables = {kind: norms(kind) for kind in ("means", "classifier")}

    def curve(kind: str, number: int) -> Curve:
        means = kind == "means"
        what = tr("class mean") if means else tr("classifier")
        label = rich(names[number])
        return Curve(
            f"{kind[0] if means else 'w'}{number}",
            label if means else tr("{name}&nbsp;classifier", name=label),
            tables[kind][:, number],
            moment.hue(number),
            dash=not means,
            short="" if means else "┄",
            end=names[number] if means else "",
            swatch=means,
            silent=not means,
            concept="norm",
            facts={"of": (names[number],), "what": what},
            classes=(moment.drawn_as(number),),
        )

    ideal = Curve(
        "ideal", tr("ETF"), np.ones(len(numbers.epochs)), "etf", dash=True, page_only=True
    )
    shown = list(moment.classes)
    if are_many(moment):
        both = [
            *spread_of_classes(tables["classifier"][:, shown], "classifiers", "w", **CLASSIFIERS),
            *spread_of_classes(tables["means"][:, shown], tr("class means"), "m", color="means"),
        ]
    else:
        both = [curve(kind, k) for k in shown for kind in tables]
    shown_too = [] if moment.is_crowded else [ideal]
    return over_epochs(numbers, [*shown_too, *both], spread_note(moment), moment=moment)


NORMS = Plot(
    "norms",
    menu=tr("Norms, last layer"),
    heading=tr("Norms of means and classifiers"),
    tip=tr(
        "Norm of each class mean (solid) and classifier row (dashed) over the mean norm; all "
        "are 1 in a simplex ETF (Papyan, Han, Donoho, PNAS 2020)."
    ),
    over=EPOCHS,
    gist=tr("all are 1 in a simplex ETF"),
    draw=_draw,
    up=tr("norm over mean"),
    formulas=("norms", "nc2 norms"),
    logarithmic=False,
    needs=(DIRECTIONS,),
    order=90,
    pages=(
        PlotFigure(
            "norms",
            tr("norms of class means and classifiers over training, two curves a class"),
            tr("Norms"),
            note=tr("solid: class means, dashed: classifiers"),
            caption=tr("Norms over training"),
            order=90,
        ),
    ),
)
