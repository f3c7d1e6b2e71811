"""Features of labelled samples, epoch by epoch, and the run that is made of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ncviz.counting import EPOCHS, Counting
from ncviz.geometry.collapse import nc4, nearest_class_means, predictions
from ncviz.geometry.least_squares import ProbedLayer
from ncviz.geometry.projection import class_mean_subspace
from ncviz.geometry.statistics import ClassStatistics, class_statistics
from ncviz.runs.manifest import Manifest, RecordedLayer, made_with
from ncviz.runs.probe import Column, Probe, drawn_beside
from ncviz.runs.snapshot import (
    Answers,
    Classifier,
    LayerSnapshot,
    OtherPositions,
    Snapshot,
    layer_positions,
)
from ncviz.runs.writer import RunWriter

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]
Pictures = Callable[[Ints], NDArray[np.uint8] | None]
"""Returns the pictures of those training samples whose indices it is given, if they are any."""

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
    """Labelled samples of the training split or the held-out one.

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
    """

    layers: Mapping[str, ByEpoch]
    labels: Ints
    logits: Iterable[NDArray[Any]] | None = None
    is_whole: bool = False


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
    images : callable or None
        See `Pictures`.
    counting : Counting
        What the numbers of the epochs count.
    """

    train: FeatureSplit
    class_names: tuple[str, ...]
    epochs: tuple[int, ...]
    classifier: Floats | None = None
    bias: Floats | None = None
    test: FeatureSplit | None = None
    scalars: Mapping[str, Floats] = field(default_factory=dict)
    images: Pictures | None = None
    counting: Counting = EPOCHS

    @property
    def splits(self) -> dict[str, FeatureSplit]:
        """Return the splits that are there, by name."""
        return {"train": self.train} | ({} if self.test is None else {"test": self.test})

    def choose_drawn(self, per_class: int, seed: int) -> dict[str, Ints]:
        """Return which samples of each split are drawn, as `choose_probe` and `drawn_beside`."""
        probe = choose_probe(self.train.labels, per_class, seed)
        others = {s: f.labels for s, f in self.splits.items() if s != "train" and f.is_whole}
        return {"train": probe, **drawn_beside(others, len(probe))}


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
        What else is known of the samples that are drawn.

    Raises
    ------
    UserError
        If a feature is not finite or the run cannot be written.
    """
    labels = features.train.labels
    drawn = features.choose_drawn(probe_per_class, seed)
    probe = drawn["train"]
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
    )
    images = None if features.images is None else features.images(probe)
    others = {
        split: Probe(features.splits[split].labels[rows], None, columns.get(split, ()))
        for split, rows in drawn.items()
        if split != "train"
    }
    known = Probe(labels[probe], images, columns.get("train", ()), others)
    writer = RunWriter(out, manifest, known)
    try:
        for snapshot in _snapshots(features, drawn):
            writer.write(snapshot, at_once=False)
        writer.close()
    except BaseException:
        writer.discard()
        raise


def _snapshots(features: Features, drawn: Mapping[str, Ints]) -> Iterator[Snapshot]:
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
    told: dict[str, tuple[Ints | None, Ints]] = {}
    last = list(features.train.layers)[-1]
    for name in features.train.layers:
        statistics: dict[str, ClassStatistics] = {}
        positions, probed = None, ProbedLayer(is_last=name == last)
        others: dict[str, OtherPositions] = {}
        for split, data in features.splits.items():
            if name not in readers[split]:
                continue
            rows = next(readers[split][name])
            if not len(rows):  # no held-out samples at this epoch
                continue
            statistics[split] = class_statistics(rows, data.labels, len(features.class_names))
            if split == "train":
                weight = classifier.weight if classifier and name == last else None
                means = statistics["train"].means
                chosen = rows[drawn["train"]].astype(np.float64)
                positions = layer_positions(means, chosen, weight)
                frame = class_mean_subspace(means)
            elif split in drawn:
                chosen = rows[drawn[split]].astype(np.float64)
                middle = frame.coordinates(statistics[split].means)
                others[split] = OtherPositions(frame.coordinates(chosen), middle)
            if name == last:
                told[split] = _judge(rows, answers.get(split), classifier, statistics["train"])
            probed.add(split, rows, data.labels, statistics[split], own=True)
            probed.settle(probed.waiting)
            if name == last and split == "train":
                rows_and_bias = (classifier.weight, classifier.bias) if classifier else (None, None)
                scalars |= probed.losses(*rows_and_bias)
            del rows  # before the next ones are read
        assert positions is not None  # there is a training split
        positions = replace(positions, others=others)
        layers.append(LayerSnapshot(statistics, positions, linear=probed.found))
    for split, (predicted, nearest) in told.items():
        if predicted is not None:
            wrong = predicted != features.splits[split].labels
            scalars[f"{split}_error"] = float(wrong.mean())
            scalars[f"nc4_{split}"] = nc4(predicted, nearest)
    said = {split: _answers_of(*told[split], rows) for split, rows in drawn.items()}
    train = said.pop("train")
    known = train.predicted, train.nearest
    return Snapshot(epoch, tuple(layers), scalars, classifier, *known, others=said)


def _answers_of(predicted: Ints | None, nearest: Ints, rows: Ints) -> Answers:
    return Answers(None if predicted is None else predicted[rows], nearest[rows])


def _classifier(features: Features, number: int) -> Classifier | None:
    if features.classifier is None or not np.isfinite(features.classifier[number]).all():
        return None
    weight = features.classifier[number].astype(float)
    return Classifier(
        weight, None if features.bias is None else features.bias[number].astype(float)
    )


def _judge(
    rows: NDArray[Any],
    answers: NDArray[Any] | None,
    classifier: Classifier | None,
    statistics: ClassStatistics,
) -> tuple[Ints | None, Ints]:
    """Return what the network says of each sample, and whose class mean is nearest."""
    nearest, predicted = [], []
    step = max(1, _BLOCK // max(1, rows.shape[1]))
    for start in range(0, len(rows), step):
        block = rows[start : start + step].astype(np.float64)
        nearest.append(nearest_class_means(block, statistics.means, statistics.present))
        if answers is None and classifier is not None:
            predicted.append(predictions(block, classifier.weight, classifier.bias))
    said = None
    if answers is not None and len(answers) and np.isfinite(answers).all():
        said = answers.argmax(axis=1)
    elif predicted:
        said = np.concatenate(predicted)
    return said, np.concatenate(nearest)


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
