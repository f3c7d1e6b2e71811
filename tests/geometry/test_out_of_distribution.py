"""NC5, NECO and NC_m against loops written from their formulas."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.errors import UserError
from ncviz.geometry.etf import simplex_etf
from ncviz.geometry.label_sets import nc_m
from ncviz.geometry.out_of_distribution import area_under_curve, nc5, neco_scores

SEEDS = st.integers(0, 5000)


def angle(a, b):
    return math.acos(max(-1.0, min(1.0, float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b))))))


@given(SEEDS)
def test_nc5_is_the_mean_cosine_with_the_mean_outside(seed):
    rng = np.random.default_rng(seed)
    means, outside = rng.normal(size=(4, 6)), rng.normal(size=(9, 6))
    slow = sum(abs(math.cos(angle(m, outside.mean(axis=0)))) for m in means) / 4
    assert nc5(means, outside) == pytest.approx(slow)
    turn = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    assert nc5(3 * means @ turn, 7 * outside @ turn) == pytest.approx(slow)
    beside = np.hstack([means, np.zeros((4, 1))]), np.hstack([np.zeros((9, 6)), np.ones((9, 1))])
    assert nc5(*beside) == 0


@given(SEEDS)
def test_neco_is_the_share_along_the_principal_directions(seed):
    rng = np.random.default_rng(seed)
    inside, features = rng.normal(size=(30, 5)) * [5, 4, 3, 2, 1], rng.normal(size=(6, 5))
    covariance = np.cov(inside.T)
    top = np.linalg.eigh(covariance)[1][:, -2:]
    slow = [math.hypot(*(float(h @ v) for v in top.T)) / np.linalg.norm(h) for h in features]
    assert neco_scores(features, inside, 2) == pytest.approx(slow)
    assert neco_scores(features, inside, 5) == pytest.approx(1)
    assert np.isnan(neco_scores(np.zeros((1, 5)), inside, 2)).all()


@given(SEEDS, st.booleans())
def test_the_area_is_the_chance_to_score_higher(seed, ties):
    rng = np.random.default_rng(seed)
    inside, outside = rng.normal(1, 1, 12), rng.normal(0, 1, 7)
    if ties:
        inside, outside = inside.round(), outside.round()
    slow = np.mean([1.0 if a > b else 0.5 if a == b else 0.0 for a in inside for b in outside])
    assert area_under_curve(inside, outside) == pytest.approx(slow)
    assert area_under_curve(outside, inside) == pytest.approx(1 - slow)


@given(SEEDS)
def test_nc_m_is_the_ratio_of_angles(seed):
    rng = np.random.default_rng(seed)
    single, pairs = rng.normal(size=(4, 5)), [(0, 1), (3, 1), (2, 3)]
    of_pairs = rng.normal(size=(3, 5))
    own = [angle(single[i] + single[j], m) for (i, j), m in zip(pairs, of_pairs, strict=True)]
    every = [
        angle(single[i] + single[j], m) for i, j in combinations(range(4), 2) for m in of_pairs
    ]
    slow = np.mean(own) / np.mean(every)
    assert nc_m(single, pairs, of_pairs) == pytest.approx(slow)
    turn = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    assert nc_m(2 * single @ turn, pairs, 9 * of_pairs @ turn) == pytest.approx(slow)


def test_sets_that_are_sums_have_an_nc_m_of_zero():
    single, pairs = simplex_etf(4), [(0, 1), (1, 2)]
    sums = np.array([0.3 * (single[i] + single[j]) for i, j in pairs])
    assert nc_m(single, pairs, sums) == pytest.approx(0, abs=1e-7)
    # In a simplex ETF of two classes both sum to 0.
    assert math.isnan(nc_m(np.array([[1.0], [-1.0]]), [(0, 1)], np.array([[1.0]])))


def test_what_does_not_fit_is_told():
    with pytest.raises(UserError, match=r"do not fit together.*at least one sample"):
        nc5(np.ones((2, 3)), np.empty((0, 3)))
    with pytest.raises(UserError, match=r"4 principal directions.*give 1 to 3"):
        neco_scores(np.ones((2, 3)), np.ones((5, 3)), 4)
    with pytest.raises(UserError, match="scores of both kinds"):
        area_under_curve(np.ones(2), np.empty(0))
    for pairs in ([], [(0, 0)], [(0, 7)], [(0, 1), (1, 2)]):
        with pytest.raises(UserError, match="pairs of labels do not fit"):
            nc_m(np.eye(3), pairs, np.ones((1, 3)))
