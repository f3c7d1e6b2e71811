"""D within minority and majority classes over the epochs."""

from ncviz.charts.applies import is_imbalanced, minority_count
from ncviz.charts.chart import Chart, Curve
from ncviz.charts.measured import GROUPS
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure
from ncviz.language import tr


def _draw(numbers: Numbers, moment: Moment) -> Chart:
    few = numbers.measured_over_epochs(GROUPS, lambda value: value.minority_fuzziness)
    many = numbers.measured_over_epochs(GROUPS, lambda value: value.majority_fuzziness)
    return over_epochs(
        numbers,
        (
            Curve("minority", tr("minority"), few, concept="D of classes"),
            Curve("majority", tr("majority"), many, "quiet", dash=True, concept="D of classes"),
        ),
        moment=moment,
    )


GROUP_FUZZINESS = Plot(
    "group fuzziness",
    menu=tr("Minority and majority D"),
    heading=tr("<i>D</i> of minority and majority"),
    tip=tr("Mean of the classes' own separation fuzziness in the last layer (He & Su, PNAS 2023)."),
    over=EPOCHS,
    gist=tr("lower: farther apart"),
    draw=_draw,
    up=tr("mean D"),
    formulas=("class law", "fuzziness"),
    needs=(GROUPS,),
    applies=is_imbalanced,
    first=lambda run: 2 * (minority_count(run) > 0),
    order=120,
    pages=(
        PlotFigure(
            "group-fuzziness",
            tr("mean D of minority and majority classes over training"),
            tr("Fuzziness of minority and majority"),
            caption=tr("D of minority and majority"),
            order=120,
        ),
    ),
)
