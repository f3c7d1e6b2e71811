"""LE-SDE: closed forms, estimators of any number of classes, and the noise."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ncviz.errors import UserError
from ncviz.geometry.collapse import cosines
from ncviz.theory.le_sde import (
    KINDS,
    ElasticModel,
    elastic_directions,
    estimate_i,
    estimate_l,
    relative_difference,
    tail_index,
)

TIMES = np.geomspace(1, 1e4, 60)


def drift(model, t, X):
    """The equation itself, class by class."""
    K, d = model.classes, elastic_directions(model.classes)
    alpha = model.alpha * t**-model.exponent
    slopes = np.zeros_like(X)
    for k in range(K):
        for j in range(K):
            pull = alpha if j == k else model.ratio * alpha
            moved = X[j] if model.kind == "I" else d[j] * (d[j] @ X[j])
            slopes[k] += pull * moved / K
    return slopes


def whole(model, times=TIMES):
    found = [model.means(t) for t in times]
    return np.array([X * np.exp(unit) for X, unit in found])


@pytest.mark.parametrize("kind", ["I", "L"])
@pytest.mark.parametrize(("classes", "ratio"), [(2, -0.3), (3, 0.4), (4, -3.0), (5, 1.0)])
def test_the_closed_form_solves_the_equation(kind, classes, ratio):
    model = ElasticModel(classes, 0.5, ratio, 0.6, kind)
    shape = model.start.shape
    found = solve_ivp(
        lambda t, x: drift(model, t, x.reshape(shape)).ravel(),
        (1, 200),
        model.start.ravel(),
        rtol=1e-10,
        atol=1e-13,
    )
    np.testing.assert_allclose(
        whole(model, [200.0])[0], found.y[:, -1].reshape(shape), rtol=1e-6, atol=1e-9
    )


@pytest.mark.parametrize("exponent", [0.0, 0.6, 1.0, 1.4])
def test_a_is_the_integral_of_alpha(exponent):
    from scipy.integrate import quad

    model = ElasticModel(alpha=0.7, exponent=exponent)
    area, _ = quad(lambda t: 0.7 * t**-exponent, 1, 300)
    assert model.growth(300.0) == pytest.approx(area, rel=1e-9)


@pytest.mark.parametrize("classes", [2, 3, 4, 10])
@pytest.mark.parametrize("kind", ["I", "L"])
def test_the_estimators_find_what_was_put_in(classes, kind):
    model = ElasticModel(classes, 0.3, -0.3, 0.6, kind)
    A, B = (estimate_i if kind == "I" else estimate_l)(whole(model))
    np.testing.assert_allclose(A, model.growth(TIMES), atol=1e-5)
    np.testing.assert_allclose(B, -0.3 * model.growth(TIMES), atol=1e-5)


def test_euler_comes_to_the_closed_form():
    model = ElasticModel(3, 0.3, -0.3, 0.6)
    errors = []
    for steps in (2000, 4000):
        at = np.geomspace(1, 50, steps)
        X = model.start
        for t, dt in zip(at[:-1], np.diff(at), strict=True):
            X = X + dt * drift(model, t, X)
        errors.append(relative_difference(X, whole(model, [50.0])[0]).max())
    assert errors[1] < 0.55 * errors[0] < 0.01


def test_the_sampled_recursion_is_within_its_standard_error():
    """At each step a class is drawn, and its logits move those of all."""
    K, trials, steps, rate = 3, 2000, 60, 0.5
    model = ElasticModel(K, rate, -0.3, 0.0, seed=3)
    rng, d = np.random.default_rng(0), elastic_directions(K)
    X, means = np.tile(model.start, (trials, 1, 1)), [model.start]
    for _ in range(steps):
        drawn = rng.integers(K, size=trials)
        moved = np.einsum("nj,nj->n", X[np.arange(trials), drawn], d[drawn])[:, None] * d[drawn]
        pull = np.where(np.arange(K) == drawn[:, None], rate, -0.3 * rate)
        X = X + pull[:, :, None] * moved[:, None, :] + 0.002 * rng.normal(size=X.shape)
        means.append(X.mean(axis=0))
    # The mean of the recursion is a product of equal steps.
    step = np.eye(K * K)
    for k in range(K):
        for j in range(K):
            pull = rate if j == k else -0.3 * rate
            step[k * K : (k + 1) * K, j * K : (j + 1) * K] += pull / K * np.outer(d[j], d[j])
    exact = (np.linalg.matrix_power(step, steps) @ model.start.ravel()).reshape(K, K)
    off = np.abs(means[-1] - exact) / (X.std(axis=0) / np.sqrt(trials))
    assert off.max() < 4
    A, B = estimate_l(np.array(means))
    true = estimate_l(np.array([model.start, exact]))
    s = np.einsum("nkj,kj->nk", X, d).mean(axis=1)
    error = K * s.std() / np.sqrt(trials) / abs(s.mean())
    assert A[-1] - B[-1] == pytest.approx(true[0][-1] - true[1][-1], abs=4 * error)


def test_the_noise_of_samples_is_that_of_brownian_motion():
    model = ElasticModel(3, noise=0.2, seed=3)
    noises = model.noises([1.0, 10.0, 101.0], 3000)
    assert not noises[0].any()
    np.testing.assert_allclose(noises[1].std(), 0.2 * 3, rtol=0.02)
    np.testing.assert_allclose(noises[2].std(), 0.2 * 10, rtol=0.02)
    assert np.abs(noises[2].mean(axis=1)).max() < 4 * 2 / np.sqrt(3000)


def test_negative_beta_makes_a_simplex_etf_of_the_l_model():
    for classes in (3, 6):
        model = ElasticModel(classes, 1.0, -0.5, 0.3)
        means, _ = model.means(1e4)
        off = cosines(means)[~np.eye(classes, dtype=bool)]
        np.testing.assert_allclose(off, -1 / (classes - 1), atol=1e-6)


def test_the_theorem_is_about_how_fast_gamma_falls():
    assert ElasticModel(exponent=0.9).separates is True
    assert ElasticModel(exponent=1.1).separates is False
    assert ElasticModel(exponent=1.0).separates is None
    assert ElasticModel(exponent=0.5, ratio=1.0).separates is False
    pull = ElasticModel(alpha=2.0, ratio=-0.5, exponent=1.0).pull([1.0, 1e3])
    np.testing.assert_allclose(pull, 3.0)


def test_numbers_too_large_for_floats_keep_their_directions():
    model = ElasticModel(4, 10.0, -1.0, 0.0)
    means, unit = model.means(1e4)
    assert np.isfinite(means).all()
    assert unit > 1e4


def test_the_published_tail_index_is_of_the_integral():
    t = np.arange(1, 10_001, dtype=float)
    model = ElasticModel(alpha=1.0, exponent=0.6)
    assert 0.4 < tail_index(t, model.growth(t)) < 0.85


@pytest.mark.parametrize(
    ("wrong", "word"),
    [({"classes": 1}, "of 1 class cannot"), ({"kind": "M"}, "'M'"), ({"alpha": 0.0}, "α₀ = 0")],
)
def test_what_cannot_be_is_a_sentence(wrong, word):
    with pytest.raises(UserError, match=word):
        ElasticModel(**wrong)


@pytest.mark.parametrize("kind", ["I", "L"])
@pytest.mark.parametrize("ratio", [-1.0, 0.4, 0.9])
def test_what_tells_classes_apart_is_the_means_less_their_average(kind, ratio):
    model = ElasticModel(5, 0.5, ratio, 0.6, kind)
    found, unit = model.means_apart(20.0)
    X = whole(model, [20.0])[0]
    np.testing.assert_allclose(
        found * np.exp(unit), X - X.mean(axis=0), atol=1e-12 * np.abs(X).max()
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ratio", [-3.0, -0.3, 0.0, 0.9])  # at −(K − 1) nothing drives δ
def test_all_times_at_once_are_as_one_by_one(kind, ratio):
    model = ElasticModel(4, 0.5, ratio, 0.7, kind)
    times = np.array([1.0, 3.0, 200.0, 1e4])
    means, units = model.means_apart(times)
    assert means.shape == (4, 4, 4)
    for t, all_means, unit in zip(times, means, units, strict=True):
        alone, own = model.means_apart(float(t))
        np.testing.assert_allclose(all_means, alone, rtol=1e-12, atol=0)
        assert unit == own
