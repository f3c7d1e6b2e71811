"""The squared error."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ncviz.language import tr
from ncviz.parameters import parameter
from ncviz.training.losses.loss import Loss

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class SquaredErrorOptions:
    """What the logit of the label is to be, and how much it counts."""

    target: float = parameter(
        1.0,
        tr("M: what the logit of the label is to be; the others are to be 0."),
        label=tr("Target M"),
        low=0.0,
        high=1e4,
        above=True,
        later=True,
        said=tr("target {}"),
        meaning=tr("$M$ of the squared error, what the logit of the label is to be"),
    )
    label_weight: float = parameter(
        1.0,
        tr("κ: how much the logit of the label counts beside each other one."),
        label=tr("Weight κ"),
        low=0.0,
        high=1e4,
        above=True,
        later=True,
        said="κ {}",
        meaning="$\\kappa$ of the squared error, how much the logit of the label counts beside "
        "each other one",
    )


def squared_error(
    logits: "Tensor", labels: "Tensor", target: float = 1.0, label_weight: float = 1.0
) -> "Tensor":
    """Return (1/2NK) Σ [κ (z_y − M)² + Σ_{k≠y} z_k²]."""
    from torch.nn import functional

    one_hot = functional.one_hot(labels, logits.shape[1]).to(logits.dtype)
    if label_weight == 1:
        return functional.mse_loss(logits, target * one_hot) / 2
    weights = 1 + (label_weight - 1) * one_hot
    return (weights * (logits - target * one_hot).square()).mean() / 2


SQUARED_ERROR = Loss(
    name="squared_error",
    words=tr("Squared error"),
    function=squared_error,
    options=SquaredErrorOptions,
    formula=r"\frac{1}{2K} \left( \kappa (z_y - M)^2 + \sum_{k \ne y} z_k^2 \right)",
    source="Rangamani & Banburski, ICASSP 2022, without its weight decay; with a target and a "
    "weight: Hui & Belkin, ICLR 2021",
    order=3,
)
