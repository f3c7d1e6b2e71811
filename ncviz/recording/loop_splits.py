"""The splits that a training loop is measured on, of whatever it gives."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.measuring.measured import Measured
from ncviz.recording.gathering import Gatherer
from ncviz.recording.kept_samples import KeptSamples
from ncviz.recording.loop_batches import BatchReader, Unpack
from ncviz.recording.loop_labels import ClassNumbers, OwnNumbers, class_names_of
from ncviz.recording.measured_splits import measured_splits
from ncviz.runs.splits import MOST_SPLITS, Split, split_name, splits_of_sets

Ints = NDArray[np.int64]


@dataclass(eq=False)
class LoopSplits:
    """Gathers the samples of all splits.

    Parameters
    ----------
    network : nn.Module
    unpack : callable or None
        As of `BatchReader`.
    classes : int
        K.
    names : tuple of str
        Of the classes; empty if unknown.
    per_class : int
        Samples of each class that are kept of the training; of other splits half as many.
    room : int
        Bytes for them; of each other split half as many.
    seed : int

    Attributes
    ----------
    kept : dict of str to KeptSamples
        By the name of the split.
    counts : dict of str to tuple of int
        Samples of each class in all, of training and held-out data; empty where unknown.
    further : list of Split
        What is neither of these two.
    notes : list of str
    """

    network: nn.Module
    unpack: Unpack | None
    classes: int
    names: tuple[str, ...]
    per_class: int
    room: int
    seed: int
    kept: dict[str, KeptSamples] = field(default_factory=dict)
    counts: dict[str, tuple[int, ...]] = field(default_factory=dict)
    further: list[Split] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take_train(self, source: Gatherer, where: str) -> None:
        """Keep training samples; those with several labels by themselves.

        Raises
        ------
        UserError
            If there are not two classes of samples with one label.
        """
        numbers = ClassNumbers(self.classes, self.names, where)
        whole = source.gather(numbers, self.per_class, self.room)
        self._sets, place = numbers.sets.in_order()
        self._learnt, self._place = numbers.sets, place
        self._of_sets = splits_of_sets(self._sets, self._called) if self._sets else {}
        if self._sets and len(np.unique(whole.labels[whole.labels < self.classes])) < 2:
            raise UserError(
                tr(
                    "{where} has samples with one label in fewer than two classes: the picture is "
                    "made of the means of these, give some.",
                    where=where,
                )
            )
        self._put("train", whole)
        self.notes += numbers.notes
        if self._sets:
            many = len(self.kept[self._of_sets["train"].name].labels)
            self.notes.append(
                tr(
                    "measured: {many:sample|samples} with several labels, {count:set|sets} of them",
                    many=many,
                    count=len(self._sets),
                )
            )
        self.counts["train"] = source.counts

    @property
    def _called(self) -> tuple[str, ...]:
        return self.names or tuple(map(str, range(self.classes)))

    def take_test(self, data: Any) -> None:
        """Keep held-out samples, and those of their sets of labels that the training has."""
        where = tr("The recorder's test data")
        numbers = ClassNumbers(self.classes, self.names, where, self._learnt)
        kept, source = self._gathered(data, where, numbers, "test")
        self._put("test", kept)
        self.counts["test"] = source.counts

    def _put(self, split: str, kept: KeptSamples) -> None:
        single, several = kept.parted(self._place, self.classes)
        self.kept[split] = single
        if len(several.labels):
            kind = self._of_sets[split]
            self.kept[kind.name] = several
            self.further.append(kind)
        if not len(single.labels):
            del self.kept[split]

    def take_further(self, splits: Mapping[str, Any], unknown: Collection[str]) -> None:
        """Keep samples of further splits.

        Parameters
        ----------
        splits : mapping of str to data
            By what they are called.
        unknown : collection of str
            Those of them whose classes the network does not know.

        Raises
        ------
        UserError
            If a name cannot be, or the samples do not fit.
        """
        strange = [name for name in unknown if name not in splits]
        if isinstance(unknown, str) or strange:
            raise UserError(
                tr(
                    "unknown= names {strange!r}, which is none of splits=: "
                    "give the names of splits whose classes the network does not know.",
                    strange=strange[0] if strange else unknown,
                )
            )
        if len(splits) > MOST_SPLITS - len(self.further):
            raise UserError(
                tr(
                    "splits= has {count} splits: give {most_splits} at most.",
                    count=len(splits),
                    most_splits=MOST_SPLITS - 2,
                )
            )
        for title, data in splits.items():
            where, name = tr("The recorder's split {title!r}", title=title), split_name(str(title))
            if name in self.kept:
                raise UserError(
                    tr("splits= has two splits called {name!r}: rename one of them.", name=name)
                )
            if title not in unknown:
                same = ClassNumbers(self.classes, self.names, where)
                kept, _ = self._gathered(data, where, same, str(title))
                if same.sets.sets:
                    raise UserError(
                        tr(
                            "{where} has samples with several labels: give those in data= and "
                            "test=.",
                            where=where,
                        )
                    )
                self.further.append(Split(name, str(title)))
            else:
                own = OwnNumbers(self.classes, class_names_of(data), where)
                kept, _ = self._gathered(data, where, own, str(title))
                if len(own.found) < 2:
                    raise UserError(
                        tr("{where} is of one class: give samples of two at least.", where=where)
                    )
                self.further.append(Split(name, str(title), own.found))
            self.kept[name] = kept

    def _gathered(
        self, data: Any, where: str, numbers: ClassNumbers, called: str
    ) -> tuple[KeptSamples, Gatherer]:
        source = Gatherer(data, BatchReader(self.network, where, self.unpack), self.seed)
        kept = source.gather(numbers, max(1, self.per_class // 2), self.room // 2)
        self.notes += [f"{called}: {words}" for words in (*source.notes, *numbers.notes)]
        return kept, source

    def measured(self, per_class: int, counts: Mapping[str, tuple[int, ...]]) -> Measured:
        """Return what is measured, of which so many samples a class are drawn.

        Parameters
        ----------
        per_class : int
        counts : mapping of split to tuple of int
            Sizes of the classes in the whole splits.
        """
        whole = {
            split: np.array(n, dtype=np.int64)
            for split, n in counts.items()
            if n and split in self.kept
        }
        return measured_splits(
            lambda split, most: self.kept[split].batches(most),
            {split: part.labels for split, part in self.kept.items()},
            self.further,
            self.classes,
            per_class,
            whole,
        )
