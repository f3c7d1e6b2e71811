"""What the rounding of features does to their class means, and what rank it leaves them."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from array_api_compat import array_namespace
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Sums are in float64, over any number of samples.
SUMMING = 512 * float(np.finfo(np.float64).eps)
# A layer adds up products in float32 at least, before it rounds to its own type.
SINGLE = float(np.finfo(np.float32).eps)
ADDING = 2
# Through many layers, or where a common offset is taken away, rounding grows so many times.
GROWTH = 50
# Rounding that grew lies so many times below the least direction that is none.
GAP = 30
LOOKED_AT = 64  # rows, about, that tell whether float64 was float32 once
# Means of the same distribution rarely lie so many standard errors apart.
CHANCE = 6


def relative_rounding(features: Any) -> float:
    """Return by how much of its length a feature vector is off at least.

    Parameters
    ----------
    features : array
        NumPy array or torch tensor of any type.

    Returns
    -------
    float
        ε/2 + 2 ε₊ with ε the spacing of the type's numbers around 1 and ε₊
        that of the type in which its layers add up: float32, or float64 for
        float64. 0 for whole numbers, which are exact. Arrays of float64 that
        hold nothing but numbers of float32 were computed in it.
    """
    xp = array_namespace(features)
    if not xp.isdtype(features.dtype, "real floating"):
        return 0.0
    spacing = float(xp.finfo(features.dtype).eps)
    if features.dtype == xp.float64 and _holds_singles(features, xp):
        spacing = SINGLE
    return spacing / 2 + ADDING * min(spacing, SINGLE)


def _holds_singles(features: Any, xp: Any) -> bool:
    """Tell whether double precision holds nothing but numbers of single precision."""
    some = features[:: max(1, features.shape[0] // LOOKED_AT)]
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(xp.all(xp.astype(xp.astype(some, xp.float32), xp.float64) == some))


def mean_rounding(means: Floats, relative: float) -> float:
    """Return how far apart class means may lie by rounding alone, in feature units.

    Parameters
    ----------
    means : array, shape (K, d)
        Class means μ_k, not centred: rounding goes with the size of the features.
    relative : float
        Of one feature vector.

    Returns
    -------
    float
        The largest singular value that rounding gives the K×d matrix of the
        means: for errors τ in each of its numbers, τ (√K + √d), with
        τ √d the largest length ‖μ_k‖ times its relative error.
    """
    return (relative + SUMMING) * _reach(means)


def _reach(means: Floats) -> float:
    """Return by how much more than the largest length of some means all of them reach."""
    if not means.size:
        return 0.0
    length = float(np.linalg.norm(means, axis=1).max())
    return length * (1 + math.sqrt(means.shape[0] / means.shape[1]))


@dataclass(frozen=True)
class Rounding:
    """How far apart class means may lie by rounding alone, in feature units.

    Parameters
    ----------
    averaged : float
        Where the samples of a class spread by more than their rounding: it
        averages out then.
    single : float
        Where they do not: all of them may be rounded to the same side.
    grown : float
        Through many layers, or where a large common offset was taken away.
    """

    averaged: float
    single: float
    grown: float

    def over(self, factor: float) -> "Rounding":
        """Return the same of means that are divided by a factor."""
        return Rounding(self.averaged / factor, self.single / factor, self.grown / factor)

    def between(self, spread: float) -> float:
        """Return the rounding of means whose samples spread so far."""
        averaged = self.single * self.single / max(spread, self.single, 1e-300)
        return max(self.averaged, averaged)


def rounding_of(means: Floats, relative: float, samples: int) -> Rounding:
    """Return what rounding does to class means.

    Parameters
    ----------
    means : array, shape (K, d)
        Class means μ_k, not centred.
    relative : float
        See `relative_rounding`.
    samples : int
        Of the smallest class.
    """
    grown = GROWTH * min(relative, (0.5 + ADDING) * SINGLE)
    sizes = relative / math.sqrt(samples), relative, grown
    reach = _reach(means)
    return Rounding(*((size + SUMMING) * reach for size in sizes))


def numerical_rank(values: Floats, shape: tuple[int, ...], noise: float) -> int:
    """Return the rank of centred class means, at most K−1.

    Parameters
    ----------
    values : array
        Their singular values, descending.
    shape : tuple of int
        Of the matrix of means.
    noise : float
        Singular values up to here are the rounding of the means.
    """
    if not len(values):
        return 0
    tolerance = max(values[0] * max(shape) * np.finfo(np.float64).eps, noise)
    return int(min((values > tolerance).sum(), shape[0] - 1))


def singular(matrix: Floats, noise: float) -> tuple[Floats, Floats]:
    """Return the singular values and right singular vectors, as columns, of rank ≤ K−1."""
    _, values, vectors = np.linalg.svd(matrix, full_matrices=False)
    rank = numerical_rank(values, matrix.shape, noise)
    return values[:rank], np.asarray(vectors[:rank].T)


def are_points(means: Floats, variance: Floats) -> NDArray[np.bool_]:
    """Tell which classes are one point, but for the rounding of the sums over their samples.

    Parameters
    ----------
    means : array, shape (K, d)
        μ_k.
    variance : array, shape (K,)
        v_k.
    """
    return np.asarray(variance <= (SUMMING * float(np.linalg.norm(means, axis=1).max())) ** 2)


def certain_rank(means: Floats, noise: float) -> int:
    """Return in how many directions class means differ, where their precision leaves no doubt.

    Parameters
    ----------
    means : array, shape (K, d)
        Class means μ_k, computed in single precision or finer.
    noise : float
        How far apart they may lie by rounding at least.

    Returns
    -------
    int
        0 where some direction may be of rounding or not.
    """
    values = np.linalg.svd(means - means.mean(axis=0), compute_uv=False)
    grown = mean_rounding(means, GROWTH * (0.5 + ADDING) * SINGLE)
    ranks = {numerical_rank(values, means.shape, most) for most in (noise, max(noise, grown))}
    return ranks.pop() if len(ranks) == 1 else 0


def is_rounding(
    values: Floats, spreads: Floats, standard_errors: tuple[float, float], rounding: Rounding
) -> NDArray[np.bool_]:
    """Tell along which directions class means differ by nothing but rounding.

    Parameters
    ----------
    values : array, shape (r,)
        Singular values of the class means.
    spreads : array, shape (r,)
        Standard deviations within the classes along the same directions.
    standard_errors : tuple of two floats
        √(Σ_k e_k²) and max_k e_k, with e_k the standard error of row k over
        its spread.
    rounding : Rounding
        Of the means.

    Returns
    -------
    array of bool, shape (r,)
        Where neither the classes nor the samples of one class differ by more
        than their rounding; or by no more than grown rounding, and the classes
        by no more than the spread within them explains by chance, and far less
        than along every direction that is none. A small direction that tells
        classes apart stays, and so does one along which the samples of a class
        spread farther than rounding can bring them. Without a gap there is no
        telling the two apart: features that lie close together beside a large
        common offset keep all their directions.
    """
    certain = (values <= rounding.single) & (spreads <= rounding.single)
    doubtful = (values <= rounding.grown) & (spreads <= rounding.grown)
    total, largest = standard_errors
    chance = spreads * (total + largest * math.sqrt(max(1, int(doubtful.sum()))))
    candidates = np.asarray(certain | (doubtful & (values <= CHANCE * chance)))
    if candidates.all():
        return certain
    if not candidates.any():
        return candidates
    return candidates & _after_a_gap(values, ~candidates)


def _after_a_gap(values: Floats, sure: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which values lie far below all that are sure or near to those."""
    after = np.zeros(len(values), dtype=bool)
    least = math.inf if not sure.any() else float(values[sure].max())
    for number in np.argsort(-values):
        after[number] = not sure[number] and GAP * values[number] < least < math.inf
        if not after[number]:
            least = min(least, float(values[number]))
    return after
