"""NC4: where the classifier does not choose the nearest class mean."""

from ncviz.concept import MEANS, SAMPLES, Concept
from ncviz.formula import FEATURE, PAPYAN, ROW, Formula
from ncviz.formula import MEANS as MEAN
from ncviz.metrics.metric import LAST, Metric
from ncviz.values_in_words import NO_CLASSIFIER, Facts, ordinary, percent


def _disagreement(value: float, _facts: Facts) -> str:
    """Say for how many samples classifier and nearest class mean disagree."""
    if value <= 0:
        return "For every sample the classifier chooses the class whose mean is nearest."
    return f"For {percent(value)} of the samples the classifier does not choose the nearest mean."


NC4 = Metric(
    name="nc4",
    label="NC4",
    key="NC4",
    notion=Concept(
        "NC4, nearest class mean",
        "For which share of samples the classifier and the nearest class mean disagree.",
        "nc4",
        ordinary(_disagreement, NO_CLASSIFIER),
        (SAMPLES, MEANS),
        ("NC4",),
        "nearest centre decision",
    ),
    formula=Formula(
        "NC4, nearest class mean",
        (
            r"\dfrac{1}{N}\,\#\left\{i:\;\mathrm{argmax}_k\,(w_k^{\mathsf{T}}h_i+b_k)\neq"
            r"\mathrm{argmin}_k\,\Vert h_i-\mu_k\Vert\right\}",
        ),
        "Share of samples for which the classifier and the nearest class mean disagree.",
        (FEATURE, ROW, (r"b_k", "bias of class k"), MEAN),
        f"{PAPYAN}, property NC4",
    ),
    of=lambda place: place.scalar(f"nc4_{place.split}"),
    needs="all samples, while recording",
    scope=LAST,
    order=80,
    core=True,
    latex="NC4",
)
