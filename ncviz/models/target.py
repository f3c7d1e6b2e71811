"""What a model's classes are to become, where that is no simplex ETF."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ncviz.models.model import RoleWords

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Target:
    """Points that are drawn in green, one a class; they never move.

    Parameters
    ----------
    points : array, shape (K, m)
    name : str
        What they are.
    value : float
        What the model's charts are to reach.
    beside : mapping of str to float
        Further values of it, by name.
    marked : tuple of int
        Which points have a ring.
    roles : tuple of RoleWords
        What the legend says of these.
    cell : tuple of 2 int, optional
        Where its value stands on the model's map.
    """

    points: Floats
    name: str
    value: float
    beside: Mapping[str, float] = field(default_factory=dict)
    marked: tuple[int, ...] = ()
    roles: tuple[RoleWords, ...] = ()
    cell: tuple[int, int] | None = None
