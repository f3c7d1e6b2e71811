"""Carries an experiment out: trains or solves what is missing, measures, keeps the numbers."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ncviz.errors import DivergedError, UserError
from ncviz.experiments.experiment import (
    PUBLISHED,
    SMALL,
    Experiment,
    ModelProblem,
    Variant,
    mark_of,
    subject_of,
)
from ncviz.experiments.found_numbers import numbers_of_model, numbers_of_run
from ncviz.experiments.results import Result, keep_result, read_results, results_file
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.desks import desk_of
from ncviz.explorer.model_desk import FRAME, PAUSE, ModelDesk
from ncviz.jobs.control import Control, Order
from ncviz.models.model import models
from ncviz.runs.folders import folder_words
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import read_manifest
from ncviz.runs.run import Run
from ncviz.runs.writer import STATE
from ncviz.training.recipe import Recipe, recipe_from_dict


@dataclass(frozen=True)
class ExperimentProgress:
    """What is being done of an experiment.

    Parameters
    ----------
    variant : str
    seed : int
    number, count : int
        Which of how many, from 1.
    """

    variant: str
    seed: int
    number: int
    count: int


Notify = Callable[[Any], None]


def carry_out(
    experiment: Experiment,
    folder: Path,
    *,
    form: str = SMALL,
    seeds: int = 1,
    data_folder: str = "",
    device: str = "cpu",
    control: Control | None = None,
    notify: Notify = lambda message: None,
) -> str:
    """Train or solve every variant with some seeds, and keep what is expected of each.

    What is done already is not done again, and a training that was stopped goes on.

    Parameters
    ----------
    experiment : Experiment
    folder : Path
        Gets a file of results, and a folder with the runs.
    form : str
        'small' or 'published'.
    seeds : int
        How many: 0, 1, …; one where nothing is drawn.
    data_folder : str
        Where a full data set lies.
    device : str
    control : Control, optional
    notify : callable
        Given a `ExperimentProgress`, and what a training tells.

    Returns
    -------
    str
        'finished' or 'stopped'.

    Raises
    ------
    UserError
        If data are not to be had, or something cannot be written.
    """
    control = control or Control()
    count = seeds if experiment.is_drawn else 1
    work = [(variant, seed) for seed in range(count) for variant in experiment.variants]
    for number, (variant, seed) in enumerate(work, 1):
        notify(ExperimentProgress(variant.name, seed, number, len(work)))
        one = _One(experiment, folder, form, variant, seed, data_folder)
        if not one.do(device, control, notify):
            return "stopped"
    return "finished"


def runs_folder(folder: Path, experiment: Experiment, form: str) -> Path:
    """Return where the runs of an experiment lie."""
    return folder / experiment.name / form


def find_run(
    folder: Path, experiment: Experiment, variant: str, form: str, seed: int
) -> Path | None:
    """Return the finished run of a variant; None if there is none."""
    subject = subject_of(experiment.variant(variant), form, seed)
    if not isinstance(subject, Recipe):
        return None
    states = dict(_runs_of(runs_folder(folder, experiment, form), subject))
    return next((path for path, state in states.items() if state == "finished"), None)


class _One:
    """A variant with a seed."""

    def __init__(
        self,
        experiment: Experiment,
        folder: Path,
        form: str,
        variant: Variant,
        seed: int,
        data_folder: str,
    ) -> None:
        self._experiment, self._folder, self._form = experiment, folder, form
        self._variant, self._seed = variant, seed
        self._subject = subject_of(variant, form, seed, data_folder if form == PUBLISHED else "")
        self._file = results_file(folder, experiment.name)
        self._mark = mark_of(self._subject)

    def do(self, device: str, control: Control, notify: Notify) -> bool:
        """Do what is missing; return whether it is all done."""
        known = self._known()
        wanted = {each.reading for each in self._experiment.expected}
        if known is not None and (known.failure or wanted <= known.numbers.keys()):
            return True
        if isinstance(self._subject, Recipe):
            return self._train(self._subject, known, device, control, notify)
        return self._solve(self._subject, control)

    def _known(self) -> Result | None:
        here = self._form, self._variant.name, self._seed, self._mark
        found = (r for r in read_results(self._file) if (r.form, r.variant, r.seed, r.mark) == here)
        return next(found, None)

    def _keep(self, seconds: float | None, **known: Any) -> None:
        result = Result(self._form, self._variant.name, self._seed, self._mark, {}, seconds)
        keep_result(self._file, replace(result, **known))

    def _solve(self, problem: ModelProblem, control: Control) -> bool:
        began = time.perf_counter()
        desk = desk_of(models()[problem.model])
        try:
            if not _bring(desk, problem, control):
                return False
            trouble = desk.trouble if isinstance(desk, DescentDesk) else ""
            numbers = {} if trouble else numbers_of_model(desk, self._experiment.expected)
        finally:
            desk.close()
        self._keep(time.perf_counter() - began, numbers=numbers, failure=trouble)
        return True

    def _train(
        self,
        recipe: Recipe,
        known: Result | None,
        device: str,
        control: Control,
        notify: Notify,
    ) -> bool:
        home = runs_folder(self._folder, self._experiment, self._form)
        runs = dict(_runs_of(home, recipe))
        path = next((each for each, state in runs.items() if state == "finished"), None)
        seconds = known.seconds if known is not None else None
        if path is None:
            resumed = next((each for each in runs if (each / STATE).is_file()), None)
            path = resumed or _free(home, f"{self._variant.name} seed {self._seed}")
            before = 0.0 if resumed is None else seconds
            began = time.perf_counter()
            try:
                state = _record(recipe, path, resumed is not None, device, control, notify)
            except DivergedError as error:
                self._keep(None, failure=str(error))
                return True
            seconds = None if before is None else before + time.perf_counter() - began
            if state != "finished":
                if state == "stopped":
                    self._keep(seconds, finished=False)
                return False
        self._keep(seconds, numbers=numbers_of_run(Run(path), self._experiment.expected))
        return True


def _record(
    recipe: Recipe, path: Path, resumed: bool, device: str, control: Control, notify: Notify
) -> str:
    from ncviz.training.device import CPU, get_ready  # imports torch when it is called
    from ncviz.training.recorded_training import record, resume

    if device == CPU:  # a GPU gets ready where its faults are told in a sentence
        get_ready(device)
    if resumed:
        return resume(path, device=device, control=control, notify=notify)
    path.parent.mkdir(parents=True, exist_ok=True)
    return record(recipe, path, device=device, control=control, notify=notify)


def _runs_of(home: Path, recipe: Recipe) -> Iterator[tuple[Path, str]]:
    """Yield the runs in a folder that were trained by a recipe, and how each of them stands."""
    for path in sorted(home.glob(f"*/{MANIFEST}")):
        try:
            manifest = read_manifest(path)
            made_by = recipe_from_dict(manifest.recipe)
        except UserError:  # somebody else's, or of another version: it is not touched
            continue
        if replace(made_by, data_folder="") == replace(recipe, data_folder=""):
            yield path.parent, manifest.state


def _free(home: Path, words: str) -> Path:
    name, number = folder_words(words), 2
    path = home / name
    while path.exists():
        path = home / f"{name} ({number})"
        number += 1
    return path


def _bring(desk: ModelDesk[Any], problem: ModelProblem, control: Control) -> bool:
    """Bring a desk to a problem and let it compute; return whether it came to the end."""
    desk.put(problem.parameters)
    if isinstance(desk, DescentDesk):
        step = desk.player.stops[-1] if problem.step is None else problem.step
        desk.player.seek(desk.player.position_of(step))
        desk.follow_player()
    while desk.moving:
        if control.order() is not Order.CONTINUE:
            return False
        before = desk.computed
        desk.advance(FRAME)
        if desk.computed == before:  # a thread works on it
            time.sleep(PAUSE)
    return True
