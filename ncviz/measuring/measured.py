"""On which samples a network is measured, and what each of them counts for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from ncviz.anatomy.inputs import Inputs
from ncviz.geometry.class_means import shares_of
from ncviz.geometry.slabs import ClassOrder
from ncviz.measuring.tally import Where
from ncviz.runs.probe import drawn_beside

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Batches = Callable[[str, int], Iterator[tuple[Where, Inputs]]]
"""Given a split and the most samples at once, yields where they stand and what they are."""

Loss = Callable[[Tensor, Tensor, Floats | None], float]
"""Given logits, labels and what each sample counts for, None if all count alike."""

# Hidden layers with more features store their means in the span of these means, and so do
# those whose means would take more numbers, where that halves them at least.
WIDE = 4096
MOST_NUMBERS = 2**17


@dataclass(frozen=True, eq=False)
class Measured:
    """What is measured on.

    Parameters
    ----------
    batches : callable
        See `Batches`; the same samples in the same order each time.
    labels : mapping of split to array of int
        'train' first, then 'test' where there is one, and others.
    classes : int
        K, of the classes that the network tells apart.
    probe : array of int, shape (P,)
        Which of the training samples are drawn.
    sizes : mapping of split to array of int, shape (K,)
        Of the classes in the whole split, where the samples were drawn from it
        class by class; a split that is not there is measured as it is.
    foreign : mapping of split to int
        How many classes a split has, where they are not those of the network.
    label_sets : mapping of split to sequence of sequences of int
        Of some of these: which classes of the network each of theirs is made of.
    also_drawn : mapping of split to array of int
        Which samples of one of these are drawn, too, behind the training samples.
    few : Inputs, optional
        Two training samples, the same in all processes that measure together.
    """

    batches: Batches
    labels: Mapping[str, Ints]
    classes: int
    probe: Ints
    sizes: Mapping[str, Ints] = field(default_factory=dict)
    foreign: Mapping[str, int] = field(default_factory=dict)
    label_sets: Mapping[str, Sequence[Sequence[int]]] = field(default_factory=dict)
    also_drawn: Mapping[str, Ints] = field(default_factory=dict)
    few: Inputs | None = None

    @cached_property
    def drawn(self) -> dict[str, Ints]:
        """Return which samples of other splits are drawn."""
        others = {name: own for name, own in self.labels.items() if name not in self.also_drawn}
        return drawn_beside(others, len(self.probe))

    @cached_property
    def by_class(self) -> dict[str, ClassOrder]:
        """Return the samples of each split class by class."""
        return {split: ClassOrder(labels) for split, labels in self.labels.items()}

    def drawn_in(self, split: str) -> Ints:
        """Return which samples of another split are drawn, by themselves or behind the training."""
        found = self.also_drawn if split in self.also_drawn else self.drawn
        return found.get(split, self.probe[:0])

    def classes_of(self, split: str) -> int:
        """Return how many classes a split has."""
        return self.foreign.get(split, self.classes)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the splits of whose classes the network knows nothing."""
        return tuple(split for split in self.foreign if split not in self.label_sets)

    def weights(self, split: str) -> Floats | None:
        """Return how much each sample counts for the whole split; None if all count alike."""
        if split not in self.sizes:
            return None
        labels = self.labels[split]
        counts = np.bincount(labels, minlength=self.classes)
        weights = shares_of(counts, self.sizes[split]) / np.maximum(counts, 1)
        return np.asarray(weights[labels])


def sizes_that_weigh(
    labels: Mapping[str, Ints], sizes: Mapping[str, Ints], classes: int
) -> dict[str, Ints]:
    """Return the sizes of the classes in each split whose drawing has changed their shares.

    Parameters
    ----------
    labels : mapping of split to array of int
        Of the samples that were drawn.
    sizes : mapping of split to array of int, shape (K,)
        Of the whole splits, where they are known.
    classes : int
        K.
    """
    found = {}
    for split, whole in sizes.items():
        drawn = np.bincount(labels[split], minlength=classes)
        if not np.allclose(shares_of(drawn, whole), shares_of(drawn, None), rtol=1e-9, atol=0):
            found[split] = whole
    return found


def cross_entropy(logits: Tensor, labels: Tensor, weights: Floats | None) -> float:
    """Return the mean cross-entropy, in nats; see `Loss`."""
    losses = nn.functional.cross_entropy(logits, labels, reduction="none")
    return float(np.average(losses.double().numpy(), weights=weights))


def widest(classes: int) -> int:
    """Return how many features a hidden layer may have whose means are stored as they are."""
    return min(WIDE, max(2 * classes, MOST_NUMBERS // classes))
