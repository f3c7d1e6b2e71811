"""Records a training with one seed after the other, each as a run of its own in one folder."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ncviz import held_files
from ncviz.errors import BusyError, DivergedError, UserError
from ncviz.jobs.control import Control
from ncviz.jobs.process import WorkProcess
from ncviz.language import tr
from ncviz.parameters import changed
from ncviz.runs.lock import is_being_written
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import read_manifest
from ncviz.runs.repeated_recipe import (
    FILE_NAME,
    is_of_recipe,
    read_repeated_recipe,
)
from ncviz.runs.repeats import seed_folder
from ncviz.runs.repeats_writer import write_repeated_recipe
from ncviz.runs.writer import STATE
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import recipe_from_dict
from ncviz.training.recorded_training import record, resume
from ncviz.training.training_messages import SeedBegun, TrainingMessage, TrainingProgress

Notify = Callable[[TrainingMessage], None]


def record_repeats(
    recipe: Recipe,
    out: Path,
    *,
    device: str = "cpu",
    control: Control | None = None,
    notify: Notify = lambda message: None,
    beside: WorkProcess | None = None,
) -> str:
    """Train with each seed of a recipe, and write every snapshot into a run a seed.

    What is finished is not trained again, what was broken off goes on. A seed whose training
    diverges keeps what was recorded, and the others are trained all the same.

    Parameters
    ----------
    recipe : Recipe
        With the first seed, and how many `seeds`.
    out : Path
        A new folder, or one of repeats by the same recipe, perhaps with fewer seeds.
    device, control, notify, beside
        As of `record`; told is `SeedBegun` of each seed that is trained, too.

    Returns
    -------
    str
        'finished', 'stopped' or 'cancelled': the last if nothing is left. To cancel throws the
        seed away that is being trained, and keeps those that are finished.

    Raises
    ------
    UserError
        If the folder holds something else, a seed is being recorded by another process, or a
        training cannot be done or written; or every one of them diverged.
    """
    recipe.check()
    control = control or Control()
    is_new = _begin(recipe, out)
    diverged: list[DivergedError] = []
    seeds = range(recipe.seed, recipe.seed + recipe.regimen.seeds)
    for number, seed in enumerate(seeds, 1):
        path = out / seed_folder(seed)
        if _state_of(path, recipe, seed) == "finished":
            continue
        left = len(seeds) - number
        notify(SeedBegun(path, seed, number, len(seeds)))
        try:
            state = _train_one(
                changed(recipe, seed=seed, seeds=1),
                path,
                device=device,
                control=control,
                notify=lambda message, left=left: notify(_of_all(message, left)),
                beside=beside,
            )
        except DivergedError as error:
            diverged.append(error)
            continue
        if state != "finished":
            return _end(out, control, is_new)
    if len(diverged) == len(seeds):
        raise diverged[0]
    return "finished"


def resume_repeats(
    out: Path,
    *,
    device: str = "cpu",
    control: Control | None = None,
    notify: Notify = lambda message: None,
    beside: WorkProcess | None = None,
) -> str:
    """Go on with the seeds of a folder that are not finished; as `record_repeats`."""
    recipe = repeated_recipe(out)
    return record_repeats(recipe, out, device=device, control=control, notify=notify, beside=beside)


def record_seed(
    recipe: Recipe,
    out: Path,
    seed: int,
    *,
    device: str = "cpu",
    control: Control | None = None,
    notify: Notify = lambda message: None,
) -> str:
    """Train one seed of a recipe into a folder of repeats; others may train others of its seeds.

    Parameters
    ----------
    recipe : Recipe
        With the first seed, and how many `seeds`.
    out : Path
        As of `record_repeats`.
    seed : int
    device, control, notify
        As of `record`.

    Returns
    -------
    str
        'finished', 'stopped' or 'cancelled', as `record` does; 'finished' at once where it is.

    Raises
    ------
    UserError
        If it cannot be trained or written, or the folder holds something else.
    """
    recipe.check()
    _begin(recipe, out, is_shared=True)
    path = out / seed_folder(seed)
    if _state_of(path, recipe, seed) == "finished":
        return "finished"
    one = changed(recipe, seed=seed, seeds=1)
    return _train_one(one, path, device=device, control=control, notify=notify)


def repeated_recipe(folder: Path) -> Recipe:
    """Return the recipe of a folder of repeats, with all of its seeds.

    Raises
    ------
    UserError
        If it holds none that can be.
    """
    return recipe_from_dict(
        read_repeated_recipe(folder), tr("The recipe of {folder}", folder=folder)
    )


def unfinished_seeds(recipe: Recipe, out: Path) -> int:
    """Return how many seeds of a recipe are still to be trained into a folder."""
    seeds = range(recipe.seed, recipe.seed + recipe.regimen.seeds)
    return sum(_state_of(out / seed_folder(seed), recipe, seed) != "finished" for seed in seeds)


def _train_one(recipe: Recipe, path: Path, **ways: Any) -> str:
    """Go on with a run, or begin it; one that was broken off too early to go on comes anew."""
    if (path / STATE).is_file():
        return resume(path, **ways)
    if (path / MANIFEST).exists():
        held_files.remove_if_possible(path)
    return record(recipe, path, **ways)


def _begin(recipe: Recipe, out: Path, is_shared: bool = False) -> bool:
    """Write what the folder is; return whether it is new. One with more seeds keeps them.

    One that is shared may be begun by several processes at once.
    """
    wanted = recipe.to_dict()
    if (out / FILE_NAME).exists():
        there = read_repeated_recipe(out)
        if not is_of_recipe(there | {"seeds": 1}, wanted, there["seed"]) or (
            there["seed"] != recipe.seed
        ):
            raise UserError(
                tr(
                    "{out} holds repeats of another recipe{there}: choose another folder.",
                    out=out,
                    there=_differing(there, wanted),
                )
            )
        if there["seeds"] < recipe.regimen.seeds:
            write_repeated_recipe(out, wanted)
        return False
    try:
        if not is_shared and out.exists() and not (out.is_dir() and not any(out.iterdir())):
            raise UserError(
                tr("{out} exists already: choose another name for the repeats.", out=out)
            )
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            tr("{out} cannot be made: {strerror}.", out=out, strerror=error.strerror)
        ) from error
    write_repeated_recipe(out, wanted)
    return True


def _differing(there: dict[str, Any], wanted: dict[str, Any]) -> str:
    for name in sorted(there.keys() | wanted.keys()):
        if name != "seeds" and there.get(name) != wanted.get(name):
            return tr(
                ", whose {name} is {name_2}",
                name=name,
                name_2=str(there.get(name, tr("the usual one")))[:60],
            )
    return ""


def _state_of(path: Path, recipe: Recipe, seed: int) -> str:
    """Return how the run of a seed ended; '' if it is not there.

    Raises
    ------
    UserError
        If it is of another recipe, or being recorded.
    """
    if path.is_symlink():
        raise UserError(tr("{path} is a link, which is not followed: remove it.", path=path))
    if not (path / MANIFEST).exists():
        return ""
    manifest = read_manifest(path / MANIFEST)
    if not is_of_recipe(manifest.recipe, recipe.to_dict(), seed):
        raise UserError(
            tr(
                "{path} holds a run of another recipe: remove it, or choose a new folder.",
                path=path,
            )
        )
    if is_being_written(path):
        raise BusyError(
            tr("{path} is being recorded already: wait for its end, or stop it.", path=path)
        )
    return manifest.state


def _end(out: Path, control: Control, is_new: bool) -> str:
    """Return how a training of several seeds ended that was broken off."""
    holds_runs = any((folder / MANIFEST).exists() for folder in out.iterdir())
    if not holds_runs and is_new:
        held_files.remove_if_possible(out)
    return "stopped" if holds_runs else "cancelled"


def _of_all(message: TrainingMessage, left: int) -> TrainingMessage:
    """Return what is told of one seed with the time that the others take, too."""
    if not isinstance(message, TrainingProgress) or message.epochs_per_second <= 0:
        return message
    others = left * message.epochs / message.epochs_per_second
    return replace(message, seconds_left=message.seconds_left + others)
