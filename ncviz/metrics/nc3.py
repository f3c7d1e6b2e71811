"""NC3, the self-duality of classifier and class means."""

import math

from ncviz.concept import CLASSIFIER, MEANS, Concept
from ncviz.formula import MATRICES, PAPYAN, Formula
from ncviz.geometry.collapse import nc3
from ncviz.language import tr
from ncviz.metrics.metric import LAST, Metric
from ncviz.values_in_words import NO_CLASSIFIER, Facts, ordinary, two_digits


def _duality(value: float, _facts: Facts) -> str:
    """Say how far classifier and means agree: NC3 is 2 − 2·cosine of the two matrices."""
    cosine = min(max(1 - value / 2, -1.0), 1.0)
    if value <= 0:
        return tr("Classifier and class means are the same, up to their size.")
    angle = two_digits(math.degrees(math.acos(cosine)))
    if cosine < 0:
        beside = (
            tr("opposite")
            if angle == "180"
            else tr("more than a right angle, so that they disagree")
        )
        return tr(
            "Taken as a whole, classifier and class means stand {angle}° apart: {beside}.",
            angle=angle,
            beside=beside,
        )
    return tr(
        "Taken as a whole, the classifier stands {angle}° away from the class means; "
        "at 0 both are the same, up to their size.",
        angle=angle,
    )


NC3 = Metric(
    name="nc3",
    label=tr("NC3"),
    key="NC3",
    notion=Concept(
        tr("NC3, self-duality"),
        tr(
            "How far the classifier is from the class means, both scaled to one size. It is 0 "
            "where each row points along its class mean."
        ),
        "nc3",
        ordinary(_duality, NO_CLASSIFIER),
        (MEANS, CLASSIFIER),
        ("NC3",),
        tr("duality alignment"),
    ),
    formula=Formula(
        tr("NC3, self-duality"),
        (r"\Vert\;W/\Vert W\Vert_F\,-\,M^{\mathsf{T}}/\Vert M\Vert_F\;\Vert_F^{\;2}",),
        tr(
            "It is 0 where each classifier points along the mean of its class, all with "
            "lengths in one proportion."
        ),
        (MATRICES, (r"\Vert\cdot\Vert_F", tr("Frobenius norm"))),
        tr("{papyan}, property NC3", papyan=PAPYAN),
    ),
    of=lambda place: nc3(*place.paired),
    needs="class means, classifier",
    scope=LAST,
    order=70,
    core=True,
    latex="NC3",
)
