"""Unit vectors that are put by hand and repel each other: as small a largest cosine as can be.

No two of K unit vectors can have a cosine below −1/(K−1): the squared length of their sum is
K + K(K−1)·(mean cosine), and not negative. In d < K − 1 dimensions they do not come so far:
at best to 0 for d + 1 < K ≤ 2d, and to cos(2π/K) on the circle (Rankin 1955).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BLUNT, SHARPEST, SHARPENS = 4.0, 1e4, 1.1  # of the soft largest cosine, and each time it is stuck
ENOUGH = 5e-4  # by which a step must lower the largest cosine
LONGEST = 0.5  # of a step, in radians


@dataclass(frozen=True)
class Move:
    """A vector that is put somewhere by hand.

    Parameters
    ----------
    step : int
        Which of all steps it is, from 1.
    vector : int
        From 0.
    place : tuple of float
        A unit vector.
    """

    step: int
    vector: int
    place: tuple[float, ...]


@dataclass(frozen=True)
class VectorsApart:
    """Random unit vectors; at some steps one is put somewhere, at all others they repel each other.

    Parameters
    ----------
    classes, dimension : int
        K ≥ 2 vectors in d ≥ 2 dimensions.
    seed : int
    moves : tuple of Move
        Their steps ascend.
    """

    classes: int = 4
    dimension: int = 3
    seed: int = 0
    moves: tuple[Move, ...] = ()

    @property
    def class_sizes(self) -> tuple[int, ...]:
        """Return one vector a class."""
        return (1,) * self.classes

    @property
    def learning_rate(self) -> float:
        """Return 1: steps have a length of their own, see `repelled`."""
        return 1.0

    def labels(self) -> Ints:
        """Return 0…K−1, the class of each vector."""
        return np.arange(self.classes, dtype=np.int64)

    def start(self) -> Floats:
        """Return where the vectors are at step 0, shape (K, d)."""
        drawn = np.random.default_rng(self.seed).standard_normal((self.classes, self.dimension))
        return _unit(drawn)

    def states(self) -> Iterator[Floats]:
        """Yield the vectors after 0, 1, 2, … steps, each of shape (K, d); it never ends."""
        vectors, sharpness, moves = self.start(), BLUNT, {move.step: move for move in self.moves}
        step = 0
        while True:
            yield vectors
            step += 1
            if step in moves:
                vectors, sharpness = vectors.copy(), BLUNT
                vectors[moves[step].vector] = moves[step].place
            else:
                vectors, sharpness = repelled(vectors, sharpness)

    def same_until(self, other: "VectorsApart") -> int | None:
        """Return the last step up to which both go the same way; None where not even the start."""
        if replace(self, moves=()) != replace(other, moves=()):
            return None
        alone = set(self.moves) ^ set(other.moves)
        return min((move.step for move in alone), default=10**9) - 1


def repelled(vectors: Floats, sharpness: float = BLUNT) -> tuple[Floats, float]:
    """Take one step of gradient descent on the soft largest cosine, on the sphere.

    Parameters
    ----------
    vectors : array, shape (K, d)
        Unit vectors.
    sharpness : float
        β of log Σ_{i<j} e^{β cos(i, j)} / β, which lies above the largest cosine by
        log(K(K−1)/2)/β at most.

    Returns
    -------
    vectors : array, shape (K, d)
    sharpness : float
        For the next step: larger where this one hardly lowered the largest cosine.
    """
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    largest = float(cosines.max())
    pull = np.exp(sharpness * (cosines - largest))
    slope = pull @ vectors * (2 / pull.sum())  # each pair counts once
    slope -= np.sum(slope * vectors, axis=1, keepdims=True) * vectors
    steepest = float(np.linalg.norm(slope, axis=1).max())
    rate = min(len(vectors) / (2 * sharpness), LONGEST / max(steepest, 1e-12))
    after = _unit(vectors - rate * slope)
    if largest_cosine(after) > largest - ENOUGH:
        sharpness = min(SHARPENS * sharpness, SHARPEST)
    return after, sharpness


def largest_cosine(vectors: Floats) -> float:
    """Return the largest cosine of any two, of unit vectors of shape (K, d), K ≥ 2."""
    first, second = np.triu_indices(len(vectors), 1)
    return float((vectors[first] * vectors[second]).sum(axis=1).max())


def closest_pairs(vectors: Floats, within: float = 1e-3) -> tuple[tuple[int, int], ...]:
    """Return the pairs whose cosine is the largest, or below it by no more than `within`."""
    first, second = np.triu_indices(len(vectors), 1)
    cosines = (vectors[first] * vectors[second]).sum(axis=1)
    chosen = np.flatnonzero(cosines >= cosines.max() - within)
    return tuple((int(first[pair]), int(second[pair])) for pair in chosen)


def simplex_bound(classes: int) -> float:
    """Return −1/(K−1), below which the largest cosine of K unit vectors cannot be."""
    return -1 / (classes - 1)


def least_largest_cosine(classes: int, dimension: int) -> float | None:
    """Return the least that the largest cosine of K unit vectors in d dimensions can be.

    None where nobody has a closed form: K > 2d for d > 2.

    Notes
    -----
    Rankin 1955.
    """
    if classes <= dimension + 1:
        return simplex_bound(classes)
    if classes <= 2 * dimension:
        return 0.0
    return math.cos(2 * math.pi / classes) if dimension == 2 else None


def are_in_order(moves: tuple[Move, ...]) -> bool:
    """Return whether the steps of moves ascend from 1 on."""
    return all(a.step < b.step for a, b in pairwise(moves)) and (not moves or moves[0].step >= 1)


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
