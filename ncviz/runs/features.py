"""Features of labelled samples, epoch by epoch, and the run that is made of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ncviz.counting import EPOCHS, Counting
from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.out_of_distribution import neco_areas
from ncviz.geometry.probed_layer import ProbedLayer
from ncviz.geometry.projection import class_mean_subspace
from ncviz.geometry.slabs import ClassRows
from ncviz.geometry.statistics import class_statistics
from ncviz.runs.feature_answers import judge
from ncviz.runs.manifest import Manifest, RecordedLayer, made_with
from ncviz.runs.probe import Column, Probe, drawn_beside
from ncviz.runs.snapshot import (
    Answers,
    Classifier,
    LayerSnapshot,
    OtherPositions,
    Positions,
    Snapshot,
    layer_positions,
)
from ncviz.runs.splits import TEST, TRAIN, Split
from ncviz.runs.writer import RunWriter

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]
Pictures = Callable[[Ints], NDArray[np.uint8] | None]
"""Returns the pictures of those samples of a split whose indices it is given, if they are any."""

_BLOCK = 2**22  # numbers that are turned to float64 at once


class ByEpoch(Protocol):
    """One array an epoch: an array with an axis for the epochs, or what reads them one by one."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Return E and the shape of each."""

    def __iter__(self) -> Iterator[NDArray[Any]]:
        """Yield them in order."""


@dataclass(frozen=True, eq=False)
class FeatureSplit:
    """Labelled samples of a split.

    Parameters
    ----------
    layers : mapping of name to ByEpoch, shape (E, N, d)
        In the order of the network; None in place of an epoch that was not
        measured on held-out samples.
    labels : array of int, shape (N,)
        0…K−1.
    logits : iterable of array, shape (N, K), or None
        What the network answered at each epoch; else the classifier is asked.
    is_whole : bool
        Whether held-out samples are there in all layers at all epochs: some are drawn then.
    images : callable or None
        See `Pictures`.
    texts : sequence of N str, or None
        What the network read.
    sizes : array of int, shape (K,), or None
        Of the classes in the whole split, where the samples were drawn from it class by class.
    """

    layers: Mapping[str, ByEpoch]
    labels: Ints
    logits: Iterable[NDArray[Any]] | None = None
    is_whole: bool = False
    images: Pictures | None = None
    texts: Sequence[str] | None = None
    sizes: Ints | None = None

    @property
    def weights(self) -> NDArray[np.float64] | None:
        """Return what each sample counts for in the whole split; None if all count alike."""
        if self.sizes is None:
            return None
        counts = np.bincount(self.labels, minlength=len(self.sizes))
        each: NDArray[np.float64] = (self.sizes / np.maximum(counts, 1))[self.labels]
        return each


@dataclass(frozen=True, eq=False)
class Features:
    """Features of labelled samples at some epochs.

    Parameters
    ----------
    train : FeatureSplit
    class_names : tuple of str
        K of them.
    epochs : tuple of int
        E of them, ascending.
    classifier : array, shape (E, K, d), or None
        Of the last layer; an epoch of NaN has none.
    bias : array, shape (E, K), or None
    test : FeatureSplit or None
        With some of the layers.
    scalars : mapping of name to array, shape (E,)
        Recorded beside what is measured, such as losses.
    counting : Counting
        What the numbers of the epochs count.
    further : mapping of Split to FeatureSplit
        Samples with several labels, and whatever else was measured.
    """

    train: FeatureSplit
    class_names: tuple[str, ...]
    epochs: tuple[int, ...]
    classifier: Floats | None = None
    bias: Floats | None = None
    test: FeatureSplit | None = None
    scalars: Mapping[str, Floats] = field(default_factory=dict)
    counting: Counting = EPOCHS
    further: Mapping[Split, FeatureSplit] = field(default_factory=dict)

    @property
    def splits(self) -> dict[str, FeatureSplit]:
        """Return the splits that are there, by name."""
        held_out = {} if self.test is None else {"test": self.test}
        return {"train": self.train, **held_out, **{s.name: f for s, f in self.further.items()}}

    @cached_property
    def kinds(self) -> dict[str, Split]:
        """Return what the splits are, by name."""
        return {split.name: split for split in (TRAIN, TEST, *self.further)}

    @property
    def drawn_sets(self) -> str:
        """Return the split whose samples are drawn behind the training samples; '' if none is."""
        return next((split.name for split in self.further if split.drawn), "")

    def choose_drawn(self, per_class: int, seed: int) -> dict[str, Ints]:
        """Return which samples of each split are drawn, as `choose_probe` and `drawn_beside`."""
        behind = ("train", *filter(None, [self.drawn_sets]))
        own = {s: choose_probe(self.splits[s].labels, per_class, seed) for s in behind}
        others = {s: f.labels for s, f in self.splits.items() if s not in own and f.is_whole}
        return {**own, **drawn_beside(others, len(own["train"]))}


def write_features(
    features: Features,
    out: Path,
    title: str,
    probe_per_class: int = 200,
    seed: int = 0,
    recipe: Mapping[str, Any] | None = None,
    train_counts: tuple[int, ...] | None = None,
    columns: Mapping[str, tuple[Column, ...]] = MappingProxyType({}),
) -> None:
    """Record features as a run; a failure leaves no run behind.

    One layer of one epoch is in the memory at a time.

    Parameters
    ----------
    features : Features
    out : Path
        Folder of the new run.
    title : str
    probe_per_class : int, optional
        Samples of each class that are drawn.
    seed : int, optional
        Of their choice.
    recipe : mapping, optional
        How the run was made.
    train_counts : tuple of int, optional
        Sizes of the classes; those of the labels by default.
    columns : mapping of split to tuple of Column, optional
        What else is known of the samples that are drawn: of the training samples and, behind them,
        of those with several labels.

    Raises
    ------
    UserError
        If a feature is not finite or the run cannot be written.
    """
    labels = features.train.labels
    drawn = features.choose_drawn(probe_per_class, seed)
    counts = np.bincount(labels, minlength=len(features.class_names))
    manifest = Manifest(
        title=title,
        class_names=features.class_names,
        layers=tuple(
            RecordedLayer(name, each.shape[2]) for name, each in features.train.layers.items()
        ),
        train_counts=tuple(counts.tolist()) if train_counts is None else train_counts,
        epochs=features.epochs[-1],
        recorded=features.epochs,
        recipe=recipe or {},
        software=made_with(numpy=np.__version__),
        counting=features.counting,
        splits=tuple(features.further),
    )
    writer = RunWriter(out, manifest, probe_of(features, drawn, columns))
    try:
        for snapshot in snapshots_of(features, drawn):
            writer.write(snapshot, at_once=False)
        writer.close()
    except BaseException:
        writer.discard()
        raise


def probe_of(
    features: Features,
    drawn: Mapping[str, Ints],
    columns: Mapping[str, tuple[Column, ...]] = MappingProxyType({}),
) -> Probe:
    """Return the samples that are drawn; see `write_features`."""
    others = {split: _drawn(features.splits[split], rows) for split, rows in drawn.items()}
    known = others.pop("train")
    if sets := others.pop(features.drawn_sets, None):
        known = known.followed_by(sets, len(features.class_names))
    others = {split: replace(e, columns=columns.get(split, ())) for split, e in others.items()}
    return replace(known, columns=columns.get("train", ()), others=others)


def _drawn(split: FeatureSplit, rows: Ints) -> Probe:
    images = None if split.images is None else split.images(rows)
    texts = None if split.texts is None else tuple(split.texts[row] for row in rows.tolist())
    return Probe(split.labels[rows], images, texts=texts)


def snapshots_of(features: Features, drawn: Mapping[str, Ints]) -> Iterator[Snapshot]:
    """Yield what is measured of the features at each epoch.

    Parameters
    ----------
    features : Features
    drawn : mapping of split to array of int
        Which samples are drawn, as of `choose_drawn`.
    """
    splits = features.splits
    readers = {
        s: {n: iter(each) for n, each in split.layers.items()} for s, split in splits.items()
    }
    logits = {name: iter(s.logits) for name, s in splits.items() if s.logits is not None}
    for number, epoch in enumerate(features.epochs):
        answers = {split: next(reader) for split, reader in logits.items()}
        yield _snapshot(features, number, epoch, readers, answers, drawn)


def _snapshot(
    features: Features,
    number: int,
    epoch: int,
    readers: Mapping[str, Mapping[str, Iterator[NDArray[Any]]]],
    answers: Mapping[str, NDArray[Any]],
    drawn: Mapping[str, Ints],
) -> Snapshot:
    classifier = _classifier(features, number)
    scalars = {name: float(values[number]) for name, values in features.scalars.items()}
    layers = []
    told: dict[str, Answers] = {}
    unknown = [split.name for split in features.further if split.is_unknown]
    whole: dict[str, NDArray[Any]] = {}  # of the last layer, where samples of unknown classes are
    last = list(features.train.layers)[-1]
    for name in features.train.layers:
        statistics: dict[str, ClassStatistics] = {}
        chosen: dict[str, NDArray[np.float64]] = {}
        probed = ProbedLayer(is_last=name == last)
        for split, data in features.splits.items():
            if name not in readers[split]:
                continue
            rows = next(readers[split][name])
            if not len(rows):  # no held-out samples at this epoch
                continue
            kind = features.kinds[split]
            classes = len(kind.class_names or features.class_names)
            statistics[split] = class_statistics(rows, data.labels, classes, data.sizes)
            if split in drawn:
                chosen[split] = rows[drawn[split]].astype(np.float64)
            if name == last:
                means = statistics[split if kind.label_sets else "train"]
                told[split], found = judge(
                    rows, answers.get(split), classifier, means, data.labels, kind, data.weights
                )
                scalars |= found
            own = not kind.is_foreign
            probed.add(split, [ClassRows(rows, data.labels)], statistics[split], own=own)
            probed.settle(probed.waiting)
            if name == last and split == "train":
                rows_and_bias = (classifier.weight, classifier.bias) if classifier else (None, None)
                scalars |= probed.losses(*rows_and_bias)
            if name == last and unknown:
                whole[split] = rows
            del rows  # before the next ones are read
        weight = classifier.weight if classifier and name == last else None
        positions = _positions(features, statistics, chosen, weight)
        layers.append(LayerSnapshot(statistics, positions, linear=probed.found))
    for split, area in neco_areas(whole, unknown, len(features.class_names)).items():
        scalars[f"neco_{split}"] = area
    said = {split: _answers_of(told[split], rows) for split, rows in drawn.items()}
    train = said.pop("train")
    known = train.predicted, train.nearest
    if sets := said.pop(features.drawn_sets, None):
        behind = len(features.class_names)
        known = (
            _followed(train.predicted, sets.predicted, behind),
            _followed(train.nearest, sets.nearest, behind),
        )
    return Snapshot(epoch, tuple(layers), scalars, classifier, *known, others=said)


def _positions(
    features: Features,
    statistics: Mapping[str, ClassStatistics],
    chosen: Mapping[str, NDArray[np.float64]],
    weight: NDArray[np.float64] | None,
) -> Positions:
    """Return where the drawn samples lie; sets of labels stand behind the classes."""
    behind = [split for split in ("train", features.drawn_sets) if split in statistics]
    means = np.concatenate([statistics[split].means for split in behind])
    found = layer_positions(means, np.concatenate([chosen[split] for split in behind]), weight)
    frame = class_mean_subspace(means)
    others = {}
    for split in chosen.keys() - {*behind}:
        own = not features.kinds[split].is_foreign
        middle = frame.coordinates(statistics[split].means) if own else None
        others[split] = OtherPositions(frame.coordinates(chosen[split]), middle)
    return replace(found, others=others)


def _followed(one: Ints | None, sets: Ints | None, classes: int) -> Ints | None:
    return None if one is None or sets is None else np.concatenate([one, classes + sets])


def _answers_of(told: Answers, rows: Ints) -> Answers:
    predicted, nearest = told.predicted, told.nearest
    return Answers(
        None if predicted is None else predicted[rows], None if nearest is None else nearest[rows]
    )


def _classifier(features: Features, number: int) -> Classifier | None:
    if features.classifier is None or not np.isfinite(features.classifier[number]).all():
        return None
    weight = features.classifier[number].astype(float)
    return Classifier(
        weight, None if features.bias is None else features.bias[number].astype(float)
    )


def choose_probe(labels: Ints, per_class: int, seed: int) -> Ints:
    """Return which samples are drawn: so many of each class, ascending.

    Parameters
    ----------
    labels : array of int, shape (N,)
    per_class : int
    seed : int
        Of their choice.
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    drawn = order[np.argsort(labels[order], kind="stable")]  # class by class
    counts = np.bincount(labels)
    within = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.sort(drawn[within < per_class]).astype(np.int64)


def kept_rows(rows: NDArray[Any], kept: NDArray[np.bool_]) -> NDArray[Any]:
    """Return some rows, in the memory of all of them.

    Parameters
    ----------
    rows : array, shape (N, …)
        Used up.
    kept : array of bool, shape (N,)
    """
    if kept.all():
        return rows
    if not rows.flags.writeable:
        return rows[kept]
    done, step = 0, max(1, _BLOCK // max(1, rows[0].size))
    for start in range(0, len(rows), step):
        part = rows[start : start + step][kept[start : start + step]]
        rows[done : done + len(part)] = part
        done += len(part)
    return rows[:done]
