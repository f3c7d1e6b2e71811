"""The cosines between all classes at one moment."""

import numpy as np

from ncviz.charts.class_matrix import ClassMatrix, directions_at
from ncviz.charts.moment import Moment, samples_of
from ncviz.charts.numbers import Numbers
from ncviz.charts.plot import MATRIX, Plot, PlotFigure
from ncviz.language import tr

MOST = 2000  # classes: of more than that no screen has a pixel for each


def spread(classes: tuple[int, ...]) -> tuple[int, ...]:
    """Return at most `MOST` classes, as far apart as all of them lie."""
    if len(classes) <= MOST:
        return classes
    return tuple(classes[at] for at in np.linspace(0, len(classes) - 1, MOST).round().astype(int))


def _draw(numbers: Numbers, moment: Moment) -> ClassMatrix:
    run, last = numbers.run, len(moment.layer_names) - 1
    split, names = moment.split, moment.class_names
    means, rows = directions_at(run, moment.epoch, moment.layer, split.name)
    return ClassMatrix(
        means,
        rows if moment.layer == last and not split.is_foreign else None,
        names,
        spread(moment.matrix_classes),
        len(moment.matrix_classes),
        run.manifest.layers[moment.layer].width,
        samples_of(moment),
        not split.label_sets,
        tuple(map(moment.hue, range(len(names)))),
        tuple(map(moment.drawn_as, range(len(names)))),
    )


COSINE_MATRIX = Plot(
    "matrix",
    menu=tr("Cosine matrix"),
    heading=tr("Cosines between classes"),
    tip=tr(
        "Cosines of the centred class means and of the classifier rows; in a simplex ETF all "
        "are −1/(K−1) (Papyan, Han, Donoho, PNAS 2020)."
    ),
    over=MATRIX,
    gist=tr("all alike in a simplex ETF"),
    draw=_draw,
    formulas=("cosines", "simplex etf"),
    logarithmic=False,
    first=lambda _run: 3,
    order=30,
    pages=(
        PlotFigure(
            "heat-map",
            tr("cosines between all classes at one moment"),
            tr("Cosines between classes"),
            order=130,
            summary="one",
        ),
    ),
)
