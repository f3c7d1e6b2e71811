"""The cross-entropy against smoothed labels."""

from typing import TYPE_CHECKING

from ncviz.training.losses.loss import Loss

if TYPE_CHECKING:
    from torch import Tensor

SMOOTHING = 0.1


def label_smoothing(logits: "Tensor", labels: "Tensor") -> "Tensor":
    """Return the mean cross-entropy against targets (1 − α) e_y + α/K, with α = 0.1."""
    from torch.nn import functional

    return functional.cross_entropy(logits, labels, label_smoothing=SMOOTHING)


LABEL_SMOOTHING = Loss(
    name="label_smoothing",
    words="Label smoothing",
    function=label_smoothing,
    formula=r"-\sum_k t_k \log p_k$ with $t = 0.9\, e_y + 0.1 / K",
    source="Szegedy et al., CVPR 2016; its neural collapse: Zhou et al., NeurIPS 2022",
    order=1,
)
