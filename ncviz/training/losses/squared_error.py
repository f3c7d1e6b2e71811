"""The squared error."""

from typing import TYPE_CHECKING

from ncviz.training.losses.loss import Loss

if TYPE_CHECKING:
    from torch import Tensor


def squared_error(logits: "Tensor", labels: "Tensor") -> "Tensor":
    """Return (1/2NK) Σ ‖y − z‖² against one-hot targets y."""
    from torch.nn import functional

    targets = functional.one_hot(labels, logits.shape[1]).to(logits.dtype)
    return functional.mse_loss(logits, targets) / 2


SQUARED_ERROR = Loss(
    name="squared_error",
    words="Squared error",
    function=squared_error,
    formula=r"\frac{1}{2K} \lVert z - e_y \rVert^2",
    source="Rangamani & Banburski, ICASSP 2022, without its weight decay",
    order=3,
)
