"""Strengths from recorded mean logits: slopes, where they begin, the tail, the imitation."""

import numpy as np
import pytest
from scipy.signal import savgol_filter

from ncviz.errors import UserError
from ncviz.theory.le_sde import ElasticModel, elastic_directions, estimate_l
from ncviz.theory.le_sde_estimates import Elasticity, local_slope, separation_of_logits

EXACT = 1e-5


def logits_of(model, times):
    return np.array([X * np.exp(unit) for X, unit in map(model.means, times)])


def elasticity(model, times, **more):
    return Elasticity(times, logits_of(model, times), np.zeros(len(times)), **more)


def test_even_times_have_the_slopes_of_savitzky_and_golay():
    values = np.random.default_rng(0).normal(size=60).cumsum()
    found = local_slope(3.0 * np.arange(60), values, 11)
    np.testing.assert_allclose(found, savgol_filter(values, 11, 2, deriv=1, delta=3.0), atol=1e-12)


def test_uneven_times_have_the_slopes_of_a_parabola_at_the_times_themselves():
    times = np.cumsum(np.random.default_rng(1).uniform(1, 100, 30))
    values = 2 + 3 * times - 0.01 * times**2
    np.testing.assert_allclose(local_slope(times, values, 7), 3 - 0.02 * times, rtol=1e-9)
    values[4] = np.inf
    gone = np.flatnonzero(np.isnan(local_slope(times, values, 3)))
    assert gone.tolist() == [3, 4, 5]


@pytest.mark.parametrize("classes", [2, 3, 4, 10])
@pytest.mark.parametrize("kind", ["I", "L"])
def test_strengths_that_were_put_in_come_back(classes, kind):
    model = ElasticModel(classes, 0.3, -0.3, 0.0, kind)
    times = np.concatenate([np.arange(1.0, 20), np.arange(20.0, 60, 5)])  # not evenly recorded
    found = elasticity(model, times)
    assert found.first == 0
    strengths = found.of_i if kind == "I" else found.of_l
    np.testing.assert_allclose(strengths.alpha, 0.3, atol=EXACT)
    np.testing.assert_allclose(strengths.beta, -0.09, atol=EXACT)
    assert strengths.mean_alpha == pytest.approx(0.3, abs=EXACT)
    assert strengths.mean_beta == pytest.approx(-0.09, abs=EXACT)


def test_thinned_moments_tell_the_same():
    model = ElasticModel(3, 0.3, -0.3, 0.6)
    every = np.arange(1.0, 10_001)
    kept = np.unique(np.rint(np.geomspace(1, 1e4, 40)))
    whole, thin = elasticity(model, every), elasticity(model, kept)
    rows = np.searchsorted(every, kept)
    np.testing.assert_allclose(thin.of_l.A, whole.of_l.A[rows], atol=EXACT)
    middle = slice(8, -4)
    np.testing.assert_allclose(thin.of_l.alpha[middle], 0.3 * kept[middle] ** -0.6, rtol=0.1)
    assert thin.of_l.tail_index == pytest.approx(whole.of_l.tail_index, abs=0.01)
    assert thin.of_l.tail_slope == pytest.approx(whole.of_l.tail_slope, abs=0.01)
    assert thin.of_l.tail_slope == pytest.approx(0.6, abs=0.05)
    assert thin.of_l.tail_index > thin.of_l.tail_slope + 0.02  # the published one is biased


def test_the_published_tail_index_is_over_the_last_tenth_of_the_time():
    times = np.arange(1.0, 10_001)
    found = elasticity(ElasticModel(3, 0.3, -0.3, 0.6), times).of_l
    slow = 1 - np.mean(
        [np.log(abs(A)) / np.log(t) for t, A in zip(times, found.whole, strict=True) if t >= 9e3]
    )
    assert found.tail_index == pytest.approx(slow, rel=1e-12)


def test_strengths_begin_where_s_is_larger_than_its_noise():
    model, times = ElasticModel(3, 0.3, -0.3, 0.0), np.arange(1.0, 40)
    logits = logits_of(model, times)
    S = separation_of_logits(logits)
    error = abs(S[10]) / 5.001
    found = Elasticity(times, logits, np.full(len(times), error))
    assert found.first == 10
    A, B = estimate_l(logits, 10)
    np.testing.assert_array_equal(found.of_l.A, A)
    np.testing.assert_array_equal(found.of_l.B, B)
    assert found.of_i.A[10] == found.of_i.B[10] == 0
    np.testing.assert_allclose(found.of_l.alpha[10:], 0.3, atol=EXACT)
    assert np.isnan(found.imitated[:10]).all()


def test_a_sign_that_changes_late_is_where_strengths_begin():
    times = np.arange(1.0, 21)
    logits = np.where(times < 12, -1.0, 1.0)[:, None, None] * elastic_directions(3)
    assert Elasticity(times, logits, np.zeros(20)).first == 11
    logits[-1] *= -1
    assert Elasticity(times, logits, np.zeros(20)).of_l is None


def test_s_within_its_noise_says_nothing_of_the_l_model():
    model, times = ElasticModel(3, 0.3, -0.3, 0.0), np.arange(1.0, 40)
    found = Elasticity(times, logits_of(model, times), np.full(len(times), 1e6))
    assert found.of_l is found.imitated is found.difference is None
    assert np.isfinite(found.of_i.tail_index)


@pytest.mark.parametrize("classes", [2, 3, 4, 10])
def test_the_equation_with_its_own_strengths_imitates_itself(classes):
    found = elasticity(ElasticModel(classes, 0.3, -0.3, 0.0), np.arange(1.0, 40))
    np.testing.assert_allclose(found.imitated, found.logits, rtol=1e-6, atol=1e-9)
    assert found.difference.max() < EXACT


def test_noise_is_within_its_standard_error():
    """The estimate of noisy logits is off by no more than a few of its own errors."""
    model, times, sigma = ElasticModel(3, 0.3, -0.3, 0.0, seed=2), np.arange(1.0, 40), 1e-3
    exact, rng = logits_of(model, times), np.random.default_rng(0)
    last = [
        Elasticity(times, exact + sigma * rng.normal(size=exact.shape), np.zeros(39)).of_l.A[-1]
        for _ in range(200)
    ]
    error = np.std(last, ddof=1) / np.sqrt(200)
    assert np.mean(last) == pytest.approx(0.3 * 38, abs=4 * error + 0.01)


@pytest.mark.parametrize(
    ("times", "window", "words"),
    [
        ([1.0, 2.0], 7, "2 moments are too few"),
        ([1.0, 3.0, 3.0, 4.0], 7, "do not rise"),
        ([1.0, 2.0, 3.0, 4.0], 2, "window of 2"),
    ],
)
def test_what_cannot_be_is_a_sentence(times, window, words):
    count = len(times)
    with pytest.raises(UserError, match=words):
        Elasticity(np.array(times), np.ones((count, 3, 3)), np.zeros(count), window)


def test_thinned_moments_are_imitated_as_well():
    kept = np.array([1.0, 2, 5, 12, 30, 31, 80, 200])
    found = elasticity(ElasticModel(4, 0.3, -0.3, 0.6), kept)
    assert found.difference.max() < EXACT
