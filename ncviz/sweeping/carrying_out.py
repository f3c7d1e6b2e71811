"""Does one task of a sweep: trains or solves it, unless it is done, failed or done elsewhere."""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ncviz.errors import BusyError, UserError, is_full
from ncviz.experiments.experiment import ModelProblem
from ncviz.experiments.found_numbers import read_of_model
from ncviz.experiments.running import BEFORE_ANY, bring_to
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.desks import desk_of
from ncviz.held_files import remove_if_possible
from ncviz.jobs.control import Control, Order
from ncviz.jobs.messages import sentence_of
from ncviz.language import tr
from ncviz.models.model import models
from ncviz.parameters import to_plain
from ncviz.runs.writer import write_atomically
from ncviz.sweeping.asked import subject_of_task
from ncviz.sweeps.claims import Claim
from ncviz.sweeps.places import (
    FAILED,
    FINISHED,
    STOPPED,
    Place,
    failure_of,
    is_done,
    keep_failure,
    keep_solved,
    place_of,
)
from ncviz.sweeps.sweep import Sweep, SweepTask
from ncviz.sweeps.sweep_lines import FILE_NAME
from ncviz.training.recipe import Recipe

ELSEWHERE = "elsewhere"  # another process does it just now
THREADS = "NCVIZ_THREADS"


@dataclass(frozen=True)
class SweepDone:
    """How a task ended.

    Parameters
    ----------
    index : int
    state : str
        'finished', 'failed', 'stopped' or 'elsewhere'.
    message : str
        Why it failed; of a stopped one why none can be done, as where the disk is full.
    was_done : bool
        Whether there was nothing left to do.
    """

    index: int
    state: str
    message: str = ""
    was_done: bool = False


def begin_folder(sweep: Sweep, folder: Path) -> None:
    """Make the folder of a sweep, with a file in it that says all of it.

    Raises
    ------
    UserError
        If it cannot be made, or holds something else.
    """
    try:
        other = folder.is_dir() and any(folder.iterdir()) and not (folder / FILE_NAME).exists()
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            tr("{folder} cannot be made: {strerror}.", folder=folder, strerror=error.strerror)
        ) from error
    if other:
        raise UserError(
            tr("{folder} holds something else than a sweep: choose another --out.", folder=folder)
        )
    content = sweep.to_toml().encode()
    path = folder / FILE_NAME
    if not path.exists() or path.read_bytes() != content:
        write_atomically(path, content)


def carry_out_task(
    sweep: Sweep,
    folder: Path,
    task: SweepTask,
    *,
    device: str = "cpu",
    again: bool = False,
    control: Control | None = None,
    notify: Callable[[Any], None] = lambda message: None,
) -> SweepDone:
    """Do a task, unless it is done.

    Parameters
    ----------
    sweep : Sweep
    folder : Path
        Of the sweep.
    task : SweepTask
    device : str
        On which recipes are trained.
    again : bool
        Try what failed before once more.
    control : Control, optional
    notify : callable, optional
        Given what a training tells.

    Returns
    -------
    SweepDone
        One that fails keeps a sentence in the folder, and raises nothing.

    Raises
    ------
    UserError
        If nothing can be written into the folder.
    """
    place, control = place_of(folder, task), control or Control()
    if is_done(sweep, place):
        return SweepDone(task.index, FINISHED, was_done=True)
    if place.failure.exists() and not again:
        return SweepDone(task.index, FAILED, failure_of(place), was_done=True)
    try:
        place.cell.mkdir(parents=True, exist_ok=True)
        claim = Claim(place.claim)
    except OSError as error:
        raise UserError(
            tr("{cell} cannot be written: {strerror}.", cell=place.cell, strerror=error.strerror)
        ) from error
    if not claim.held:
        return SweepDone(task.index, ELSEWHERE)
    try:
        if is_done(sweep, place):  # since this process looked
            return SweepDone(task.index, FINISHED, was_done=True)
        if place.failure.exists():
            remove_if_possible(place.failure)
        state, message = _done(sweep, place, task, device, control, notify)
        if state == FAILED:
            keep_failure(place, message)
        return SweepDone(task.index, state, message)
    finally:
        claim.release()


def _done(
    sweep: Sweep,
    place: Place,
    task: SweepTask,
    device: str,
    control: Control,
    notify: Callable[[Any], None],
) -> tuple[str, str]:
    try:
        subject = subject_of_task(sweep, task)
        if isinstance(subject, Recipe):
            return _train(subject, place, device, control, notify)
        assert isinstance(subject, ModelProblem)  # sweeps are of recipes and of models
        return _solve(subject, place, control)
    except BusyError:
        return ELSEWHERE, ""
    except KeyboardInterrupt:
        raise
    except Exception as error:  # noqa: BLE001 - the other cells go on
        if is_full(error):  # no fault of the cell
            return STOPPED, sentence_of(error, "cell")
        return FAILED, sentence_of(error, "cell")


def _train(
    recipe: Recipe, place: Place, device: str, control: Control, notify: Callable[[Any], None]
) -> tuple[str, str]:
    from ncviz.training.device import CPU, get_ready  # imports torch when it is called
    from ncviz.training.recorded_repeats import record_seed

    os.environ.setdefault(THREADS, "1")  # one core a cell, whatever runs it: the same numbers
    if device == CPU:
        get_ready(device)
    state = record_seed(
        recipe, place.cell, place.seed, device=device, control=control, notify=notify
    )
    if state == "finished":
        return FINISHED, ""
    stopped = control.order() is not Order.CONTINUE
    return (STOPPED, "") if stopped else (FAILED, BEFORE_ANY)


def _solve(problem: ModelProblem, place: Place, control: Control) -> tuple[str, str]:
    desk = desk_of(models()[problem.model])
    try:
        if not bring_to(desk, problem, control):
            return STOPPED, ""
        if isinstance(desk, DescentDesk) and desk.trouble:
            return FAILED, desk.trouble
        found = read_of_model(desk)
    finally:
        desk.close()
    numbers = {name: math.nan if value is None else float(value) for name, value in found.items()}
    try:
        place.run.mkdir(exist_ok=True)
    except OSError as error:
        raise UserError(
            tr("{run} cannot be made: {strerror}.", run=place.run, strerror=error.strerror)
        ) from error
    step = {} if problem.step is None else {"step": problem.step}
    said = {"model": problem.model, **step, "parameters": to_plain(problem.parameters)}
    keep_solved(place, said, numbers)
    return FINISHED, ""
