"""Separation fuzziness D, and what is said of the law of equi-separation."""

from ncviz import separation_in_words as words
from ncviz.concept import SAMPLES, Concept
from ncviz.formula import COUNTS, DEPTH, FEATURE, HE_SU, MEANS, PSEUDO, SAMPLE_MEAN, Formula
from ncviz.geometry.separation import (
    fit_law,
    overall_separation,
    separation_fuzziness,
    separation_sensitivity,
)
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import NETWORK, Metric
from ncviz.values_in_words import Facts, ordinary, percent, times, two_digits
from ncviz.wording import upper_first


def _decay_ratio(value: float, facts: Facts) -> str:
    """Say what a layer does to D, by the fitted law."""
    if value <= 0:
        return tr("By the fit, a single layer takes all of D away.")
    if abs(value - 1) < 5e-3:
        return tr("By the fit, D stays as it is from layer to layer: the layers do not separate.")
    if value > 1:
        return tr(
            "By the fit, each layer makes D {value} as large{facts}.",
            value=times(value),
            facts=_worse(facts, "gets"),
        )
    return tr(
        "By the fit, each layer keeps {value} of D and removes the rest.", value=percent(value)
    )


def _worse(facts: Facts, verb: str) -> str:
    """Say what a growing D means; where classes differ in size, D alone does not tell."""
    if facts.imbalance > 1:
        return tr(", which counts classes by their size and need not mean that they separate worse")
    return tr(": separation {verb} worse", verb=verb)


def _half_life(value: float, _facts: Facts) -> str:
    """Say how many layers halve D."""
    if value <= 0:
        return tr("A single layer takes all of D away.")
    layers = tr("layer") if two_digits(value) == "1" else tr("layers")
    return tr(
        "By the fit, D halves every {value} {layers}.", value=two_digits(value), layers=layers
    )


def _correlation(value: float, _facts: Facts) -> str:
    """Say how straight the line is: the square of r is the share that it explains."""
    share = percent(value**2) if abs(value) < 1 else "100 %"
    way = tr("a falling") if value < 0 else tr("a rising") if value > 0 else tr("a level")
    return tr(
        "{way} straight line explains {share} of the differences of log D between "
        "layers; at −1 every layer shrinks D by the same factor.",
        way=upper_first(way),
        share=share,
    )


def _overall(value: float, facts: Facts) -> str:
    """Say what is left of D at the last layer."""
    if abs(value - 1) < 5e-3:
        return tr("D of the last layer is that of the input: the layers together do not separate.")
    if value > 1:
        return tr(
            "D of the last layer is {value} that of the input{facts}.",
            value=times(value),
            facts=_worse(facts, "got"),
        )
    return tr("Of the D of the input the last layer has {value} left.", value=percent(value))


def _moves(value: float, _facts: Facts) -> str:
    return tr(
        "If every layer missed its factor by 0.01, D of the last layer over that of the input "
        "would move by about {value}.",
        value=two_digits(0.01 * value),
    )


def _of_several(place: LayerAt) -> list[float]:
    if len(place.fuzziness) < 2:
        raise AbsentError(
            tr("There is no value here: the run has one layer, and nothing before it.")
        )
    return place.fuzziness


_NO_FIT = tr("There is no fit: it takes D above 0 in at least two layers.")
_LAW = Formula(
    tr("Law of equi-separation"),
    (
        r"D_t\approx c\,\rho^{\,t}",
        r"\rho=e^{\mathrm{slope}}\qquad \text{half-life}=\dfrac{\log 2}{\log(1/\rho)}",
        r"r=\mathrm{corr}(t,\,\log D_t)",
    ),
    tr(
        "Every layer shrinks the separation fuzziness by the same factor: a straight line on "
        "a logarithmic axis."
    ),
    (
        (r"D_t", tr("separation fuzziness of the data before layer t")),
        DEPTH,
        (r"\rho", tr("decay ratio: the factor of one layer, from the slope of log D over t")),
        (r"r", tr("Pearson correlation of log D with t; −1 for a perfect law")),
    ),
    tr("{he_su}, law of equi-separation", he_su=HE_SU),
)

FUZZINESS = Metric(
    name="separation_fuzziness",
    label="<i>D</i>",
    key="D",
    notion=Concept(
        tr("Separation fuzziness D"),
        tr(
            "How far the samples of a class spread, measured by the gaps between the classes. Each "
            "class counts by its number of samples: where sizes differ, small ones count for less."
        ),
        "fuzziness",
        ordinary(words.fuzziness, words.NO_D, words.COINCIDE),
        (SAMPLES,),
        (tr("separation fuzziness"),),
        tr("D_t fuzziness spread separation"),
    ),
    formula=Formula(
        tr("Separation fuzziness D"),
        (
            r"D=\mathrm{Tr}\,\left(\mathrm{SSW}\;\mathrm{SSB}^{+}\right)",
            r"\mathrm{SSW}=\dfrac{1}{N}\,\sum_{k}\,\sum_{i\in k}"
            r"(h_i-\mu_k)(h_i-\mu_k)^{\mathsf{T}}",
            r"\mathrm{SSB}=\dfrac{1}{N}\,\sum_{k}n_k(\mu_k-\mu)(\mu_k-\mu)^{\mathsf{T}}",
        ),
        tr(
            "How far the samples of a class spread, measured by the gaps between the classes; "
            "0 when every class is one point."
        ),
        (FEATURE, MEANS, SAMPLE_MEAN, COUNTS, PSEUDO),
        tr("{he_su}, eq. 1", he_su=HE_SU),
    ),
    of=lambda place: separation_fuzziness(place.statistics),
    needs="spreads of the classes",
    of_sets=True,
    order=10,
    core=True,
    latex="$D$",
)
DECAY_RATIO = Metric(
    name="rho",
    label="<i>ρ</i>",
    key="rho",
    notion=Concept(
        tr("Decay ratio ρ"),
        tr("The factor by which D changes from one layer to the next, by the fitted law."),
        "law",
        ordinary(_decay_ratio, _NO_FIT, tr("By the fit, D grows beyond all bounds.")),
        (SAMPLES,),
        search=tr("rho factor slope"),
    ),
    formula=_LAW,
    of=lambda place: fit_law(place.fuzziness).decay_ratio,
    needs="<i>D</i> of all layers",
    scope=NETWORK,
    order=1010,
    core=True,
)
HALF_LIFE = Metric(
    name="half_life",
    label=tr("half-life"),
    key="half-life",
    notion=Concept(
        tr("Half-life"),
        tr("How many layers halve D, by the fitted law."),
        "law",
        ordinary(_half_life, _NO_FIT, tr("By the fit, D never halves: it does not fall.")),
        (SAMPLES,),
    ),
    formula=_LAW,
    of=lambda place: fit_law(place.fuzziness).half_life,
    needs="<i>D</i> of all layers",
    scope=NETWORK,
    order=1020,
    core=True,
)
CORRELATION = Metric(
    name="pearson_r",
    label="<i>r</i>",
    key="r",
    notion=Concept(
        tr("Correlation r"),
        tr("How straight log D is over the layers: −1 for a perfect law."),
        "law",
        ordinary(_correlation, tr("There is no correlation: D has to differ by layer.")),
        (SAMPLES,),
        search=tr("Pearson correlation fit"),
    ),
    formula=_LAW,
    of=lambda place: fit_law(place.fuzziness).pearson_r,
    needs="<i>D</i> of all layers",
    scope=NETWORK,
    order=1030,
    core=True,
)
OVERALL = Metric(
    name="overall_separation",
    label="<i>D<sub>m</sub></i>/<i>D</i>₁",
    key="overall separation",
    notion=Concept(
        tr("Overall separation"),
        tr("D of the last layer over D of the input: what all layers together leave of D."),
        "law",
        ordinary(_overall, words.NO_D, tr("D of the last layer is beyond all bounds.")),
        (SAMPLES,),
    ),
    formula=_LAW,
    of=lambda place: overall_separation(_of_several(place)),
    needs="<i>D</i> of all layers",
    scope=NETWORK,
    order=1040,
)
SENSITIVITY = Metric(
    name="separation_sensitivity",
    label=tr("sensitivity"),
    key="sensitivity of separation",
    notion=Concept(
        tr("Sensitivity of the overall separation"),
        tr(
            "How far the overall separation moves under a small error of every layer's factor. At "
            "one overall separation it is least where all layers shrink D alike: the law."
        ),
        "separation sensitivity",
        ordinary(_moves, words.NO_D),
        (SAMPLES,),
        search=tr("robustness law error ratio"),
    ),
    formula=Formula(
        tr("Sensitivity of the overall separation"),
        (r"R=D_m/D_1\qquad\;\;\dfrac{\Delta R}{\varepsilon}=R\,\sum_t\dfrac{D_t}{D_{t+1}}",),
        tr(
            "With an error ε of each ratio of one layer's D to the one before; at a given R it is "
            "least where all ratios are equal."
        ),
        ((r"D_t", tr("separation fuzziness of the data before layer t")), DEPTH),
        tr("{he_su}, robustness", he_su=HE_SU),
    ),
    of=lambda place: separation_sensitivity(_of_several(place)),
    needs="<i>D</i> of all layers",
    scope=NETWORK,
    order=1050,
)
