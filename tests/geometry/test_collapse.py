import itertools
import math
import tracemalloc
from itertools import permutations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ncviz.geometry import collapse, frames
from ncviz.geometry.collapse import (
    cdnv,
    cosine_deviation,
    cosines,
    nc1,
    nc2_equiangular,
    nc2_equinorm,
    nc2_zhu,
    nc3,
    nc3_zhu,
    nc4,
    nearest_class_means,
    predictions,
)
from ncviz.geometry.etf import simplex_etf
from ncviz.geometry.frames import orthogonal_distance
from ncviz.geometry.separation import separation_fuzziness
from ncviz.geometry.statistics import class_statistics

VECTORS = st.integers(0, 10_000).map(lambda seed: np.random.default_rng(seed).normal(size=(5, 7)))


def rotation(d, seed):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(d, d)))[0]


def slow_cosine(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True)) / (
        math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(y * y for y in b))
    )


@given(VECTORS)
def test_equinorm_is_the_sample_deviation_over_the_mean(vectors):
    lengths = [math.sqrt(sum(x * x for x in v)) for v in vectors]
    mean = sum(lengths) / 5
    deviation = math.sqrt(sum((n - mean) ** 2 for n in lengths) / 4)
    assert nc2_equinorm(vectors) == pytest.approx(deviation / mean, rel=1e-12)


@given(VECTORS)
def test_equiangular_is_the_mean_distance_from_the_ideal_cosine(vectors):
    pairs = [abs(slow_cosine(a, b) + 1 / 4) for a, b in permutations(vectors, 2)]
    assert len(pairs) == 20
    assert nc2_equiangular(vectors) == pytest.approx(sum(pairs) / 20, rel=1e-12)


@given(VECTORS)
def test_cosines_by_brute_force(vectors):
    slow = [[slow_cosine(a, b) for b in vectors] for a in vectors]
    np.testing.assert_allclose(cosines(vectors), slow, rtol=1e-12, atol=1e-14)


@given(VECTORS, VECTORS)
def test_self_duality_by_brute_force(classifier, means):
    w = classifier / math.sqrt(sum(x * x for x in classifier.flat))
    m = means / math.sqrt(sum(x * x for x in means.flat))
    slow = sum((a - b) ** 2 for a, b in zip(w.flat, m.flat, strict=True))
    assert nc3(classifier, means) == pytest.approx(slow, rel=1e-12)


@given(VECTORS, VECTORS, st.integers(0, 99), st.floats(1e-3, 1e3), st.permutations(range(5)))
def test_rotation_scale_and_class_order_change_nothing(vectors, others, seed, scale, order):
    turned = scale * vectors[order] @ rotation(7, seed)
    assert nc2_equinorm(turned) == pytest.approx(nc2_equinorm(vectors), rel=1e-9)
    assert nc2_equiangular(turned) == pytest.approx(nc2_equiangular(vectors), rel=1e-9)
    both = nc3(turned, others[order] @ rotation(7, seed))
    assert both == pytest.approx(nc3(vectors, others), rel=1e-9)


@pytest.mark.parametrize("classes", [2, 3, 4, 10, 50])
def test_collapse_onto_a_simplex_etf_is_exact(classes):
    rng = np.random.default_rng(0)
    frame = np.linalg.qr(rng.normal(size=(classes + 3, classes)))[0]
    vertices = 3.7 * simplex_etf(classes) @ frame.T
    y = np.repeat(np.arange(classes), 4)
    found = class_statistics(vertices[y] + rng.normal(size=classes + 3), y, classes)
    means = found.centered_means
    assert nc1(found) == pytest.approx(0, abs=1e-25)
    assert separation_fuzziness(found) == pytest.approx(0, abs=1e-25)
    assert cdnv(found) == pytest.approx(0, abs=1e-25)
    assert nc2_equinorm(means) == pytest.approx(0, abs=1e-13)
    assert nc2_equiangular(means) == pytest.approx(0, abs=1e-13)
    assert nc3(0.2 * vertices, means) == pytest.approx(0, abs=1e-25)
    np.testing.assert_allclose(
        cosines(means)[~np.eye(classes, dtype=bool)], -1 / (classes - 1), atol=1e-13
    )


def test_self_duality_of_opposites_is_four():
    means = simplex_etf(4)
    assert nc3(-2 * means, means) == pytest.approx(4, rel=1e-14)


def test_equiangular_of_orthogonal_vectors_by_hand():
    assert nc2_equiangular(np.eye(5)) == pytest.approx(1 / 4, rel=1e-14)
    assert nc2_equinorm(np.diag([1.0, 3.0])) == pytest.approx(math.sqrt(2) / 2, rel=1e-14)


def test_what_does_not_apply_is_nan():
    assert math.isnan(nc2_equinorm(np.ones((1, 3))))
    assert math.isnan(nc2_equinorm(np.zeros((3, 3))))
    assert math.isnan(nc2_equiangular(np.ones((1, 3))))
    assert math.isnan(nc3(np.zeros((2, 3)), np.ones((2, 3))))
    assert math.isnan(nc3(np.ones((2, 3)), np.zeros((2, 3))))
    one = class_statistics(np.ones((3, 2)), np.zeros(3, dtype=int), 1)
    assert math.isnan(cdnv(one))
    assert math.isnan(nc1(one))


def test_a_vector_of_length_zero_has_no_angle():
    found = cosines(np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 2.0]]))
    assert np.isnan(found[1]).all()
    assert np.isnan(found[:, 1]).all()
    np.testing.assert_array_equal(found[np.ix_([0, 2], [0, 2])], np.eye(2))
    assert math.isnan(nc2_equiangular(np.array([[1.0, 0.0], [0.0, 0.0]])))


@pytest.mark.parametrize("counts", [(6, 6, 6, 6), (9, 2, 5, 1)])
def test_cdnv_by_brute_force(clusters, counts):
    x, y = clusters(counts, 5)
    means = [x[y == k].mean(axis=0) for k in range(4)]
    spread = [np.mean([np.sum((h - m) ** 2) for h in x[y == k]]) for k, m in enumerate(means)]
    pairs = [
        (spread[a] + spread[b]) / (2 * np.sum((means[a] - means[b]) ** 2))
        for a, b in permutations(range(4), 2)
    ]
    assert cdnv(class_statistics(x, y, 4)) == pytest.approx(np.mean(pairs), rel=1e-11)


def test_cdnv_of_two_unit_clouds_by_hand():
    x = np.array([[-1.0, 0.0], [1.0, 0.0], [-1.0, 4.0], [1.0, 4.0]])
    found = class_statistics(x, np.array([0, 0, 1, 1]), 2)
    assert cdnv(found) == pytest.approx(1 / 16, rel=1e-14)


def test_cdnv_leaves_absent_classes_out(clusters):
    x, y = clusters((6, 4, 9), 5)
    all_there = cdnv(class_statistics(x, y, 3))
    assert cdnv(class_statistics(x, 2 * y, 6)) == pytest.approx(all_there, rel=1e-13)


def test_cdnv_of_two_coinciding_means_is_infinite():
    x = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, -2.0], [0.0, 2.0], [9.0, 9.0]])
    assert cdnv(class_statistics(x, np.array([0, 0, 1, 1, 2]), 3)) == math.inf


@given(st.integers(0, 10_000), st.floats(1e-3, 1e3), st.floats(-50, 50))
def test_cdnv_does_not_know_scale_rotation_or_offset(seed, scale, offset):
    rng = np.random.default_rng(seed)
    y = np.repeat(np.arange(3), 4)
    x = 2 * rng.normal(size=(3, 4))[y] + rng.normal(size=(12, 4))
    turned = scale * (x @ rotation(4, seed) + offset)
    before, after = class_statistics(x, y, 3), class_statistics(turned, y, 3)
    assert cdnv(after) == pytest.approx(cdnv(before), rel=1e-5)


@pytest.mark.parametrize("library", [np.asarray, torch.from_numpy])
@pytest.mark.parametrize("with_bias", [True, False])
def test_predictions_are_the_largest_logit(library, with_bias):
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(40, 6)), rng.normal(size=(5, 6)), rng.normal(size=5)
    slow = [
        max(range(5), key=lambda k: math.fsum(w[k] * h) + (b[k] if with_bias else 0)) for h in x
    ]
    found = predictions(library(x), library(w), library(b) if with_bias else None)
    assert np.asarray(found).tolist() == slow
    assert len(set(slow)) > 1


@pytest.mark.parametrize("library", [np.asarray, torch.from_numpy])
@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_nearest_means_are_nearest(library, offset):
    rng = np.random.default_rng(0)
    x, means = rng.normal(size=(60, 4)) + offset, rng.normal(size=(5, 4)) + offset
    slow = [min(range(5), key=lambda k: math.dist(h, means[k])) for h in x]
    assert np.asarray(nearest_class_means(library(x), library(means))).tolist() == slow


def test_a_common_offset_costs_the_nearest_mean_no_digits_in_single_precision():
    rng = np.random.default_rng(1)
    means = rng.normal(size=(6, 8)).astype(np.float32)
    labels = np.repeat(np.arange(6), 20)
    x = means[labels] + 0.05 * rng.normal(size=(120, 8)).astype(np.float32)
    shifted = nearest_class_means(x + np.float32(1000), means + np.float32(1000))
    np.testing.assert_array_equal(shifted, labels)


@pytest.mark.parametrize("library", [np.asarray, torch.from_numpy])
def test_nc4_is_the_share_of_disagreement(library):
    first, second = np.array([0, 1, 2, 2, 1]), np.array([0, 1, 1, 2, 0])
    assert nc4(library(first), library(second)) == 0.4
    assert nc4(library(first), library(first)) == 0.0


def test_an_absent_class_is_nearest_to_nobody():
    means = np.array([[3.0, 0.0], [0.0, 0.0], [0.0, 3.0]])
    x = np.array([[0.1, 0.0], [0.0, 0.2]])
    assert nearest_class_means(x, means).tolist() == [1, 1]
    for library in (np.asarray, torch.from_numpy):
        present = library(np.array([True, False, True]))
        found = nearest_class_means(library(x), library(means), present)
        assert np.asarray(found).tolist() == [0, 2]


def test_cdnv_keeps_its_digits_where_two_means_nearly_coincide():
    apart = 1e-9
    x = np.array([[1.0, 0.0], [1.0, apart], [-1.0, 0.0], [-1.0, 2.0]])
    means = [x[0], x[1], x[2:].mean(axis=0)]
    variances = [0.0, 0.0, 1.0]
    slow = np.mean(
        [
            (variances[j] + variances[k]) / (2 * math.dist(means[j], means[k]) ** 2)
            for j, k in itertools.combinations(range(3), 2)
        ]
    )
    assert cdnv(class_statistics(x, np.array([0, 1, 2, 2]), 3)) == pytest.approx(slow, rel=1e-12)
    x[0, 0] += apart  # now the close pair has a variance, and rules the mean
    spread = np.concatenate([x, x[:2] + np.array([0.0, 1e-10])])
    found = cdnv(class_statistics(spread, np.array([0, 1, 2, 2, 0, 1]), 3))
    first, second = np.array([[1 + apart, 0.5e-10], [1.0, apart + 0.5e-10]])
    close = (2 * 0.25e-20) / (2 * math.dist(first, second) ** 2)
    assert found == pytest.approx((close + slow * 3) / 3, rel=1e-6)


def test_the_deviation_of_cosines_is_numpys(clusters):
    vectors = np.random.default_rng(3).normal(size=(5, 7))
    pairs = [
        a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a, b in itertools.combinations(vectors, 2)
    ]
    assert cosine_deviation(vectors) == pytest.approx(np.std(pairs), rel=1e-12)
    assert cosine_deviation(np.eye(4)) == pytest.approx(0, abs=1e-15)
    assert math.isnan(cosine_deviation(vectors[:1]))


def measured_of_many(K, d=3):
    """Return all that could take K×K or N×K, of random features and of collapsed ones."""
    r = np.random.default_rng(0)
    labels = np.arange(2 * K) // 2
    found = []
    for spread in (1.0, 1e-6):
        features = r.normal(size=(K, d))[labels // 2] + spread * r.normal(size=(2 * K, d))
        statistics = class_statistics(features, labels, K)
        means, weight = statistics.centered_means, r.normal(size=(K, d))
        found += [
            [cdnv(statistics), nc2_equiangular(means), cosine_deviation(means)],
            [nc2_zhu(weight), nc3_zhu(weight, means)],
            predictions(features, weight, np.arange(K) / K),
            nearest_class_means(features, statistics.means, statistics.present),
        ]
    return found


def test_many_classes_are_measured_in_blocks_with_the_same_result(monkeypatch):
    whole = measured_of_many(23)
    for block in (1, 50, 100, 529):
        monkeypatch.setattr(collapse, "BLOCK", block)
        for found, right in zip(measured_of_many(23), whole, strict=True):
            np.testing.assert_allclose(found, right, rtol=1e-12)


def test_many_classes_take_no_memory_of_classes_squared(monkeypatch):
    measured_of_many(5)
    monkeypatch.setattr(collapse, "BLOCK", 2**12)
    tracemalloc.start()
    try:
        measured_of_many(800)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 800 * 800 * 8 / 2


def test_of_very_many_classes_moments_tell_what_pairs_would(monkeypatch):
    r = np.random.default_rng(4)
    vectors, others = r.normal(size=(41, 5)), r.normal(size=(41, 5))

    def measured():
        return [
            cosine_deviation(vectors),
            nc2_zhu(vectors),
            nc3_zhu(vectors, others),
            orthogonal_distance(vectors),
            nc2_zhu(np.zeros((41, 5))),
            orthogonal_distance(np.zeros((41, 5))),
        ]

    exact = measured()
    monkeypatch.setattr(collapse, "EVERY_PAIR", 20)
    monkeypatch.setattr(frames, "EVERY_PAIR", 20)
    np.testing.assert_allclose(measured(), exact, rtol=1e-12)


def test_of_very_many_classes_pairs_of_some_are_looked_at(monkeypatch):
    r = np.random.default_rng(5)
    vectors = r.normal(size=(40, 5))
    statistics = class_statistics(
        np.repeat(vectors, 3, axis=0) + r.normal(size=(120, 5)), np.arange(120) // 3, 40
    )
    cosines = [
        a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        for a, b in itertools.combinations(vectors[::4], 2)
    ]
    some = statistics.means[::4], statistics.within_variance[::4]
    spreads = [
        (v + w) / (2 * ((a - b) ** 2).sum())
        for (a, v), (b, w) in itertools.combinations(zip(*some, strict=True), 2)
    ]
    monkeypatch.setattr(collapse, "EVERY_PAIR", 20)
    monkeypatch.setattr(collapse, "SOME", 10)
    assert nc2_equiangular(vectors) == pytest.approx(np.abs(np.array(cosines) + 1 / 39).mean())
    assert cdnv(statistics) == pytest.approx(np.mean(spreads), rel=1e-12)
