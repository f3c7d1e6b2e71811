"""CDNV, the class-distance normalised variance."""

from ncviz.concept import SAMPLES, Concept
from ncviz.formula import MEANS, Formula
from ncviz.geometry.collapse import cdnv
from ncviz.language import tr
from ncviz.metrics.metric import Metric
from ncviz.metrics.some_pairs import of_some
from ncviz.values_in_words import Facts, ordinary, percent


def _normalised_variance(value: float, facts: Facts) -> str:
    """Say what CDNV measures."""
    if value <= 0:
        return tr("Every class is a single point.")
    said = tr(
        "On average over pairs of classes, the samples' mean squared distance to their class "
        "mean is {value} of the squared distance between the two means.",
        value=percent(value),
    )
    return said + of_some(facts.classes)


_NO_CDNV = tr("There is no value here: two classes are one and the same point, or one is alone.")

CDNV = Metric(
    name="cdnv",
    label=tr("CDNV"),
    key="CDNV",
    notion=Concept(
        tr("CDNV, class-distance normalised variance"),
        tr(
            "The spread of two classes over the squared distance between them, averaged over pairs."
        ),
        "cdnv",
        ordinary(_normalised_variance, _NO_CDNV, tr("Two class means coincide.")),
        (SAMPLES,),
    ),
    formula=Formula(
        tr("CDNV, class-distance normalised variance"),
        (r"\mathrm{mean}_{k\neq k'}\;\dfrac{v_k+v_{k'}}{2\,\Vert\mu_k-\mu_{k'}\Vert^{2}}",),
        tr(
            "The spread of two classes over the squared distance between them, averaged over pairs."
        ),
        (MEANS, (r"v_k", tr("mean squared distance of class k to its mean"))),
        "Galanti, György, Hutter, ICLR 2022",
    ),
    of=lambda place: cdnv(place.statistics),
    needs="class means, spreads of the classes",
    of_sets=True,
    order=90,
    core=True,
    unbounded=True,
    latex="CDNV",
)
