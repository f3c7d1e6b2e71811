"""The nearest other mean of each, a block of rows at a time."""

import numpy as np

from ncviz.runs import gaps
from ncviz.runs.gaps import nearest_means


def test_blocks_find_the_nearest_as_differences_do(monkeypatch):
    means = np.random.default_rng(0).normal(size=(23, 4)) + 1000
    apart = np.linalg.norm(means[:, None] - means, axis=2) + np.diag(np.full(23, np.inf))
    for block in (1, 50, 10_000):
        monkeypatch.setattr(gaps, "BLOCK", block)
        nearest, distance = nearest_means(means)
        np.testing.assert_array_equal(nearest, apart.argmin(axis=1))
        np.testing.assert_allclose(distance, apart.min(axis=1), rtol=1e-9)
