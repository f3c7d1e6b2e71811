"""What samples leave behind on their way through a network."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.anatomy.doubles import doubles
from ncviz.measuring.tally import Tally
from ncviz.runs.snapshot import Classifier

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Take = Callable[[int, Tensor, bool], None]
"""Given the number of a point, its features, and whether the network goes on in their memory."""


def keeping(kept: dict[int, Tensor]) -> Take:
    """Return what keeps the features of each point, as they are now."""

    def keep(number: int, features: Tensor, is_view: bool) -> None:
        # The activation that follows may work in place.
        kept[number] = features.clone() if is_view else features

    return keep


def classifier_of(rows: Any, bias: Any) -> Classifier:
    """Return the last linear layer in double precision; the bias may be None."""
    # Copies in double precision: the next step overwrites the parameters.
    own = None if bias is None else doubles(bias.detach()).numpy().copy()
    return Classifier(doubles(rows.detach()).numpy().copy(), own)


@dataclass(frozen=True, eq=False)
class Passed:
    """What a split gave on its way through the network."""

    tallies: list[Tally]
    logits: Tensor

    @property
    def nearest(self) -> Ints | None:
        """Return the class whose training mean is nearest to each sample in the last layer."""
        return self.tallies[-1].nearest

    @property
    def predicted(self) -> Ints:
        """Return the class that the network gives each sample."""
        return self.logits.argmax(dim=1).numpy()

    def answers(self, drawn: Ints, labels: Ints, *, own: bool = True) -> dict[str, Any]:
        """Return what a snapshot holds of samples that are drawn, by the names of its fields.

        Parameters
        ----------
        drawn : array of int, shape (P,)
            Which of the samples they are.
        labels : array of int, shape (N,)
        own : bool
            Whether the labels are classes of the network: else there are no losses.
        """
        shares = torch.log_softmax(self.logits[torch.from_numpy(drawn)].double(), dim=1).numpy()
        return {
            "predicted": self.predicted[drawn],
            "nearest": None if self.nearest is None else self.nearest[drawn],
            "confidence": np.exp(shares.max(axis=1)),
            "losses": -shares[np.arange(len(drawn)), labels[drawn]] if own else None,
        }

    def leads(self, labels: Ints) -> Floats:
        """Return how far the logit of the right class is above the next, shape (N,)."""
        own, top = torch.from_numpy(labels)[:, None], self.logits.topk(2, dim=1)
        is_first = top.indices[:, 0] == own[:, 0]
        next_one = torch.where(is_first, top.values[:, 1], top.values[:, 0])
        lead = self.logits.gather(1, own)[:, 0].double() - next_one.double()
        return np.asarray(lead.numpy())


def share_by_class(wrong: NDArray[np.bool_], labels: Ints, classes: int) -> NDArray[np.float64]:
    """Return the share of mistakes in each class, shape (K,); NaN for one without samples."""
    counts = np.bincount(labels, minlength=classes)
    mistakes = np.bincount(labels[wrong], minlength=classes)
    shares = np.full(classes, np.nan)
    np.divide(mistakes, counts, out=shares, where=counts > 0)
    return shares
