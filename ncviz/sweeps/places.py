"""How far each task of a sweep is, as its folder says: the folder is the key."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import read_json
from ncviz.errors import UserError
from ncviz.language import named, tr
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import read_manifest
from ncviz.runs.repeats import seed_folder
from ncviz.runs.writer import write_atomically
from ncviz.sweeps.claims import is_claimed
from ncviz.sweeps.sweep import Sweep, SweepTask
from ncviz.wording import one_line

FINISHED, FAILED, RUNNING = named("finished"), named("failed"), named("running")
STOPPED, LEFT = named("stopped"), named("waiting")
STATES = FINISHED, FAILED, RUNNING, STOPPED, LEFT
SOLVED = "numbers.json"  # of a theory problem
FORMAT = "ncviz solved"
LARGEST_FILE = 2**20  # bytes
LONGEST_MESSAGE = 500  # characters


@dataclass(frozen=True)
class Place:
    """Where a task's results lie.

    Parameters
    ----------
    cell : Path
        The folder of its cell, which holds repeats: a seed each.
    seed : int
    """

    cell: Path
    seed: int

    @property
    def run(self) -> Path:
        """Return the folder of its run, or of what was solved."""
        return self.cell / seed_folder(self.seed)

    @property
    def claim(self) -> Path:
        """Return the file that says who does it."""
        return self.cell / f"{seed_folder(self.seed)}.claim"

    @property
    def failure(self) -> Path:
        """Return the file that says why it failed."""
        return self.cell / f"{seed_folder(self.seed)}.failed.json"


def place_of(folder: Path, task: SweepTask) -> Place:
    """Return where a task's results lie in the folder of its sweep."""
    return Place(folder / task.cell.folder, task.seed)


@dataclass(frozen=True)
class TaskState:
    """How far a task is.

    Parameters
    ----------
    state : str
        One of `STATES`.
    message : str
        Why it failed.
    """

    state: str
    message: str = ""


def state_of_task(sweep: Sweep, place: Place) -> TaskState:
    """Return how far a task is."""
    if is_done(sweep, place):
        return TaskState(FINISHED)
    if place.failure.is_file():
        return TaskState(FAILED, failure_of(place))
    if is_claimed(place.claim):
        return TaskState(RUNNING)
    if (place.run / MANIFEST).is_file():
        return TaskState(STOPPED)
    return TaskState(LEFT)


def is_done(sweep: Sweep, place: Place) -> bool:
    """Tell whether a task is done: its manifest is finished, or its numbers are there."""
    if sweep.model:
        return (place.run / SOLVED).is_file()
    try:
        return read_manifest(place.run / MANIFEST).state == "finished"
    except UserError:
        return False


def failure_of(place: Place) -> str:
    """Return why a task failed, a sentence; '' if it did not."""
    try:
        said = read_json(place.failure, LARGEST_FILE)["message"]
    except (OSError, UserError, ValueError, KeyError, TypeError):
        return ""
    return one_line(str(said), LONGEST_MESSAGE)


def keep_failure(place: Place, message: str) -> None:
    """Write down why a task failed."""
    text = json.dumps({"message": one_line(message, LONGEST_MESSAGE)}, ensure_ascii=False)
    write_atomically(place.failure, f"{text}\n".encode())


def keep_solved(place: Place, said: Mapping[str, Any], numbers: Mapping[str, float]) -> None:
    """Write the numbers of a theory problem, and what was solved."""
    known = {name: value if math.isfinite(value) else None for name, value in numbers.items()}
    values = {"format": FORMAT, "version": 1, **said, "numbers": known}
    text = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(place.run / SOLVED, f"{text}\n".encode())


def read_solved(place: Place) -> dict[str, Any]:
    """Return what was solved, with its `numbers`.

    Raises
    ------
    UserError
        If it is damaged.
    """
    path = place.run / SOLVED
    try:
        found = read_json(path, LARGEST_FILE)
        if found["format"] != FORMAT or not isinstance(found["numbers"], dict):
            raise ValueError
        numbers = {
            one_line(str(name), 100): math.nan if value is None else float(value)
            for name, value in found["numbers"].items()
        }
    except OSError as error:
        raise UserError(
            tr("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror)
        ) from error
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise UserError(
            tr("{path} is damaged: remove it, and run the sweep again.", path=path)
        ) from error
    return {**found, "numbers": numbers}
