"""Margins: by how much the right class is ahead of the next one."""

import numpy as np

from ncviz.concept import CLASSIFIER, MEANS, SAMPLES, Concept
from ncviz.formula import Formula
from ncviz.geometry.duality import quantile
from ncviz.language import tr
from ncviz.metrics.layer_at import LayerAt
from ncviz.metrics.metric import LAST, Metric
from ncviz.values_in_words import Facts, ordinary, two_digits

_NONE = tr("There is no margin here: it takes two classes, and a recorded classifier.")


def _of_samples(value: float, _facts: Facts) -> str:
    if value < 0:
        return tr(
            "The logit of a wrong class is {value} above that of the right one.",
            value=two_digits(-value),
        )
    return tr(
        "The logit of the right class is {value} above that of the next one.",
        value=two_digits(value),
    )


def _of_means(value: float, _facts: Facts) -> str:
    if value < 0:
        return tr("The mean of a class is itself taken for another class.")
    return tr(
        "At each class mean the right logit is ahead by {value} at least.", value=two_digits(value)
    )


def _margin_of_means(place: LayerAt) -> float:
    present = np.flatnonzero(place.statistics.present)
    return float(place.margins(place.means, present).min())


def _of_split(place: LayerAt, name: str, share: float) -> float:
    recorded = place.snapshot.scalars.get(f"{name}_{place.split}")
    if recorded is not None:
        return recorded
    return quantile(place.margins_of_drawn, share, place.shares_of_drawn)


_FORMULA = Formula(
    tr("Margins"),
    (r"z_{i,y_i}-\mathrm{max}_{k\neq y_i}\,z_{i,k}\qquad z_i=Wh_i+b",),
    tr("How far the logit of the right class is ahead; negative for a mistake."),
    ((r"z_{i,k}", tr("logit of sample i for class k")), (r"W,\,b", tr("last linear layer"))),
    tr("Crammer & Singer, J. Mach. Learn. Res. 2, 2001"),
)
OF_MEANS = Metric(
    name="margin_means",
    label=tr("least&nbsp;of&nbsp;means"),
    key="margin of means",
    notion=Concept(
        tr("Margin of the class means"),
        tr("By how much the right logit is ahead at the class mean where that is least."),
        "margin",
        ordinary(_of_means, _NONE),
        (MEANS, CLASSIFIER),
        search=tr("logit gap class mean"),
    ),
    formula=_FORMULA,
    of=_margin_of_means,
    needs="class means, classifier",
    scope=LAST,
    order=310,
)
_SAMPLES = Concept(
    tr("Margin of samples"),
    tr(
        "By how much the right logit is ahead: of the sample where that is least, or such that "
        "one in twenty samples has less. Where it was not recorded, of the samples that are drawn."
    ),
    "margin",
    ordinary(_of_samples, _NONE),
    (SAMPLES, CLASSIFIER),
    ("margins", "margin"),
    tr("logit gap quantile"),
)
LEAST = Metric(
    name="margin_least",
    label=tr("least&nbsp;of&nbsp;samples"),
    key="margin",
    notion=_SAMPLES,
    formula=_FORMULA,
    of=lambda place: _of_split(place, "margin_least", 0.0),
    needs="all samples, while recording; else drawn samples",
    scope=LAST,
    order=320,
)
TWENTIETH = Metric(
    name="margin_5_percent",
    label=tr("5&nbsp;%&nbsp;of&nbsp;samples"),
    key="margin",
    notion=_SAMPLES,
    formula=_FORMULA,
    of=lambda place: _of_split(place, "margin_5_percent", 0.05),
    needs="all samples, while recording; else drawn samples",
    scope=LAST,
    order=330,
)
