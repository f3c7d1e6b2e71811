"""The nearest class mean of each layer: how often it is wrong, or not the network's decision."""

import numpy as np

from ncviz.concept import MEANS, SAMPLES, Concept
from ncviz.formula import FEATURE, PAPYAN, Formula
from ncviz.formula import MEANS as MEAN
from ncviz.language import tr
from ncviz.metrics.layer_at import LayerAt
from ncviz.metrics.metric import Metric
from ncviz.values_in_words import Facts, ordinary, percent

_NONE = tr("There is no value here: it takes class means, and samples of them.")


def _wrong(value: float, _facts: Facts) -> str:
    if value <= 0:
        return tr("For every sample the nearest class mean is that of its own class.")
    return tr(
        "For {value} of the samples another class's mean is nearer than their own.",
        value=percent(value),
    )


def _differs(value: float, _facts: Facts) -> str:
    if value <= 0:
        return tr(
            "For every sample the network decides as the nearest class mean of this layer does."
        )
    return tr(
        "For {value} of the samples the network decides otherwise than the nearest mean.",
        value=percent(value),
    )


def _share(place: LayerAt, counted: np.ndarray) -> float:
    statistics = place.statistics
    return float(statistics.shares @ (counted / np.maximum(statistics.counts, 1)))


def _error(place: LayerAt) -> float:
    recorded = place.snapshot.nearest_means(place.layer, place.split)
    if recorded is not None:
        return _share(place, recorded.wrong)
    return float(place.shares_of_drawn @ (place.nearest_of_drawn != place.drawn.labels))


def _disagreement(place: LayerAt) -> float:
    recorded = place.snapshot.nearest_means(place.layer, place.split)
    if recorded is not None:
        return _share(place, recorded.differs)
    return float(place.shares_of_drawn @ (place.nearest_of_drawn != place.predicted))


ERROR = Metric(
    name="nearest_mean_error",
    label=tr("nearest&nbsp;mean&nbsp;wrong"),
    key="nearest mean error",
    notion=Concept(
        tr("Error of the nearest class mean"),
        tr(
            "For which share of samples the nearest training class mean of this layer is not that "
            "of their class: how well the layer separates the classes by itself. Where it was not "
            "recorded, of the samples that are drawn."
        ),
        "nearest mean error",
        ordinary(_wrong, _NONE),
        (SAMPLES, MEANS),
        search=tr("nearest centre NCC mismatch Galanti Rangamani progressive feedforward collapse"),
    ),
    formula=Formula(
        tr("Error of the nearest class mean"),
        (r"\dfrac{1}{N}\,\#\left\{i:\;\mathrm{argmin}_k\,\Vert h_i-\mu_k\Vert\neq y_i\right\}",),
        tr("It falls from layer to layer as features are told apart by their nearest class mean."),
        (FEATURE, MEAN),
        tr(
            "Galanti, György, Hutter, ICLR 2022; Rangamani et al., ICML 2023; Wang, Gai, Zhang, "
            "2024"
        ),
    ),
    of=_error,
    needs="all samples, while recording; else drawn samples",
    order=290,
    percent=True,
)
DISAGREEMENT = Metric(
    name="nearest_mean_disagreement",
    label=tr("NC4&nbsp;of&nbsp;layer"),
    key="NC4 of a layer",
    notion=Concept(
        tr("NC4 of a layer"),
        tr(
            "For which share of samples the nearest class mean of this layer is not what the "
            "whole network decides; of the last layer that is NC4. Where it was not recorded, of "
            "the samples that are drawn."
        ),
        "nc4 of a layer",
        ordinary(_differs, _NONE),
        (SAMPLES, MEANS),
        search=tr("cascading collapse nearest centre decision"),
    ),
    formula=Formula(
        tr("NC4 of a layer"),
        (
            r"\dfrac{1}{N}\,\#\left\{i:\;\mathrm{argmin}_k\,\Vert h_i-\mu_k\Vert\neq"
            r"\mathrm{argmax}_k\,z_{i,k}\right\}",
        ),
        tr("It falls over the layers where the network decides as the nearest class mean does."),
        (FEATURE, MEAN, (r"z_{i,k}", tr("logit of sample i for class k"))),
        tr("{papyan}, property NC4, of each layer", papyan=PAPYAN),
    ),
    of=_disagreement,
    needs="all samples, while recording; else drawn samples",
    order=300,
    percent=True,
)
