"""A map of two whole parameters of a model, a number in each cell, as a plain value."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Sector:
    """Cells of a map that have a name of their own.

    Parameters
    ----------
    name : str
        Plain.
    meaning : str
        A sentence.
    """

    name: str
    meaning: str


@dataclass(frozen=True, eq=False)
class Grid:
    """What is drawn.

    Parameters
    ----------
    across, up : str
        The parameters' names.
    across_title, up_title : str
        At the axes, plain.
    columns, rows : array of int, shape (n,) and (m,)
        Ascending; between two that are not neighbours there is a gap.
    values : array, shape (m, n)
        NaN where it is not known.
    sources : array of str, shape (m, n)
        How each was found, in a few words.
    sectors : tuple of Sector
    sector_of : array of int, shape (m, n)
        The number of each cell's sector.
    here : tuple of 2 int, or None
        Row and column of the cell that the model is at.
    measure : str
        What the values are, in a few words.
    meaning : str
        A sentence on it.
    most : float
        The value that has the strongest colour.
    unknown : str
        A sentence where it is not known.
    trouble : str
        A sentence why no more becomes known; else empty.
    """

    across: str
    up: str
    across_title: str
    up_title: str
    columns: Ints
    rows: Ints
    values: Floats
    sources: NDArray[np.str_]
    sectors: tuple[Sector, ...]
    sector_of: Ints
    here: tuple[int, int] | None
    measure: str
    meaning: str
    most: float
    unknown: str
    trouble: str = field(default="", kw_only=True)

    def name_of(self, row: int, column: int) -> str:
        """Return what a cell is called, such as 'K = 5, d = 3'."""
        up, across = self.up_title.split(",")[0], self.across_title.split(",")[0]
        return f"{up} = {self.rows[row]}, {across} = {self.columns[column]}"

    def sector(self, row: int, column: int) -> Sector:
        """Return the sector of a cell."""
        return self.sectors[int(self.sector_of[row, column])]

    def share(self, row: int, column: int) -> float:
        """Return how strong a cell's colour is, in 0…1; NaN where its value is not known."""
        return float(np.minimum(self.values[row, column] / self.most, 1.0))

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell whose value is known."""
        return f"{self.values[row, column]:.2f}"

    def borders(self) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """Return the sides of cells between two sectors, as corners (row, column) from below."""
        found: list[tuple[tuple[int, int], tuple[int, int]]] = []
        of = self.sector_of
        for row, column in zip(*np.nonzero(of[:, 1:] != of[:, :-1]), strict=True):
            found.append(((int(row), int(column) + 1), (int(row) + 1, int(column) + 1)))
        for row, column in zip(*np.nonzero(of[1:] != of[:-1]), strict=True):
            found.append(((int(row) + 1, int(column)), (int(row) + 1, int(column) + 1)))
        return found

    def outside(self) -> tuple[dict[int, float], dict[int, float]]:
        """Return which sectors are named beside the cells, by row, and which above, by column.

        They cover no number there. One that reaches neither border has its name in its middle.
        """
        beside: dict[int, float] = {}
        above: dict[int, float] = {}
        for number in range(len(self.sectors)):
            for border, found in ((self.sector_of[:, -1], beside), (self.sector_of[-1], above)):
                there = np.flatnonzero(border == number)
                if len(there) and number not in beside:
                    found[number] = float(there.mean()) + 0.5
        return beside, above

    def middles(self) -> list[tuple[float, float]]:
        """Return where the name of each sector stands, as (row, column) in cells from below."""
        found = []
        for number in range(len(self.sectors)):
            rows, columns = np.nonzero(self.sector_of == number)
            row = int(np.median(rows))  # half of its cells lie below
            there = columns[rows == row]
            found.append((row + 0.5, float(there.mean()) + 0.5))
        return found

    def gaps(self) -> tuple[list[int], list[int]]:
        """Return before which rows, and before which columns, others are left out."""
        rows, columns = (np.flatnonzero(np.diff(of) > 1) + 1 for of in (self.rows, self.columns))
        return rows.tolist(), columns.tolist()
