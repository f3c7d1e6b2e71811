"""The cosines between all classes at once, as a plain value."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.etf import has_simplex_etf
from ncviz.runs.directions import (
    Directions,
    classifier_directions,
    cosine_table,
    mean_directions,
    pairs_with_classes,
)
from ncviz.runs.run import Run
from ncviz.scenes.cache import cache_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ClassMatrix:
    """Cosines of class means and of classifier rows.

    Parameters
    ----------
    means, rows : Directions or None
        Of all K classes; without those of a kind where there are none.
    names : tuple of str
        Of all classes.
    classes : tuple of int
        Those that are shown.
    width : int
        Dimensions of the layer.
    """

    means: Directions | None
    rows: Directions | None
    names: tuple[str, ...]
    classes: tuple[int, ...]
    width: int

    @property
    def ideal(self) -> float:
        """Return −1/(K−1), what all cosines of a simplex ETF are."""
        return -1 / (len(self.names) - 1)

    @property
    def has_ideal(self) -> bool:
        """Return whether a simplex ETF of all classes fits into the layer."""
        return has_simplex_etf(len(self.names), self.width)

    @property
    def has_rows(self) -> bool:
        """Return whether there is one classifier row a class."""
        return pairs_with_classes(self.rows, len(self.names))

    def cosines(self, part: str = "both") -> Floats:
        """Return cosines of all classes, shape (K, K); NaN where there is none.

        Parameters
        ----------
        part : str
            'means'; 'classifier'; or 'both', means above the diagonal, classifier rows below it.
        """
        count = len(self.names)
        if part == "classifier":
            rows = self.rows if self.has_rows else None
            return np.full((count, count), np.nan) if rows is None else rows.cosines.copy()
        return cosine_table(self.means, self.rows if part == "both" else None, count)

    def shown(self, part: str = "both") -> Floats:
        """Return the cosines of the classes that are shown, in their order."""
        table, chosen = self.cosines(part), list(self.classes)
        return table if len(chosen) == len(table) else table[np.ix_(chosen, chosen)]


def directions_at(run: Run, epoch: int, layer: int) -> tuple[Directions | None, Directions | None]:
    """Return the centred class means of a layer, and the classifier rows: the run remembers them.

    Parameters
    ----------
    run : Run
    epoch : int
        One of `run.epochs`.
    layer : int
        From 0.

    Raises
    ------
    UserError
        If the snapshot cannot be read.
    """
    memory = cache_of(run)
    means = memory.recall(
        ("directions of means", epoch, layer), lambda: mean_directions(run, epoch, layer)
    )
    rows = memory.recall(("directions of rows", epoch), lambda: classifier_directions(run, epoch))
    return means, rows
