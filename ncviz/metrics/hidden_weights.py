"""How large the weights that lead to a layer are, and how many directions they have."""

from ncviz.concept import Concept
from ncviz.formula import SINGULAR, Formula
from ncviz.geometry.weight_size import WIDEST
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import WEIGHTS, Metric
from ncviz.values_in_words import Facts, ordinary, two_digits

_WHICH = tr(
    "the last linear map or convolution before the layer, that as a matrix of a row an output"
)
_WEIGHT = (r"W", _WHICH)


def _long(value: float, _facts: Facts) -> str:
    return tr("It is {value} long.", value=two_digits(value))


def _wide(value: float, _facts: Facts) -> str:
    number = two_digits(value)
    axes = tr("a single axis") if number == "1" else tr("{number} equally long axes", number=number)
    return tr("It is as large as a map along {axes}.", axes=axes)


def _stable_rank(place: LayerAt) -> float:
    rank = place.weight.stable_rank
    if rank is None:
        raise AbsentError(
            tr(
                "There is no value here: it is computed of weights whose smaller side is at most "
                "{widest:,}.",
                widest=WIDEST,
            )
        )
    return rank


NORM = Metric(
    name="weight_norm",
    label=tr("‖<i>W</i>‖,&nbsp;hidden"),
    key="length of the weight",
    notion=Concept(
        tr("Length of the weight"),
        tr(
            "The Frobenius norm of the weight that leads to a layer: of the last linear map or "
            "convolution that ran before it. Weight decay makes those of layers that follow each "
            "other alike in ReLU networks without biases or normalisation."
        ),
        "length of the weight",
        ordinary(_long, tr("There is no value here: the weight is not finite.")),
        search=tr("norm weights Frobenius balancedness balanced layers hidden"),
    ),
    formula=Formula(
        tr("Length of the weight"),
        (r"\Vert W\Vert_F=\sqrt{\,\sum_{ij}W_{ij}^{\,2}}=\sqrt{\,\sum_j s_j^{\,2}}",),
        tr(
            "Gradient flow keeps the difference of the squares of two layers that follow each "
            "other, of ReLU networks without biases; weight decay brings it to 0."
        ),
        (_WEIGHT, SINGULAR),
        "Súkeník, Lampert, Mondelli, NeurIPS 2024; Du, Hu, Lee, NeurIPS 2018",
    ),
    of=lambda place: place.weight.norm,
    needs=WEIGHTS,
    of_sets=True,
    order=361,
)
STABLE_RANK = Metric(
    name="stable_rank_weights",
    label=tr("stable&nbsp;rank,&nbsp;weights"),
    key="stable rank of the weight",
    notion=Concept(
        tr("Stable rank of the weight"),
        tr(
            "The squared length of the weight that leads to a layer over that along its longest "
            "axis: a rank that a little noise does not change. Weight decay favours small ones."
        ),
        "stable rank of the weight",
        ordinary(_wide, tr("There is no rank here: the weight is 0.")),
        search=tr("effective rank spectral norm low rank bias hidden weights"),
    ),
    formula=Formula(
        tr("Stable rank of the weight"),
        (r"\Vert W\Vert_F^{\;2}\,/\,\Vert W\Vert_2^{\;2}=\;\sum_j s_j^{\,2}\;/\;s_1^{\,2}",),
        tr("From 1 to the smaller side of the matrix."),
        (_WEIGHT, SINGULAR),
        "Rangamani et al., ICML 2023; Súkeník, Lampert, Mondelli, NeurIPS 2024",
    ),
    of=_stable_rank,
    needs=WEIGHTS,
    of_sets=True,
    order=166,
)
