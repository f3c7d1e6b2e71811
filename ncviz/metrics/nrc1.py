"""NRC1 of deep neural regression collapse: features beside the span of the class means."""

import numpy as np

from ncviz.concept import MEANS, SAMPLES, Concept
from ncviz.formula import DEEP_NRC, FEATURE, Formula
from ncviz.geometry.subspaces import basis
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import Metric
from ncviz.values_in_words import Facts, ordinary, percent


def _beside(value: float, _facts: Facts) -> str:
    """Say which share of the spread is of no use to tell classes apart by their means."""
    if value <= 0:
        return tr("All spread of the features lies in the span of the class means.")
    return tr(
        "{value} of the features' spread lies beside the span of the class means.",
        value=percent(value),
    )


def nrc1(place: LayerAt) -> float:
    """Return 1 − Tr(P Σ_H Pᵀ) / Tr Σ_H, where P projects onto the span of the centred means.

    What lies between the classes lies in that span. Of what lies within them the trace is that of
    all samples, and the part in the span that of the drawn ones, the only places that are kept.

    Raises
    ------
    AbsentError
        If there are no drawn samples, nothing spreads, or the span is all of the layer.
    """
    drawn, statistics = place.drawn, place.statistics
    if len(place.singular_values) >= place.width:
        raise AbsentError(tr("There is no value here: the class means span all of the layer."))
    means = statistics.means[statistics.present]
    shares = statistics.shares[statistics.present]
    between = float(shares @ ((means - shares @ means) ** 2).sum(axis=1))
    within = float(shares @ statistics.within_variance[statistics.present])
    if not between + within > 0:
        raise AbsentError(tr("There is no value here: all features are the same."))
    # Beside sets of labels the places have dimensions in which the class means do not lie.
    own = drawn.means[drawn.present]
    along = (drawn.samples - drawn.means[drawn.labels]) @ basis(own - own.mean(axis=0)).T
    inside = float(place.shares_of_drawn @ (along**2).sum(axis=1))
    return float(np.clip((within - inside) / (between + within), 0.0, 1.0))


NRC1 = Metric(
    name="nrc1",
    label=tr("NRC1"),
    key="NRC1",
    notion=Concept(
        tr("NRC1, beside the class means"),
        tr(
            "The share of the spread of the features that lies beside the span of the class "
            "means. It is 0 where features lie in as many dimensions as there is "
            "something to tell."
        ),
        "nrc1",
        ordinary(_beside, tr("There is no share here: nothing spreads.")),
        (SAMPLES, MEANS),
        ("NRC1",),
        tr("regression collapse subspace noise signal variance"),
    ),
    formula=Formula(
        tr("NRC1, beside the class means"),
        (r"1-\mathrm{Tr}(P\,\Sigma_H P^{\mathsf{T}})\,/\;\mathrm{Tr}\,\Sigma_H",),
        tr(
            "Of regression, P projects onto as many dimensions as there are targets; of classes, "
            "onto the span of the class means. The part within classes is estimated from the "
            "drawn samples."
        ),
        (
            (r"\Sigma_H", tr("covariance of all features")),
            (r"P", tr("orthonormal basis of the span of the class means")),
            FEATURE,
        ),
        DEEP_NRC,
    ),
    of=nrc1,
    needs="class means, drawn samples",
    order=460,
)
