"""What samples leave behind on their way through a network."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ncviz.anatomy.doubles import doubles, has_doubles
from ncviz.language import named
from ncviz.measuring.peers import Exchange, Peers
from ncviz.measuring.tally import Tally, joined
from ncviz.runs.snapshot import Classifier

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
MOST_HELD = 2**22  # logits that wait to be reduced
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


class Outputs:
    """What a network puts out for the samples of a split, batch by batch.

    Of each sample a few numbers are kept, and not its logits: of a million samples in a thousand
    classes these would be gigabytes.

    Parameters
    ----------
    labels : array of int, shape (N,)
        Of all samples that will come.
    drawn : array of int, shape (P,)
        Which of them are drawn.
    own : bool, optional
        Whether the labels are classes of the network.
    whole : bool, optional
        Whether the logits themselves are wanted, too.
    """

    def __init__(self, labels: Ints, drawn: Ints, *, own: bool = True, whole: bool = False) -> None:
        self._labels, self._own, self._whole = labels, own, whole
        self._is_drawn = np.zeros(len(labels), dtype=np.bool_)
        self._is_drawn[drawn] = True
        self._parts: dict[str, list[tuple[Ints, Tensor]]] = {}
        self._waiting: list[tuple[Ints, Tensor]] = []
        self._held = 0  # numbers that wait

    def add(self, numbers: Ints, logits: Tensor) -> None:
        """Take the logits of these samples, shape (n, K), which stay on their device."""
        self._waiting.append((numbers, logits.float().clone()))  # the next batch may overwrite it
        self._held += logits.numel()
        if self._held > MOST_HELD:
            self._reduce()

    def _reduce(self) -> None:
        """Keep of the logits that wait what is asked of them: few steps, for each waits."""
        if not self._waiting:
            return
        numbers = np.concatenate([numbers for numbers, _ in self._waiting])
        rows = torch.cat([rows for _, rows in self._waiting])
        self._waiting, self._held = [], 0
        rows = rows if has_doubles(rows.device.type) else rows.cpu()
        if self._whole:
            self._add("logits", numbers, rows)
        self._add("predicted", numbers, rows.argmax(dim=1))
        drawn = np.flatnonzero(self._is_drawn[numbers])
        over = torch.from_numpy(np.concatenate([self._labels[numbers], drawn])).to(rows.device)
        labels, some = over[: len(numbers)], over[len(numbers) :]
        if self._own:
            self._add("leads", numbers, _leads(rows, labels))
            if not self._whole:
                each = nn.functional.cross_entropy(rows, labels, reduction="none")
                self._add("losses", numbers, each.double())
        if len(drawn):
            shares = torch.log_softmax(rows[some].double(), dim=1)
            self._add("confidence", numbers[drawn], shares.amax(dim=1).exp())
            if self._own:
                right = shares.gather(1, labels[some][:, None])[:, 0]
                self._add("drawn_losses", numbers[drawn], -right)

    def _add(self, name: str, numbers: Ints, values: Tensor) -> None:
        self._parts.setdefault(name, []).append((numbers, values))

    def bring_together(self, peers: Peers, what: Exchange) -> None:
        """Take what other processes have seen, where this one is the first of them."""
        if not peers.are_several:
            return
        self._reduce()
        kinds = {
            "predicted": True,
            "leads": self._own,
            "losses": self._own and not self._whole,
            "logits": self._whole,
            "confidence": True,
            "drawn_losses": self._own,
        }
        names = [name for name, is_kept in kinds.items() if is_kept]
        found = {
            name: peers.parts(
                self._parts.get(name, []), Exchange(named("{name} of {what}"), what, name)
            )
            for name in names
        }
        self._parts = {name: parts for name, parts in found.items() if parts}

    def settled(self) -> dict[str, Tensor]:
        """Return what is known of the samples, in their order, on the processor."""
        self._reduce()
        return _on_processor({name: joined(parts) for name, parts in self._parts.items()})


def _on_processor(found: dict[str, Tensor]) -> dict[str, Tensor]:
    """Bring numbers over, all but whole logits in one copy: each copy waits for the device."""
    names = [name for name, each in found.items() if each.device.type != "cpu" and each.dim() == 1]
    brought: dict[str, Tensor] = {}
    if names:
        row = torch.cat([found[name].double() for name in names]).cpu()
        parts = torch.split(row, [len(found[name]) for name in names])
        brought = {n: part.to(found[n].dtype) for n, part in zip(names, parts, strict=True)}
    return {name: brought[name] if name in brought else found[name].cpu() for name in found}


def _leads(logits: Tensor, labels: Tensor) -> Tensor:
    """Return how far the logit of the right class is above the next, shape (n,)."""
    top = logits.topk(2, dim=1)
    is_first = top.indices[:, 0] == labels
    next_one = torch.where(is_first, top.values[:, 1], top.values[:, 0])
    return logits.gather(1, labels[:, None])[:, 0].double() - next_one.double()


class Passed:
    """What a split gave on its way through the network.

    Parameters
    ----------
    tallies : list of Tally
        One a layer.
    outputs : Outputs
        All of them.
    drawn : array of int, shape (P,)
        Which samples are drawn.
    """

    def __init__(self, tallies: list[Tally], outputs: Outputs, drawn: Ints) -> None:
        self.tallies, self._drawn = tallies, drawn
        self._found = outputs.settled()

    @property
    def logits(self) -> Tensor:
        """Return the logits, shape (N, K), where they were wanted."""
        return self._found["logits"]

    @property
    def nearest(self) -> Ints | None:
        """Return the class whose training mean is nearest to each sample in the last layer."""
        return self.tallies[-1].nearest

    @property
    def predicted(self) -> Ints:
        """Return the class that the network gives each sample."""
        return np.asarray(self._found["predicted"].numpy())

    @property
    def losses(self) -> Floats:
        """Return the cross-entropy of each sample, shape (N,), where no logits were kept."""
        return np.asarray(self._found["losses"].numpy())

    @property
    def leads(self) -> Floats:
        """Return how far the logit of the right class is above the next, shape (N,)."""
        return np.asarray(self._found["leads"].numpy())

    @property
    def answers(self) -> dict[str, Any]:
        """Return what a snapshot holds of the samples that are drawn, by the names of its fields.

        There are no losses where the labels are no classes of the network.
        """
        losses = self._found.get("drawn_losses")
        return {
            "predicted": self.predicted[self._drawn],
            "nearest": None if self.nearest is None else self.nearest[self._drawn],
            "confidence": self._found["confidence"].numpy() if len(self._drawn) else np.zeros(0),
            "losses": losses.numpy() if losses is not None else None,
        }


def share_by_class(wrong: NDArray[np.bool_], labels: Ints, classes: int) -> NDArray[np.float64]:
    """Return the share of mistakes in each class, shape (K,); NaN for one without samples."""
    counts = np.bincount(labels, minlength=classes)
    mistakes = np.bincount(labels[wrong], minlength=classes)
    shares = np.full(classes, np.nan)
    np.divide(mistakes, counts, out=shares, where=counts > 0)
    return shares
