"""Samples with several labels: NC_m, where their means come to lie, and what is answered."""

import math

import numpy as np

from ncviz.concept import MEANS, SAMPLES, Concept
from ncviz.formula import MEANS as MEAN
from ncviz.formula import Formula
from ncviz.geometry.label_sets import nc_m
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import LAST, Metric
from ncviz.runs.run import Run
from ncviz.values_in_words import NO_LENGTH, Facts, ordinary, percent


def _angles(value: float, _facts: Facts) -> str:
    if value < 1e-6:
        return tr("The mean of each pair of labels points along the sum of the means of both.")
    return tr(
        "The angle between the mean of two labels and the sum of the means of both is "
        "{value} of what it is between any pair and any sum, on average.",
        value=percent(value),
    )


def _of(place: LayerAt, *, centered: bool) -> float:
    behind = place.with_several_labels
    single, means, present = place.means, behind.means, behind.statistics.present
    if len(single) != place.run.manifest.classes:
        raise AbsentError(tr("There is no value here: a class has no samples with one label."))
    sets = [s for s, there in zip(behind.label_sets, present, strict=True) if there]
    two = np.array([len(labels) == 2 for labels in sets], dtype=bool)  # of more it says nothing
    if not two.any():
        raise AbsentError(tr("There is no value here: no samples have two labels."))
    pairs, of_pairs = [sets[number] for number in np.flatnonzero(two)], means[two]
    center = single.mean(axis=0) if centered else 0.0
    return nc_m(single - center, [(i, j) for i, j in pairs], of_pairs - center)


def _wrong(value: float, _facts: Facts) -> str:
    if value <= 0:
        return tr("Every sample with several labels is answered with all of them.")
    return tr(
        "{value} of the samples with several labels are answered with others.", value=percent(value)
    )


def _share(value: float, _facts: Facts) -> str:
    return tr(
        "{value} of the softmax of a sample fall on its labels, on average.", value=percent(value)
    )


def _of_sets(place: LayerAt, name: str) -> float:
    if not place.label_sets:
        raise AbsentError(tr("It is told of samples with several labels."))
    return place.scalar(name.format(place.split))


def nc_m_at(run: Run, epoch: int, layer: int) -> float:
    """Return NC_m of the training samples; NaN of runs where samples have one label."""
    return NC_M.at(LayerAt(run, epoch, layer, "train"))[0] if run.manifest.label_sets else math.nan


_NOTION = Concept(
    tr("NCm, sums of labels"),
    tr(
        "How near the mean of the samples with two labels is to the direction of the sum of both "
        "class means. It is 0 where samples with two labels lie half-way between those "
        "with one."
    ),
    "nc_m",
    ordinary(_angles, NO_LENGTH),
    (MEANS,),
    ("NC_m",),
    tr("multi-label tag-wise average pick-all labels two Li"),
)
_FORMULA = Formula(
    tr("NCm, sums of labels"),
    (
        r"\mathrm{mean}_{i<j}\;\angle(\mu_i+\mu_j,\,\mu_{ij})\;/\;"
        r"\mathrm{mean}_{i<j,\;k<l}\;\angle(\mu_i+\mu_j,\,\mu_{kl})",
    ),
    tr(
        "It is 0 where the mean of two labels is the scaled sum of both means; about "
        "1 where it is no nearer to its own sum than to others. Centred, the mean of the class "
        "means is subtracted from all."
    ),
    (MEAN, (r"\mu_{ij}", tr("mean of the samples with the labels i and j"))),
    "Li et al., ICML 2024, NC with pick-all labels",
)
NC_M = Metric(
    name="nc_m",
    label=tr("NC<sub>m</sub>"),
    key="NC_m",
    notion=_NOTION,
    formula=_FORMULA,
    of=lambda place: _of(place, centered=False),
    needs="class means",
    order=500,
)
NC_M_CENTERED = Metric(
    name="nc_m_centered",
    label=tr("NC<sub>m</sub>,&nbsp;centred"),
    key="NC_m",
    notion=_NOTION,
    formula=_FORMULA,
    of=lambda place: _of(place, centered=True),
    needs="class means",
    order=510,
)
SET_ERROR = Metric(
    name="set_error",
    label=tr("error"),
    key="error of label sets",
    notion=Concept(
        tr("Error of label sets"),
        tr(
            "The share of samples with several labels of which one has no larger logit than all "
            "classes that are none of its labels."
        ),
        "set error",
        ordinary(_wrong, tr("It was not recorded of these samples.")),
        (SAMPLES,),
        search=tr("multi-label top two accuracy"),
    ),
    formula=Formula(
        tr("Error of label sets"),
        (
            r"\dfrac{1}{N}\,\#\left\{i:\;\mathrm{min}_{k\in S_i}\,z_{i,k}\leq"
            r"\mathrm{max}_{k\notin S_i}\,z_{i,k}\right\}",
        ),
        tr("As many of the largest logits are taken for the answer as the sample has labels."),
        ((r"z_{i,k}", tr("logit of sample i for class k")), (r"S_i", tr("labels of sample i"))),
        "Li et al., ICML 2024",
    ),
    of=lambda place: _of_sets(place, "{}_error"),
    needs="all samples, while recording",
    scope=LAST,
    order=520,
    of_sets=True,
    percent=True,
)
LABEL_SHARE = Metric(
    name="label_share",
    label=tr("softmax&nbsp;on&nbsp;labels"),
    key="share of labels",
    notion=Concept(
        tr("Softmax on the labels"),
        tr(
            "Which share of the softmax falls on the labels of a sample, of samples with several "
            "labels; 1 where nothing goes to other classes."
        ),
        "label share",
        ordinary(_share, tr("It was not recorded of these samples.")),
        (SAMPLES,),
        search=tr("multi-label intersection over union IoU probability mass"),
    ),
    formula=Formula(
        tr("Softmax on the labels"),
        (r"\dfrac{1}{N}\,\sum_i\;\sum_{k\in S_i}\,p_{i,k}",),
        tr("At most 1; of samples with one label it is the probability of the label."),
        ((r"p_{i,k}", tr("softmax of sample i for class k")), (r"S_i", tr("labels of sample i"))),
        "Li et al., ICML 2024",
    ),
    of=lambda place: _of_sets(place, "label_share_{}"),
    needs="all samples, while recording",
    scope=LAST,
    order=530,
    of_sets=True,
    percent=True,
)
