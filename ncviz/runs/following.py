"""Waits for a run that another program is about to record."""

import time
from collections.abc import Callable
from pathlib import Path

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import read_manifest
from ncviz.runs.repeated_recipe import read_repeated_recipe
from ncviz.runs.repeats import Repeats, is_repeats, open_run, seed_folder
from ncviz.runs.run import Run

INTERVAL = 1.0  # seconds between two looks


def wait_for_run(
    path: Path,
    say_waiting: Callable[[Path], None] = lambda path: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Run:
    """Return a run as soon as it has its first snapshot.

    Parameters
    ----------
    path : Path
        The run's folder, which need not be there yet.
    say_waiting : callable, optional
        Told once that there is nothing to open yet.
    sleep : callable, optional
        Waits so many seconds between two looks.

    Raises
    ------
    UserError
        If it is something else than a run, damaged, or has ended empty.
    """
    told = False
    while (run := _ready(path)) is None:
        if not told:
            say_waiting(path)
            told = True
        sleep(INTERVAL)
    return run


def _ready(path: Path) -> Run | None:
    """Return the run; None if it is still to come. Of repeats it is the one being recorded."""
    folder = path.parent if path.name == MANIFEST else path
    try:
        exists = folder.exists()
        if exists and not folder.is_dir():
            raise UserError(
                tr("{folder} is not an ncviz run: choose the run's folder.", folder=folder)
            )
        if exists and is_repeats(folder):
            return _ready_repeats(folder)
        if not exists or not (folder / MANIFEST).exists():
            return None
    except (OSError, ValueError) as error:
        raise UserError(
            tr("{folder} cannot be read: {error}.", folder=folder, error=error)
        ) from error
    manifest = read_manifest(folder / MANIFEST)
    has_snapshot = any((folder / "snapshots").glob("[0-9]*.safetensors"))
    if manifest.state == "running" and not has_snapshot:
        return None
    return Run(folder)


def _ready_repeats(folder: Path) -> Run | None:
    read_repeated_recipe(folder)  # what is damaged is not waited for
    if not any(folder.glob("seed-*/snapshots/[0-9]*.safetensors")):
        return None
    growing = Repeats(folder).being_trained
    return open_run(folder if growing is None else folder / seed_folder(growing))
