"""Where the runs of an experiment lie: one's own, and those that ship with ncviz."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ncviz.assets import asset
from ncviz.errors import UserError
from ncviz.experiments.experiment import (
    SMALL,
    Experiment,
    ModelProblem,
    Trained,
    mark_of,
    subject_of,
)
from ncviz.runs.folders import folder_words
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import read_manifest
from ncviz.runs.repeated_recipe import is_of_recipe, read_repeated_recipe
from ncviz.runs.repeats import is_repeats, seed_folder
from ncviz.runs.writer import LONGEST_GIVEN_TITLE, rename_run
from ncviz.scenes.panel_titles import BETWEEN
from ncviz.training.naming import training_title
from ncviz.training.recipe import Recipe

SHIPPED = "experiments"  # below the assets
SHIPPED_SEED = 0


def runs_folder(folder: Path, experiment: Experiment, form: str) -> Path:
    """Return where the runs of an experiment lie."""
    return folder / experiment.name / form


def find_repeats(folder: Path, experiment: Experiment, variant: str, form: str) -> Path | None:
    """Return the folder with the runs of a variant, a seed each; None if there is none."""
    subject = subject_of(experiment.variant(variant), form, 0)
    if isinstance(subject, ModelProblem):
        return None
    home = runs_folder(folder, experiment, form)
    return repeats_of_recipe(home, experiment.variant(variant).name, subject)[0]


def find_run(
    folder: Path, experiment: Experiment, variant: str, form: str, seed: int
) -> Path | None:
    """Return a variant's finished run, one's own or that which ships; None if there is none."""
    repeats = find_repeats(folder, experiment, variant, form)
    path = None if repeats is None else repeats / seed_folder(seed)
    if path is not None and state_of(path)[0] == "finished":
        return path
    return shipped_run(experiment, variant) if (form, seed) == (SMALL, SHIPPED_SEED) else None


def shipped_run(experiment: Experiment, variant: str) -> Path | None:
    """Return the run of a variant's small form that ships with ncviz; None if there is none.

    Its folder is called by what was trained, so that one of an experiment that has changed since
    is not found.
    """
    subject = subject_of(experiment.variant(variant), SMALL, SHIPPED_SEED)
    if isinstance(subject, ModelProblem):
        return None
    try:
        return asset(SHIPPED, experiment.name, mark_of(subject), MANIFEST).parent
    except UserError:
        return None


@dataclass(frozen=True)
class RunChoice:
    """Something that an experiment shows: a run of a variant, or a model that it solves.

    Parameters
    ----------
    variant : str
    seed : int or None
        None of all seeds, opened at the median one, and of what is solved.
    path : Path or None
        The folder of the run, or of the runs of all seeds; None of what is solved.
    supplied : bool
        Whether the run ships with ncviz.
    """

    variant: str
    seed: int | None = None
    path: Path | None = None
    supplied: bool = False


def choices(folder: Path, experiment: Experiment, form: str) -> tuple[RunChoice, ...]:
    """Return all that can be shown of an experiment, in the order of its variants.

    Raises
    ------
    UserError
        If a file beside the runs is damaged.
    """
    return tuple(
        c for each in experiment.variants for c in _of_variant(folder, experiment, each.name, form)
    )


def _of_variant(folder: Path, experiment: Experiment, variant: str, form: str) -> list[RunChoice]:
    if isinstance(subject_of(experiment.variant(variant), form, 0), ModelProblem):
        return [RunChoice(variant)]
    repeats, found = find_repeats(folder, experiment, variant, form), []
    if repeats is not None:
        for seed in range(read_repeated_recipe(repeats)["seeds"]):
            path = repeats / seed_folder(seed)
            if state_of(path)[0] == "finished":
                found.append(RunChoice(variant, seed, path))
    if len(found) > 1:
        found.insert(0, RunChoice(variant, None, repeats))
    supplied = shipped_run(experiment, variant) if form == SMALL else None
    if supplied is not None and all(each.seed != SHIPPED_SEED for each in found):
        found.append(RunChoice(variant, SHIPPED_SEED, supplied, supplied=True))
    return found


def repeats_of_recipe(home: Path, variant: str, recipe: Trained) -> tuple[Path | None, Path]:
    """Return the folder of repeats by a recipe, if it is there, and the next one that is free."""
    name, number = folder_words(variant) or "runs", 2
    path, wanted, found = home / name, recipe.to_dict(), None
    while path.exists():
        if found is None and is_repeats(path):
            there = read_repeated_recipe(path)
            if there["seed"] == 0 and is_of_recipe({**there, "seeds": 1}, wanted, 0):
                found = path
        path = home / f"{name} ({number})"
        number += 1
    return found, path


def name_by_variant(run: Path, experiment: Experiment, variant: str, form: str) -> None:
    """Let the title of a run be its variant, and what the titles of all variants say.

    So it is called where two runs are laid side by side, also where the variant is what recipes
    begin with, of which titles do not speak. A title that somebody has given stays.
    """
    own = read_manifest(run / MANIFEST).title.split(BETWEEN)
    seed = [part for part in own[1:] if part.startswith("seed ")]
    dataset, title = own[0], BETWEEN.join(part for part in own if part not in seed)
    subjects = {each.name: subject_of(each, form, 0) for each in experiment.variants}
    said = {
        name: training_title(subject, dataset)
        for name, subject in subjects.items()
        if isinstance(subject, Recipe)
    }
    if not variant or title != said.get(variant):
        return
    titles = [each.split(BETWEEN) for each in said.values()]
    shared = [part for part in titles[0] if all(part in title for title in titles)]
    while len(BETWEEN.join([variant, *shared, *seed])) > LONGEST_GIVEN_TITLE:
        shared.pop()
    with suppress(UserError):  # a run that another process holds keeps its title
        rename_run(run, BETWEEN.join([variant, *shared, *seed]))


def state_of(run: Path) -> tuple[str, str]:
    """Return how a run stands, and why it failed; nothing where there is none."""
    if not (run / MANIFEST).exists():
        return "", ""
    manifest = read_manifest(run / MANIFEST)
    return manifest.state, manifest.message
