"""NRC3 of deep neural regression collapse: the subspaces of class means and classifier."""

import math

from ncviz.concept import CLASSIFIER, MEANS, Concept
from ncviz.formula import DEEP_NRC, MATRICES, Formula
from ncviz.geometry.subspaces import alignment
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import LAST, Metric
from ncviz.values_in_words import NO_CLASSIFIER, Facts, ordinary, two_digits


def _aligned(value: float, _facts: Facts) -> str:
    """Say by which angle the two spans lie apart, on average."""
    if value >= 1 - 1e-9:
        return tr("Classifier and class means span the same directions.")
    angle = two_digits(math.degrees(math.acos(min(max(value, 0.0), 1.0))))
    return tr(
        "By the mean cosine of their principal angles, the spans of classifier and class means lie "
        "{angle}° apart.",
        angle=angle,
    )


def nrc3(place: LayerAt) -> float:
    """Return the mean cosine of principal angles between class means and classifier, centred.

    A vector that is added to all rows changes no decision, and is left out.

    Raises
    ------
    AbsentError
        If there is no classifier, or the layer has no room beside K − 1 dimensions.
    """
    rows, means = place.rows, place.centered_means
    if place.width < len(rows):
        raise AbsentError(
            tr(
                "There is no value here: {count} directions fill all of {width} "
                "dimensions, or more.",
                count=len(rows) - 1,
                width=place.width,
            )
        )
    return alignment(means, rows - rows.mean(axis=0))


NRC3 = Metric(
    name="nrc3",
    label=tr("NRC3"),
    key="NRC3",
    notion=Concept(
        tr("NRC3, alignment of subspaces"),
        tr(
            "How far the classifier looks along the directions in which the class means differ. It "
            "is 1 where both span the same directions, whatever the lengths and angles in there."
        ),
        "nrc3",
        ordinary(_aligned, NO_CLASSIFIER),
        (MEANS, CLASSIFIER),
        ("NRC3",),
        tr("regression collapse subspace principal angles duality"),
    ),
    formula=Formula(
        tr("NRC3, alignment of subspaces"),
        (r"\dfrac{1}{n}\sum_{j}\,s_j\!\left(V_M\,V_W^{\mathsf{T}}\right)",),
        tr(
            "The mean cosine of the principal angles between the spans of class means and "
            "classifier rows, both centred: 1 where they are one."
        ),
        (
            MATRICES,
            (r"V_M,\,V_W", tr("orthonormal bases of their spans")),
            (r"s_j", tr("singular values")),
            (r"n", tr("dimensions of the larger span")),
        ),
        DEEP_NRC,
    ),
    of=nrc3,
    needs="class means, classifier",
    scope=LAST,
    order=470,
)
