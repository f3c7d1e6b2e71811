"""The Layer-Peeled Model with weight decay: a generic solver, its thresholds, its limits."""

import cvxpy as cp
import numpy as np
import pytest

from ncviz.errors import UserError
from ncviz.geometry.collapse import cosines
from ncviz.theory.layer_peeled import TwoGroupProblem, cosines_at_norms, solve_two_groups
from ncviz.theory.lbfgs import lbfgs
from ncviz.theory.penalised_layer_peeled import (
    PenalisedProblem,
    penalised_logits,
    penalised_weights_and_features,
    solve_penalised,
)

GROUPS = [(2, 2, 500, 50), (1, 3, 100, 10), (3, 1, 100, 10), (1, 1, 10, 2), (2, 2, 80, 80)]


def generic(problem):
    """The convex programme in the logits, by a conic solver."""
    sizes = np.repeat(
        [problem.majority_samples, problem.minority_samples], [problem.majority, problem.minority]
    )
    classes = len(sizes)
    Z = cp.Variable((classes, classes))
    losses = cp.hstack([cp.log_sum_exp(Z[:, k]) - Z[k, k] for k in range(classes)])
    penalty = problem.penalty * cp.normNuc(Z @ np.diag(np.sqrt(sizes)))
    wanted = cp.Minimize(sizes / sizes.sum() @ losses + penalty)
    return float(cp.Problem(wanted).solve(solver=cp.CLARABEL))


@pytest.mark.parametrize("groups", GROUPS)
@pytest.mark.parametrize("share", [0.03, 0.5, 0.97, 1.5])
def test_the_objective_is_that_of_a_generic_solver(groups, share):
    zero = PenalisedProblem(*groups, 1.0).zero_threshold
    problem = PenalisedProblem(*groups, share * zero)
    found = solve_penalised(problem)
    assert found.objectives[0] == pytest.approx(generic(problem), abs=2e-8)
    assert 0 <= found.gaps[0] < 1e-13


@pytest.mark.parametrize("groups", [*GROUPS, (5, 5, 500, 100), (3, 7, 500, 100), (2, 8, 1e4, 1)])
def test_minorities_are_one_exactly_from_the_threshold_on(groups):
    problem = PenalisedProblem(*groups, 1.0)
    merged, zero = problem.minority_threshold, problem.zero_threshold
    if merged < zero:
        before, after = solve_penalised(problem, merged * np.array([1 - 1e-6, 1 + 1e-6])).b
        assert before > 0 == after
    before, after = solve_penalised(problem, zero * np.array([1 - 1e-6, 1 + 1e-6])).norms
    assert before > 0 == after


def test_the_published_sweeps_cross_the_thresholds():
    for majority, first, last in ((5, 0.0027, 0.0075), (3, 0.0037, 0.0102)):
        problem = PenalisedProblem(majority, 10 - majority, 500, 100, first)
        samples = 500 * majority + 100 * (10 - majority)
        assert problem.minority_threshold == pytest.approx(10 / samples)
        assert first < problem.minority_threshold < problem.zero_threshold < last
        begin, end = solve_penalised(problem, [first, last]).norms
        assert begin > 0 == end


def test_without_a_penalty_it_comes_to_the_simplex_encoded_labels():
    # Thrampoulidis et al. 2022: (I - J) diag(n) (I - J) = V Λ² Vᵀ, W Wᵀ ∝ V Λ Vᵀ.
    sizes = np.repeat([500.0, 50.0], [2, 3])
    center = np.eye(5) - 1 / 5
    squares, V = np.linalg.eigh(center @ np.diag(sizes) @ center)
    selis = V @ np.diag(np.sqrt(np.maximum(squares, 0))) @ V.T
    off = []
    for penalty in (1e-4, 1e-6, 1e-8):
        W, _ = penalised_weights_and_features(PenalisedProblem(2, 3, 500, 50, penalty))
        gram = W @ W.T
        off.append(np.abs(gram / np.linalg.norm(gram) - selis / np.linalg.norm(selis)).max())
    assert off[0] > off[1] > off[2]
    assert off[2] < 0.04
    # With a budget in place of it, every class counting alike, it comes to the simplex ETF.
    near = [solve_two_groups(TwoGroupProblem(5, 2, 10.0, e)) for e in (100.0, 1e4)]
    etf = [abs(found.minority_cosine + 1 / 4) for found in near]
    assert etf[1] < etf[0] < 0.1


def test_equal_classes_are_a_simplex_etf():
    W, H = penalised_weights_and_features(PenalisedProblem(2, 3, 40, 40, 0.004))
    np.testing.assert_allclose(cosines(W)[~np.eye(5, dtype=bool)], -1 / 4, atol=1e-9)
    # Balanced: λ_W ‖W‖² = λ_H ‖H‖² over all samples.
    assert np.sum(W**2) == pytest.approx(40 * np.sum(H**2))


def test_many_penalties_are_as_one_by_one():
    problem = PenalisedProblem(3, 4, 300, 20, 1.0)
    penalties = np.geomspace(1e-5, 0.05, 23)
    together = solve_penalised(problem, penalties)
    alone = [solve_penalised(problem, penalty).objectives[0] for penalty in penalties]
    np.testing.assert_allclose(together.objectives, alone, rtol=1e-12)


def test_a_descent_on_every_sample_comes_to_the_same_optimum():
    """The features of all samples are free: those of a class become one."""
    problem = PenalisedProblem(1, 2, 6, 2, 0.03)
    labels = np.repeat([0, 1, 2], [6, 2, 2])
    lambda_w, lambda_h = 0.09, 0.01

    def objective(x):
        W, H = x[:9].reshape(3, 3), x[9:].reshape(10, 3)
        Z = H @ W.T
        top = Z.max(axis=1, keepdims=True)
        log = top[:, 0] + np.log(np.exp(Z - top).sum(axis=1))
        value = np.mean(log - Z[np.arange(10), labels])
        G = (np.exp(Z - log[:, None]) - np.eye(3)[labels]) / 10
        value += lambda_w / 2 * np.sum(W**2) + lambda_h / 2 * np.sum(H**2)
        slope = np.concatenate([(G.T @ H + lambda_w * W).ravel(), (G @ W + lambda_h * H).ravel()])
        return value, slope

    x = np.random.default_rng(0).normal(size=39)
    x = lbfgs(lambda y, _: objective(y), x, 0.0, maxiter=3000, gtol=1e-10, ftol=1e-15)
    assert objective(x)[0] == pytest.approx(solve_penalised(problem).objectives[0], abs=1e-9)
    W, H = x[:9].reshape(3, 3), x[9:].reshape(10, 3)
    means = np.array([H[labels == k].mean(axis=0) for k in range(3)])
    np.testing.assert_allclose(W @ means.T, penalised_logits(problem), atol=1e-4)
    assert lambda_w * np.linalg.norm(W) / np.linalg.norm(H) == pytest.approx(0.03, rel=1e-4)


def test_a_budget_of_the_same_norm_is_the_layer_peeled_model():
    norms = np.array([0.0, 2.0, 20.0])
    found = cosines_at_norms(5, 2, 10.0, norms)
    assert np.isnan(found[0])
    budgets = (norms[1:] / 5) ** 2
    alone = [solve_two_groups(TwoGroupProblem(5, 2, 10.0, b)).minority_cosine for b in budgets]
    np.testing.assert_allclose(found[1:], alone, atol=1e-12)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ((0, 2, 5, 5, 0.1), "0 majority classes"),
        ((1, 1, 5, 6, 0.1), "no majority"),
        ((1, 1, 5, 5, 0.0), "penalty is 0"),
    ],
)
def test_what_cannot_be_is_a_sentence(wrong, word):
    with pytest.raises(UserError, match=word):
        PenalisedProblem(*wrong)
