"""The cross-entropy against smoothed labels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters import parameter
from ncviz.training.losses.loss import Loss

if TYPE_CHECKING:
    from torch import Tensor


def _check(smoothing: float) -> None:
    if smoothing == 1:
        raise UserError(
            tr("The recipe's smoothing is 1: nothing of the labels is left; choose less than 1.")
        )


@dataclass(frozen=True)
class SmoothingOptions:
    """How far labels are smoothed."""

    smoothing: float = parameter(
        0.1,
        tr("α: what of each label is dealt out to all classes alike."),
        label=tr("Smoothing α"),
        low=0.0,
        high=1.0,
        later=True,
        check=_check,
        said="α {}",
        meaning="$\\alpha$ of label smoothing; 0 is the cross-entropy",
    )


def label_smoothing(logits: "Tensor", labels: "Tensor", smoothing: float = 0.1) -> "Tensor":
    """Return the mean cross-entropy against targets (1 − α) e_y + α/K."""
    from torch.nn import functional

    return functional.cross_entropy(logits, labels, label_smoothing=smoothing)


LABEL_SMOOTHING = Loss(
    name="label_smoothing",
    words=tr("Label smoothing"),
    function=label_smoothing,
    options=SmoothingOptions,
    formula=r"-\sum_k t_k \log p_k$ with $t = (1 - \alpha)\, e_y + \alpha / K",
    source="Szegedy et al., CVPR 2016; its neural collapse: Zhou et al., NeurIPS 2022",
    order=1,
)
