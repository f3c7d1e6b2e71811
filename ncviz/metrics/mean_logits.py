"""The mean logits of the classes: how far they have parted, and whether as a simplex ETF."""

import math

import numpy as np

from ncviz.concept import CLASSIFIER, MEANS, Concept
from ncviz.formula import Formula
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, Floats, LayerAt
from ncviz.metrics.metric import LAST, Metric
from ncviz.theory.le_sde import elastic_directions
from ncviz.theory.le_sde_estimates import separation_of_logits
from ncviz.values_in_words import Facts, ordinary, two_digits

LOGITS = "logits"  # what a last layer is called that has them as its features
MOST = 100  # classes whose logits are looked at over time
MOST_AT_ONCE = 5000  # classes whose logits are looked at, 200 MB of them
_NONE = tr("There are no mean logits here: it takes two classes, and a recorded classifier.")


def mean_logits(place: LayerAt) -> Floats:
    """Return X̄^k, the mean logits of each class, shape (K, K).

    They follow from the last features and the classifier, W μ_k + b; a last layer of K features
    that is called 'logits' holds them itself.

    Raises
    ------
    AbsentError
        If there is no classifier with a row for each class, a class has no samples, or they are
        very many.
    """
    weight, bias = _head(place)
    if not place.statistics.present.all():
        raise AbsentError(tr("There are no mean logits here: a class has no samples."))
    shape = len(place.statistics.present), place.means.shape[1]
    if shape[0] > MOST_AT_ONCE:
        raise AbsentError(
            tr(
                "There are no mean logits here: of more than {most_at_once:,} classes the matrix "
                "of {shape:,} × {shape:,} is not formed.",
                most_at_once=MOST_AT_ONCE,
                shape=shape[0],
            )
        )
    if weight.shape != shape or shape[0] < 2:
        raise AbsentError(
            tr(
                "There are no mean logits here: it takes a classifier row for each of the "
                "{shape} classes, for {shape_2} features.",
                shape=shape[0],
                shape_2=shape[1],
            )
        )
    return np.asarray(place.means @ weight.T + bias)


def _head(place: LayerAt) -> tuple[Floats, Floats]:
    """Return weight and bias of the classifier; of a last layer called logits nothing is left."""
    name, classes = place.run.manifest.layers[place.layer].name, place.run.manifest.classes
    if name.casefold() == LOGITS and place.width == classes and not place.is_foreign:
        return np.eye(classes), np.zeros(classes)
    found = place.classifier
    return found.weight, np.zeros(len(found.weight)) if found.bias is None else found.bias


def error_of_separation(place: LayerAt) -> float:
    """Return the standard error of S at most, as if all spread lay along the labels.

    Notes
    -----
    Of a class mean along a vector u the variance is at most ‖u‖² v_k / n_k, and S takes u = Wᵀ d_k.
    """
    statistics, (weight, _) = place.statistics, _head(place)
    if len(weight) > MOST_AT_ONCE:
        return float("nan")
    reach = elastic_directions(len(weight)) @ weight
    squared = (reach**2).sum(axis=1) * statistics.within_variance / statistics.counts
    return math.sqrt(float(squared.sum())) / len(reach)


def _alignment(place: LayerAt) -> float:
    logits = mean_logits(place)
    centred = logits - logits.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1)
    if not (lengths > 0).all():
        raise AbsentError(tr("There is no value here: the mean logits of a class are all alike."))
    own = (centred * elastic_directions(len(logits))).sum(axis=1)
    return float((own / lengths).mean())


def _apart(value: float, _facts: Facts) -> str:
    size = two_digits(abs(value))
    if value < 0:
        return tr("Mean logits point {size} away from the label of their own class.", size=size)
    return tr("Mean logits point {size} towards the label of their own class.", size=size)


def _aligned(value: float, _facts: Facts) -> str:
    angle = math.degrees(math.acos(min(max(value, -1.0), 1.0)))
    return tr("Mean logits are about {angle}° off those of a simplex ETF.", angle=two_digits(angle))


_SOURCE = tr(
    "S is that of the L-model of Zhang, Wang, Su, Imitating deep learning dynamics via locally "
    "elastic stochastic differential equations, NeurIPS 2021, arXiv 2110.05960"
)
_FORMULA = Formula(
    tr("Separation of mean logits"),
    (
        r"S=\mathrm{mean}_k\;d_k\cdot\bar X^{k}\qquad\bar X^{k}=W\mu_k+b"
        r"\qquad d_k=\dfrac{e_k-1/K}{\Vert e_k-1/K\Vert}",
        r"\mathrm{mean}_k\;\cos(\bar X^{k}-\mathrm{mean}_j\,\bar X^{k}_j,\,d_k)",
    ),
    tr(
        "How far classes have parted: above 0 towards the right labels, below 0 towards wrong "
        "ones, as where more labels are wrong than right. The cosine is 1 where mean logits are a "
        "simplex ETF."
    ),
    (
        (r"\bar X^{k}", tr("mean logits of class k")),
        (r"e_k", tr("label of class k: 1 at k, else 0")),
        (r"W,\,b", tr("last linear layer")),
    ),
    _SOURCE,
)
SEPARATION = Metric(
    name="logit_separation",
    label="<i>S</i>",
    key="separation of logits",
    notion=Concept(
        tr("Separation of mean logits"),
        tr(
            "How far the mean logits of a class point towards its label, averaged over the classes."
        ),
        "logit separation",
        ordinary(_apart, _NONE),
        (MEANS, CLASSIFIER),
        search=tr("LE-SDE local elasticity S label noise sign"),
    ),
    formula=_FORMULA,
    of=lambda place: float(separation_of_logits(mean_logits(place))),
    needs="class means, classifier",
    scope=LAST,
    order=345,
)
ALIGNMENT = Metric(
    name="logit_alignment",
    label=tr("cos&nbsp;of&nbsp;mean&nbsp;logits"),
    key="alignment of logits",
    notion=Concept(
        tr("Mean logits and the simplex ETF"),
        tr(
            "The cosine between the mean logits of a class and the vertex of its label, averaged "
            "over the classes: 1 where they are a simplex ETF."
        ),
        "logit separation",
        ordinary(_aligned, _NONE),
        (MEANS, CLASSIFIER),
        search=tr("LE-SDE L-model logits ETF"),
    ),
    formula=_FORMULA,
    of=_alignment,
    needs="class means, classifier",
    scope=LAST,
    order=346,
)
