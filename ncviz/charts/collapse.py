"""NC1–NC4 of the last layer over the epochs."""

from ncviz.charts.applies import minority_of
from ncviz.charts.chart import Chart, Curve
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure


def _draw(numbers: Numbers, _moment: Moment) -> Chart:
    angles, of = "nc2_equiangular_means", numbers.collapse
    return over_epochs(
        numbers,
        (
            Curve("nc1", "NC1", of("nc1"), concept="NC1"),
            Curve(
                "nc2_equinorm_means",
                "NC2&nbsp;norms",
                of("nc2_equinorm_means"),
                "means",
                concept="NC2 norms",
            ),
            Curve(angles, "NC2&nbsp;angles", of(angles), "means", dash=True, concept="NC2 angles"),
            Curve("nc3", "NC3", of("nc3"), "classifier", dots=True, concept="NC3"),
            Curve("nc4", "NC4", of("nc4"), "quiet", dash=True, concept="NC4"),
        ),
    )


COLLAPSE = Plot(
    "collapse",
    menu="NC1–NC4, last layer",
    heading="Neural collapse NC1–NC4 over training",
    tip="NC1 Tr(Σ_W Σ_B⁺)/K; NC2 spread of the means' norms, and mean distance of their cosines "
    "from −1/(K−1); NC3 squared distance between classifier and means; NC4 share of samples "
    "where classifier and nearest mean disagree (Papyan, Han, Donoho, PNAS 2020).",
    over=EPOCHS,
    draw=_draw,
    up="NC1–NC4",
    formulas=("nc1", "nc2 norms", "nc2 angles", "nc3", "nc4"),
    first=lambda run: {0: 2, 1: 1}.get(minority_of(run), 0),
    order=20,
    pages=(
        PlotFigure(
            "nc",
            "NC1 to NC4 over training",
            "Neural collapse, last layer",
            caption="NC1 to NC4 over training",
            order=50,
            summary="several",
        ),
    ),
)
