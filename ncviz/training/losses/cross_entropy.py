"""The cross-entropy."""

from typing import TYPE_CHECKING

from ncviz.language import tr
from ncviz.training.losses.loss import Loss

if TYPE_CHECKING:
    from torch import Tensor


def cross_entropy(logits: "Tensor", labels: "Tensor") -> "Tensor":
    """Return the mean cross-entropy, in nats."""
    from torch.nn import functional

    return functional.cross_entropy(logits, labels)


CROSS_ENTROPY = Loss(
    name="cross_entropy",
    words=tr("Cross-entropy"),
    function=cross_entropy,
    formula=r"-\log p_y",
)
