"""Ticks of a logarithmic axis: as many as it takes to read it, and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.export.plot_axes import decades_between, power_of_ten


@given(st.floats(-7, 6), st.floats(0.16, 9))
def test_an_axis_has_two_numbers_or_more_that_differ(low, span):
    values = decades_between(low, low + span)
    assert 2 <= len(values) <= 10
    assert values == sorted(values)
    assert all(0.999 * 10**low <= value <= 1.001 * 10 ** (low + span) for value in values)
    assert len(set(map(power_of_ten, values))) == len(values)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.15, 1.87, ["2", "5", "10", "20", "50"]),  # one decade alone
        (-2.2, 1.1, ["0.01", "0.1", "1", "10"]),
        (0.0, 6.0, ["1", "100", "10⁴", "10⁶"]),
        (-0.03, 0.14, ["1", "1.2"]),
    ],
)
def test_what_is_written_there(low, high, words):
    assert list(map(power_of_ten, decades_between(low, high))) == words
