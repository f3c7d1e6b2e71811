"""The focal loss."""

from typing import TYPE_CHECKING

from ncviz.training.losses.loss import Loss

if TYPE_CHECKING:
    from torch import Tensor

FOCUSING = 2.0


def focal(logits: "Tensor", labels: "Tensor") -> "Tensor":
    """Return the mean of −(1 − p)^γ log p, p the probability of the label, with γ = 2."""
    from torch.nn import functional

    surprise = functional.cross_entropy(logits, labels, reduction="none")
    # 1 − p = −expm1(−surprise) keeps its digits where p is nearly 1.
    return ((-(-surprise).expm1()) ** FOCUSING * surprise).mean()


FOCAL = Loss(
    name="focal",
    words="Focal",
    said="focal loss",
    function=focal,
    formula=r"-(1 - p_y)^2 \log p_y",
    source="Lin et al., ICCV 2017; its neural collapse: Zhou et al., NeurIPS 2022",
    order=2,
)
