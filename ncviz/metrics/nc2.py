"""NC2: how far class means and classifier rows are from equal norms and equal angles."""

from ncviz.concept import ETF, MEANS, Concept
from ncviz.formula import CENTRED, PAPYAN, ROW, Formula
from ncviz.geometry.collapse import nc2_equiangular, nc2_equinorm
from ncviz.language import tr
from ncviz.metrics.metric import LAST, Metric
from ncviz.metrics.some_pairs import of_some
from ncviz.values_in_words import NO_LENGTH, Facts, ordinary, percent, two_digits


def _unequal_norms(value: float, facts: Facts) -> str:
    """Say how much lengths differ."""
    if value < 1e-12:
        return tr("All {what} have the same length.", what=facts.what)
    return tr(
        "The lengths of the {what} vary by {value} of their mean (standard deviation).",
        what=facts.what,
        value=percent(value),
    )


def _unequal_angles(value: float, facts: Facts) -> str:
    """Say how far the cosines are from those of a simplex ETF."""
    if facts.classes == 2 and facts.what == "class means":
        return tr(
            "Two centred class means always point in opposite directions: this is 0 by itself."
        )
    ideal = f"−1/{facts.classes - 1}" if facts.classes else "−1/(K − 1)"
    ideal = "−1" if facts.classes == 2 else ideal
    if value < 1e-12:
        return tr("The cosine of every pair is {ideal}, as in a simplex ETF.", ideal=ideal)
    said = tr(
        "The cosine between two {what} misses {ideal} by {value}, on average.",
        what=facts.what,
        ideal=ideal,
        value=two_digits(value),
    )
    said += of_some(facts.classes)
    if facts.is_crowded:
        dimensions = (
            tr("{width} dimensions", width=facts.width)
            if facts.width > 1
            else tr("{width} dimension", width=facts.width)
        )
        said += tr(
            " No simplex ETF of {classes} classes fits into {dimensions}.",
            classes=facts.classes,
            dimensions=dimensions,
        )
    return said


_NORMS = Concept(
    tr("NC2, equal norms"),
    tr("How much the class means differ in length. It is 0 where all are equally long."),
    "nc2 norms",
    ordinary(_unequal_norms, tr("All class means coincide: they have no lengths to compare.")),
    (MEANS, ETF),
    ("NC2",),
    tr("equinorm length"),
)
_NORMS_FORMULA = Formula(
    tr("NC2, equal norms"),
    (r"\dfrac{\mathrm{std}_k\,\Vert m_k\Vert}{\mathrm{mean}_k\,\Vert m_k\Vert}",),
    tr(
        "It is 0 where all class means lie equally far from their centre; the "
        "standard deviation has divisor K − 1. The same for the classifiers."
    ),
    (CENTRED, ROW),
    tr("{papyan}, property NC2", papyan=PAPYAN),
)
_ANGLES = Concept(
    tr("NC2, equal angles"),
    tr("How far the angles between class means are from the largest angle that all can share."),
    "nc2 angles",
    ordinary(_unequal_angles, NO_LENGTH),
    (MEANS, ETF),
    search=tr("equiangular cosine"),
)
_ANGLES_FORMULA = Formula(
    tr("NC2, equal angles"),
    (r"\mathrm{mean}_{k\neq k'}\left|\cos(m_k,m_{k'})+\dfrac{1}{K-1}\right|",),
    tr(
        "It is 0 where all pairs of class means stand at the largest angle that "
        "K directions can share, which takes K − 1 dimensions. The same for the classifiers."
    ),
    (CENTRED, (r"K", tr("number of classes"))),
    tr("{papyan}, property NC2", papyan=PAPYAN),
)

NORMS_OF_MEANS = Metric(
    name="nc2_equinorm_means",
    label=tr("NC2&nbsp;norms"),
    key="NC2 norms",
    notion=_NORMS,
    formula=_NORMS_FORMULA,
    of=lambda place: nc2_equinorm(place.centered_means),
    needs="class means",
    order=30,
    core=True,
    latex="norms",
)
NORMS_OF_ROWS = Metric(
    name="nc2_equinorm_classifier",
    label=tr("NC2&nbsp;norms,&nbsp;classifier"),
    key="NC2 norms",
    notion=_NORMS,
    formula=_NORMS_FORMULA,
    of=lambda place: nc2_equinorm(place.rows),
    needs="classifier",
    scope=LAST,
    order=40,
    core=True,
)
ANGLES_OF_MEANS = Metric(
    name="nc2_equiangular_means",
    label=tr("NC2&nbsp;angles"),
    key="NC2 angles",
    notion=_ANGLES,
    formula=_ANGLES_FORMULA,
    of=lambda place: nc2_equiangular(place.centered_means),
    needs="class means",
    order=50,
    core=True,
    latex="angles",
)
ANGLES_OF_ROWS = Metric(
    name="nc2_equiangular_classifier",
    label=tr("NC2&nbsp;angles,&nbsp;classifier"),
    key="NC2 angles",
    notion=_ANGLES,
    formula=_ANGLES_FORMULA,
    of=lambda place: nc2_equiangular(place.rows),
    needs="classifier",
    scope=LAST,
    order=60,
    core=True,
)
