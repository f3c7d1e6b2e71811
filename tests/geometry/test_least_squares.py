"""Least squares of all features against loops over samples, and where there is no answer."""

import math

import numpy as np
import pytest
import torch

from ncviz.geometry.least_squares import is_affordable, moment_about, within_moment
from ncviz.geometry.linear_probe import RIDGE
from ncviz.geometry.probed_layer import ProbedLayer
from ncviz.geometry.slabs import ClassRows
from ncviz.geometry.stable_rank import stable_rank
from ncviz.geometry.statistics import class_statistics

CASES = {
    "balanced": ((6, 6, 6), 5),
    "two classes": ((7, 7), 4),
    "imbalanced": ((30, 5, 2), 6),
    "fewer dimensions than classes": ((5,) * 6, 2),
    "one sample a class": ((1, 1, 1, 1), 3),
    "more dimensions than samples": ((2, 2), 9),
    "wide": ((12, 12), 70),
    "a class without samples": ((4, 0, 4), 3),
}


def made(counts, width, seed=0):
    rng = np.random.default_rng(seed)
    classes = len(counts)
    labels = rng.permutation(np.repeat(np.arange(classes), counts))
    held_out = rng.integers(classes, size=11)
    centres = rng.normal(size=(classes, width)) + 2.0

    def draw(y):
        return centres[y] + 0.8 * rng.normal(size=(len(y), width))

    return {"train": (draw(labels), labels), "test": (draw(held_out), held_out)}


def add(layer, split, features, labels, classes, own=True):
    statistics = class_statistics(features, labels, classes)
    layer.add(split, (ClassRows(features, labels),), statistics, own=own)


def slow(data, classes, rows, bias):
    """Everything by loops over samples, with the whole matrices."""
    x, y = data["train"]
    members = {k: [h for h, own in zip(x, y, strict=True) if own == k] for k in range(classes)}
    present = [k for k in range(classes) if members[k]]
    K, d = len(present), x.shape[1]
    means = {k: sum(members[k]) / len(members[k]) for k in present}
    center = sum(means.values()) / K
    moment, right, squared = np.zeros((d, d)), np.zeros((d, K)), 0.0
    for place, k in enumerate(present):
        target = np.eye(K)[place] - 1 / K
        for h in members[k]:
            share = 1 / (K * len(members[k]))
            moment += share * np.outer(h - center, h - center)
            right += share * np.outer(h - center, target)
            squared += share * float((h - center) @ (h - center)) / d
    penalty = RIDGE * squared
    a = np.linalg.solve(moment + penalty * np.eye(d), right)
    found = {}
    for split, (features, labels) in data.items():
        wrong = np.zeros(classes, dtype=int)
        for h, own in zip(features, labels, strict=True):
            wrong[own] += present[int(np.argmax((h - center) @ a))] != own
        values = np.linalg.svd(features, compute_uv=False)
        found[split] = (wrong, float((values**2).sum() / values[0] ** 2))
    within = between = own_error = 0.0
    for place, k in enumerate(present):
        target = np.eye(K)[place] - 1 / K
        for h in members[k]:
            within += float(np.square((h - means[k]) @ a).sum()) / (2 * K * len(members[k]))
            if classes == K:
                miss = rows @ h + bias - np.eye(K)[place]
                own_error += float(miss @ miss) / (2 * K * len(members[k]))
        between += float(np.square((means[k] - center) @ a - target).sum()) / (2 * K)
    ridge = penalty / 2 * float((a**2).sum())
    own_error += penalty / 2 * float((rows**2).sum())
    return found, within, between + ridge, own_error - within - between - ridge


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy], ids=["numpy", "torch"])
@pytest.mark.parametrize("which", CASES)
def test_it_is_what_loops_over_the_samples_give(which, kind):
    counts, width = CASES[which]
    classes, data = len(counts), made(*CASES[which])
    rng = np.random.default_rng(1)
    rows, bias = rng.normal(size=(classes, width)), rng.normal(size=classes)
    layer = ProbedLayer(is_last=True)
    for split, (features, labels) in data.items():
        add(layer, split, kind(features), labels, classes)
    layer.settle({key: np.asarray(array) for key, array in layer.waiting.items()})
    expected, within, between, beside = slow(data, classes, rows, bias)
    for split, (wrong, rank) in expected.items():
        assert layer.found[split].wrong.tolist() == wrong.tolist(), split
        assert layer.found[split].stable_rank == pytest.approx(rank, rel=1e-9), split
    losses = layer.losses(rows, bias)
    assert losses["square_loss_within_train"] == pytest.approx(within, rel=1e-8, abs=1e-14)
    assert losses["square_loss_between_train"] == pytest.approx(between, rel=1e-8)
    if min(counts):
        assert losses["square_loss_beside_train"] == pytest.approx(beside, rel=1e-7)
    else:
        assert "square_loss_beside_train" not in losses


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy], ids=["numpy", "torch"])
@pytest.mark.parametrize("width", [40, 300])
@pytest.mark.parametrize("counts", [(6, 6, 6), (20, 5, 2), (1, 1, 1, 1), (4, 0, 4)])
def test_of_fewer_samples_than_features_it_is_the_same_without_a_large_matrix(counts, width, kind):
    classes, data = len(counts), made(counts, width)
    layer = ProbedLayer(widest=math.inf)
    for split, (features, labels) in data.items():
        add(layer, split, kind(features), labels, classes)
    most = max(sum(counts), 11)  # samples: no side of a matrix is as long as the features
    assert all(max(array.shape) <= most for array in layer.waiting.values())
    layer.settle({key: np.asarray(array) for key, array in layer.waiting.items()})
    expected, *_ = slow(data, classes, np.zeros((classes, width)), np.zeros(classes))
    for split, (wrong, rank) in expected.items():
        assert layer.found[split].wrong.tolist() == wrong.tolist(), split
        assert layer.found[split].stable_rank == pytest.approx(rank, rel=1e-9), split


def test_collapsed_features_have_no_loss_within_and_their_own_map_none_beside():
    labels = np.repeat([0, 1, 2], 4)
    features = np.eye(3)[labels]
    layer = ProbedLayer(is_last=True)
    add(layer, "train", features, labels, 3)
    matrix = layer.waiting["train", "matrix"]
    layer.settle(dict(layer.waiting))
    assert layer.losses(None, None)["square_loss_within_train"] == pytest.approx(0.0, abs=1e-15)
    middle = np.full(3, 1 / 3)
    own = layer.losses(matrix.T, 1 / 3 - matrix.T @ middle)["square_loss_beside_train"]
    assert own == pytest.approx(0.0, abs=1e-15)
    assert layer.found["train"].wrong.tolist() == [0, 0, 0]
    assert layer.found["train"].stable_rank == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("features", "labels"),
    [(np.ones((4, 2)), [0, 0, 1, 1]), (np.arange(8.0).reshape(4, 2), [0, 0, 0, 0])],
    ids=["equal features", "one class"],
)
def test_without_a_map_the_rank_alone_is_told(features, labels):
    labels = np.array(labels)
    layer = ProbedLayer(is_last=True)
    add(layer, "train", features, labels, 2)
    layer.settle(dict(layer.waiting))
    assert layer.found["train"].wrong is None
    assert layer.found["train"].stable_rank >= 1 - 1e-12
    assert layer.losses(np.ones((2, 2)), None) == {}


def test_features_of_zero_have_no_rank_and_too_many_are_passed_over():
    assert math.isnan(stable_rank(np.zeros((3, 3))))
    assert is_affordable(1000, 784, 10)
    assert not is_affordable(60_000, 784, 10)
    assert is_affordable(10, 3000, 10)
    assert not is_affordable(3000, 3000, 10)
    assert not is_affordable(1000, 6000, 10)
    assert not is_affordable(10, 2**22, 2)  # which would take gigabytes
    layer = ProbedLayer()
    features, labels = np.zeros((2, 3000)), np.array([0, 1])
    add(layer, "train", features, labels, 2)
    assert layer.waiting == {}


def test_hidden_layers_are_passed_over_sooner():
    layer = ProbedLayer(widest=4)
    features, labels = np.eye(2, 5), np.array([0, 1])
    add(layer, "train", features, labels, 2)
    assert layer.waiting == {}


def test_classes_of_their_own_are_told_apart_by_halves():
    rng = np.random.default_rng(3)
    labels = np.array([0, 1, 2, 2, 1, 0, 0, 1, 2, 0, 1, 2, 0, 1])
    features = rng.normal(size=(len(labels), 4)) + 0.7 * labels[:, None]
    layer = ProbedLayer()
    own = np.array([0, 0, 1, 1]), rng.normal(size=(4, 4))
    add(layer, "train", own[1], own[0], 2)
    add(layer, "others", features, labels, 3, own=False)
    layer.settle({key: np.asarray(array) for key, array in layer.waiting.items()})
    seen, odd = np.zeros(3, dtype=int), np.zeros(len(labels), dtype=bool)
    for row, label in enumerate(labels):
        odd[row] = seen[label] % 2
        seen[label] += 1
    wrong = np.zeros(3, dtype=int)
    for fitted, judged in ((~odd, odd), (odd, ~odd)):
        known = {
            "train": (features[fitted], labels[fitted]),
            "": (features[judged], labels[judged]),
        }
        wrong += slow(known, 3, np.zeros((3, 4)), np.zeros(3))[0][""][0].astype(int)
    assert layer.found["others"].wrong is None
    assert layer.found["others"].wrong_of_halves.tolist() == wrong.tolist()
    assert 0 < wrong.sum() < len(labels)


def test_halves_take_two_samples_of_each_class_that_differ():
    for features, labels in (
        (np.eye(3), np.array([0, 0, 1])),
        (np.ones((4, 3)), np.array([0, 0, 1, 1])),
    ):
        layer = ProbedLayer()
        add(layer, "others", features, labels, 2, own=False)
        layer.settle(dict(layer.waiting))
        assert layer.found["others"].wrong_of_halves is None


@pytest.mark.parametrize("whole", [0, 10**6], ids=["block by block", "at once"])
@pytest.mark.parametrize("weights", [(0.5, 0.2, 0.3), (0.4, 0.4, 0.4)])
@pytest.mark.parametrize("library", [np.asarray, torch.from_numpy], ids=["numpy", "torch"])
def test_the_second_moment_is_a_sum_over_samples(monkeypatch, whole, weights, library):
    monkeypatch.setattr("ncviz.geometry.slabs.WHOLE", whole)
    monkeypatch.setattr("ncviz.geometry.slabs.CACHE_BYTES", 1)
    monkeypatch.setattr("ncviz.geometry.slabs.FEWEST_ROWS", 1)
    features, labels = made((30, 5, 2), 6)["train"]
    center, weights = features.mean(axis=0), np.array(weights)
    rows = (features - center) * np.sqrt(weights)[labels][:, None]
    statistics = class_statistics(features, labels, 3)
    for numbers in (1, 40, 10**6):
        monkeypatch.setattr("ncviz.geometry.least_squares._BLOCK", numbers)
        read = (ClassRows(library(features), labels),)
        within = within_moment(read, statistics.means, weights)
        found = moment_about(within, statistics.means, statistics.counts, weights, center)
        assert np.allclose(np.asarray(found), rows.T @ rows, rtol=1e-12)


def test_a_stable_rank_is_that_of_all_eigenvalues():
    rng = np.random.default_rng(0)
    cases = [np.diag([3.0, 3.0, 1.0]), np.array([[2.0, -1.0], [-1.0, 2.0]]), np.ones((4, 4))]
    for width in (5, 100, 250):
        rows = rng.normal(size=(40, width))
        cases += [rows.T @ rows, (rows + 2).T @ (rows + 2), np.maximum(rows, 0).T @ rows.clip(0)]
    for moment in cases:
        values = np.linalg.eigvalsh(moment)
        assert stable_rank(moment) == pytest.approx(values.sum() / values[-1], rel=1e-12)
