"""What was found of a number, to be drawn: over the variants, or over layers or epochs."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from ncviz.experiments.experiment import EPOCHS, LAYERS, OF_ANOTHER, OF_VALUE, Expected
from ncviz.experiments.results import Numbers
from ncviz.experiments.verdict import Outcome

WIDE = 30.0  # the largest over the smallest: beyond that an axis is logarithmic


@dataclass(frozen=True)
class FoundRow:
    """A variant.

    Parameters
    ----------
    name : str
    value, low, high : float
        The median over the seeds, the least and the greatest; NaN where there is none.
    wanted : tuple of float
        Values or bounds that are expected of it.
    """

    name: str
    value: float
    low: float
    high: float
    wanted: tuple[float, ...] = ()


@dataclass(frozen=True)
class FoundChart:
    """A number over the variants, or a path over layers or epochs.

    Parameters
    ----------
    rows : tuple of FoundRow
        A variant each, in their order; empty for a path.
    path : tuple of float
        Medians, one after the other; empty where there are rows.
    seeds : int
        Over how many the values are taken.
    """

    rows: tuple[FoundRow, ...] = ()
    path: tuple[float, ...] = ()
    seeds: int = 1

    @property
    def heights(self) -> tuple[float, ...]:
        """Return all finite values that have a place on its axis."""
        found = [v for row in self.rows for v in (row.value, row.low, row.high, *row.wanted)]
        return tuple(value for value in (*found, *self.path) if math.isfinite(value))

    @property
    def logarithmic(self) -> bool:
        """Return whether its axis is: all values are above 0 and reach far."""
        heights = self.heights
        return bool(heights) and min(heights) > 0 and max(heights) > WIDE * min(heights)

    def place(self, value: float) -> float:
        """Return where a value stands on the axis, from 0 to 1; 1/2 where all are alike."""
        heights = self.heights
        low, high = min(heights), max(heights)
        if self.logarithmic:
            low, high, value = math.log(low), math.log(high), math.log(value)
        return (value - low) / (high - low) if high > low else 0.5


def found_charts(outcome: Outcome) -> dict[int, FoundChart]:
    """Return what there is to draw of an experiment's numbers.

    Returns
    -------
    dict of int to FoundChart
        By the place, among what is expected, of the number that it is drawn below: a path below
        its own, all variants below the last number of the same reading.
    """
    charts: dict[int, FoundChart] = {}
    seeds = len(outcome.seeds)
    drawn = [(each.reading, _of(each)) for each in outcome.experiment.expected]
    last = {each: place for place, each in enumerate(drawn)}
    for place, (expected, ours) in enumerate(
        zip(outcome.experiment.expected, outcome.ours, strict=False)
    ):
        if last[drawn[place]] != place:
            continue
        if _of(expected) is not None:
            if len(ours.path) > 1 and all(map(math.isfinite, ours.path)):
                charts[place] = FoundChart(path=ours.path, seeds=seeds)
        else:
            rows = _rows(outcome, expected.reading)
            if sum(math.isfinite(row.value) for row in rows) > 1:
                charts[place] = FoundChart(rows, seeds=seeds)
    return charts


def _of(expected: Expected) -> str | None:
    """Return of which variant a path is; None of a number that all variants have."""
    return expected.variant if expected.over in (LAYERS, EPOCHS) else None


def _rows(outcome: Outcome, reading: str) -> tuple[FoundRow, ...]:
    """Return what was found of each variant."""
    found = outcome.found.get(reading, {})
    medians = {name: _median(values) for name, values in found.items()}
    of_it = [each for each in outcome.experiment.expected if each.reading == reading]
    first = outcome.experiment.variants[0].name
    rows = []
    for variant in outcome.experiment.variants:
        values = [value for value in found.get(variant.name, ()) if isinstance(value, float)]
        wanted = [
            _wanted(each, medians)
            for each in of_it
            if each.count or (each.variant or first) == variant.name
        ]
        median = medians.get(variant.name, math.nan)
        ends = (min(values), max(values)) if math.isfinite(median) else (math.nan, math.nan)
        bounds = tuple(dict.fromkeys(value for value in wanted if math.isfinite(value)))
        rows.append(FoundRow(variant.name, median, *ends, bounds))
    return tuple(rows)


def _wanted(expected: Expected, medians: dict[str, float]) -> float:
    if expected.relation in OF_VALUE and expected.value is not None:
        return expected.value
    if expected.relation in OF_ANOTHER:
        return expected.factor * medians.get(expected.than, math.nan)
    return math.nan


def _median(values: Sequence[Numbers]) -> float:
    known = [value for value in values if isinstance(value, float) and math.isfinite(value)]
    return statistics.median(known) if len(known) == len(values) and known else math.nan
