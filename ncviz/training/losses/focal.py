"""The focal loss."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ncviz.language import tr
from ncviz.parameters import parameter
from ncviz.training.losses.loss import Loss

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class FocalOptions:
    """How far it turns away from what is learned already."""

    focusing: float = parameter(
        2.0,
        tr("γ: the larger, the less do samples count that are right already."),
        label=tr("Focusing γ"),
        low=0.0,
        high=20.0,
        later=True,
        said="γ {}",
        meaning="$\\gamma$ of the focal loss; 0 is the cross-entropy",
    )


def focal(logits: "Tensor", labels: "Tensor", focusing: float = 2.0) -> "Tensor":
    """Return the mean of −(1 − p)^γ log p, p the probability of the label."""
    from torch.nn import functional

    surprise = functional.cross_entropy(logits, labels, reduction="none")
    # 1 − p = −expm1(−surprise) keeps its digits where p is nearly 1.
    missing = -(-surprise).expm1()
    if focusing < 1:  # whose power has no slope at 0
        missing = missing.clamp_min(1e-30)
    return (missing**focusing * surprise).mean()


FOCAL = Loss(
    name="focal",
    words=tr("Focal"),
    said=tr("focal loss"),
    function=focal,
    options=FocalOptions,
    formula=r"-(1 - p_y)^\gamma \log p_y",
    source="Lin et al., ICCV 2017; its neural collapse: Zhou et al., NeurIPS 2022",
    order=2,
)
