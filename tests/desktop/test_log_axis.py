"""The labels of logarithmic axes, also where one zoomed far in."""

import pytest

from ncviz.desktop.plots.axes import LogAxis


@pytest.mark.parametrize("width", [0.003, 0.01, 0.03, 0.1, 0.4, 1.2, 6.0])
@pytest.mark.parametrize("low", [-7.2, -2.96, -0.01, 0.004, 1.97, 3.6])
@pytest.mark.parametrize("size", [40, 200])
def test_two_places_of_an_axis_never_have_one_label(qapp, low, width, size):
    axis = LogAxis("left")
    for spacing, values in axis.tickValues(low, low + width, size):
        labels = axis.tickStrings(values, 1.0, spacing)
        assert len(set(labels)) == len(labels), labels
