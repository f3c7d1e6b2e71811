"""NC2: how far class means and classifier rows are from equal norms and equal angles."""

from ncviz.concept import ETF, MEANS, Concept
from ncviz.formula import CENTRED, PAPYAN, ROW, Formula
from ncviz.geometry.collapse import nc2_equiangular, nc2_equinorm
from ncviz.metrics.metric import LAST, Metric
from ncviz.values_in_words import NO_LENGTH, Facts, ordinary, percent, two_digits


def _unequal_norms(value: float, facts: Facts) -> str:
    """Say how much lengths differ."""
    if value < 1e-12:
        return f"All {facts.what} have the same length."
    return (
        f"The lengths of the {facts.what} vary by {percent(value)} of their mean "
        "(standard deviation)."
    )


def _unequal_angles(value: float, facts: Facts) -> str:
    """Say how far the cosines are from those of a simplex ETF."""
    if facts.classes == 2 and facts.what == "class means":
        return "Two centred class means always point in opposite directions: this is 0 by itself."
    ideal = f"−1/{facts.classes - 1}" if facts.classes else "−1/(K − 1)"
    ideal = "−1" if facts.classes == 2 else ideal
    if value < 1e-12:
        return f"The cosine of every pair is {ideal}, as in a simplex ETF."
    said = f"The cosine between two {facts.what} misses {ideal} by {two_digits(value)}, on average."
    if facts.is_crowded:
        dimensions = f"{facts.width} dimension{'s' if facts.width > 1 else ''}"
        said += f" No simplex ETF of {facts.classes} classes fits into {dimensions}."
    return said


_NORMS = Concept(
    "NC2, equal norms",
    "How much the class means differ in length. It is 0 where all are equally long.",
    "nc2 norms",
    ordinary(_unequal_norms, "All class means coincide: they have no lengths to compare."),
    (MEANS, ETF),
    ("NC2",),
    "equinorm length",
)
_NORMS_FORMULA = Formula(
    "NC2, equal norms",
    (r"\dfrac{\mathrm{std}_k\,\Vert m_k\Vert}{\mathrm{mean}_k\,\Vert m_k\Vert}",),
    "It falls to 0 as all class means come to lie equally far from their centre; the "
    "standard deviation has divisor K − 1. The same for the classifiers.",
    (CENTRED, ROW),
    f"{PAPYAN}, property NC2",
)
_ANGLES = Concept(
    "NC2, equal angles",
    "How far the angles between class means are from the largest angle that all can share.",
    "nc2 angles",
    ordinary(_unequal_angles, NO_LENGTH),
    (MEANS, ETF),
    search="equiangular cosine",
)
_ANGLES_FORMULA = Formula(
    "NC2, equal angles",
    (r"\mathrm{mean}_{k\neq k'}\left|\cos(m_k,m_{k'})+\dfrac{1}{K-1}\right|",),
    "It falls to 0 as all pairs of class means come to stand at the largest angle that "
    "K directions can share, which takes K − 1 dimensions. The same for the classifiers.",
    (CENTRED, (r"K", "number of classes")),
    f"{PAPYAN}, property NC2",
)

NORMS_OF_MEANS = Metric(
    name="nc2_equinorm_means",
    label="NC2&nbsp;norms",
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
    label="NC2&nbsp;norms,&nbsp;classifier",
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
    label="NC2&nbsp;angles",
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
    label="NC2&nbsp;angles,&nbsp;classifier",
    key="NC2 angles",
    notion=_ANGLES,
    formula=_ANGLES_FORMULA,
    of=lambda place: nc2_equiangular(place.rows),
    needs="classifier",
    scope=LAST,
    order=60,
    core=True,
)
