"""Ranks, frames, compression and duality against loops written from their formulas."""

import math
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.geometry import collapse, frames, ranks
from ncviz.geometry.collapse import nc2_zhu
from ncviz.geometry.compression import discrimination, trace_ratio, uniformity
from ncviz.geometry.duality import (
    margins,
    nc0,
    nc0_share,
    paired_cosines,
    quantile,
    unc3,
    uneven_logits,
)
from ncviz.geometry.etf import simplex_etf
from ncviz.geometry.frames import (
    orthogonal_distance,
    seli_distance_of_classifier,
    seli_distance_of_means,
)
from ncviz.geometry.ranks import singular_values
from ncviz.geometry.statistics import class_statistics
from ncviz.runs.directions import Directions

VECTORS = st.integers(0, 10_000).map(lambda seed: np.random.default_rng(seed).normal(size=(5, 7)))
COUNTS = st.lists(st.integers(1, 60), min_size=5, max_size=5).map(np.array)


def numerical_dimensions(vectors):
    return ranks.numerical_dimensions(singular_values(vectors))


def participation(vectors):
    return ranks.participation(singular_values(vectors))


def stable_rank(vectors):
    return ranks.stable_rank(singular_values(vectors))


OF_VECTORS = (
    *(discrimination, uniformity, numerical_dimensions, participation, stable_rank),
    *(orthogonal_distance, nc2_zhu, nc0_share),
)


def length(v):
    return math.sqrt(sum(x * x for x in v))


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True)) / (length(a) * length(b))


def turned(vectors, seed=3):
    d = vectors.shape[1]
    return vectors @ np.linalg.qr(np.random.default_rng(seed).normal(size=(d, d)))[0]


@pytest.mark.parametrize("number", OF_VECTORS)
@given(vectors=VECTORS, order=st.permutations(range(5)), scale=st.floats(1e-6, 1e6))
def test_turning_scaling_and_reordering_change_nothing(number, vectors, order, scale):
    other = scale * turned(vectors)[list(order)]
    assert number(other) == pytest.approx(number(vectors), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("K", [2, 3, 7])
def test_a_simplex_etf_has_full_ranks_and_no_distance(K):
    frame = 2.5 * turned(simplex_etf(K))
    for rank in (numerical_dimensions, participation, stable_rank):
        assert rank(frame) == pytest.approx(K - 1)
    assert nc2_zhu(frame) == pytest.approx(0, abs=1e-12)
    assert discrimination(frame) == pytest.approx(1 + 1 / (K - 1))
    assert nc0(frame) == pytest.approx(0, abs=1e-12)
    assert uniformity(frame) == pytest.approx(0, abs=1e-9) or K == 2  # one pair varies from none
    assert orthogonal_distance(np.eye(K)) == 0
    assert nc0_share(np.ones((K, 3))) == pytest.approx(1)


@given(VECTORS)
def test_discrimination_and_uniformity_by_loops_over_pairs(vectors):
    largest = max(cosine(a, b) for a, b in permutations(vectors, 2))
    assert discrimination(vectors) == pytest.approx(1 - largest, rel=1e-9, abs=1e-12)
    unit = [v / length(v) for v in vectors]
    logs = [-math.log(length(a - b)) for a, b in combinations(unit, 2)]
    mean = sum(logs) / len(logs)
    deviation = math.sqrt(sum((x - mean) ** 2 for x in logs) / len(logs))
    assert uniformity(vectors) == pytest.approx(deviation / abs(mean), rel=1e-6)


def test_pairs_of_many_classes_are_those_of_loops(monkeypatch):
    """Cosines come in tiles, whose moments are put together."""
    from ncviz.geometry import collapse

    vectors = np.random.default_rng(5).normal(size=(23, 6))
    whole = discrimination(vectors), uniformity(vectors)
    monkeypatch.setattr(collapse, "BLOCK", 16)
    assert (discrimination(vectors), uniformity(vectors)) == pytest.approx(whole, rel=1e-12)


@given(st.integers(0, 1000))
def test_the_trace_ratio_is_that_of_the_scatter_matrices(seed):
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1, 2], [3, 5, 9])
    features = rng.normal(size=(3, 4))[labels] + rng.normal(size=(17, 4))
    means = [features[labels == k].mean(axis=0) for k in range(3)]
    within = sum(length(h - means[k]) ** 2 for h, k in zip(features, labels, strict=True)) / 17
    middle = sum(means) / 3
    between = sum(length(m - middle) ** 2 for m in means) / 3
    found = trace_ratio(class_statistics(features, labels, 3))
    assert found == pytest.approx(within / between, rel=1e-10)


@given(VECTORS)
def test_ranks_from_the_eigenvalues_of_the_gram_matrix(vectors):
    values = np.sqrt(np.sort(np.linalg.eigvalsh(vectors @ vectors.T))[::-1])
    assert stable_rank(vectors) == pytest.approx(sum(v * v for v in values) / values[0] ** 2)
    assert participation(vectors) == pytest.approx(sum(values) ** 2 / sum(v * v for v in values))
    assert numerical_dimensions(vectors) == sum(v > 1e-3 * values[0] for v in values)


def test_a_short_axis_is_no_dimension():
    vectors = np.diag([1.0, 1.0, 1e-4])
    assert numerical_dimensions(vectors) == 2
    assert participation(vectors) == pytest.approx(2, rel=1e-3)


def slow_seli(counts):
    """The simplex-encoded labels, a column a sample, and their decomposition."""
    K, N = len(counts), sum(counts)
    encoded = np.zeros((K, N))
    labels = np.repeat(np.arange(K), counts)
    for i, k in enumerate(labels):
        encoded[:, i] = -1 / K
        encoded[k, i] += 1
    left, values, right = np.linalg.svd(encoded, full_matrices=False)
    left, values, right = left[:, : K - 1], values[: K - 1], right[: K - 1]
    first = [int(np.flatnonzero(labels == k)[0]) for k in range(K)]
    rows, features = left * np.sqrt(values), np.sqrt(values)[:, None] * right
    return rows, features[:, first].T


@given(COUNTS, VECTORS)
def test_seli_is_the_decomposition_of_the_encoded_labels(counts, vectors):
    rows, means = slow_seli(counts.tolist())
    for of, ideal in ((seli_distance_of_classifier, rows), (seli_distance_of_means, means)):
        assert of(turned(ideal), counts) == pytest.approx(0, abs=1e-7)
        gram, best = vectors @ vectors.T, ideal @ ideal.T
        apart = gram / np.linalg.norm(gram) - best / np.linalg.norm(best)
        assert of(vectors, counts) == pytest.approx(np.linalg.norm(apart), rel=1e-7)


@given(VECTORS, st.permutations(range(5)), COUNTS)
def test_seli_does_not_know_the_order_of_classes_or_the_size_of_all(vectors, order, counts):
    order = list(order)
    for of in (seli_distance_of_classifier, seli_distance_of_means):
        whole = of(vectors, counts)
        assert of(vectors[order], counts[order]) == pytest.approx(whole, rel=1e-7)
        assert of(vectors, 7 * counts) == pytest.approx(whole, rel=1e-7)
        equal = np.full(5, 12)
        assert of(vectors, equal) == pytest.approx(nc2_zhu(vectors), rel=1e-9)


@given(VECTORS, VECTORS)
def test_duality_by_loops_over_classes(rows, means):
    pairs = [cosine(w, m) for w, m in zip(rows, means, strict=True)]
    assert paired_cosines(rows, means) == pytest.approx(pairs)
    mean = sum(pairs) / 5
    assert unc3(rows, means) == pytest.approx(sum((c - mean) ** 2 for c in pairs) / 5)
    total = [sum(w[j] for w in rows) for j in range(7)]
    assert nc0(rows) == pytest.approx(length(total))
    frobenius = math.sqrt(sum(length(w) ** 2 for w in rows))
    assert nc0_share(rows) == pytest.approx(length(total) / (math.sqrt(5) * frobenius))
    logits = [float(w @ means[0]) + b for b, w in enumerate(rows)]
    middle = sum(logits) / 5
    found = uneven_logits(rows, np.arange(5.0), means[0])
    assert found == pytest.approx(length([z - middle for z in logits]))


@given(st.integers(0, 1000))
def test_margins_are_the_lead_over_the_next_logit(seed):
    rng = np.random.default_rng(seed)
    logits, labels = rng.normal(size=(20, 4)), rng.integers(0, 4, 20)
    slow = [
        z[y] - max(z[k] for k in range(4) if k != y) for z, y in zip(logits, labels, strict=True)
    ]
    assert margins(logits, labels) == pytest.approx(slow)
    assert ((margins(logits, labels) < 0) == (logits.argmax(axis=1) != labels)).all()


@pytest.mark.parametrize("number", OF_VECTORS)
def test_what_cannot_be_had_is_no_number(number):
    assert math.isnan(number(np.zeros((3, 4))))


def test_vectors_of_length_zero_have_no_direction():
    vectors = np.array([[1.0, 0], [0, 1], [0, 0]])
    for number in (discrimination, uniformity, lambda v: unc3(v, v)):
        assert math.isnan(number(vectors))
    assert math.isnan(uniformity(np.array([[1.0, 0], [2, 0], [0, 1]])))  # one direction twice
    one_class = class_statistics(np.eye(2), np.zeros(2, dtype=int), 1)
    assert math.isnan(trace_ratio(one_class))
    coincide = class_statistics(np.array([[1.0], [-1], [1], [-1]]), np.array([0, 0, 1, 1]), 2)
    assert math.isinf(trace_ratio(coincide))


@given(st.integers(0, 1000), st.floats(0, 1))
def test_a_quantile_is_where_that_share_of_the_weights_is_reached(seed, share):
    rng = np.random.default_rng(seed)
    values, weights = rng.normal(size=15), rng.integers(1, 9, 15).astype(float)
    found = quantile(values, share, weights)
    below = sum(w for v, w in zip(values, weights, strict=True) if v < found) / weights.sum()
    upto = sum(w for v, w in zip(values, weights, strict=True) if v <= found) / weights.sum()
    assert below <= share + 1e-9
    assert upto >= share - 1e-9
    assert quantile(values, 0.0) == min(values)
    assert quantile(values, 1.0) == max(values)


@pytest.mark.parametrize("shape", [(7, 3), (9, 20)])
def test_pairs_of_very_many_classes_are_taken_in_blocks(shape, monkeypatch):
    vectors = np.random.default_rng(0).normal(size=shape)
    gram = vectors @ vectors.T
    ideal = np.eye(len(gram)) / np.sqrt(len(gram))
    whole = np.linalg.norm(gram / np.linalg.norm(gram) - ideal)
    monkeypatch.setattr(frames, "BLOCK", 2 * shape[0])
    monkeypatch.setattr(collapse, "BLOCK", 16)
    assert orthogonal_distance(vectors) == pytest.approx(whole, rel=1e-13)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    pairs = (unit @ unit.T)[np.triu_indices(len(unit), 1)]
    wanted = pairs.min(), pairs.mean(), pairs.max()
    assert Directions(vectors).cosine_range == pytest.approx(wanted, rel=1e-12)
