"""How wide a cloud is: round ones by their deviation, long ones by their longest axis, too."""

from types import SimpleNamespace

import numpy as np
import pytest

from ncviz.explorer.class_spreads import LONG, class_spreads

GAP = 10.0


def spreads(deviations, count=4000):
    """Return the spreads of one cloud drawn thrice at the corners of a triangle and above."""
    random = np.random.default_rng(0)
    means = GAP / np.sqrt(2) * np.eye(4)[:, :3]  # three corners and the middle
    means[3] = -means[:3].sum(axis=0)
    samples = random.normal(size=(count, 3)) * deviations
    samples -= samples.mean(axis=0)
    probe = np.concatenate([mean + samples for mean in means])
    labels = np.repeat(np.arange(4), count)
    return class_spreads(SimpleNamespace(means=means, probe=probe), labels, (0, 1, 2, 3))


def test_a_round_cloud_counts_by_its_standard_deviation():
    assert spreads((1.0, 1.0, 1.0))[0] == pytest.approx(1.0 / GAP, rel=0.03)


def test_a_long_cloud_counts_by_its_longest_axis():
    usual = np.sqrt((3.0**2 + 2 * 0.3**2) / 3)
    assert spreads((3.0, 0.3, 0.3))[0] == pytest.approx(LONG * 3.0 / GAP, rel=0.03)
    assert usual < LONG * 3.0


def test_of_few_samples_no_axis_is_told():
    few = spreads((3.0, 0.3, 0.3), count=4)
    assert few[0] < LONG * 3.0 / GAP
