"""The pick-all-labels loss and its optimum: against a conic solver, and against the theorem."""

from dataclasses import replace

import cvxpy as cp
import numpy as np
import pytest

from ncviz.errors import UserError
from ncviz.geometry.collapse import cosines, nc2_zhu
from ncviz.geometry.label_sets import means_of_sorted, nc_m, off_the_sums, sum_factors
from ncviz.theory.losses import cross_entropy
from ncviz.theory.pick_all import (
    PickAllFeatures,
    indicators,
    least_of_pick_all,
    simulate_pick_all,
    zero_threshold,
)
from ncviz.theory.pick_all_loss import pick_all


def conic(p: PickAllFeatures) -> float:
    """The convex programme in the logits, by a generic solver."""
    own = indicators(p.classes, p.largest)
    sizes = np.array((*p.class_sizes, *p.set_sizes), dtype=float)
    Z = cp.Variable(own.shape)
    losses = [own[s].sum() * cp.log_sum_exp(Z[s]) - own[s] @ Z[s] for s in range(len(own))]
    nuclear = cp.normNuc(cp.diag(np.sqrt(sizes)) @ Z)
    aim = (sizes / sizes.sum()) @ cp.hstack(losses) + p.penalty * nuclear
    return float(cp.Problem(cp.Minimize(aim)).solve(solver=cp.CLARABEL))


def parted(p: PickAllFeatures, means):
    own = indicators(p.classes, p.largest)[p.classes :]
    return means[: p.classes], own, means[p.classes :]


def test_the_loss_is_that_of_each_label_and_its_gradient_too():
    rng = np.random.default_rng(0)
    logits, own = 3 * rng.standard_normal((6, 4)), indicators(4, 2)[[0, 3, 4, 6, 8, 9]]
    losses, gradient = pick_all(logits, own)
    expected, slopes = np.zeros(6), np.zeros((6, 4))
    for i, k in np.argwhere(own):
        loss, slope = cross_entropy(logits[[i]], np.array([k]))
        expected[i] += loss[0]
        slopes[i] += slope[0]
    np.testing.assert_allclose(losses, expected, rtol=1e-12)
    np.testing.assert_allclose(gradient, slopes, atol=1e-12)
    assert losses[1:].min() >= 0
    assert pick_all(np.zeros((1, 4)), own[[5]])[0] == pytest.approx(2 * np.log(4))


@pytest.mark.parametrize(
    "asked",
    [
        {"classes": 3},
        {"rarity": 7.0, "penalty": 0.01},
        {"largest": 3, "samples": 5},
        {"ratio": 10.0},
        {"classes": 5, "set_ratio": 20.0},
        {"penalty": 0.9},
    ],
)
def test_the_optimum_is_that_of_a_conic_solver(asked):
    p = PickAllFeatures(**asked)
    least = least_of_pick_all(p)
    assert least.objective == pytest.approx(conic(p), abs=2e-7)
    assert 0 <= least.gap < 1e-6


@pytest.mark.parametrize(
    "asked", [{}, {"classes": 3, "rarity": 5.0}, {"classes": 5, "largest": 3, "samples": 6}]
)
def test_features_descend_to_the_scaled_sums(asked):
    """Li et al.: a simplex ETF, and h_S = C_m Σ h_k, whatever the other sizes have."""
    p = PickAllFeatures(**asked)
    least = least_of_pick_all(p)
    *_, last = simulate_pick_all(p, [0, 1000])
    assert last.objective == pytest.approx(least.objective, abs=1e-9)
    means = means_of_sorted(last.H, p.labels(), p.classes + len(p.sets))
    single, own, of_sets = parted(p, means)
    assert off_the_sums(single, own, of_sets) < 1e-6
    factors = sum_factors(single, own, of_sets)
    np.testing.assert_allclose(factors, least.factors, rtol=1e-6)
    pairs = [labels for labels in p.sets if len(labels) == 2]
    assert nc_m(single, pairs, of_sets[: len(pairs)]) < 1e-6
    off_diagonal = cosines(single)[~np.eye(p.classes, dtype=bool)]
    np.testing.assert_allclose(off_diagonal, -1 / (p.classes - 1), atol=1e-6)
    assert nc2_zhu(last.W) < 1e-6


def test_factors_solve_the_optimality_condition():
    p = PickAllFeatures(classes=6, largest=3, rarity=3.0)
    least = least_of_pick_all(p)
    logits = least.H @ least.W.T
    own = indicators(6, 3)
    spread = [np.ptp(logits[own.sum(axis=1) == m], axis=1) for m in (1, 2, 3)]
    t = [float(part.mean()) for part in spread]
    assert max(np.ptp(part) for part in spread) < 1e-9
    np.testing.assert_allclose(np.divide(t[1:], t[0]), least.factors)
    np.testing.assert_allclose(
        [x * (m * np.exp(x) + 6 - m) for m, x in enumerate(t, 1)], t[0] * (np.exp(t[0]) + 5)
    )


@pytest.mark.parametrize("asked", [{"ratio": 10.0}, {"classes": 5, "set_ratio": 20.0}])
def test_sets_of_one_size_that_differ_in_number_miss_their_sums(asked):
    p = PickAllFeatures(**asked)
    assert not p.balanced
    least = least_of_pick_all(p)
    single, own, of_sets = parted(p, least.H)
    assert off_the_sums(single, own, of_sets) > 5e-3
    assert nc2_zhu(single) > 1e-3


def test_nothing_is_left_from_the_threshold_on():
    p = PickAllFeatures()
    zero = zero_threshold(p)
    # Of equal sets it has a closed form; of single labels alone that of Hong and Ling.
    assert zero == pytest.approx(np.sqrt((80 * 3 + 120 * 4) / (4 * 3)) / 200)
    alone = replace(p, largest=1)
    assert zero_threshold(alone) == pytest.approx(np.sqrt(20) / 80)
    assert least_of_pick_all(replace(p, penalty=zero)).vanished
    below = least_of_pick_all(replace(p, penalty=0.999 * zero))
    assert not below.vanished
    assert below.factors[0] == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"classes": 3, "largest": 3}, "choose 1 to 2"),
        ({"classes": 1}, "There is no model of 1 class:"),
        ({"ratio": 0.5}, "1 at least"),
        ({"penalty": float("nan")}, "positive"),
    ],
)
def test_what_cannot_be_is_refused(wrong, words):
    with pytest.raises(UserError, match=words):
        PickAllFeatures(**wrong)
