"""How far all of a sweep is, with the numbers that are looked at: what a window shows of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.sweeps.numbers import ReadAt, numbers_of_place
from ncviz.sweeps.places import FINISHED, TaskState, place_of, state_of_task
from ncviz.sweeps.sweep import Sweep, SweepTask

USUAL = "error", "loss", "separation_fuzziness", "nc1", "rho", "pearson_r"  # of trained cells


@dataclass(frozen=True)
class SurveyRow:
    """A task.

    Parameters
    ----------
    task : SweepTask
    stands : TaskState
    numbers : mapping of str
        Those that were asked for, once it is done; NaN where one has no value.
    """

    task: SweepTask
    stands: TaskState
    numbers: Mapping[str, float]


def survey_sweep(
    sweep: Sweep,
    folder: Path,
    reading: ReadAt,
    names: tuple[str, ...],
    known: Mapping[int, SurveyRow],
) -> tuple[SurveyRow, ...]:
    """Return how far each task is.

    Parameters
    ----------
    sweep : Sweep
    folder : Path
    reading : ReadAt
    names : tuple of str
        The numbers to read; all of a theory model's.
    known : mapping of int to SurveyRow
        What was read before of tasks that are finished, by their indices.
    """
    return tuple(_row(sweep, folder, reading, names, task, known) for task in sweep.tasks())


def _row(
    sweep: Sweep,
    folder: Path,
    reading: ReadAt,
    names: tuple[str, ...],
    task: SweepTask,
    known: Mapping[int, SurveyRow],
) -> SurveyRow:
    before = known.get(task.index)
    place = place_of(folder, task)
    if before is not None and before.stands.state == FINISHED:
        stands, missing = before.stands, tuple(n for n in names if n not in before.numbers)
        if sweep.model or not missing:
            return before
    else:
        before, stands, missing = None, state_of_task(sweep, place), names
    if stands.state != FINISHED:
        return SurveyRow(task, stands, {})
    try:
        found = numbers_of_place(sweep, place, reading, () if sweep.model else missing)
    except UserError as error:
        found = dict.fromkeys(missing, math.nan)
        stands = TaskState(FINISHED, str(error))
    return SurveyRow(task, stands, {**(before.numbers if before else {}), **found})


def fits(sweep: Sweep, row: SurveyRow, words: str) -> bool:
    """Tell whether a task has all words of a filter: 'depth=4 finished', 'width<50', 'adam'.

    Parameters
    ----------
    sweep : Sweep
    row : SurveyRow
    words : str
        Apart by spaces: NAME=VALUE, NAME<VALUE, NAME>VALUE of a parameter, the seed or a number;
        else a part of what stands in the row.
    """
    return all(_fits(sweep, row, word) for word in words.split())


def _fits(sweep: Sweep, row: SurveyRow, word: str) -> bool:
    for sign in ("<", ">", "="):
        name, found, wanted = word.partition(sign)
        if not (found and name and wanted):
            continue
        value: Any = _value(sweep, row, name)
        if value is None:
            return False
        try:
            number, limit = float(value), float(wanted)
        except (TypeError, ValueError):
            return sign == "=" and str(value).lower() == wanted.lower()
        return {"<": number < limit, ">": number > limit, "=": number == limit}[sign]
    values = [str(sweep.value(row.task.cell, name)) for name in sweep.varied]
    return (
        word.lower()
        in " ".join([*values, row.task.cell.folder, row.stands.state, tr(row.stands.state)]).lower()
    )


def _value(sweep: Sweep, row: SurveyRow, name: str) -> object:
    if name == "seed":
        return row.task.seed
    return sweep.value(row.task.cell, name) if name in sweep.varied else row.numbers.get(name)
