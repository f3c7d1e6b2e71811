"""Compression and discrimination of a layer, and how uniformly its class means lie."""

import math

from ncviz.concept import MEANS, SAMPLES, Concept
from ncviz.formula import CENTRED, COUNTS, WANG, WU, Formula
from ncviz.formula import MEANS as MEAN
from ncviz.geometry.compression import discrimination, trace_ratio, uniformity
from ncviz.language import tr
from ncviz.metrics.layer_at import LayerAt
from ncviz.metrics.metric import Metric
from ncviz.metrics.some_pairs import of_some, require_every_pair
from ncviz.separation_in_words import COINCIDE
from ncviz.values_in_words import Facts, ordinary, percent, two_digits


def _ratio(value: float, _facts: Facts) -> str:
    if value <= 0:
        return tr("Every class is a single point.")
    share = percent(value) if value < 1 else tr("{value} times", value=two_digits(value))
    return tr(
        "The spread within classes is {share} that of the class means, summed over all axes.",
        share=share,
    )


def _apart(value: float, _facts: Facts) -> str:
    if value <= 1e-12:
        return tr("Two class means point in one direction.")
    angle = two_digits(math.degrees(math.acos(min(max(1 - value, -1.0), 1.0))))
    return tr(
        "The two class means nearest in direction stand {angle}° apart, as seen from 0.",
        angle=angle,
    )


def _evenly(value: float, facts: Facts) -> str:
    if value <= 1e-12:
        return tr("All directions of class means are equally far apart.")
    said = tr(
        "The logarithms of their distances vary by {value} of their mean.", value=percent(value)
    )
    return said + of_some(facts.classes)


def _nearest_two(place: LayerAt) -> float:
    require_every_pair(len(place.means))
    return discrimination(place.means)


TRACE_RATIO = Metric(
    name="trace_ratio",
    label=tr("trace&nbsp;ratio"),
    key="trace ratio",
    notion=Concept(
        tr("Compression: ratio of traces"),
        tr(
            "The spread of samples within classes over that of the class means, in all dimensions "
            "alike: D and NC1 weigh each direction by the means' spread along it, this does not."
        ),
        "trace ratio",
        ordinary(_ratio, tr("There is no ratio here: it takes two classes that differ."), COINCIDE),
        (SAMPLES,),
        search=tr("compression C_l within between effective NC1 Wang"),
    ),
    formula=Formula(
        tr("Compression: ratio of traces"),
        (
            r"C=\dfrac{\mathrm{Tr}\,\Sigma_W}{\mathrm{Tr}\,\Sigma_B}=\dfrac{\sum_k"
            r"\frac{n_k}{N}v_k}{\frac{1}{K}\sum_k\Vert m_k\Vert^{2}}",
        ),
        tr(
            "It is 0 where each class is one point; in deep linear networks it falls from layer to "
            "layer at one rate."
        ),
        (CENTRED, COUNTS, (r"v_k", tr("mean squared distance of class k to its mean"))),
        WANG,
    ),
    of=lambda place: trace_ratio(place.statistics),
    needs="class means, spreads of the classes",
    order=100,
)
DISCRIMINATION = Metric(
    name="discrimination",
    label=tr("1&nbsp;−&nbsp;max&nbsp;cos"),
    key="discrimination",
    notion=Concept(
        tr("Discrimination: one minus the largest cosine"),
        tr(
            "How far apart the two class means are that are nearest in direction, as seen from 0 "
            "and not from their middle."
        ),
        "discrimination",
        ordinary(
            _apart, tr("There is no value here: it takes two class means, each with a direction.")
        ),
        (MEANS,),
        search=tr("D_l largest cosine Wang"),
    ),
    formula=Formula(
        tr("Discrimination: one minus the largest cosine"),
        (r"1-\mathrm{max}_{k\neq k'}\cos(\mu_k,\mu_{k'})",),
        tr(
            "From 0, two means in one direction, to 1 + 1/(K − 1) in a simplex ETF about 0; it "
            "grows linearly over the layers of deep linear networks."
        ),
        (MEAN,),
        WANG,
    ),
    of=_nearest_two,
    needs="class means",
    order=110,
)
UNIFORMITY = Metric(
    name="uniformity",
    label=tr("uniformity"),
    key="uniformity",
    notion=Concept(
        tr("Uniformity of class means"),
        tr(
            "How much the distances between the directions of class means differ, in logarithms: "
            "0 where all are equally far apart, as in a simplex ETF. Where none fits, it says how "
            "near they come to that."
        ),
        "uniformity",
        ordinary(
            _evenly,
            tr("There is no value here: it takes three class means, no two of one direction."),
        ),
        (MEANS,),
        search=tr("GNC2 linguistic collapse logarithmic kernel Wu Papyan"),
    ),
    formula=Formula(
        tr("Uniformity of class means"),
        (
            r"\dfrac{\mathrm{std}_{k\neq k'}\,\left(\log\Vert\hat m_k-\hat m_{k'}\Vert^{-1}\right)}"
            r"{\left|\,\mathrm{mean}_{k\neq k'}\,\log\Vert\hat m_k-\hat m_{k'}\Vert^{-1}\right|}",
        ),
        tr("The coefficient of variation over pairs of directions; 0 in a simplex ETF."),
        ((r"\hat m_k", tr("direction of class mean k about the mean of the class means")),),
        f"{WU}, GNC2",
    ),
    of=lambda place: uniformity(place.centered_means),
    needs="class means",
    order=120,
)
