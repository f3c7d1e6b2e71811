"""NC1–NC4 of the last layer over the epochs."""

from ncviz.charts.applies import minority_count
from ncviz.charts.chart import Chart, Curve
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure
from ncviz.language import tr
from ncviz.metrics.metric import metrics


def _draw(numbers: Numbers, moment: Moment) -> Chart:
    def curve(name: str, color: str = "text", *, dash: bool = False, dots: bool = False) -> Curve:
        metric = metrics()[name]
        values = numbers.collapse(name)
        return Curve(name, metric.label, values, color, dash=dash, dots=dots, concept=metric.key)

    return over_epochs(
        numbers,
        (
            curve("nc1"),
            curve("nc2_equinorm_means", "means"),
            curve("nc2_equiangular_means", "means", dash=True),
            curve("nc3", "classifier", dots=True),
            curve("nc4", "quiet", dash=True),
        ),
        moment=moment,
    )


COLLAPSE = Plot(
    "collapse",
    menu=tr("NC1–NC4, last layer"),
    heading=tr("Neural collapse NC1–NC4 over training"),
    tip=tr(
        "NC1 Tr(Σ_W Σ_B⁺)/K; NC2 spread of the means' norms, and mean distance of their cosines "
        "from −1/(K−1); NC3 squared distance between classifier and means; NC4 share of samples "
        "where classifier and nearest mean disagree (Papyan, Han, Donoho, PNAS 2020)."
    ),
    over=EPOCHS,
    gist=tr("all are 0 at neural collapse"),
    draw=_draw,
    up=tr("NC1–NC4"),
    formulas=("nc1", "nc2 norms", "nc2 angles", "nc3", "nc4"),
    first=lambda run: {0: 2, 1: 1}.get(minority_count(run), 0),
    order=20,
    curves=("nc1", "nc2_equinorm_means", "nc2_equiangular_means", "nc3", "nc4"),
    pages=(
        PlotFigure(
            "nc",
            tr("NC1 to NC4 over training"),
            tr("Neural collapse, last layer"),
            caption=tr("NC1 to NC4 over training"),
            order=50,
            summary="several",
        ),
    ),
)
