"""Which classes of a run share their mean, and how far classes lie apart, counted alike."""

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from ncviz.geometry.statistics import class_statistics
from ncviz.metrics.measures import measure_layer
from ncviz.runs import gaps
from ncviz.runs.gaps import coinciding_classes, gaps_over_spread, nearest_in_parts, nearest_means
from ncviz.runs.manifest import Manifest, RecordedLayer
from ncviz.runs.probe import Probe
from ncviz.runs.run import Run
from ncviz.runs.snapshot import LayerSnapshot, Snapshot, layer_positions, to_bytes
from ncviz.runs.writer import RunWriter


def _run(path, features, labels, classes):
    counts = np.bincount(labels, minlength=classes)
    names = tuple(f"c{k}" for k in range(classes))
    layers = (RecordedLayer("features", features.shape[1]),)
    manifest = Manifest("Gaps", names, layers, tuple(counts.tolist()), 1, (1,))
    statistics = class_statistics(features, labels, classes)
    writer = RunWriter(path, manifest, Probe(labels))
    layer = LayerSnapshot({"train": statistics}, layer_positions(statistics.means, features))
    writer.write(Snapshot(1, (layer,)))
    writer.close()
    return Run(path)


def _clouds(sizes, means, wide, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return means[labels] + wide * rng.normal(size=(len(labels), means.shape[1])), labels


@pytest.mark.parametrize("wide", [0.0, 0.01])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_two_classes_about_one_mean_coincide(tmp_path, wide, dtype):
    means = np.eye(16)[:5]
    means[3] = means[1]
    features, labels = _clouds((40, 40, 30, 50, 40), means, wide)
    run = _run(tmp_path / "run", features.astype(dtype), labels, 5)
    assert coinciding_classes(run, 1, 0) == (1, 3)


def test_classes_that_a_single_direction_tells_apart_do_not_coincide(tmp_path):
    """In many dimensions chance alone is longer than a gap that separates two clouds."""
    means = np.zeros((4, 800))
    means[:, 0] = 0, 8.0, 100.0, -100.0
    features, labels = _clouds((40,) * 4, means, 1.0)
    run = _run(tmp_path / "run", features, labels, 4)
    assert coinciding_classes(run, 1, 0) == ()


def test_few_samples_do_not_tell_that_means_coincide(tmp_path):
    means = np.eye(16)[:5]
    means[3] = means[1] + 0.02
    features, labels = _clouds((60, 2, 60, 2, 60), means, 0.05)
    assert coinciding_classes(_run(tmp_path / "run", features, labels, 5), 1, 0) == ()


def test_classes_that_all_overlap_do_not_coincide(tmp_path):
    features, labels = _clouds((50,) * 6, 0.3 * np.eye(12)[:6], 1.0)
    assert coinciding_classes(_run(tmp_path / "run", features, labels, 6), 1, 0) == ()


def test_classes_without_a_second_sample_coincide_only_where_they_are_equal(tmp_path):
    means = np.eye(4)
    means[3] = means[2]
    run = _run(tmp_path / "run", means, np.arange(4), 4)
    assert coinciding_classes(run, 1, 0) == (2, 3)


@pytest.mark.parametrize("equal", [(), (3, 17), (0, 5, 299), tuple(range(300))])
def test_of_very_many_classes_equal_means_are_found_all_the_same(tmp_path, monkeypatch, equal):
    means = np.random.default_rng(1).normal(size=(300, 5))
    means[list(equal)] = 0.25
    run = _run(tmp_path, *_clouds([2] * 300, means, 0.0), 300)
    assert coinciding_classes(run, 1, 0) == equal
    monkeypatch.setattr(gaps, "MOST_PRODUCTS", 1000)
    assert coinciding_classes(run, 1, 0) == equal


def test_the_nearest_of_many_points_in_parts(monkeypatch):
    means = np.random.default_rng(2).normal(size=(40, 3))
    apart = np.linalg.norm(means[:, None] - means, axis=2) + np.diag([np.inf] * 40)
    monkeypatch.setattr(gaps, "BLOCK", 7 * 40)
    assert [len(distance) for _, distance in nearest_in_parts(means)] == [7] * 5 + [5]
    nearest, distance = nearest_means(means)
    assert nearest.tolist() == apart.argmin(axis=1).tolist()
    assert distance == pytest.approx(apart.min(axis=1))


@pytest.mark.parametrize("sizes", [(30, 30, 30), (100, 40, 3)])
def test_gaps_beside_spread_by_brute_force(sizes):
    rng = np.random.default_rng(5)
    features, labels = _clouds(sizes, rng.normal(size=(3, 7)), 0.4)
    groups = [features[labels == k] for k in range(3)]
    means = [group.mean(axis=0) for group in groups]
    between = np.mean([np.sum((a - b) ** 2) for a, b in combinations(means, 2)])
    within = np.mean([np.mean([[np.sum((x - y) ** 2) for x in g] for y in g]) for g in groups])
    measured = gaps_over_spread(class_statistics(features, labels, 3))
    assert measured == pytest.approx(math.sqrt(between / within), rel=1e-10)


def test_gaps_beside_no_spread_are_infinite_and_of_one_class_none():
    assert gaps_over_spread(class_statistics(np.eye(3), np.arange(3), 3)) == math.inf
    assert math.isnan(gaps_over_spread(class_statistics(np.ones((4, 2)), np.arange(4), 4)))
    assert math.isnan(gaps_over_spread(class_statistics(np.eye(2), np.zeros(2, int), 2)))


def test_what_sums_left_of_points_is_read_as_nothing(tmp_path):
    """Runs that were recorded before hold the rounding of the sums as a spread."""
    labels = np.repeat(np.arange(4), 20)
    features = (2 + np.eye(4))[labels]
    statistics = class_statistics(features, labels, 4)
    left = replace(
        statistics,
        within_variance=np.full(4, 4e-31),
        class_fuzziness=np.full(4, 2e-31),
        class_variability=np.full(4, 2e-31),
    )
    run = _run(tmp_path / "run", features, labels, 4)
    layer = LayerSnapshot({"train": left}, layer_positions(left.means, features))
    path = run.path / "snapshots" / "000001.safetensors"
    path.write_bytes(to_bytes(Snapshot(1, (layer,))))
    measured = measure_layer(Run(run.path), 1, 0, "train")
    assert [measured[n] for n in ("separation_fuzziness", "nc1", "cdnv")] == [0.0, 0.0, 0.0]
