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
from ncviz.measuring.measured import sizes_that_weigh
from ncviz.recording.pixels import PixelRange
from ncviz.recording.plan import RecordPlan
from ncviz.recording.plan_texts import parse_normalise, parse_pixel_range, parse_train_counts
from ncviz.recording.sources import Labelled, Source, load_source, sizes_of
from ncviz.recording.user_code import call_users_code, load_function
from ncviz.runs.own_columns import columns_of_splits, some_of
from ncviz.runs.probe import Column, Probe, drawn_beside

Ints = NDArray[np.int64]

NAMES = {"train": "samples", "test": "held-out samples"}
_GREY = (0.299, 0.587, 0.114)  # ITU-R BT.601
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
        splits = {"train": source.train, "test": source.test}
        if plan.split == "test":
            splits = {"train": source.test or source.train}
            if source.test is None and not source.only_test:
                raise UserError(f"{source.title} has no test samples: choose --split train.")
        elif plan.split == "train":
            splits["test"] = None
        self.parts = {
            name: self._choose(name, labelled)
            for name, labelled in splits.items()
            if labelled is not None
        }
        train = self.parts["train"]
        counts = source.train_counts
        if counts and splits["train"] is source.train:  # of these it is known which can be read
            counts = tuple(self._whole["train"].tolist())
        self.train_counts = self._whole_counts(counts)
        self.sizes = self._sizes()
        self.probe_indices = _first_of_each_class(train.labels, plan.probe_per_class)
        labels = {split: part.labels for split, part in self.parts.items()}
        self._drawn = drawn_beside(labels, len(self.probe_indices))
        self._columns = self._known_of(splits)
        self._transform = (
            load_function(plan.transform, trusted=plan.trusted) if plan.transform else None
        )
        self._statistics = self._mean_and_deviation(train)

    def _choose(self, split: str, labelled: Labelled) -> SplitSamples:
        """Choose samples of each class by the seed; half as many of the test split."""
        wanted = self._plan.per_class if split == "train" else max(1, self._plan.per_class // 2)
        chosen = [
            np.sort(shuffled_indices(labelled.labels, k, self._plan.seed)[:wanted])
            for k in range(len(self.class_names))
        ]
        indices = np.concatenate(chosen)
        if not len(indices):
            raise UserError(f"{self.title} has no labelled samples.")
        taken = labelled.take(indices, self._size)
        for words in taken.notes:
            self._note(words)
        images = self._fitted(taken.images)
        tried = labelled.labels[indices]
        self._whole[split] = self._that_can_be_read(labelled.labels, tried, tried[taken.kept])
        self._rows[split] = indices[taken.kept]
        return SplitSamples(images, tried[taken.kept], taken.are_pixels)

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
                "the classes' sizes are estimated: the share of their samples that was read and "
                "is damaged is taken off all of them"
            )
        return np.rint(whole * (left / np.maximum(chosen, 1))).astype(np.int64)

    def _whole_counts(self, counts: tuple[int, ...]) -> tuple[int, ...]:
        """Return the sizes of the classes in the whole training split, as told or counted."""
        classes = len(self.class_names)
        told = parse_train_counts(self._plan.train_counts)
        counts = counts if told is None else told
        if len(counts) not in (0, classes):
            raise UserError(
                f"There are {len(counts)} sizes of classes and {self.title} has {classes} classes: "
                "name one for each."
            )
        if not counts:
            why = "" if told is not None else ": only test samples are at hand"
            self._note(f"the classes' sizes in the training are unknown{why}")
        elif min(counts) < max(counts):
            how = "counted in the training samples" if told is None else "as told"
            self._note(f"the classes have {min(counts):,} to {max(counts):,} samples, {how}")
        return counts

    def _sizes(self) -> dict[str, Ints]:
        """Return the sizes of the classes in each split whose drawing has changed their shares."""
        found = {}
        classes = len(self.class_names)
        for split in self.parts:
            sizes = self._whole[split]
            if split == "train" and self._plan.train_counts and self._plan.split != "test":
                # What is told of the training split; as they are drawn where it is unknown.
                sizes = np.array(self.train_counts or sizes * 0, dtype=np.int64)
            found[split] = sizes
        labels = {split: part.labels for split, part in self.parts.items()}
        return sizes_that_weigh(labels, found, classes)

    def _fitted(self, images: Tensor) -> Tensor:
        """Give pixels the network's channels and size; leave what was prepared as it is."""
        if images.ndim != 4:
            return images
        images = self._with_channels(images)
        if self._size and images.shape[2:] != (self._size, self._size):
            values = torch.nn.functional.interpolate(
                images.float(),
                size=(self._size, self._size),
                mode="bilinear",
                align_corners=False,
                antialias=True,
            )
            if images.dtype != torch.uint8:
                images = values
            else:
                images = values.div_(255) if self._exact else values.round_().byte()
            self._note(f"resized to {self._size}×{self._size}, bilinear")
        return images

    def _with_channels(self, images: Tensor) -> Tensor:
        has, takes = images.shape[1], self._channels
        if not takes or has == takes:
            return images
        if has == 1:
            self._note(f"grey images repeated to {takes} channels")
            return images.expand(-1, takes, -1, -1)
        if has == 4 and takes in (1, 3):
            self._note("the fourth channel, transparency, left out")
            images, has = images[:, :3], 3
            if takes == 3:
                return images
        if has == 3 and takes == 1:
            self._note("colours turned to grey")
            weights = torch.tensor(_GREY).reshape(1, 3, 1, 1)
            values = (images.float() * weights).sum(dim=1, keepdim=True)
            return values.round_().byte() if images.dtype == torch.uint8 else values
        raise UserError(
            f"The images have {has} channels and the model takes {takes}: choose other data."
        )

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
                raise UserError("All pixels of the images are equal: choose other data.")
        else:
            mean, deviation = (torch.tensor(numbers, dtype=torch.float64) for numbers in given)
            channels = train.images.shape[1]
            if len(mean) not in (1, channels):
                raise UserError(
                    f"The normalisation names {len(mean)} channels and the images have {channels}: "
                    "name one for all, or one each."
                )
        self._note(
            "normalised with "
            + "/".join(",".join(f"{v:.4g}" for v in part.tolist()) for part in (mean, deviation))
        )
        shape = (1, -1, *(1 for _ in train.images.shape[2:]))
        return mean.float().reshape(shape), deviation.float().reshape(shape)

    def _known_of(self, splits: Mapping[str, Labelled | None]) -> dict[str, tuple[Column, ...]]:
        """Return what else is known of the samples that are drawn, by split."""
        table, given, counts = self._plan.columns, {}, {}
        read = read_column_table(Path(table)) if table else None
        for split, drawn in {"train": self.probe_indices, **self._drawn}.items():
            labelled, rows = splits[split], self._rows[split][drawn]
            assert labelled is not None  # its samples were drawn
            samples = labelled.whole or len(labelled.labels)
            rows = rows if labelled.rows is None else labelled.rows[rows]
            given[split] = some_of(labelled.columns, rows, samples, self.title)
            counts[split] = len(rows)
            # Held-out samples stand in the same table where each has a name of its own.
            if read is not None and (split == "train" or read.names_some(labelled.ids)):
                ids = {SAMPLE: numbered(samples), **labelled.ids}
                found, notes = read.matched(ids, samples, NAMES[split])
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
                raise UserError(f"{self._plan.transform} must return a tensor, one row an image.")
        if self._statistics is not None:
            mean, deviation = self._statistics
            values = (values - mean) / deviation
        return values

    def probe(self) -> Probe:
        """Return the samples that are drawn, with their pictures where they are images."""
        rows = {"train": self.probe_indices, **self._drawn}
        found = {split: self._probe_of(split, chosen) for split, chosen in rows.items()}
        return replace(found.pop("train"), others=found)

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
    return load_source(plan.data, plan.data_folder, trusted=plan.trusted, pixels=pixels)


def own_samples(plan: RecordPlan, recipe: Any) -> "Samples":
    """Return the samples of a run of ncviz's own, standardised as they were for the training."""
    from ncviz.data.inputs import mean_and_std
    from ncviz.training.recipe import recipe_from_dict
    from ncviz.training.recipe_samples import choose_images

    made = recipe_from_dict(recipe)
    chosen = choose_images(made).data
    mean, deviation = mean_and_std(chosen.train, made.image_size)
    own, held_out = map(Labelled.of_images, (chosen.train, chosen.test))
    source = Source(chosen.title, chosen.train.class_names, own, held_out)
    changed = replace(
        plan,
        size=made.image_size,
        normalise=f"{mean!r}/{deviation!r}",
        per_class=max(2, *chosen.train.counts),
        seed=made.seed,
    )
    return Samples(changed, source, exact=True)


def _first_of_each_class(labels: Ints, wanted: int) -> Ints:
    """Return indices into samples sorted by class; their choice is random already."""
    found = [np.flatnonzero(labels == k)[:wanted] for k in range(int(labels.max()) + 1)]
    return np.concatenate(found).astype(np.int64)
