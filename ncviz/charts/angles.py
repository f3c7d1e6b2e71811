"""The cosines between classes over the epochs: least, mean and largest."""

import numpy as np

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.measured import DIRECTIONS
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure
from ncviz.geometry.collapse import EVERY_PAIR
from ncviz.language import tr


def _draw(numbers: Numbers, moment: Moment) -> Chart:
    ideal = -1 / (len(moment.class_names) - 1)
    flat = np.full(len(numbers.epochs), ideal)
    label = "−1/(<i>K</i>−1)"
    etf = Curve("ideal", label, flat, "etf", dash=True, silent=True, concept="simplex ETF")
    means = _range(numbers, "means", "means_cosines", tr("class means"), "means")
    rows = _range(numbers, "classifier", "classifier_cosines", "classifiers", "classifiers")
    # Of very many classes no one looks at all pairs: the least and the largest are not known.
    drawn = 1 if len(moment.class_names) > EVERY_PAIR else None
    return over_epochs(
        numbers,
        (
            *(() if moment.is_crowded else (etf,)),
            *means[:drawn],
            *rows[:drawn],
        ),
        moment=moment,
    )


def _range(numbers: Numbers, name: str, field: str, of: str, end: str) -> list[Curve]:
    """Return mean, least and largest cosine of one kind of directions, in its colour."""

    def curve(key: str, label: str, which: int, short: str, pair: str, end: str) -> Curve:
        values = numbers.measured_over_epochs(DIRECTIONS, lambda v: getattr(v, field)[which])
        return Curve(
            key,
            label,
            values,
            name,
            dash=bool(short),
            short=short,
            end=end,
            concept="cosine",
            facts={"pair": pair},
        )

    far, near = tr("The two {of} farthest apart", of=of), tr("The two {of} closest together", of=of)
    word = {"means": tr("means"), "classifier": tr("classifier")}[name]
    least, most = tr("{name},&nbsp;least", name=word), tr("{name},&nbsp;largest", name=word)
    return [
        curve(name, word, 1, "", tr("By the mean cosine of all pairs, two {of}", of=of), end),
        curve(f"least {name}", least, 0, tr("least"), far, ""),
        curve(f"most {name}", most, 2, tr("largest"), near, ""),
    ]


ANGLES = Plot(
    "angles",
    menu=tr("Cosines, last layer"),
    heading=tr("Cosines between classes over training"),
    tip=tr(
        "Least, mean and largest cosine between two class means and between two classifier "
        "rows; all are −1/(K−1) in a simplex ETF (Papyan, Han, Donoho, PNAS 2020)."
    ),
    over=EPOCHS,
    gist=tr("all alike in a simplex ETF"),
    draw=_draw,
    up=tr("cosine"),
    formulas=("cosines", "simplex etf", "nc2 angles"),
    logarithmic=False,
    needs=(DIRECTIONS,),
    order=100,
    pages=(
        PlotFigure(
            "cosines",
            tr("cosines between classes over training: least, mean, largest"),
            tr("Cosines between classes"),
            note=tr("solid: mean, dashed: least and largest"),
            caption=tr("Cosines over training"),
            order=100,
            summary="several",
        ),
    ),
)
