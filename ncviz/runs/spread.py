"""What several numbers of one thing have in common: mean, spread and how many they are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Spread:
    """Numbers of the same thing in several runs, taken together place by place.

    Parameters
    ----------
    mean : array
    std : array
        Standard deviation of the sample, with n − 1; NaN of fewer than two.
    least, largest : array
    count : array of int
        How many of the numbers are finite: the others count for nothing.
    """

    mean: Floats
    std: Floats
    least: Floats
    largest: Floats
    count: NDArray[np.int64]


def spread_of(values: ArrayLike) -> Spread:
    """Return mean and spread over the first axis.

    Parameters
    ----------
    values : array, shape (n, ...)
        One row a run; what is not finite is left out.
    """
    rows = np.asarray(values, dtype=np.float64)
    known = np.isfinite(rows)
    count = known.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        mean = np.where(known, rows, 0.0).sum(axis=0) / count
        off = np.where(known, rows - mean, 0.0)
        std = np.where(count > 1, np.sqrt((off**2).sum(axis=0) / (count - 1)), np.nan)
    least = np.where(known, rows, np.inf).min(axis=0, initial=np.inf)
    largest = np.where(known, rows, -np.inf).max(axis=0, initial=-np.inf)
    return Spread(
        np.where(count > 0, mean, np.nan),
        std,
        np.where(count > 0, least, np.nan),
        np.where(count > 0, largest, np.nan),
        count,
    )
