"""Which classes lie within each other, pair by pair."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

OVERLAPPING = 1 / 20  # of a class's samples that lie nearer to the mean of another class
COINCIDE = 1e-6  # of the spread of all samples: means nearer than this are one point


@dataclass(frozen=True)
class Mixing:
    """How samples of some classes lie among the means of the others.

    Parameters
    ----------
    over : tuple of tuple of int
        Of each class the places, in the list of classes, of those it spreads over: at least
        one in twenty of its samples lies nearer to their mean than to its own.
    together : tuple of tuple of int
        Places of the classes whose means coincide, one tuple for each point.
    strays : frozenset of int
        Places of the classes of which any sample lies nearer to another mean.
    """

    over: tuple[tuple[int, ...], ...] = ()
    together: tuple[tuple[int, ...], ...] = ()
    strays: frozenset[int] = frozenset()

    @property
    def spreading(self) -> tuple[int, ...]:
        """Return the places of the classes that spread over another one."""
        return tuple(place for place, others in enumerate(self.over) if others)

    @property
    def involved(self) -> tuple[int, ...]:
        """Return the places of the classes in any pair that overlaps."""
        hit = {other for others in self.over for other in others}
        same = {place for group in self.together for place in group}
        return tuple(sorted(hit | same | set(self.spreading)))


def measure_mixing(
    samples: NDArray[np.float64],
    means: NDArray[np.float64],
    labels: NDArray[np.int64],
    classes: tuple[int, ...],
) -> Mixing:
    """Count which class means the samples of each class lie near.

    Parameters
    ----------
    samples : array, shape (n, r)
    means : array, shape (K′, r)
        Of the classes, in their order.
    labels : array of int, shape (n,)
        Of the samples.
    classes : tuple of int
        K′ of them. A pair's answer does not depend on the others, so that leaving out a class
        never makes others overlap.
    """
    center = means.mean(axis=0)
    means, samples = means - center, samples - center
    squares = np.einsum("ij,ij->i", means, means)
    drawn = samples[np.isin(labels, classes)]
    cloud = float((drawn**2).sum() / max(len(drawn), 1))
    apart = squares[:, None] + squares[None] - 2 * means @ means.T
    over, strays, together = [], set(), set()
    for place, number in enumerate(classes):
        same = apart[place] <= COINCIDE**2 * cloud
        same[place] = True
        if same.sum() > 1:
            together.add(tuple(int(other) for other in np.flatnonzero(same)))
        others = np.zeros(len(classes), dtype=bool)
        own = samples[labels == number]
        if len(own):
            # |h − μ_j|² − |h|²: what is left decides which mean is nearer.
            away = squares - 2 * own @ means.T
            nearer = (away < away[:, [place]] - COINCIDE**2 * cloud) & ~same
            others |= nearer.mean(axis=0) >= OVERLAPPING
            if nearer.any():
                strays.add(place)
        over.append(tuple(int(other) for other in np.flatnonzero(others)))
    return Mixing(tuple(over), tuple(sorted(together)), frozenset(strays))
