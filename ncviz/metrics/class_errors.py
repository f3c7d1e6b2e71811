"""Errors by class, which the error of all samples hides where classes differ in size."""

import numpy as np

from ncviz.concept import SAMPLES, Concept
from ncviz.formula import FANG, Formula
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import LAST, Metric
from ncviz.runs.directions import class_groups
from ncviz.values_in_words import Facts, ordinary, percent

_NONE = tr("There is no value here: the network's decisions were not recorded for these classes.")


def _wrong(value: float, _facts: Facts) -> str:
    if value <= 0:
        return tr("Of the samples of these classes that were counted, none is mistaken.")
    return tr(
        "{value} of the samples of a class are mistaken, on average over these classes.",
        value=percent(value),
    )


def _worst_class(value: float, _facts: Facts) -> str:
    if value <= 0:
        return tr("Of the samples that were counted, none is mistaken.")
    return tr(
        "Of the class that fares worst {value} of the samples are mistaken.", value=percent(value)
    )


def _of_group(place: LayerAt, group: tuple[int, ...]) -> float:
    minority = class_groups(place.run)[1]
    if not minority:
        raise AbsentError(
            tr("There is no minority here: no class is much smaller than the largest.")
        )
    return _mean(place.class_errors[list(group)])


def _mean(errors: np.ndarray) -> float:
    known = errors[~np.isnan(errors)]
    return float(known.mean()) if len(known) else float("nan")


def _worst(place: LayerAt) -> float:
    errors = place.class_errors
    return float(np.nanmax(errors)) if not np.isnan(errors).all() else float("nan")


_FORMULA = Formula(
    tr("Errors by class"),
    (r"e_k=\dfrac{1}{n_k}\,\#\left\{i\in k:\;\mathrm{argmax}_j\,z_{i,j}\neq k\right\}",),
    tr(
        "The share of mistakes of each class, averaged over the classes of a group: each counts "
        "alike, whatever its size."
    ),
    ((r"n_k", tr("samples of class k")), (r"z_{i,j}", tr("logit of sample i for class j"))),
    FANG,
)
_GROUP = Concept(
    tr("Error of a group of classes"),
    tr(
        "The share of mistakes of each class, averaged over minority or majority classes. Where "
        "mistakes by class were not recorded, of the training samples that are drawn."
    ),
    "class errors",
    ordinary(_wrong, _NONE),
    (SAMPLES,),
    search=tr("minority majority balanced error imbalance"),
)
MINORITY = Metric(
    name="minority_error",
    label=tr("minority&nbsp;error"),
    key="error of classes",
    notion=_GROUP,
    formula=_FORMULA,
    of=lambda place: _of_group(place, class_groups(place.run)[1]),
    needs="mistakes by class; else drawn samples",
    scope=LAST,
    order=380,
    percent=True,
)
MAJORITY = Metric(
    name="majority_error",
    label=tr("majority&nbsp;error"),
    key="error of classes",
    notion=_GROUP,
    formula=_FORMULA,
    of=lambda place: _of_group(place, class_groups(place.run)[0]),
    needs="mistakes by class; else drawn samples",
    scope=LAST,
    order=390,
    percent=True,
)
WORST = Metric(
    name="worst_class_error",
    label=tr("worst&nbsp;class"),
    key="error of the worst class",
    notion=Concept(
        tr("Error of the worst class"),
        tr(
            "The share of mistakes of the class where it is largest. Where mistakes by class were "
            "not recorded, of the training samples that are drawn."
        ),
        "class errors",
        ordinary(_worst_class, _NONE),
        (SAMPLES,),
        search=tr("worst group accuracy"),
    ),
    formula=_FORMULA,
    of=_worst,
    needs="mistakes by class; else drawn samples",
    scope=LAST,
    order=400,
    percent=True,
)
