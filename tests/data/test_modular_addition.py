"""Pairs of numbers as crosses, by their sum."""

import numpy as np

from ncviz.data.catalogue import load
from ncviz.data.sets.modular_addition import P


def test_every_pair_is_there_once_and_of_its_sum():
    data = load("modular-addition")
    pairs = set()
    for part in (data.train, data.test):
        for image, label in zip(part.pixels, part.labels, strict=True):
            (row,), (column,) = (np.flatnonzero((image > 0).all(axis=axis)) for axis in (1, 0))
            assert (row + column) % P == label
            pairs.add((row, column))
    assert len(pairs) == P**2 == len(data.train) + len(data.test)
    assert len(set(data.train.counts)) == len(set(data.test.counts)) == 1


def test_a_cross_is_the_sum_of_its_row_and_its_column():
    pixels = load("modular-addition").train.pixels.astype(float).reshape(-1, P * P)
    assert np.linalg.matrix_rank(pixels) == 2 * P - 1
