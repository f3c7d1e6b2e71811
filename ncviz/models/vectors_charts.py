"""Charts of vectors that are placed by hand: their largest cosine, and all of them."""

from ncviz.charts.chart import Level
from ncviz.charts.class_matrix import ClassMatrix
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.plot import MATRIX, Plot, PlotFigure
from ncviz.language import tr
from ncviz.models.by_hand import Floats
from ncviz.models.over_steps import line, over_steps
from ncviz.runs.directions import Directions
from ncviz.runs.run import Run

BOUND = "−1/(K−1)"
RANKIN = "Rankin 1955"


def vectors_at(run: Run, step: int) -> Floats:
    """Return the vectors at a step, shape (K, d)."""
    statistics = run.snapshot(step).statistics(0, "train")
    assert statistics is not None
    return statistics.means


def _matrix(numbers: Numbers, moment: Moment) -> ClassMatrix:
    vectors, names = vectors_at(numbers.run, moment.epoch), moment.class_names
    every = tuple(range(len(names)))
    return ClassMatrix(
        Directions(vectors),
        None,
        names,
        every,
        len(names),
        vectors.shape[1],
        hues=tuple(map(moment.hue, every)),
        numbers=every,
        of_vectors=True,
    )


PLOTS = (
    over_steps(
        "largest",
        tr("cosine"),
        tr("Largest cosine over steps"),
        tr(
            "A step is what was dragged, or one by which all repel each other. Green: the "
            "least that the largest cosine can be, as far as it is known ({rankin}; Tammes "
            "1930), and −1/(K−1), below which no K unit vectors come in any dimension.",
            rankin=RANKIN,
        ),
        (
            line(
                "largest",
                tr("largest"),
                "classifier",
                meaning=tr("Of the two that are closest."),
            ),
            line("mean", tr("mean"), "quiet", dash=True, meaning=tr("Over all pairs.")),
        ),
        formulas=("simplex etf", "cosines"),
        logarithmic=False,
        target=Level(0.0, tr("best known"), tr("The least largest cosine that is known.")),
        targets=(Level(0.0, BOUND, tr("No K unit vectors have all cosines below it.")),),
    ),
    Plot(
        "vector-cosines",
        menu=tr("Cosines of all vectors"),
        heading=tr("Cosines between vectors"),
        tip=tr("Cosines of all pairs; where K ≤ d + 1, all can be −1/(K−1) at once."),
        over=MATRIX,
        draw=_matrix,
        formulas=("cosines", "simplex etf"),
        logarithmic=False,
        pages=(
            PlotFigure(
                "vector-cosines", tr("cosines of all vectors"), tr("Cosines between vectors")
            ),
        ),
    ),
)
