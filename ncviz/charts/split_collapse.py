"""NC1 and CDNV over the epochs, on the training samples and on held-out ones."""

from ncviz.charts.applies import has_test
from ncviz.charts.chart import Chart, Curve
from ncviz.charts.measured import BOTH
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure
from ncviz.language import tr


def _draw(numbers: Numbers, _moment: Moment) -> Chart:
    nc1 = numbers.measured_over_epochs(BOTH, lambda both: both[0].nc1)
    test_nc1 = numbers.measured_over_epochs(BOTH, lambda both: both[1].nc1)
    cdnv = numbers.measured_over_epochs(BOTH, lambda both: both[0].cdnv)
    test_cdnv = numbers.measured_over_epochs(BOTH, lambda both: both[1].cdnv)
    return over_epochs(
        numbers,
        (
            Curve("nc1", tr("NC1"), nc1, concept="NC1"),
            Curve("test_nc1", tr("test&nbsp;NC1"), test_nc1, "quiet", concept="NC1"),
            Curve("cdnv", tr("CDNV"), cdnv, dash=True, concept="CDNV"),
            Curve("test_cdnv", tr("test&nbsp;CDNV"), test_cdnv, "quiet", dash=True, concept="CDNV"),
        ),
    )


SPLIT_COLLAPSE = Plot(
    "split collapse",
    menu=tr("NC1, train and test"),
    heading=tr("NC1 and CDNV, train against test"),
    tip=tr(
        "Variability within classes on the training images and on held-out ones: NC1 (Papyan, "
        "Han, Donoho, PNAS 2020) and CDNV (Galanti, György, Hutter, ICLR 2022)."
    ),
    over=EPOCHS,
    draw=_draw,
    up=tr("NC1, CDNV"),
    formulas=("nc1", "cdnv", "held out"),
    needs=(BOTH,),
    applies=has_test,
    order=80,
    pages=(
        PlotFigure(
            "held-out-nc",
            tr("NC1 and CDNV over training, on training and held-out samples"),
            tr("NC1 and CDNV, train against test"),
            caption=tr("NC1 and CDNV, training against held-out"),
            order=60,
        ),
    ),
)
