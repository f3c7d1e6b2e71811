import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import linregress, pearsonr

from ncviz.geometry.separation import (
    EquiSeparationLaw,
    class_separation_fuzziness,
    fit_law,
    is_equi_separation,
    law_correlations,
    separation_fuzziness,
)
from ncviz.geometry.statistics import class_statistics

POSITIVE = st.floats(1e-12, 1e12)


@given(rho=st.floats(0.05, 3.0), c=st.floats(1e-6, 1e6), layers=st.integers(2, 30))
def test_an_exact_law_is_found_exactly(rho, c, layers):
    law = fit_law([c * rho**t for t in range(1, layers + 1)])
    assert law.decay_ratio == pytest.approx(rho, rel=1e-9)
    assert law.intercept == pytest.approx(math.log(c), abs=1e-8)
    np.testing.assert_allclose(
        law.predict(range(1, layers + 1)), c * rho ** np.arange(1, layers + 1.0), rtol=1e-8
    )
    if abs(math.log(rho)) > 1e-6:
        assert law.pearson_r == pytest.approx(math.copysign(1, math.log(rho)), abs=1e-6)


@given(st.lists(POSITIVE, min_size=3, max_size=12, unique=True))
def test_the_fit_is_least_squares_of_the_logarithms(values):
    slow = linregress(np.arange(1, len(values) + 1), np.log(values))
    law = fit_law(values)
    assert math.log(law.decay_ratio) == pytest.approx(slow.slope, rel=1e-7, abs=1e-10)
    assert law.intercept == pytest.approx(slow.intercept, rel=1e-7, abs=1e-9)
    r = pearsonr(np.arange(len(values)), np.log(values)).statistic
    assert law.pearson_r == pytest.approx(r, rel=1e-6, abs=1e-7)


@given(st.lists(POSITIVE, min_size=2, max_size=9), st.floats(1e-3, 1e3))
def test_a_common_factor_changes_neither_ratio_nor_correlation(values, factor):
    before, after = fit_law(values), fit_law([factor * v for v in values])
    assert after.decay_ratio == pytest.approx(before.decay_ratio, rel=1e-9)
    if max(values) / min(values) > 1.001:
        assert after.pearson_r == pytest.approx(before.pearson_r, abs=1e-6)


def test_the_headline_numbers():
    law = EquiSeparationLaw(0.53, 0.0, -0.997)
    assert law.half_life == pytest.approx(1.1, abs=0.01)
    assert EquiSeparationLaw(0.5, 0.0, -1.0).half_life == 1.0
    assert EquiSeparationLaw(0.25, 0.0, -1.0).half_life == 0.5


def test_half_life_at_the_ends():
    assert EquiSeparationLaw(1.0, 0.0, 0.0).half_life == math.inf
    assert EquiSeparationLaw(1.7, 0.0, 1.0).half_life == math.inf
    assert EquiSeparationLaw(0.0, 0.0, -1.0).half_life == 0.0
    assert math.isnan(EquiSeparationLaw(math.nan, 0.0, 0.0).half_life)


@pytest.mark.parametrize("useless", [math.nan, math.inf, 0.0, -1.0])
def test_layers_without_a_fuzziness_are_left_out_in_their_place(useless):
    law = fit_law([8.0, useless, 2.0, 1.0])
    assert law.decay_ratio == pytest.approx(0.5, rel=1e-14)
    assert law.pearson_r == pytest.approx(-1.0, rel=1e-14)
    assert law.intercept == pytest.approx(math.log(16), rel=1e-14)


@pytest.mark.parametrize("values", [[], [3.0], [3.0, math.nan], [0.0, 0.0], [math.inf, 1.0]])
def test_fewer_than_two_points_make_no_law(values):
    law = fit_law(values)
    assert math.isnan(law.decay_ratio)
    assert math.isnan(law.intercept)
    assert math.isnan(law.pearson_r)
    assert math.isnan(law.half_life)
    assert np.isnan(law.predict([1, 2])).all()


@pytest.mark.parametrize("layers", range(2, 12))
@pytest.mark.parametrize("value", [0.1, 1.0, 7.3])
def test_a_constant_fuzziness_has_no_correlation(value, layers):
    law = fit_law([value] * layers)
    assert law.decay_ratio == pytest.approx(1, rel=1e-12)
    assert math.isnan(law.pearson_r)


def test_no_drop_is_too_steep():
    assert fit_law([1e308, 1e-308]).decay_ratio == 0.0
    assert fit_law([1e-308, 1e308]).decay_ratio == math.inf
    assert fit_law([1e308, 1e-308]).half_life == 0.0


def test_one_class_alone_has_no_fuzziness():
    alone = class_statistics(np.array([[0.0, 1.0], [2.0, 0.0]]), np.array([1, 1]), 2)
    assert math.isnan(separation_fuzziness(alone))
    assert np.isnan(class_separation_fuzziness(alone)).all()


@pytest.mark.parametrize(
    ("fuzziness", "holds"),
    [
        ([8, 4, 2, 1], True),
        ([8, 4], False),  # two points always lie on a line
        ([8, math.nan, 4], False),
        ([9, 3, 1.1], True),
        ([9, 3, 1.8], False),  # r = -0.99 takes steps alike within a quarter
        ([2.22, 0.00627, 1.86e-4, 6.4e-6, 1.98e-7, 9.39e-8], False),  # factors .0028 to .47
        ([1, 2, 4, 8], False),
        ([5, 5, 5], False),
        ([8, 4, 2, 0], True),  # of the layer with D = 0 nothing is told
    ],
)
def test_equi_separation_takes_layers_that_shrink_d_alike(fuzziness, holds):
    assert is_equi_separation(fuzziness) is holds


def test_many_correlations_are_those_of_each():
    table = np.exp(np.random.default_rng(0).normal(size=(7, 40)))
    table[2:5, :9], table[:, 3], table[1:, 4], table[:, 5] = np.nan, 2.0, np.inf, -1.0
    table[:, 6], table[:, 7] = np.exp(-np.arange(7.0)), np.nan
    wanted = [fit_law(column).pearson_r for column in table.T]
    np.testing.assert_allclose(law_correlations(table), wanted, rtol=1e-12)
    assert len(law_correlations(table[:, :0])) == 0


def test_the_published_eight_layers_obey_the_law():
    """r = -0.997 and a factor of .53, with the scatter of single layers that makes r so."""
    scatter = np.array([0.06, -0.09, 0.02, 0.1, -0.1, 0.05, -0.12, 0.08]) * 1.4
    values = np.exp(-0.635 * np.arange(8) + scatter)
    assert pearsonr(np.arange(8), np.log(values)).statistic == pytest.approx(-0.997, abs=2e-3)
    assert is_equi_separation(values)
