"""The pick-all-labels loss, for samples with several labels."""

from typing import TYPE_CHECKING

from ncviz.language import tr
from ncviz.training.losses.loss import Loss

if TYPE_CHECKING:
    from torch import Tensor


def pick_all(logits: "Tensor", labels: "Tensor") -> "Tensor":
    """Return the mean over the samples of the sum of the cross-entropies of their labels.

    Parameters
    ----------
    logits : Tensor, shape (N, K)
    labels : Tensor, shape (N, K) or (N,)
        1 for each label of a sample and 0 for the others; or the one label of each, of which this
        is the cross-entropy.
    """
    from torch.nn import functional

    if labels.ndim == 1:
        return functional.cross_entropy(logits, labels)
    return -(labels * functional.log_softmax(logits, dim=1)).sum(dim=1).mean()


PICK_ALL = Loss(
    name="pick_all",
    words=tr("Pick all labels"),
    said=tr("pick-all loss"),
    function=pick_all,
    formula=r"-\sum_{y \in S} \log p_y$, $S$ the labels of the sample: $\lvert S \rvert$ times the "
    r"cross-entropy against $1 / \lvert S \rvert$ for each of them",
    source="Li et al., ICML 2024",
    takes_sets=True,
    order=4,
)
