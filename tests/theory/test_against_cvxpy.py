"""The Layer-Peeled Model against a generic conic solver."""

import cvxpy as cp
import numpy as np
import pytest

from ncviz.geometry.frames import seli_distance_of_classifier, seli_distance_of_means
from ncviz.theory.layer_peeled import minority_cosine_curve
from ncviz.theory.layer_peeled_general import solve_class_sizes


def nuclear_norm_programme(sizes, budget):
    classes = len(sizes)
    shares = np.asarray(sizes) / np.sum(sizes)
    Z = cp.Variable((classes, classes))
    losses = cp.hstack([cp.log_sum_exp(Z[:, k]) - Z[k, k] for k in range(classes)])
    within = cp.normNuc(Z) <= classes * np.sqrt(budget)
    return float(cp.Problem(cp.Minimize(shares @ losses), [within]).solve(solver=cp.CLARABEL))


def gram_programme(sizes, budget):
    """The 2K×2K Gram matrix of [h_1 … h_K, Wᵀ], as Fang et al. convexify the model."""
    classes = len(sizes)
    shares = np.asarray(sizes) / np.sum(sizes)
    X = cp.Variable((2 * classes, 2 * classes), PSD=True)
    logits = X[classes:, :classes]
    losses = cp.hstack([cp.log_sum_exp(logits[:, k]) - logits[k, k] for k in range(classes)])
    budgets = [
        cp.trace(X[:classes, :classes]) / classes <= budget,
        cp.trace(X[classes:, classes:]) / classes <= 1.0,
    ]
    return float(cp.Problem(cp.Minimize(shares @ losses), budgets).solve(solver=cp.CLARABEL))


@pytest.mark.parametrize("seed", range(8))
def test_random_class_sizes(seed):
    rng = np.random.default_rng(seed)
    sizes = np.exp(rng.uniform(0, 6, rng.integers(2, 7)))
    budget = float(np.exp(rng.uniform(-2, 3)))
    ours = solve_class_sizes(sizes, budget)
    assert ours.objective == pytest.approx(nuclear_norm_programme(sizes, budget), abs=1e-7)
    assert 0 <= ours.gap < 1e-9


@pytest.mark.parametrize("sizes", [(30.0, 20.0, 10.0), (100.0, 100.0, 3.0, 1.0)])
def test_the_gram_matrix_of_the_paper(sizes):
    ours = solve_class_sizes(sizes, 4.0)
    assert ours.objective == pytest.approx(gram_programme(sizes, 4.0), abs=1e-7)


@pytest.mark.parametrize("budget", [0.5, 5.0, 20.0])
def test_two_groups(budget):
    ratios = [1.0, 3.0, 40.0, 1000.0]
    ours = minority_cosine_curve(5, 2, budget, ratios)
    conic = [nuclear_norm_programme([R, R, 1, 1, 1], budget) for R in ratios]
    np.testing.assert_allclose(ours.objectives, conic, atol=1e-7)


@pytest.mark.parametrize("counts", [(6, 2, 1), (20, 20, 3, 1), (5, 5, 5)])
def test_seli_is_the_least_nuclear_norm_of_a_hard_margin(counts):
    """Thrampoulidis et al.: the features' SVM, as a nuclear norm, by a generic conic solver."""
    classes, roots = len(counts), np.sqrt(np.array(counts, dtype=float))
    Z = cp.Variable((classes, classes))
    margins = [Z[k, k] - Z[j, k] >= 1 for k in range(classes) for j in range(classes) if j != k]
    cp.Problem(cp.Minimize(cp.normNuc(Z @ np.diag(roots))), margins).solve(solver=cp.CLARABEL)
    left, values, right = np.linalg.svd(Z.value * roots)
    rows, features = left * np.sqrt(values), right.T * np.sqrt(values) / roots[:, None]
    centered = features - features.mean(axis=0)
    assert seli_distance_of_classifier(rows, np.array(counts)) < 1e-4
    assert seli_distance_of_means(centered, np.array(counts)) < 1e-4
