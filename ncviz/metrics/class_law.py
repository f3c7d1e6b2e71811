"""The law of equi-separation for single classes."""

import numpy as np

from ncviz.concept import SAMPLES, Concept
from ncviz.formula import COUNTS, DEPTH, FEATURE, HE_SU, MEANS, Formula
from ncviz.geometry.separation import fit_law
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import NETWORK, Metric
from ncviz.runs.measures import class_fuzziness_by_layer
from ncviz.values_in_words import Facts, ordinary, percent


def _worst(value: float, _facts: Facts) -> str:
    """Say how straight the line of the class is that fits worst."""
    if value >= 0:
        return "Of one class at least, the fitted line of log D does not fall over the layers."
    return (
        f"Of every class, a falling straight line explains {percent(value**2)} at least of the "
        "differences of log D between layers."
    )


def _of(place: LayerAt) -> float:
    """Return the largest of the correlations of single classes: −1 where each obeys the law."""
    if len(place.run.manifest.layers) < 2:
        raise AbsentError("There is no value here: the run has one layer, and nothing before it.")
    table = class_fuzziness_by_layer(place.run, place.epoch, place.split)
    present = table[:, ~np.isnan(table).all(axis=0)]
    if not present.size:
        raise AbsentError("There is no value here: no class has a D of its own.")
    return float(np.max([fit_law(column).pearson_r for column in present.T]))


WORST_CLASS_CORRELATION = Metric(
    name="worst_class_r",
    label="<i>r</i> of the worst class",
    key="r of the worst class",
    notion=Concept(
        "Correlation r of the class that fits worst",
        "How straight log D of single classes is over the layers, of the class for which it is "
        "least so: −1 where each class obeys the law.",
        "law of single classes",
        ordinary(_worst, "There is no correlation: D of a class has to differ by layer."),
        (SAMPLES,),
        search="per-class law Pearson correlation fit",
    ),
    formula=Formula(
        "Law of single classes",
        (
            r"D^{(k)}=\dfrac{1}{n_k}\,\sum_{i\in k}"
            r"(h_i-\mu_k)^{\mathsf{T}}\,\mathrm{SSB}^{+}(h_i-\mu_k)",
            r"\mathrm{max}_k\,\mathrm{corr}(t,\,\log D_t^{(k)})",
        ),
        "The correlation of the class whose line is least straight.",
        (
            FEATURE,
            MEANS,
            COUNTS,
            (r"\mathrm{SSB}", "spread of the class means, as in D"),
            DEPTH,
        ),
        f"{HE_SU}, per-class law",
    ),
    of=_of,
    needs="<i>D</i> of each class in all layers",
    scope=NETWORK,
    order=1035,
)
