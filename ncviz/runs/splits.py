"""The splits of a run: the samples that its layers were measured on."""

import re
from dataclasses import dataclass

from ncviz.arrays.set_names import set_names
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.wording import one_line

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
        return (
            self.title
            if self.title.endswith("samples")
            else tr("samples “{title}”", title=self.title)
        )

    @property
    def is_unknown(self) -> bool:
        """Whether the network knows nothing of its classes: no sets or parts of its own."""
        return self.is_foreign and not self.label_sets and not self.parts


TRAIN = Split("train", tr("training samples"))
TEST = Split("test", tr("held-out samples"))
# Of samples with two labels, by the split of those with one.
TWO_LABELS = {"train": "two_labels", "test": "two_labels_test"}
# Of samples with any number of them.
LABEL_SETS = {"train": "label_sets", "test": "label_sets_test"}


def splits_of_sets(
    sets: tuple[tuple[int, ...], ...], class_names: tuple[str, ...]
) -> dict[str, Split]:
    """Return the splits of samples with several labels, by the split of those with one."""
    names = set_names(sets, class_names)
    said = {"train": tr("training"), "test": tr("held-out")}
    return {
        split: Split(
            LABEL_SETS[split],
            tr("{kind} samples with several labels", kind=kind),
            names,
            sets,
            drawn=split == "train",
        )
        for split, kind in said.items()
    }


def split_name(title: str) -> str:
    """Return the name in files of a further split that its user calls by a title.

    Raises
    ------
    UserError
        If no name is left of it, or it is that of a split that is always there.
    """
    name = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:40]
    name = f"split_{name}"[:40] if name[:1].isdigit() else name
    if not is_split_name(name):
        raise UserError(
            tr(
                "A split cannot be called {title!r:.60}: choose a name of Latin letters "
                "that is not train or test.",
                title=one_line(title),
            )
        )
    return name


def is_split_name(text: str) -> bool:
    """Tell whether a further split may have this name."""
    return _NAME.fullmatch(text) is not None and text not in ("train", "test", "positions")
