"""How wide a cloud is: round ones by their deviation, long ones by their longest axis, too."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from ncviz.explorer.class_spreads import LONG, class_spreads, class_widths, largest_width
from ncviz.geometry.statistics import class_statistics
from ncviz.runs import gaps

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


def statistics_of(deviations):
    """Return those of two samples a class, on either side of means on a circle."""
    means = np.exp(2j * np.pi * np.arange(len(deviations)) / len(deviations))
    samples = np.concatenate([means * (1 + sign * np.array(deviations)) for sign in (-1, 1)])
    labels = np.tile(np.arange(len(deviations)), 2)
    return class_statistics(np.stack([samples.real, samples.imag], 1), labels, len(deviations))


def test_the_largest_width_is_sought_until_one_is_beyond_what_is_enough(monkeypatch):
    statistics = statistics_of([0.1, 0.2, 0.1, 0.4, 0.1, 0.9])
    widths = class_widths(statistics, tuple(range(6)))
    monkeypatch.setattr(gaps, "BLOCK", 2 * 6)  # two classes at once
    assert largest_width(statistics, math.inf) == pytest.approx(max(widths))
    assert largest_width(statistics, 0.3) == pytest.approx(widths[3])


def test_of_more_classes_than_whose_pairs_are_looked_at_any_may_be_wide(monkeypatch):
    statistics = statistics_of([0.1] * 6)
    monkeypatch.setattr("ncviz.explorer.class_spreads.EVERY_PAIR", 5)
    assert largest_width(statistics, 0.3) == math.inf
