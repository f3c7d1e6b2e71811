"""What a loss is to its catalogue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ncviz.catalogue import entries

if TYPE_CHECKING:
    from torch import Tensor

LossFunction = Callable[["Tensor", "Tensor"], "Tensor"]


@dataclass(frozen=True, kw_only=True)
class Loss:
    """What a training makes small.

    Parameters
    ----------
    name : str
        In recipes and on the command line.
    words : str
        For people.
    function : callable
        Given logits, shape (N, K), and int64 labels, shape (N,), returns the mean over the
        samples; torch is imported here alone.
    formula : str
        Of a sample, in TeX: z its logits, y its label, p = softmax(z).
    source : str
        Who published it, and its neural collapse.
    said : str
        In titles; its words in small letters by default.
    order : int
        Place in lists.
    """

    name: str
    words: str
    function: LossFunction
    formula: str
    source: str = ""
    said: str = ""
    order: int = 0


def losses() -> Mapping[str, Loss]:
    """Return all losses by their names."""
    return entries("ncviz.training.losses", Loss)
