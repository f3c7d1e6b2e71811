"""A file of arrays on its way to become features: what each array is, and what is left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.array_columns import columns_given, take_columns
from ncviz.arrays.array_names import meaning_of
from ncviz.arrays.contents import MOST_TOLD, NO_PLACE, Contents, left_over
from ncviz.arrays.finite import Usable, find_usable
from ncviz.arrays.series import FeatureSeries
from ncviz.arrays.stored import StoredArray
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.classifier_rows import fitted, places_of
from ncviz.runs.features import ByEpoch, Features, FeatureSplit
from ncviz.runs.import_moments import moments_of
from ncviz.runs.import_shown import are_images, are_texts, texts_of
from ncviz.runs.import_splits import ImportedSplit, called, split_up
from ncviz.runs.manifest import check_extent
from ncviz.runs.probe import are_pictures
from ncviz.runs.splits import TEST, TRAIN, Split
from ncviz.runs.usable_arrays import UsableFeatures, usable_logits, usable_pictures

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]
Answers = tuple[FeatureSeries, Ints] | None


@dataclass(eq=False)
class FeatureReading:
    """One file on its way to become features."""

    contents: Contents
    table: Path | None = None
    notes: list[str] = field(default_factory=list)
    _seen: dict[tuple[str, str], StoredArray | None] = field(default_factory=dict)

    def features(self) -> Features:
        """Return the features, and tell of each array of the file what it was taken as."""
        contents, path = self.contents, self.contents.file.path
        self.others = list(contents.others)
        # Before anything but the labels is read.
        check_extent(path, len(contents.samples["train"]), len(contents.labels.class_names))
        series = {split: self._series(split, layers) for split, layers in contents.samples.items()}
        self._tell_labels()
        given, count = self._take("epochs"), next(iter(series["train"].values())).shape[0]
        self._check_moments(series, count)
        epochs, counting = moments_of(contents, given, count, self.notes)
        usable = {
            split: self._usable(split, series[split], [counting.named(e) for e in epochs])
            for split in series
        }
        skipped = ~usable["train"].epochs
        parts = split_up(contents, {s: each.samples for s, each in usable.items()}, self.notes)
        self.names, self.numbers = parts.class_names, parts.numbers
        self.rows = {name: part.rows for name, part in parts.splits.items()}
        answers = {source: self._logits(source, skipped) for source in series}
        splits = {
            name: self._split(part, series[part.source], usable[part.source], skipped, answers)
            for name, part in parts.splits.items()
        }
        width = list(series["train"].values())[-1].shape[2]
        weight = self._rows("classifier", (len(epochs), len(self.names), width))
        bias = None
        if weight is not None:
            bias = self._rows("bias", (len(epochs), len(self.names)))
        elif any(array.name == "bias" for _, _, array in self.others):
            raise UserError(
                tr("{path} has a bias but no classifier: add the array 'classifier'.", path=path)
            )
        self.columns = {
            name: self._columns(part.source, part.kind)
            for name, part in parts.splits.items()
            if not part.kind.label_sets
        }
        scalars = self._scalars(len(epochs), ~skipped)
        samples = len(contents.labels_of("train"))
        left = (f"{a.name}: {a.words}, {left_over(a, samples)}" for _, _, a in self.others)
        self.notes += contents.tell_left(list(left))
        return Features(
            splits["train"],
            self.names,
            tuple(epoch for epoch, out in zip(epochs, skipped, strict=True) if not out),
            None if weight is None else weight[~skipped],
            None if bias is None else bias[~skipped],
            splits.get("test"),
            scalars,
            counting,
            {
                part.kind: splits[name]
                for name, part in parts.splits.items()
                if part.kind not in (TRAIN, TEST)
            },
        )

    def _say(self, array: StoredArray, words: str) -> None:
        self.notes.append(f"{array.name}: {array.words}, {words}")

    # Samples

    def _series(
        self, split: str, layers: Mapping[str, list[StoredArray]]
    ) -> dict[str, FeatureSeries]:
        labels = self.contents.labels_of(split)
        series = {}
        for name, arrays in layers.items():
            images = meaning_of(arrays[0].name).part == "images"
            path = self.contents.file.path
            found = FeatureSeries(arrays, len(labels), path, are_images=images)
            series[name] = found
            if said := found.told_size():
                self.notes.append(said)
            if len(series) > MOST_TOLD:
                continue
            held_out = called(split)
            at = tr(" and {count} more", count=len(arrays) - 1) if len(arrays) > 1 else ""
            self._say(
                arrays[0],
                tr(
                    "{at} taken as {held_out}features{words}",
                    at=at[1:],
                    held_out=held_out,
                    words=found.words,
                ).lstrip(),
            )
        if len(series) > MOST_TOLD:
            self.notes.append(
                tr("{count:,} more arrays are taken as features", count=len(series) - MOST_TOLD)
            )
        sizes = sorted({each.shape[0] for each in series.values()})
        if len(sizes) > 1:
            raise UserError(
                tr(
                    "{path}: its layers have different numbers of epochs: {sizes} and {sizes_2}.",
                    path=self.contents.file.path,
                    sizes=sizes[0],
                    sizes_2=sizes[-1],
                )
            )
        return series

    def _check_moments(self, series: Mapping[str, Mapping[str, FeatureSeries]], count: int) -> None:
        """Refuse a split that was not measured as the training samples were."""
        for split, layers in series.items():
            for layer, each in layers.items():
                width = series["train"][layer].shape[2]
                if each.shape[2] != width:
                    raise UserError(
                        tr(
                            "{path}: {name!r} ({split}) has {own:,} features a sample and the "
                            "training has {width:,}: give all splits those of the same layer.",
                            path=self.contents.file.path,
                            name=each.arrays[0].name,
                            split=split,
                            own=each.shape[2],
                            width=width,
                        )
                    )
                if each.shape[0] != count:
                    raise UserError(
                        tr(
                            "{path}: {name!r} ({split}) is of {own} moments and the training "
                            "features are of {count}: give all splits the same ones.",
                            path=self.contents.file.path,
                            name=each.arrays[0].name,
                            split=split,
                            own=each.shape[0],
                            count=count,
                        )
                    )

    def _tell_labels(self) -> None:
        labels = self.contents.labels
        self.names, self.numbers = labels.class_names, labels.numbers
        self.notes += [*self.contents.notes, *labels.notes, *self.contents.file.notes]
        self.notes.append(tr("{count:,} classes", count=len(self.names)))

    def _usable(
        self, split: str, series: Mapping[str, FeatureSeries], moments: Sequence[str]
    ) -> Usable:
        labels = self.contents.labels_of(split)
        where = str(self.contents.file.path)
        names = self.contents.names_of(split)
        usable = find_usable(series, labels, names, moments, where)
        self.notes += [f"{called(split)}{note}" for note in usable.notes]
        return usable

    def _split(
        self,
        part: ImportedSplit,
        series: Mapping[str, FeatureSeries],
        usable: Usable,
        skipped: NDArray[np.bool_],
        answers: Mapping[str, Answers],
    ) -> FeatureSplit:
        layers: dict[str, ByEpoch] = {
            name: UsableFeatures(each, part.samples, usable.epochs, skipped)
            for name, each in series.items()
        }
        whole = len(series) == len(self.contents.samples["train"]) and usable.epochs[~skipped].all()
        logits = None
        if (found := answers[part.source]) is not None:
            logits = usable_logits(*found, part.samples, skipped)
        pictures = self._images(part.source, series)
        texts = self._shown("texts", part.source, are_texts)
        return FeatureSplit(
            layers,
            part.labels,
            logits,
            bool(whole),
            None if pictures is None else partial(usable_pictures, pictures, part.samples),
            None if texts is None else texts_of(texts, part.samples),
        )

    # What belongs to the samples

    def _columns(self, split: str, kind: Split) -> dict[str, Any]:
        """Return what else is known of each sample of a split of the file."""
        samples = len(self.contents.labels_of(split))
        arrays = take_columns(self.others, samples, split)
        given, notes = columns_given(arrays, self.table if kind is TRAIN else None, samples)
        self.notes += notes
        return given

    def _take(self, part: str, split: str = "train") -> StoredArray | None:
        """Return the first array of a part, and take it off the list."""
        for item in self.others:
            if item[:2] == (part, split):
                self.others.remove(item)
                return item[2]
        return None

    def _logits(self, split: str, skipped: NDArray[np.bool_]) -> Answers:
        """Return what the network answers to the samples of a split, and which columns count."""
        array = self._take("logits", split)
        if array is None:
            return None
        columns, samples = None, len(self.contents.labels_of(split))
        try:
            series = FeatureSeries([array], samples, self.contents.file.path)
            columns = places_of(series.shape[2], len(self.names), self.numbers)
        except UserError:
            pass
        if columns is None or len(series.shape_of_one) != 1 or series.shape[0] != len(skipped):
            self._say(
                array, tr("left: it is no row of {count} numbers a sample", count=len(self.names))
            )
            return None
        self._say(array, tr("taken as what the network answers"))
        return series, columns

    def _rows(self, part: str, shape: tuple[int, ...]) -> Floats | None:
        """Return a classifier or its bias, for each epoch."""
        while (array := self._take(part)) is not None:
            values = array.read() if array.are_numbers else np.zeros(())
            if values.ndim == 0:
                self._say(array, NO_PLACE)
                continue
            if values.ndim == len(shape) - 1:
                values = values[None]
            rows, turned = fitted(values, shape, self.numbers)
            if rows is not None:
                self._say_rows(array, part, rows, turned=turned)
                return rows
            wanted = "×".join(str(n) for n in shape[1:])
            if array.name in ("classifier", "bias"):
                raise UserError(
                    tr(
                        "{path}: {name!r} has shape {shape}: give {wanted}, or one such an epoch.",
                        path=self.contents.file.path,
                        name=array.name,
                        shape=array.shape,
                        wanted=wanted,
                    )
                )
            self._say(array, tr("left: as a {part} it would be {wanted}", part=part, wanted=wanted))
        return None

    def _say_rows(self, array: StoredArray, part: str, rows: Floats, *, turned: bool) -> None:
        words = tr("taken as the {part}", part=part)
        words += tr(" with features as its rows") if turned else ""
        given = array.shape[-1 if turned or part == "bias" else -2]
        if given > rows.shape[1]:
            words += tr(
                ", without {given:row|rows} of classes that have no samples",
                given=given - rows.shape[1],
            )
        lost = (~np.isfinite(rows)).reshape(len(rows), -1).any(axis=1).sum()
        if lost:
            words += tr(
                "; left out at {lost} of {count} moments, where it holds NaN or infinity",
                lost=lost,
                count=len(rows),
            )
        self._say(array, words)

    def _scalars(self, epochs: int, kept: NDArray[np.bool_]) -> dict[str, Floats]:
        scalars: dict[str, Floats] = {}
        by_step = ((epochs,), ()) if epochs == 1 else ((epochs,),)  # several losses an epoch
        for part, split, name, words in _SCALARS:
            array = self._take(part, split)
            if array is None:
                continue
            values = array.read() if array.are_numbers else np.zeros(0)
            values = values.reshape(1) if values.ndim == 0 else values
            if values.shape == (epochs,):
                scalars[name] = values.astype(np.float64)[kept]
                self._say(array, tr("taken as the {words} of each snapshot", words=words))
            elif part == "losses" and values.size and values.shape[:-1] in by_step:
                scalars[name] = values.reshape(epochs, -1).mean(axis=1, dtype=np.float64)[kept]
                self._say(array, tr("its mean is taken as the {words}", words=words))
            else:
                self._say(
                    array,
                    tr(
                        "left: it is no {words} for each of {epochs} snapshots",
                        words=words,
                        epochs=epochs,
                    ),
                )
        return scalars

    def _images(self, split: str, series: Mapping[str, FeatureSeries]) -> StoredArray | None:
        """Return the array of the pictures of the samples of a split."""
        array = self._shown("images", split, are_images)
        if array is None:
            first = next(iter(series.values()))
            shape = (len(self.contents.labels_of(split)), *first.shape_of_one)
            given = first.arrays[0]
            may_be = given.dtype == np.uint8 or meaning_of(given.name).part == "images"
            array = given if may_be and given.shape == shape and are_pictures(shape) else None
        return array

    def _shown(
        self, part: str, split: str, fits: Callable[[StoredArray, int], bool]
    ) -> StoredArray | None:
        """Return what samples are shown as, and say what was taken and what was left."""
        if (part, split) in self._seen:  # those with one label and with several stand in one array
            return self._seen[part, split]
        samples, array = len(self.contents.labels_of(split)), self._take(part, split)
        what = {"images": tr("picture"), "texts": tr("text")}[part]
        if array is not None and not fits(array, samples):
            self._say(
                array,
                tr(
                    "left: it is no {what} for each of {samples:,} samples",
                    what=what,
                    samples=samples,
                ),
            )
            array = None
        elif array is not None:
            self._say(
                array,
                tr(
                    "taken as the {what}s of the drawn {split}samples",
                    what=what,
                    split=called(split),
                ),
            )
        self._seen[part, split] = array
        return array


_SCALARS = (
    ("losses", "train", "given_loss", "loss"),
    ("losses", "test", "given_test_loss", tr("held-out loss")),
    ("learning_rate", "train", "learning_rate", tr("learning rate")),
)
