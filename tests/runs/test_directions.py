"""Norms, angles and groups of a run, against the raw features it was made from."""

import math

import numpy as np
import pytest

from ncviz.geometry.collapse import nc2_equiangular, nc2_equinorm
from ncviz.runs.directions import (
    class_groups,
    classifier_directions,
    mean_directions,
    measure_groups,
)
from ncviz.runs.measures import class_fuzziness_by_layer, fuzziness_by_layer, minority_cosine
from ncviz.runs.run import Run


def slow_means(made, epoch, layer, split="train"):
    x, y = made.features[epoch, layer, split], made.labels[split]
    means = [x[y == k].mean(axis=0) for k in range(made.manifest.classes)]
    return [mean - sum(means) / len(means) for mean in means]


def slow_cosine(a, b):
    return float(a @ b / math.sqrt((a @ a) * (b @ b)))


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_the_cosines_of_the_means_pair_by_pair(small_run, layer):
    found = mean_directions(Run(small_run.path), 10, layer)
    means = slow_means(small_run, 10, layer)
    for one in range(5):
        assert found.norms[one] == pytest.approx(np.linalg.norm(means[one]), rel=1e-5)
        for two in range(5):
            assert found.cosines[one, two] == pytest.approx(
                slow_cosine(means[one], means[two]), abs=1e-5
            )


def test_relative_norms_and_the_range_of_cosines(small_run):
    run = Run(small_run.path)
    for found in (mean_directions(run, 20, 2), classifier_directions(run, 20)):
        assert found.relative_norms.mean() == pytest.approx(1)
        assert found.relative_norms == pytest.approx(found.norms / np.mean(found.norms))
        pairs = [found.cosines[a, b] for a in range(5) for b in range(5) if a != b]
        assert found.cosine_range == pytest.approx((min(pairs), sum(pairs) / 20, max(pairs)))


def test_they_agree_with_nc2(small_run):
    rows = classifier_directions(Run(small_run.path), 5)
    weight = small_run.snapshots[5].classifier.weight
    assert rows.relative_norms.std(ddof=1) == pytest.approx(nc2_equinorm(weight), rel=1e-5)
    pairs = rows.cosines[~np.eye(5, dtype=bool)]
    assert np.abs(pairs + 1 / 4).mean() == pytest.approx(nc2_equiangular(weight), rel=1e-5)


def test_a_split_that_was_not_recorded(small_run):
    assert mean_directions(Run(small_run.path), 5, 0, "another") is None


def test_each_class_own_fuzziness_by_the_pseudo_inverse(imbalanced_run):
    made = imbalanced_run
    table = class_fuzziness_by_layer(Run(made.path), 4)
    assert table.shape == (3, 5)
    y = made.labels["train"]
    for layer in range(3):
        x = made.features[4, layer, "train"]
        between = np.zeros((x.shape[1],) * 2)
        for k in range(5):
            gap = x[y == k].mean(axis=0) - x.mean(axis=0)
            between += (y == k).mean() * np.outer(gap, gap)
        inverse = np.linalg.pinv(between, rcond=1e-9)
        for k in range(5):
            rows = x[y == k] - x[y == k].mean(axis=0)
            own = np.mean([row @ inverse @ row for row in rows])
            assert table[layer, k] == pytest.approx(own, rel=1e-4)


def test_the_classes_sum_to_the_whole(imbalanced_run):
    run = Run(imbalanced_run.path)
    shares = np.array(run.manifest.train_counts) / sum(run.manifest.train_counts)
    for epoch in run.epochs:
        whole = class_fuzziness_by_layer(run, epoch) @ shares
        assert whole == pytest.approx(fuzziness_by_layer(run, epoch))
    assert np.isnan(class_fuzziness_by_layer(run, 0, "another")).all()


def test_minority_and_majority_apart(imbalanced_run):
    run = Run(imbalanced_run.path)
    assert class_groups(run) == ((0, 1), (2, 3, 4))
    for epoch in run.epochs:
        found = measure_groups(run, epoch)
        rows = imbalanced_run.snapshots[epoch].classifier.weight
        means = slow_means(imbalanced_run, epoch, 2)
        pairs = [(2, 3), (2, 4), (3, 4)]
        assert found.minority_cosine == pytest.approx(minority_cosine(run, epoch))
        assert found.minority_cosine == pytest.approx(
            np.mean([slow_cosine(rows[a], rows[b]) for a, b in pairs]), abs=1e-5
        )
        assert found.majority_cosine == pytest.approx(slow_cosine(rows[0], rows[1]), abs=1e-5)
        assert found.minority_means_cosine == pytest.approx(
            np.mean([slow_cosine(means[a], means[b]) for a, b in pairs]), abs=1e-5
        )
        assert found.majority_means_cosine == pytest.approx(
            slow_cosine(means[0], means[1]), abs=1e-5
        )
        own = class_fuzziness_by_layer(run, epoch)[-1]
        assert found.minority_fuzziness == pytest.approx(own[2:].mean())
        assert found.majority_fuzziness == pytest.approx(own[:2].mean())


def test_a_balanced_run_has_one_group(small_run):
    run = Run(small_run.path)
    assert class_groups(run) == ((0, 1, 2, 3, 4), ())
    found = measure_groups(run, 0)
    assert math.isnan(found.minority_cosine)
    assert math.isnan(found.minority_fuzziness)
    assert math.isfinite(found.majority_cosine)
