"""Which classes lie within each other, against a count sample by sample."""

import numpy as np
import pytest

from ncviz.explorer import mixing
from ncviz.explorer.mixing import OVERLAPPING, measure_mixing


def counted(samples, means, labels, classes):
    """Return `over` and `strays` of distances that are measured one by one."""
    over, strays = [], set()
    for place, number in enumerate(classes):
        own = samples[labels == number]
        hits = [
            [np.linalg.norm(h - mean) < np.linalg.norm(h - means[place]) for mean in means]
            for h in own
        ]
        shares = np.mean(hits, axis=0) if len(hits) else np.zeros(len(classes))
        over.append(tuple(np.flatnonzero(shares >= OVERLAPPING).tolist()))
        strays |= {place} if shares.any() else set()
    return tuple(over), frozenset(strays)


@pytest.mark.parametrize("block", [1, 40, 10**6])
@pytest.mark.parametrize("seed", range(6))
def test_pairs_are_those_that_a_count_finds_however_it_is_cut_into_blocks(monkeypatch, seed, block):
    monkeypatch.setattr(mixing, "BLOCK", block)
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 9, 70)  # some of classes that are not asked for, some of no class
    classes = (1, 2, 4, 5, 8, 11)
    means, samples = rng.normal(size=(6, 3)), 0.8 * rng.normal(size=(70, 3))
    found = measure_mixing(samples, means, labels, classes)
    assert (found.over, found.strays) == counted(samples, means, labels, classes)


def test_means_that_coincide_are_one_point_and_spread_over_nothing():
    means = np.array([[0.0, 0], [1, 0], [0, 0], [1, 0]])
    found = measure_mixing(means, means, np.arange(4), (0, 1, 2, 3))
    assert found.together == ((0, 2), (1, 3))
    assert found.spreading == ()
    assert measure_mixing(means[:0], means, np.arange(0), (0, 1, 2, 3)).strays == frozenset()
