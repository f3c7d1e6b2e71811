"""NC1, the variability within classes."""

from ncviz import separation_in_words as words
from ncviz.concept import SAMPLES, Concept
from ncviz.formula import CENTRED, COUNTS, FEATURE, MEANS, PAPYAN, PSEUDO, Formula
from ncviz.geometry.collapse import nc1
from ncviz.language import tr
from ncviz.metrics.metric import Metric
from ncviz.values_in_words import ordinary

NC1 = Metric(
    name="nc1",
    label=tr("NC1"),
    key="NC1",
    notion=Concept(
        tr("NC1, variability within classes"),
        tr(
            "How far the features of a class spread about their mean, measured by the spread of "
            "the class means. It is 0 where each class is one point."
        ),
        "nc1",
        ordinary(
            words.nc1,
            tr("There is no NC1 here: it takes two classes with different means."),
            words.COINCIDE,
        ),
        (SAMPLES,),
        ("NC1",),
        tr("within variability"),
    ),
    formula=Formula(
        tr("NC1, variability within classes"),
        (
            r"\mathrm{NC1}=\dfrac{1}{K}\,\mathrm{Tr}\,\left(\Sigma_W\,\Sigma_B^{+}\right)",
            r"\Sigma_W=\dfrac{1}{N}\,\sum_i(h_i-\mu_{y_i})(h_i-\mu_{y_i})^{\mathsf{T}}\qquad"
            r"\Sigma_B=\dfrac{1}{K}\,\sum_k m_k m_k^{\mathsf{T}}",
        ),
        tr("It is 0 where the features of each class are one point, their mean."),
        (FEATURE, MEANS, CENTRED, COUNTS, PSEUDO),
        tr("{papyan}, property NC1", papyan=PAPYAN),
    ),
    of=lambda place: nc1(place.statistics),
    needs="spreads of the classes",
    of_sets=True,
    order=20,
    core=True,
    latex="NC1",
)
