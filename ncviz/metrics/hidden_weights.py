"""How large the weights that lead to a layer are, and how many directions they have."""

from ncviz.concept import Concept
from ncviz.formula import SINGULAR, Formula
from ncviz.geometry.weight_size import WIDEST
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import WEIGHTS, Metric
from ncviz.values_in_words import Facts, ordinary, two_digits

_WHICH = "the last linear map or convolution before the layer, that as a matrix of a row an output"
_WEIGHT = (r"W", _WHICH)


def _long(value: float, _facts: Facts) -> str:
    return f"It is {two_digits(value)} long."


def _wide(value: float, _facts: Facts) -> str:
    number = two_digits(value)
    axes = "a single axis" if number == "1" else f"{number} equally long axes"
    return f"It is as large as a map along {axes}."


def _stable_rank(place: LayerAt) -> float:
    rank = place.weight.stable_rank
    if rank is None:
        raise AbsentError(
            "There is no value here: it is computed of weights whose smaller side is at most "
            f"{WIDEST:,}."
        )
    return rank


NORM = Metric(
    name="weight_norm",
    label="‖<i>W</i>‖,&nbsp;hidden",
    key="length of the weight",
    notion=Concept(
        "Length of the weight",
        "The Frobenius norm of the weight that leads to a layer: of the last linear map or "
        "convolution that ran before it. Weight decay makes those of layers that follow each other "
        "alike in ReLU networks without biases or normalisation.",
        "length of the weight",
        ordinary(_long, "There is no value here: the weight is not finite."),
        search="norm weights Frobenius balancedness balanced layers hidden",
    ),
    formula=Formula(
        "Length of the weight",
        (r"\Vert W\Vert_F=\sqrt{\,\sum_{ij}W_{ij}^{\,2}}=\sqrt{\,\sum_j s_j^{\,2}}",),
        "Gradient flow keeps the difference of the squares of two layers that follow each other, "
        "of ReLU networks without biases; weight decay brings it to 0.",
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
    label="stable&nbsp;rank,&nbsp;weights",
    key="stable rank of the weight",
    notion=Concept(
        "Stable rank of the weight",
        "The squared length of the weight that leads to a layer over that along its longest axis: "
        "a rank that a little noise does not change. Weight decay favours small ones.",
        "stable rank of the weight",
        ordinary(_wide, "There is no rank here: the weight is 0."),
        search="effective rank spectral norm low rank bias hidden weights",
    ),
    formula=Formula(
        "Stable rank of the weight",
        (r"\Vert W\Vert_F^{\;2}\,/\,\Vert W\Vert_2^{\;2}=\;\sum_j s_j^{\,2}\;/\;s_1^{\,2}",),
        "From 1 to the smaller side of the matrix.",
        (_WEIGHT, SINGULAR),
        "Rangamani et al., ICML 2023; Súkeník, Lampert, Mondelli, NeurIPS 2024",
    ),
    of=_stable_rank,
    needs=WEIGHTS,
    of_sets=True,
    order=166,
)
