"""How far all of a sweep is, with the numbers that are looked at: what a window shows of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ncviz.errors import UserError
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
