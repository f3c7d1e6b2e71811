"""The samples that are measured: chosen by class and seed, turned into batches."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.arrays.column_table import SAMPLE, numbered, read_column_table
from ncviz.data.subset import shuffled_indices
from ncviz.errors import UserError
from ncviz.language import named, tr
from ncviz.measuring.peers import ALONE, Exchange, Peers
from ncviz.measuring.tally import Where
from ncviz.recording.fitted_images import fitted_images
from ncviz.recording.labelled_data import Labelled, Source, sizes_of
from ncviz.recording.measured_splits import drawn_rows, measured_splits, one_probe
from ncviz.recording.plan import RecordPlan
from ncviz.recording.plan_texts import parse_normalise, parse_train_counts
from ncviz.recording.split_samples import SplitSamples, kept_by_all, moments, pictures, units
from ncviz.recording.user_code import call_users_code, load_function
from ncviz.runs.own_columns import columns_of_splits, some_of
from ncviz.runs.probe import Column, Probe
from ncviz.runs.splits import Split, splits_of_sets

Ints = NDArray[np.int64]

MOST_OF_SETS = 4 * 2**30  # bytes of samples with several labels
NAMES = {"train": "samples", "test": tr("held-out samples")}


class Samples:
    """The samples of a plan.

    Parameters
    ----------
    plan : RecordPlan
    source : Source
        What the plan's data stand for.
    channels : int
        That the network takes; 0 for any.
    image_size : int
        The only side the network takes, where the plan names none; 0 for any.
    exact : bool
        Whether resized pixels keep their fractions, which takes four times
        the memory; else they are rounded, as image libraries do.
    peers : Peers, optional
        Who holds the other samples; they make theirs at the same time.
    """

    def __init__(
        self,
        plan: RecordPlan,
        source: Source,
        channels: int = 0,
        image_size: int = 0,
        *,
        exact: bool = False,
        peers: Peers = ALONE,
    ) -> None:
        self._exact = exact
        self._peers = peers
        self.title = source.title
        self.class_names = source.class_names
        self.notes: list[str] = []
        self.data_notes = source.notes
        self._plan = plan
        self._whole: dict[str, Ints] = {}
        self._rows: dict[str, Ints] = {}
        self._channels = channels
        self._size = plan.size or image_size
        splits, several = {"train": source.train, "test": source.test}, dict(source.several)
        if plan.split == "test":
            splits = {"train": source.test or source.train}
            if source.test is None and not source.only_test:
                raise UserError(
                    tr("{title} has no test samples: choose --split train.", title=source.title)
                )
            if source.test is not None:
                several = {"train": several["test"]} if "test" in several else {}
        elif plan.split == "train":
            splits["test"] = None
            several.pop("test", None)
        trained = splits["train"]
        if several and (trained is None or len(np.unique(trained.labels)) < 2):
            raise UserError(
                tr(
                    "{title} has samples with one label in fewer than two classes: the picture "
                    "is made of the means of these, give some.",
                    title=self.title,
                )
            )
        of_sets = splits_of_sets(source.label_sets, self.class_names) if several else {}
        behind = {of_sets[split]: labelled for split, labelled in several.items()}
        self.further = (*behind, *source.further)
        """What is measured beside training and held-out samples with one label."""
        beside = {**behind, **source.further}
        self.parts = {}
        for name, own in splits.items():
            if own is not None:
                self.parts[name] = self._choose(name, own, len(self.class_names))
        for kind, own in beside.items():
            splits[kind.name] = own
            count = len(kind.class_names) or len(self.class_names)
            self.parts[kind.name] = self._choose(kind.name, own, count, kind)
        train = self.parts["train"]
        counts = source.train_counts
        if counts and splits["train"] is source.train:  # of these it is known which can be read
            counts = tuple(self._whole["train"].tolist())
        self.train_counts = self._whole_counts(counts)
        self.measured = measured_splits(
            self.batches,
            {split: part.labels for split, part in self.parts.items()},
            self.further,
            len(self.class_names),
            plan.probe_per_class,
            self._sizes(),
        )
        self._columns = self._known_of(splits)
        self._transform = (
            load_function(plan.transform, trusted=plan.trusted) if plan.transform else None
        )
        self._statistics = self._mean_and_deviation(train)
        self.measured = replace(self.measured, few=self._first_two())
        for notes in peers.known_to_all(self.notes, Exchange(named("what was read"))):
            self.notes += [words for words in notes if words not in self.notes]

    def _first_two(self) -> Tensor:
        """Return the first two training samples as the network takes them, wherever they are."""
        train = self.parts["train"]
        mine = np.flatnonzero(train.held < 2)
        images = self._prepared(train.images[torch.from_numpy(mine)]) if len(mine) else None
        own = train.held[mine].tolist(), images
        found = self._peers.known_to_all(own, Exchange(named("the first samples")))
        rows = {
            number: rows[place] for numbers, rows in found for place, number in enumerate(numbers)
        }
        return torch.stack([rows[number] for number in sorted(rows)])

    def _choose(
        self, split: str, labelled: Labelled, classes: int, kind: Split | None = None
    ) -> SplitSamples:
        """Choose samples of each class by the seed; half as many of other splits."""
        wanted = self._plan.per_class
        if kind is not None and kind.label_sets:
            wanted = self._room_for_sets(labelled, wanted)
        if split != "train" and not (kind is not None and kind.drawn):
            wanted = max(1, wanted // 2)
        chosen = [
            np.sort(shuffled_indices(labelled.labels, k, self._plan.seed)[:wanted])
            for k in range(classes)
        ]
        indices = np.concatenate(chosen)
        if not len(indices):
            where = self.title if kind is None else tr("The split {title!r}", title=kind.title)
            raise UserError(tr("{where} has no labelled samples.", where=where))
        taken = labelled.take_share(indices, self._size, self._peers)
        for words in taken.notes:
            self._note(
                words
                if kind is None
                else tr("the split {title}: {words}", title=kind.title, words=words)
            )
        images = fitted_images(
            taken.images, self._channels, self._size, self._note, exact=self._exact
        )
        kept = kept_by_all(labelled.labels[indices], taken, images, self.title, self._peers)
        if (
            kind is not None
            and (trained := self.parts["train"].images).shape[1:] != images.shape[1:]
        ):
            own, those = ("×".join(map(str, each.shape[1:])) for each in (images, trained))
            raise UserError(
                tr(
                    "The split {title!r} has samples of {own} and the training of {those}: "
                    "bring images to one side with --size, or give other data.",
                    title=kind.title,
                    own=own,
                    those=those,
                )
            )
        tried = labelled.labels[indices]
        if kind is None:
            read = tried[kept]
            self._whole[split] = self._that_can_be_read(labelled.labels, tried, read)
        elif kind.drawn:
            self._note(
                tr(
                    "measured: {count:sample|samples} with several labels, {count_2:set|sets} of "
                    "them",
                    count=len(indices),
                    count_2=len(kind.label_sets),
                )
            )
        self._rows[split] = indices[kept]
        held = np.searchsorted(kept, taken.kept).astype(np.int64)
        return SplitSamples(images, tried[kept], taken.are_pixels, held)

    def _room_for_sets(self, labelled: Labelled, wanted: int) -> int:
        """Return how many samples of each set of labels are taken; of many sets fewer."""
        images = self.parts["train"].images
        one = math.prod(images.shape[1:]) * images.element_size()
        most = max(1, MOST_OF_SETS // (one * len(np.unique(labelled.labels))))
        if most < wanted:
            self._note(
                tr(
                    "{most} samples of each set of labels are taken instead of {wanted}",
                    most=most,
                    wanted=wanted,
                )
            )
        return min(most, wanted)

    def _that_can_be_read(self, labels: Ints, tried: Ints, read: Ints) -> Ints:
        """Return the sizes of the classes, without the share that cannot be read as far as tried.

        Parameters
        ----------
        labels, tried, read : array of int
            Of all samples, of those that were chosen, and of those of them that could be read.
        """
        classes = len(self.class_names)
        whole, chosen, left = (
            np.array(sizes_of(each, classes), dtype=np.int64) for each in (labels, tried, read)
        )
        if ((left < chosen) & (chosen < whole)).any():
            self._note(
                tr(
                    "the classes' sizes are estimated: the share of their samples that was read "
                    "and is damaged is taken off all of them"
                )
            )
        return np.rint(whole * (left / np.maximum(chosen, 1))).astype(np.int64)

    def _whole_counts(self, counts: tuple[int, ...]) -> tuple[int, ...]:
        """Return the sizes of the classes in the whole training split, as told or counted."""
        classes = len(self.class_names)
        told = parse_train_counts(self._plan.train_counts)
        counts = counts if told is None else told
        if len(counts) not in (0, classes):
            raise UserError(
                tr(
                    "{count:size|sizes} of classes are given and {title} has {classes} classes: "
                    "name one for each.",
                    count=len(counts),
                    title=self.title,
                    classes=classes,
                )
            )
        if not counts:
            why = "" if told is not None else tr(": only test samples are at hand")
            self._note(tr("the classes' sizes in the training are unknown{why}", why=why))
        elif min(counts) < max(counts):
            how = tr("counted in the training samples") if told is None else tr("as told")
            self._note(
                tr(
                    "the classes have {counts:,} to {counts_2:,} samples, {how}",
                    counts=min(counts),
                    counts_2=max(counts),
                    how=how,
                )
            )
        return counts

    def _sizes(self) -> dict[str, Ints]:
        """Return the sizes of the classes in each split that has those of the training."""
        found = {}
        for split, sizes in self._whole.items():
            if split == "train" and self._plan.train_counts and self._plan.split != "test":
                # What is told of the training split; as they are drawn where it is unknown.
                sizes = np.array(self.train_counts or sizes * 0, dtype=np.int64)
            found[split] = sizes
        return found

    def _mean_and_deviation(self, train: SplitSamples) -> tuple[Tensor, Tensor] | None:
        given = parse_normalise(self._plan.normalise)
        if given is None and self._plan.normalise == "none":
            return None
        if given is None:
            mean, deviation = moments(train.images, self._peers)
            if bool((deviation <= 1e-12 * mean.abs()).any()):
                raise UserError(tr("All pixels of the images are equal: choose other data."))
        else:
            mean, deviation = (torch.tensor(numbers, dtype=torch.float64) for numbers in given)
            channels = train.images.shape[1]
            if len(mean) not in (1, channels):
                raise UserError(
                    tr(
                        "The normalisation names {count} channels and the images have {channels}: "
                        "name one for all, or one each.",
                        count=len(mean),
                        channels=channels,
                    )
                )
        self._note(
            tr("normalised with ")
            + "/".join(",".join(f"{v:.4g}" for v in part.tolist()) for part in (mean, deviation))
        )
        shape = (1, -1, *(1 for _ in train.images.shape[2:]))
        return mean.float().reshape(shape), deviation.float().reshape(shape)

    def _known_of(self, splits: Mapping[str, Labelled | None]) -> dict[str, tuple[Column, ...]]:
        """Return what else is known of the samples that are drawn, by split."""
        table, given, counts = self._plan.columns, {}, {}
        read = read_column_table(Path(table)) if table else None
        for split, drawn in {"train": self.measured.probe, **self.measured.drawn}.items():
            own = [(split, drawn)]
            if split == "train":  # one after the other
                own += self.measured.also_drawn.items()
            labelled = splits[split]
            assert labelled is not None  # its samples were drawn
            samples = labelled.whole or len(labelled.labels)
            rows = np.concatenate([_rows_in(splits[s], self._rows[s][at]) for s, at in own])
            given[split] = some_of(labelled.columns, rows, samples, self.title)
            counts[split] = len(rows)
            # Held-out samples stand in the same table where each has a name of its own.
            if read is not None and (split == "train" or read.names_some(labelled.ids)):
                ids = {SAMPLE: numbered(samples), **labelled.ids}
                found, notes = read.matched(ids, samples, NAMES.get(split, split))
                given[split] |= some_of(found, rows, samples, table)
                for words in notes:
                    self._note(words)
        columns, notes = columns_of_splits(given, counts, table or self.title)
        for words in notes:
            self._note(words)
        return columns

    def _note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)

    def batches(self, split: str, most: int) -> Iterator[tuple[Where, Tensor]]:
        """Yield this process's samples of a split as the network takes them, and where they stand.

        Parameters
        ----------
        split : str
            'train' or 'test'.
        most : int
            Samples at once.

        Yields
        ------
        slice or array of int
            Into the split's labels.
        tensor, shape (n, …)
            float32.
        """
        part = self.parts[split]
        for start in range(0, len(part.held), most):
            where = slice(start, min(start + most, len(part.held)))
            rows = part.held[where] if self._peers.are_several else where
            yield rows, self._prepared(part.images[where])

    def _prepared(self, images: Tensor) -> Tensor:
        values = units(images)
        if self._transform is not None:
            values = call_users_code(self._plan.transform, self._transform, values)
            if not isinstance(values, Tensor) or len(values) != len(images):
                raise UserError(
                    tr(
                        "{transform} must return a tensor, one row an image.",
                        transform=self._plan.transform,
                    )
                )
        if self._statistics is not None:
            mean, deviation = self._statistics
            values = (values - mean) / deviation
        return values

    def probe(self) -> Probe:
        """Return the samples that are drawn, with their pictures where they are images."""
        found = {s: self._probe_of(s, rows) for s, rows in drawn_rows(self.measured).items()}
        return one_probe(found, self.measured, self._columns.get("train", ()))

    def _probe_of(self, split: str, rows: Ints) -> Probe:
        part, columns = self.parts[split], self._columns.get(split, ())
        own = np.flatnonzero(np.isin(rows, part.held))
        images = part.images[torch.from_numpy(np.searchsorted(part.held, rows[own]))]
        seen = pictures(units(images), are_pixels=part.are_pixels)
        found = self._peers.known_to_all(
            (own, seen), Exchange(named("the pictures of drawn samples"))
        )
        there = [(places, pixels) for places, pixels in found if pixels is not None]
        if not there:
            return Probe(part.labels[rows], None, columns)
        whole = np.zeros((len(rows), *there[0][1].shape[1:]), np.uint8)
        for places, pixels in there:
            whole[places] = pixels
        return Probe(part.labels[rows], whole, columns)


def _rows_in(labelled: Labelled | None, rows: Ints) -> Ints:
    """Return the numbers of samples among all that their data have."""
    return rows if labelled is None or labelled.rows is None else labelled.rows[rows]
