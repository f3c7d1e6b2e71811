"""NC4: where the classifier does not choose the nearest class mean."""

from ncviz.concept import MEANS, SAMPLES, Concept
from ncviz.formula import FEATURE, PAPYAN, ROW, Formula
from ncviz.formula import MEANS as MEAN
from ncviz.language import tr
from ncviz.metrics.metric import LAST, Metric
from ncviz.values_in_words import NO_CLASSIFIER, Facts, ordinary, percent


def _disagreement(value: float, _facts: Facts) -> str:
    """Say for how many samples classifier and nearest class mean disagree."""
    if value <= 0:
        return tr("For every sample the classifier chooses the class whose mean is nearest.")
    return tr(
        "For {value} of the samples the classifier does not choose the nearest mean.",
        value=percent(value),
    )


NC4 = Metric(
    name="nc4",
    label=tr("NC4"),
    key="NC4",
    notion=Concept(
        tr("NC4, nearest class mean"),
        tr("For which share of samples the classifier and the nearest class mean disagree."),
        "nc4",
        ordinary(_disagreement, NO_CLASSIFIER),
        (SAMPLES, MEANS),
        ("NC4",),
        tr("nearest centre decision"),
    ),
    formula=Formula(
        tr("NC4, nearest class mean"),
        (
            r"\dfrac{1}{N}\,\#\left\{i:\;\mathrm{argmax}_k\,(w_k^{\mathsf{T}}h_i+b_k)\neq"
            r"\mathrm{argmin}_k\,\Vert h_i-\mu_k\Vert\right\}",
        ),
        tr("Share of samples for which the classifier and the nearest class mean disagree."),
        (FEATURE, ROW, (r"b_k", tr("bias of class k")), MEAN),
        tr("{papyan}, property NC4", papyan=PAPYAN),
    ),
    of=lambda place: place.scalar(f"nc4_{place.split}"),
    needs="all samples, while recording",
    scope=LAST,
    order=80,
    core=True,
    latex="NC4",
)
