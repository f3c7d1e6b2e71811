"""The cosines between all classes at once, as a plain value."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.charts.colors import Color
from ncviz.geometry.etf import has_simplex_etf
from ncviz.language import tr
from ncviz.runs.directions import (
    Directions,
    classifier_directions,
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
    asked : int
        How many there are to show; of very many some are left out.
    width : int
        Dimensions of the layer.
    samples : str
        Whose class means they are, where not those of the training samples.
    is_of_classes : bool
        They are not of sets of labels.
    hues : tuple of Color
        Of all classes.
    numbers : tuple of int
        Of all classes in the scene, see `Moment.drawn_as`.
    of_vectors : bool
        They are of vectors themselves, not of the means of classes.
    """

    means: Directions | None
    rows: Directions | None
    names: tuple[str, ...]
    classes: tuple[int, ...]
    asked: int
    width: int
    samples: str = ""
    is_of_classes: bool = True
    hues: tuple[Color, ...] = ()
    numbers: tuple[int, ...] = ()
    of_vectors: bool = False

    @property
    def ideal(self) -> float:
        """Return −1/(K−1), what all cosines of a simplex ETF are."""
        return -1 / (len(self.names) - 1)

    @property
    def has_ideal(self) -> bool:
        """Return whether all classes can become a simplex ETF, for which the layer has room."""
        return self.is_of_classes and has_simplex_etf(len(self.names), self.width)

    @property
    def why_no_ideal(self) -> str:
        """Say why no simplex ETF can come about; '' where one can."""
        if self.has_ideal:
            return ""
        if not self.is_of_classes:
            return tr("Means of sets of labels do not become a simplex ETF.")
        count = len(self.names)
        needed = tr(
            "it needs {count:,} dimensions, there are {width:,}", count=count - 1, width=self.width
        )
        return tr(
            "No simplex ETF of {count:,} classes fits into this layer: {needed}.",
            count=count,
            needed=needed,
        )

    @property
    def has_rows(self) -> bool:
        """Return whether there is one classifier row a class."""
        return pairs_with_classes(self.rows, len(self.names))

    @property
    def words(self) -> str:
        """Say how many classes are shown, where that is not all that there are to show."""
        shown = len(self.classes)
        return (
            tr("{shown:,} of {asked:,} classes", shown=shown, asked=self.asked)
            if shown < self.asked
            else ""
        )

    def shown(self, part: str = "both") -> Floats:
        """Return the cosines of the classes that are shown, shape (k, k); NaN where there is none.

        Parameters
        ----------
        part : str
            'means'; 'classifier'; or 'both', means above the diagonal, classifier rows below it.
        """
        nothing = np.full((len(self.classes), len(self.classes)), np.nan)
        rows = self.rows.among(self.classes) if self.rows is not None and self.has_rows else None
        if part == "classifier":
            return nothing if rows is None else rows
        table = nothing if self.means is None else self.means.among(self.classes)
        if part == "both" and rows is not None:
            np.copyto(table, rows, where=np.tri(len(table), k=-1, dtype=bool))
        return table


def directions_at(
    run: Run, epoch: int, layer: int, split: str = "train"
) -> tuple[Directions | None, Directions | None]:
    """Return the centred class means of a layer, and the classifier rows: the run remembers them.

    Parameters
    ----------
    run : Run
    epoch : int
        One of `run.epochs`.
    layer : int
        From 0.
    split : str
        Whose class means.

    Raises
    ------
    UserError
        If the snapshot cannot be read.
    """
    memory = cache_of(run)
    means = memory.recall(
        ("directions of means", epoch, layer, split),
        lambda: mean_directions(run, epoch, layer, split),
    )
    rows = memory.recall(("directions of rows", epoch), lambda: classifier_directions(run, epoch))
    return means, rows
