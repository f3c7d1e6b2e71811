"""The cosines within minority and majority classes over the epochs."""

from ncviz.charts.applies import is_imbalanced, minority_count
from ncviz.charts.chart import Chart, Curve
from ncviz.charts.measured import GROUPS
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure
from ncviz.language import tr

_WHAT = {
    ("minority", False): tr("minority classifiers"),
    ("majority", False): tr("majority classifiers"),
    ("minority", True): tr("minority means"),
    ("majority", True): tr("majority means"),
}


def _draw(numbers: Numbers, moment: Moment) -> Chart:
    def curve(group: str, means: bool) -> Curve:
        minority = group == "minority"
        what = _WHAT[group, means]
        field = f"{group}_means_cosine" if means else f"{group}_cosine"
        told = minority and not means
        pair = tr("By the mean cosine of all pairs, two {of}", of=what)
        return Curve(
            {"minority_means_cosine": "means", "majority_means_cosine": "majority_means"}.get(
                field, group
            ),
            what.replace(" ", "&nbsp;"),
            numbers.measured_over_epochs(GROUPS, lambda value: getattr(value, field)),
            "means" if means else "classifier",
            dash=not minority,
            concept="minority cosine" if told else "cosine",
            facts={} if told else {"pair": pair},
        )

    both = [curve(group, means) for means in (False, True) for group in ("minority", "majority")]
    return over_epochs(numbers, both, moment=moment)


GROUPS_OVER_EPOCHS = Plot(
    "groups",
    menu=tr("Minority cosines"),
    heading=tr("Cosines of minority and majority"),
    tip=tr(
        "Mean cosine between two classes of a group; 1 between minority classifiers means "
        "Minority Collapse (Fang, He, Long, Su, PNAS 2021)."
    ),
    over=EPOCHS,
    gist=tr("1: all point one way"),
    draw=_draw,
    up=tr("mean cosine"),
    formulas=("minority", "cosines"),
    logarithmic=False,
    needs=(GROUPS,),
    applies=is_imbalanced,
    first=lambda run: int(minority_count(run) > 1),
    order=110,
    pages=(
        PlotFigure(
            "groups",
            tr("mean cosines of minority and majority classes over training"),
            tr("Cosines of minority and majority"),
            order=110,
        ),
    ),
)
