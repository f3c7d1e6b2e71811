"""Which classes lie within each other, pair by pair."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

OVERLAPPING = 1 / 20  # of a class's samples that lie nearer to the mean of another class
BLOCK = 2_000_000  # distances that are held at once
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
    involved : tuple of int
        Places of the classes in any pair that overlaps.
    """

    over: tuple[tuple[int, ...], ...] = ()
    together: tuple[tuple[int, ...], ...] = ()
    strays: frozenset[int] = frozenset()
    involved: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = {*self.spreading}.union(*self.over, *self.together)
        object.__setattr__(self, "involved", tuple(sorted(found)))

    @property
    def spreading(self) -> tuple[int, ...]:
        """Return the places of the classes that spread over another one."""
        return tuple(place for place, others in enumerate(self.over) if others)


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
    same = apart <= COINCIDE**2 * cloud
    np.fill_diagonal(same, True)
    together = {
        tuple(np.flatnonzero(same[place]).tolist())
        for place in np.flatnonzero(same.sum(axis=1) > 1)
    }
    place_of = np.full(max(int(labels.max(initial=0)), *classes) + 1, -1)
    place_of[list(classes)] = np.arange(len(classes))
    places = place_of[labels]
    order = np.argsort(places, kind="stable")[(places < 0).sum() :]
    samples, places = samples[order], places[order]
    counts = np.bincount(places, minlength=len(classes))
    nearer_to = np.zeros((len(classes), len(classes)))  # samples of a class, to which mean
    block = max(1, BLOCK // len(classes))
    for start in range(0, len(samples), block):
        rows, own = samples[start : start + block], places[start : start + block]
        # |h − μ_j|² − |h|²: what is left decides which mean is nearer.
        away = squares - 2 * rows @ means.T
        nearer = away < away[np.arange(len(own)), own][:, None] - COINCIDE**2 * cloud
        nearer &= ~same[own]
        first = np.flatnonzero(np.r_[True, np.diff(own) > 0])
        nearer_to[own[first]] += np.add.reduceat(nearer, first, axis=0, dtype=float)
    with np.errstate(invalid="ignore"):
        spread = nearer_to / counts[:, None] >= OVERLAPPING
    over = [tuple(np.flatnonzero(row).tolist()) for row in spread]
    strays = set(np.flatnonzero(nearer_to.any(axis=1)).tolist())
    return Mixing(tuple(over), tuple(sorted(together)), frozenset(strays))
