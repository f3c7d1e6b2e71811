"""What is measured of features, epoch by epoch."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.class_means import ClassMeans
from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.out_of_distribution import neco_areas
from ncviz.geometry.probed_layer import ProbedLayer
from ncviz.geometry.projection import class_mean_subspace
from ncviz.geometry.row_blocks import Rows, StreamedClassRows, labelled_blocks
from ncviz.geometry.slabs import ClassRows
from ncviz.geometry.statistics import WithinScatter, class_statistics
from ncviz.runs.feature_answers import Judging
from ncviz.runs.features import Features, FeatureSplit
from ncviz.runs.snapshot import (
    Answers,
    Classifier,
    LayerSnapshot,
    OtherPositions,
    Positions,
    Snapshot,
    layer_positions,
)
from ncviz.runs.splits import Split

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Judge = Callable[[Floats, NDArray[np.bool_]], Judging]
"""Given class means, and which of them there are, what the samples are compared with."""


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
    readers: Mapping[str, Mapping[str, Iterator[Rows]]],
    answers: Mapping[str, Rows],
    drawn: Mapping[str, Ints],
) -> Snapshot:
    classifier = _classifier(features, number)
    scalars = {name: float(values[number]) for name, values in features.scalars.items()}
    layers = []
    told: dict[str, Answers] = {}
    unknown = [split.name for split in features.further if split.is_unknown]
    whole: dict[str, Rows] = {}  # of the last layer, where samples of unknown classes are
    last = list(features.train.layers)[-1]
    for name in features.train.layers:
        statistics: dict[str, ClassStatistics] = {}
        chosen: dict[str, Floats] = {}
        probed = ProbedLayer(is_last=name == last)
        for split, data in features.splits.items():
            if name not in readers[split]:
                continue
            rows = next(readers[split][name])
            if not len(rows):  # no held-out samples at this epoch
                continue
            kind = features.kinds[split]
            classes = len(kind.class_names or features.class_names)
            judge: Judge | None = None
            if name == last:
                reference = None if kind.label_sets else statistics.get("train")
                judge = partial(
                    _judging, kind, data.labels, classifier, answers.get(split), reference
                )
            measured = _measured(rows, data, classes, drawn.get(split), judge)
            statistics[split] = measured.statistics
            if measured.drawn is not None:
                chosen[split] = measured.drawn
            if measured.judging is not None:
                told[split], found = measured.judging.found(data.weights)
                scalars |= found
            own = not kind.is_foreign
            probed.add(split, _class_rows(rows, data.labels), statistics[split], own=own)
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


@dataclass(frozen=True, eq=False)
class _Measured:
    """What was found of one split in one layer at one epoch."""

    statistics: ClassStatistics
    drawn: Floats | None
    judging: Judging | None


def _measured(
    rows: Rows, data: FeatureSplit, classes: int, drawn: Ints | None, judge: Judge | None
) -> _Measured:
    """Measure all rows at once where they are held, else read them twice, block by block."""
    if isinstance(rows, np.ndarray):
        statistics = class_statistics(rows, data.labels, classes, data.sizes)
        judging = None if judge is None else judge(statistics.means, statistics.present)
        if judging is not None:
            judging.add(rows)
        some = None if drawn is None else rows[drawn].astype(np.float64)
        return _Measured(statistics, some, judging)
    means = ClassMeans(classes, data.sizes)
    for _, block, labels in labelled_blocks(rows, data.labels):
        means.update(block, labels)
    scatter = WithinScatter(means)
    judging = None if judge is None else judge(scatter.means, scatter.counts > 0)
    parts = []
    for start, block, labels in labelled_blocks(rows, data.labels):
        scatter.update(block, labels)
        if judging is not None:
            judging.add(block)
        if drawn is not None:
            first, last = np.searchsorted(drawn, (start, start + len(block)))
            parts.append(block[drawn[first:last] - start].astype(np.float64))
    some = None if drawn is None else np.concatenate(parts)
    return _Measured(scatter.statistics(), some, judging)


def _judging(
    kind: Split,
    labels: Ints,
    classifier: Classifier | None,
    answers: Rows | None,
    reference: ClassStatistics | None,
    means: Floats,
    present: NDArray[np.bool_],
) -> Judging:
    """Compare samples with the training means, where these are known, else with their own."""
    if reference is not None:
        means, present = reference.means, reference.present
    return Judging(kind, labels, means, present, classifier, answers)


def _class_rows(rows: Rows, labels: Ints) -> list[ClassRows] | StreamedClassRows:
    if isinstance(rows, np.ndarray):
        return [ClassRows(rows, labels)]
    return StreamedClassRows(rows, labels)


def _positions(
    features: Features,
    statistics: Mapping[str, ClassStatistics],
    chosen: Mapping[str, Floats],
    weight: Floats | None,
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
