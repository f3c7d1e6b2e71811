"""The linear probe against normal equations written out, and where it has no answer."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.geometry.linear_probe import RIDGE, linear_probe_error


def slow(features, labels, classes):
    """Fit by loops on samples 0, 2, 4, … of each class, and judge 1, 3, 5, …"""
    members = [np.flatnonzero(labels == k) for k in range(classes)]
    present = [k for k in range(classes) if len(members[k])]
    means = [features[members[k][0::2]].mean(axis=0) for k in present]
    center = sum(means) / len(means)
    r, size, count = features.shape[1], 0.0, 0
    normal, right = np.zeros((r, r)), np.zeros((r, len(present)))
    for row, k in enumerate(present):
        for i in members[k][0::2]:
            x = features[i] - center
            target = -np.ones(len(present)) / len(present)
            target[row] += 1
            normal += np.outer(x, x) / len(members[k][0::2])
            right += np.outer(x, target) / len(members[k][0::2])
            size, count = size + float(x @ x), count + r
    normal += RIDGE * size / count * len(present) * np.eye(r)
    weights = np.linalg.solve(normal, right)
    errors = []
    for k in present:
        scores = [(features[i] - center) @ weights for i in members[k][1::2]]
        errors.append(np.mean([present[int(np.argmax(s))] != k for s in scores]))
    return float(np.mean(errors))


@given(st.integers(0, 5000), st.lists(st.integers(2, 9), min_size=3, max_size=4))
def test_it_is_the_ridge_of_the_formula(seed, counts):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    features = rng.normal(size=(len(counts), 3))[labels] + rng.normal(size=(len(labels), 3))
    expected = slow(features, labels, len(counts))
    assert linear_probe_error(features, labels, len(counts)) == pytest.approx(expected, abs=1e-12)


@given(st.integers(0, 5000))
def test_turning_shifting_and_scaling_change_nothing(seed):
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1, 2], 8)
    features = rng.normal(size=(3, 4))[labels] + 0.7 * rng.normal(size=(24, 4))
    turn = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    other = 37.0 * (features @ turn + 5.0)
    assert linear_probe_error(other, labels, 3) == linear_probe_error(features, labels, 3)


def test_what_it_cannot_judge_is_no_number():
    x = np.arange(8.0)[:, None]
    assert math.isnan(linear_probe_error(x, np.array([0, 0, 0, 0, 1, 1, 1, 2]), 3))  # one sample
    assert math.isnan(linear_probe_error(x, np.zeros(8, dtype=int), 3))  # one class
    assert math.isnan(linear_probe_error(np.ones((8, 1)), np.repeat([0, 1], 4), 2))
    assert math.isnan(linear_probe_error(np.empty((8, 0)), np.repeat([0, 1], 4), 2))
    # A class without samples is left out.
    assert linear_probe_error(x, np.repeat([0, 2], 4), 3) == 0.0
