"""A number of a sweep over two of its parameters, as a map: means over what shares a place."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ncviz.charts.grid import Grid
from ncviz.language import tr
from ncviz.sweeps.sweep import Sweep, SweepCell, SweepTask
from ncviz.sweeps.sweep_words import SweepWords, number_title
from ncviz.wording import three_digits

FAR_APART = 30.0  # largest over smallest: colours are those of the logarithm


@dataclass(frozen=True, eq=False)
class SweepGrid(Grid):
    """A map of a sweep.

    Parameters
    ----------
    counts : array of int, shape (m, n)
        Of how many runs each value is the mean.
    spreads : array, shape (m, n)
        Their standard deviation; NaN of one.
    short : tuple of 2 str
        What stands beside values along and up the map.
    """

    counts: Any = None
    spreads: Any = None
    short: tuple[str, str] = ("", "")

    @property
    def is_logarithmic(self) -> bool:
        """Return whether colours are those of the logarithm."""
        known = self.values[np.isfinite(self.values)]
        return bool(len(known)) and known.min() > 0 and known.max() > FAR_APART * known.min()

    def share(self, row: int, column: int) -> float:
        """Return how strong a cell's colour is, from the least to the largest value."""
        value, known = self.values[row, column], self.values[np.isfinite(self.values)]
        if not math.isfinite(value):
            return math.nan
        low, high = float(known.min()), float(known.max())
        if low == high:
            return 0.5
        if self.is_logarithmic:
            return math.log(value / low) / math.log(high / low)
        return float((value - low) / (high - low))

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell."""
        return f"{float(self.values[row, column]):.2g}".replace("-", "−")

    def name_of(self, row: int, column: int) -> str:
        """Return what a cell is called."""
        across, up = self.short
        column_name = f"{across} = {self.columns[column]}" if across else ""
        return f"{up} = {self.rows[row]}, {column_name}" if up else column_name

    def gaps(self) -> tuple[list[int], list[int]]:
        """Return that none are drawn: values stand side by side, however far apart."""
        return [], []

    def middles(self) -> list[tuple[float, float]]:
        """Return that no part has a name."""
        return []

    def told(self, row: int, column: int) -> str:
        """Return a cell in words: its value, with the spread."""
        count, name = int(self.counts[row, column]), self.name_of(row, column)
        if not count:
            return tr("{name}: nothing yet", name=name)
        said = f"{name}: {self.measure} {three_digits(float(self.values[row, column]))}"
        if count > 1:
            spread = three_digits(float(self.spreads[row, column]))
            said += tr(
                " ± {spread}, mean and standard deviation of {count} runs",
                spread=spread,
                count=count,
            )
        return said


def usual_axes(sweep: Sweep) -> tuple[str, str]:
    """Return the two parameters with the most values: those of a map, if none are named."""
    counts = {name: len(values_of_parameter(sweep, name)) for name in sweep.varied}
    ranked = sorted(counts, key=lambda name: -counts[name])
    across = ranked[0] if ranked else ""
    return across, ranked[1] if len(ranked) > 1 else ""


def values_of_parameter(sweep: Sweep, name: str) -> tuple[Any, ...]:
    """Return the values that cells have of a parameter: numbers ascending, else as they come."""
    found = dict.fromkeys(map(_held, (sweep.value(cell, name) for cell in sweep.cells)))
    values = [value for value in found if value is not None]
    if all(isinstance(value, int | float) for value in values):
        values.sort()
    return tuple(values)


def _held(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def map_of(
    sweep: Sweep,
    values: Iterable[tuple[SweepTask, float]],
    number: str,
    across: str,
    up: str,
) -> SweepGrid:
    """Return the map of a number.

    Parameters
    ----------
    sweep : Sweep
    values : iterable of (SweepTask, float)
        Of the tasks that are done; those of one place are taken together.
    number : str
        Its name.
    across, up : str
        Two parameters; '' for up where only one varies.
    """
    columns, rows = values_of_parameter(sweep, across), values_of_parameter(sweep, up) or ("",)
    found: dict[tuple[int, int], list[float]] = {}
    places: Mapping[Any, int] = {value: at for at, value in enumerate(columns)}
    heights: Mapping[Any, int] = {value: at for at, value in enumerate(rows)}
    for task, value in values:
        column = places.get(_held(sweep.value(task.cell, across)))
        row = heights.get(_held(sweep.value(task.cell, up))) if up else 0
        if column is not None and row is not None and math.isfinite(value):
            found.setdefault((row, column), []).append(value)
    shape = len(rows), len(columns)
    means, spreads = np.full(shape, np.nan), np.full(shape, np.nan)
    counts = np.zeros(shape, np.int64)
    for place, here in found.items():
        means[place], counts[place] = float(np.mean(here)), len(here)
        spreads[place] = float(np.std(here, ddof=1)) if len(here) > 1 else math.nan
    words = SweepWords(sweep)
    return SweepGrid(
        across,
        up,
        words.heading(across) if across else "",
        words.heading(up) if up else "",
        np.array([words.value(across, value) for value in columns]),
        np.array([words.value(up, value) for value in rows]),
        means,
        np.full(shape, "", dtype=np.str_),
        (),
        np.zeros(shape, np.int64),
        None,
        number_title(number),
        "",
        1.0,
        "",
        counts,
        spreads,
        (words.short(across) if across else "", words.short(up) if up else ""),
    )


def cell_at(
    sweep: Sweep, cells: Iterable[SweepCell], grid: SweepGrid, row: int, column: int
) -> SweepCell | None:
    """Return the first of some cells that stands at a place of a map; None if none does.

    Parameters
    ----------
    sweep : Sweep
    cells : iterable of SweepCell
    grid : SweepGrid
    row, column : int
    """
    wanted = {grid.across: values_of_parameter(sweep, grid.across)[column]}
    if grid.up:
        wanted[grid.up] = values_of_parameter(sweep, grid.up)[row]
    for cell in cells:
        if all(_held(sweep.value(cell, name)) == value for name, value in wanted.items()):
            return cell
    return None


def spread_in_words(grid: SweepGrid) -> str:
    """Return of how many runs the values of a map are means, and how far these are apart."""
    most = int(grid.counts.max()) if grid.counts.size else 0
    if most < 2:
        return ""
    known = grid.spreads[np.isfinite(grid.spreads)]
    widest = three_digits(float(known.max())) if len(known) else "–"
    fewest = int(grid.counts[grid.counts > 0].min())
    of = f"{most}" if fewest == most else tr("{fewest} to {most}", fewest=fewest, most=most)
    return tr("mean of {of:run|runs}, standard deviation {widest} at most", of=of, widest=widest)
