"""The numbers of repeats: of each the mean over the seeds, the standard deviation, and how many."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ncviz.metrics.measures import measure_run
from ncviz.runs.repeats import Repeats
from ncviz.runs.spread import spread_of

PARTS = ("mean", "std", "min", "max", "n")  # of each number
Row = Mapping[str, Any]


def measure_repeats(
    repeats: Repeats,
    epoch: float | None = None,
    layer: str | None = None,
    split: str | None = None,
    *,
    core: bool = False,
) -> dict[str, Any]:
    """Measure all runs as `ncviz measure --json` prints them.

    Parameters
    ----------
    repeats : Repeats
    epoch, layer, split, core
        As of `measure_run`. An epoch that some runs lack is that of the others.

    Returns
    -------
    dict
        As of `measure_run`, but each number is a mapping of 'mean', 'std' (with n − 1; None of one
        run), 'min', 'max' and 'n', how many runs have it; None where none has.
        `repeats` says which runs these are.

    Raises
    ------
    UserError
        If no run has the epoch or the layer, or one lacks the split.
    """
    runs = repeats.runs
    if epoch is not None:
        runs = tuple(run for run in runs if epoch in run.epochs) or runs[:1]
    found = [measure_run(run, epoch, layer, split, core=core) for run in runs]
    unit = repeats.counting.unit
    absent: dict[str, list[str]] = {}
    for name, sentence in (
        (name, sentence)
        for one in found
        for name, sentences in one["absent"].items()
        for sentence in sentences
    ):
        if sentence not in absent.setdefault(name, []):
            absent[name].append(sentence)
    return {
        "repeats": repeats.said(),
        "layers": taken_together([one["layers"] for one in found], (unit, "layer", "split")),
        "law": taken_together([one["law"] for one in found], (unit, "split")),
        "absent": absent,
    }


def taken_together(tables: Sequence[Sequence[Row]], keys: Sequence[str]) -> list[dict[str, Any]]:
    """Return one line for those lines of several tables that are of the same thing.

    Parameters
    ----------
    tables : sequence of sequences of mapping
        One a run.
    keys : sequence of str
        What tells of what a line is; all else are numbers, or None. The first orders the lines.
    """
    lines: dict[tuple[Any, ...], list[Row]] = {}
    for table in tables:
        for row in table:
            lines.setdefault(tuple(row[key] for key in keys), []).append(row)
    return [
        dict(zip(keys, of, strict=True))
        | {name: _together(rows, name) for name in rows[0] if name not in keys}
        for of, rows in sorted(lines.items(), key=lambda line: line[0][0])
    ]


def _together(rows: Sequence[Row], name: str) -> dict[str, Any] | None:
    values = [math.nan if row.get(name) is None else row[name] for row in rows]
    spread = spread_of(np.array(values, dtype=np.float64))
    if not spread.count:
        return None
    std = float(spread.std)
    parts = float(spread.mean), None if math.isnan(std) else std
    ends = float(spread.least), float(spread.largest), int(spread.count)
    return dict(zip(PARTS, (*parts, *ends), strict=True))
