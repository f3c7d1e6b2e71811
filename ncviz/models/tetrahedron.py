"""Samples about the corners of a regular tetrahedron, of a separation fuzziness that is given."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.etf import simplex_vertices

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CLASSES, SAMPLES = 4, 40  # in three dimensions nothing of the picture is a shadow
NAMES = tuple(str(k + 1) for k in range(CLASSES))


@cache
def _cloud() -> tuple[Floats, Floats, Ints]:
    """Return class means, deviations of D = 1, and labels."""
    means = simplex_vertices(CLASSES)
    means = means / np.linalg.norm(means, axis=1).mean()
    labels = np.repeat(np.arange(CLASSES), SAMPLES)
    noise = np.random.default_rng(0).normal(size=(len(labels), CLASSES - 1))
    for k in range(CLASSES):
        noise[labels == k] -= noise[labels == k].mean(axis=0)
    # SSB is a multiple of the identity: D is the mean square over it.
    between = float((means**2).sum()) / CLASSES / (CLASSES - 1)
    noise /= np.sqrt((noise**2).sum() / len(labels) / between)
    return means, noise, labels


def class_means() -> Floats:
    """Return the corners, of length 1, shape (4, 3)."""
    return _cloud()[0]


def samples_of(fuzziness: float) -> tuple[Floats, Ints]:
    """Return samples whose D = Tr(SSW SSB⁺) is exactly this, and their classes."""
    means, noise, labels = _cloud()
    return means[labels] + np.sqrt(fuzziness) * noise, labels
