"""The cosines between all classes at once, as a plain value."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.runs.directions import Directions, cosine_table, pairs_with_classes

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
    """

    means: Directions | None
    rows: Directions | None
    names: tuple[str, ...]
    classes: tuple[int, ...]

    @property
    def ideal(self) -> float:
        """Return −1/(K−1), what all cosines of a simplex ETF are."""
        return -1 / (len(self.names) - 1)

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
            return np.full((count, count), np.nan) if rows is None else rows.cosines
        return cosine_table(self.means, self.rows if part == "both" else None, count)

    def shown(self, part: str = "both") -> Floats:
        """Return the cosines of the classes that are shown, in their order."""
        chosen = list(self.classes)
        return self.cosines(part)[np.ix_(chosen, chosen)]
