"""The error of a linear probe of each layer."""

from ncviz.concept import SAMPLES, Concept
from ncviz.formula import FEATURE, Formula
from ncviz.geometry.linear_probe import linear_probe_error
from ncviz.metrics.layer_at import LayerAt
from ncviz.metrics.metric import Metric
from ncviz.values_in_words import Facts, ordinary, percent

_NONE = (
    "There is no value here: it takes two drawn samples of each class, and features that differ."
)


def _wrong(value: float, _facts: Facts) -> str:
    if value <= 0:
        return "A linear map of this layer tells every drawn sample that it was not fitted to."
    return (
        f"A linear map of this layer mistakes {percent(value)} of the drawn samples that it was "
        "not fitted to, classes counted alike."
    )


def _probe(place: LayerAt) -> float:
    drawn = place.drawn
    kept = drawn.present[drawn.labels]
    return linear_probe_error(drawn.samples[kept], drawn.labels[kept], len(drawn.present))


LINEAR_PROBE = Metric(
    name="linear_probe_error",
    label="linear&nbsp;probe",
    key="linear probe",
    notion=Concept(
        "Linear probe",
        "How often a linear map of a layer mistakes the class: fitted to every other drawn sample "
        "and judged by the rest, within the span of the class means, which is all that is kept of "
        "the samples.",
        "linear probe",
        ordinary(_wrong, _NONE),
        (SAMPLES,),
        ("linear probe",),
        "ridge regression Alain Bengio tunnel",
    ),
    formula=Formula(
        "Linear probe",
        (
            r"\hat A=\mathrm{argmin}_A\;\,\sum_k\dfrac{1}{n_k}\,\sum_{i\in k}"
            r"\Vert A\,(h_i-\mu_G)-e_{k}\Vert^{2}+\lambda\,\Vert A\Vert_F^{\;2}",
            r"\mathrm{mean}_k\;\mathrm{share}_{\,i\in k}\left(\mathrm{argmax}_j\,"
            r"(\hat A\,(h_i-\mu_G))_j\neq k\right)",
        ),
        "It falls over the layers that make classes linearly separable.",
        (
            FEATURE,
            (r"e_k", "k-th axis"),
            (r"\mu_G", "mean of the class means"),
            (r"\lambda", "a thousandth of the mean squared feature, times the classes"),
        ),
        "Alain & Bengio, arXiv 1610.01644, 2016",
    ),
    of=_probe,
    needs="drawn samples",
    order=370,
    percent=True,
    weight=10.0,
)
