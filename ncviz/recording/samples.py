"""The samples that are measured: chosen by class and seed, turned into batches."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.arrays.column_table import SAMPLE, numbered, read_column_table
from ncviz.data.subset import shuffled_indices
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.fitted_images import fitted_images
from ncviz.recording.further_data import with_further
from ncviz.recording.image_files import MOST_BYTES
from ncviz.recording.labelled_data import Labelled, Source, sizes_of
from ncviz.recording.measured_splits import drawn_rows, measured_splits, one_probe
from ncviz.recording.pixels import PixelRange
from ncviz.recording.plan import RecordPlan
from ncviz.recording.plan_texts import parse_normalise, parse_pixel_range, parse_train_counts
from ncviz.recording.sources import load_source
from ncviz.recording.user_code import call_users_code, load_function
from ncviz.runs.own_columns import columns_of_splits, some_of
from ncviz.runs.probe import Column, Probe
from ncviz.runs.splits import Split, splits_of_sets

Ints = NDArray[np.int64]

NAMES = {"train": "samples", "test": tr("held-out samples")}
_PROBE_SIDE = 64  # pixels of a kept picture, at most


@dataclass(frozen=True, eq=False)
class SplitSamples:
    """Chosen samples of one split, sorted by class.

    Parameters
    ----------
    images : tensor, shape (N, C, H, W) or (N, …)
        uint8 pixels from 0 to 255, or float32: pixels from 0 to 1, or what was prepared.
    labels : array of int, shape (N,)
    are_pixels : bool
        Whether black and white are known.
    """

    images: Tensor
    labels: Ints
    are_pixels: bool

    def __len__(self) -> int:
        return len(self.labels)


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
    """

    def __init__(
        self,
        plan: RecordPlan,
        source: Source,
        channels: int = 0,
        image_size: int = 0,
        *,
        exact: bool = False,
    ) -> None:
        self._exact = exact
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
        taken = labelled.take(indices, self._size)
        for words in taken.notes:
            self._note(
                words
                if kind is None
                else tr("the split {title}: {words}", title=kind.title, words=words)
            )
        images = fitted_images(
            taken.images, self._channels, self._size, self._note, exact=self._exact
        )
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
            read = tried[taken.kept]
            self._whole[split] = self._that_can_be_read(labelled.labels, tried, read)
        elif kind.drawn:
            self._note(
                tr(
                    "{count:,} samples with several labels are measured, {count_2:,} sets",
                    count=len(indices),
                    count_2=len(kind.label_sets),
                )
            )
        self._rows[split] = indices[taken.kept]
        return SplitSamples(images, tried[taken.kept], taken.are_pixels)

    def _room_for_sets(self, labelled: Labelled, wanted: int) -> int:
        """Return how many samples of each set of labels are taken; of many sets fewer."""
        one = self.parts["train"].images[0]
        sets = len(np.unique(labelled.labels))
        most = max(1, MOST_BYTES // (one.numel() * one.element_size() * sets))
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
                    "There are {count} sizes of classes and {title} has {classes} classes: "
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
            values = torch.cat(
                [self._unit(batch).double() for batch in torch.split(train.images, 256)]
            )
            places = (0, *range(2, values.ndim))
            mean, deviation = values.mean(dim=places), values.std(dim=places, correction=0)
            if bool((deviation == 0).any()):
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

    def batches(self, split: str, most: int) -> Iterator[tuple[slice, Tensor]]:
        """Yield the samples of a split as the network takes them, and where they stand.

        Parameters
        ----------
        split : str
            'train' or 'test'.
        most : int
            Samples at once.

        Yields
        ------
        slice
            Into the split's labels.
        tensor, shape (n, …)
            float32.
        """
        part = self.parts[split]
        for start in range(0, len(part), most):
            where = slice(start, min(start + most, len(part)))
            yield where, self._prepared(part.images[where])

    def _unit(self, images: Tensor) -> Tensor:
        """Return pixels from 0 to 1; what is no pixel stays as it is."""
        return images.float() / 255 if images.dtype == torch.uint8 else images.float()

    def _prepared(self, images: Tensor) -> Tensor:
        values = self._unit(images)
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
        labels = part.labels[rows]
        images = self._unit(part.images[torch.from_numpy(rows)])
        if images.ndim == 3:
            images = images[:, None]
        if images.ndim != 4 or images.shape[1] not in (1, 3) or not part.are_pixels:
            return Probe(labels, None, columns)
        if max(images.shape[2:]) > _PROBE_SIDE:
            scale = _PROBE_SIDE / max(images.shape[2:])
            images = torch.nn.functional.interpolate(
                images, scale_factor=scale, mode="bilinear", antialias=True
            )
        images = (images * 255).round_().clamp_(0, 255).byte()
        pixels = images.movedim(1, -1).contiguous().numpy()
        return Probe(labels, pixels[..., 0] if pixels.shape[-1] == 1 else pixels, columns)


def load_data(plan: RecordPlan) -> Source | None:
    """Return the data of a plan; None for those of a run of ncviz's own.

    Raises
    ------
    UserError
        If they cannot be read.
    """
    if plan.data in ("recipe", "run"):
        return None
    ends = parse_pixel_range(plan.pixel_range)
    pixels = None if ends is None else PixelRange(*ends)
    source = load_source(
        plan.data,
        plan.data_folder,
        trusted=plan.trusted,
        pixels=pixels,
        features=plan.features,
        labels=plan.labels,
    )
    return with_further(source, plan.splits, trusted=plan.trusted, pixels=pixels)


def own_samples(plan: RecordPlan, recipe: Any, channels: int) -> "Samples":
    """Return the samples of a run of ncviz's own, standardised as they were for the training."""
    from ncviz.data.inputs import mean_and_std
    from ncviz.training.recipe import recipe_from_dict
    from ncviz.training.recipe_samples import choose_images

    made = recipe_from_dict(recipe)
    chosen = choose_images(made).data
    mean, deviation = mean_and_std(chosen.train, made.image_size)
    own, held_out = map(Labelled.of_images, (chosen.train, chosen.test))
    source = Source(chosen.title, chosen.train.class_names, own, held_out)
    source = with_further(source, plan.splits, trusted=plan.trusted)
    changed = replace(
        plan,
        size=made.image_size,
        normalise=f"{mean!r}/{deviation!r}",
        per_class=max(2, *chosen.train.counts),
        seed=made.seed,
    )
    return Samples(changed, source, channels, exact=True)


def _rows_in(labelled: Labelled | None, rows: Ints) -> Ints:
    """Return the numbers of samples among all that their data have."""
    return rows if labelled is None or labelled.rows is None else labelled.rows[rows]
