"""The splits of a run: the samples that its layers were measured on."""

import re
from dataclasses import dataclass

MOST_SPLITS = 20
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Split:
    """Samples that were measured.

    Parameters
    ----------
    name : str
        In files: lower-case letters, digits and '_'.
    title : str
        For people.
    class_names : tuple of str
        Of other classes than those that the network tells apart; empty if they are the same.
        The network gives no answer for other classes, so it has no loss, error or NC4 there.
    label_sets : tuple of tuples of int
        Where the samples have several labels: which of the network's classes each of the split's
        own classes is made of. It is answered by as many of the largest logits.
    drawn : bool
        Whether its samples stand among those of the probe, behind the training samples, and its
        means behind the class means in the positions: of one split with label sets at most.
    parts : bool
        Whether its classes are parts of the network's own: what merged classes were before.
    """

    name: str
    title: str
    class_names: tuple[str, ...] = ()
    label_sets: tuple[tuple[int, ...], ...] = ()
    drawn: bool = False
    parts: bool = False

    @property
    def is_foreign(self) -> bool:
        """Whether its classes are others than those of the network."""
        return bool(self.class_names)

    @property
    def samples(self) -> str:
        """Return what they are called in a sentence: 'held-out samples', 'samples “photo”'."""
        return self.title if self.title.endswith("samples") else f"samples “{self.title}”"

    @property
    def is_unknown(self) -> bool:
        """Whether the network knows nothing of its classes: no sets or parts of its own."""
        return self.is_foreign and not self.label_sets and not self.parts


TRAIN = Split("train", "training samples")
TEST = Split("test", "held-out samples")
# Of samples with two labels, by the split of those with one.
TWO_LABELS = {"train": "two_labels", "test": "two_labels_test"}


def is_split_name(text: str) -> bool:
    """Tell whether a further split may have this name."""
    return _NAME.fullmatch(text) is not None and text not in ("train", "test", "positions")
