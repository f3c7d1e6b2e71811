"""The law of equi-separation for single classes."""

import numpy as np

from ncviz.concept import SAMPLES, Concept
from ncviz.formula import COUNTS, DEPTH, FEATURE, HE_SU, MEANS, Formula
from ncviz.geometry.separation import law_correlations
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import NETWORK, Metric
from ncviz.runs.measures import class_fuzziness_by_layer
from ncviz.values_in_words import Facts, ordinary, percent


def _worst(value: float, _facts: Facts) -> str:
    """Say how straight the line of the class is that fits worst."""
    if value >= 0:
        return tr("Of one class at least, the fitted line of log D does not fall over the layers.")
    return tr(
        "Of every class, a falling straight line explains {value} at least of the "
        "differences of log D between layers.",
        value=percent(value**2),
    )


def _of(place: LayerAt) -> float:
    """Return the largest of the correlations of single classes: −1 where each obeys the law."""
    if len(place.run.manifest.layers) < 2:
        raise AbsentError(
            tr("There is no value here: the run has one layer, and nothing before it.")
        )
    table = class_fuzziness_by_layer(place.run, place.epoch, place.split)
    present = table[:, ~np.isnan(table).all(axis=0)]
    if not present.size:
        raise AbsentError(tr("There is no value here: no class has a D of its own."))
    return float(np.max(law_correlations(present)))


WORST_CLASS_CORRELATION = Metric(
    name="worst_class_r",
    label=tr("<i>r</i> of the worst class"),
    key="r of the worst class",
    notion=Concept(
        tr("Correlation r of the class that fits worst"),
        tr(
            "How straight log D of single classes is over the layers, of the class for which it is "
            "least so: −1 where each class obeys the law."
        ),
        "law of single classes",
        ordinary(_worst, tr("There is no correlation: D of a class has to differ by layer.")),
        (SAMPLES,),
        search=tr("per-class law Pearson correlation fit"),
    ),
    formula=Formula(
        tr("Law of single classes"),
        (
            r"D^{(k)}=\dfrac{1}{n_k}\,\sum_{i\in k}"
            r"(h_i-\mu_k)^{\mathsf{T}}\,\mathrm{SSB}^{+}(h_i-\mu_k)",
            r"\mathrm{max}_k\,\mathrm{corr}(t,\,\log D_t^{(k)})",
        ),
        tr("The correlation of the class whose line is least straight."),
        (
            FEATURE,
            MEANS,
            COUNTS,
            (r"\mathrm{SSB}", tr("spread of the class means, as in D")),
            DEPTH,
        ),
        tr("{he_su}, per-class law", he_su=HE_SU),
    ),
    of=_of,
    needs="<i>D</i> of each class in all layers",
    scope=NETWORK,
    order=1035,
)
