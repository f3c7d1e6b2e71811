"""What a loss is to its catalogue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ncviz.catalogue import RecipeChoice, entries

if TYPE_CHECKING:
    from torch import Tensor

LossFunction = Callable[["Tensor", "Tensor"], "Tensor"]
"""Given logits, shape (N, K), and int64 labels, shape (N,), returns the mean over the samples.

One that takes sets is given rows of shape (N, K) where samples have several labels, 1 for each.
"""


@dataclass(frozen=True, kw_only=True)
class Loss(RecipeChoice):
    """What a training makes small.

    Parameters
    ----------
    function : callable
        A `LossFunction` that takes its options by name; torch is imported here alone.
    formula : str
        Of a sample, in TeX: z its logits, y its label, p = softmax(z).
    source : str
        Who published it, and its neural collapse.
    takes_sets : bool
        Whether it is for samples with several labels.
    """

    function: Callable[..., "Tensor"]
    formula: str
    source: str = ""
    takes_sets: bool = False


def losses() -> Mapping[str, Loss]:
    """Return all losses by their names."""
    return entries("ncviz.training.losses", Loss)
