"""Carries an experiment out: trains or solves what is missing, measures, keeps the numbers."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ncviz.errors import BusyError, DivergedError
from ncviz.experiments.experiment import (
    PUBLISHED,
    SMALL,
    Experiment,
    ModelProblem,
    Subject,
    Trained,
    Variant,
    mark_of,
    subject_of,
)
from ncviz.experiments.finding import (
    name_by_variant,
    repeats_of_recipe,
    runs_folder,
    state_of,
)
from ncviz.experiments.found_numbers import numbers_of_model, numbers_of_run
from ncviz.experiments.results import (
    Result,
    forget_results,
    keep_result,
    read_results,
    results_file,
)
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.desks import desk_of
from ncviz.explorer.model_desk import FRAME, PAUSE, ModelDesk
from ncviz.held_files import remove_if_empty
from ncviz.jobs.control import Control, Order
from ncviz.language import tr
from ncviz.models.model import models
from ncviz.parameters import changed
from ncviz.recording.fine_tuning import FineTuning
from ncviz.runs.lock import WritingLock
from ncviz.runs.repeats import seed_folder
from ncviz.runs.run import Run
from ncviz.runs.writer import STATE
from ncviz.training.training_messages import SeedBegun


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

BEFORE_ANY = tr("The training diverged before anything was recorded: lower the learning rate.")


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
    again: bool = False,
) -> str:
    """Train or solve every variant with some seeds, and keep what is expected of each.

    What is done already is not done again, and a training that was stopped goes on.

    Parameters
    ----------
    experiment : Experiment
    folder : Path
        Gets a file of results, and a folder with the runs: repeats, a seed each, of each variant.
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
    again : bool
        Forget first what was measured of these seeds.

    Returns
    -------
    str
        'finished' or 'stopped'.

    Raises
    ------
    BusyError
        If another process carries it out.
    UserError
        If data are not to be had, or something cannot be written.
    """
    with _alone(runs_folder(folder, experiment, form)):
        if again:
            forget_results(results_file(folder, experiment.name), form, seeds)
        told = control or Control(), notify
        return _carry_out(experiment, folder, form, seeds, data_folder, device, *told)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Let no other process run the same meanwhile, between two of its runs neither."""
    with suppress(OSError):  # whoever writes there first says why it cannot
        home.mkdir(parents=True, exist_ok=True)
    lock = WritingLock(home)
    if not lock.held:
        raise BusyError(tr("{home} is being run already: wait for its end, or stop it.", home=home))
    try:
        yield
    finally:
        for each in (home, home.parent):  # where something was trained they are not
            remove_if_empty(each)
        lock.release()


def _carry_out(
    experiment: Experiment,
    folder: Path,
    form: str,
    seeds: int,
    data_folder: str,
    device: str,
    control: Control,
    notify: Notify,
) -> str:
    count = seeds if experiment.is_drawn else 1
    for number, variant in enumerate(experiment.variants):

        def began(seed: int, before: int = number * count, name: str = variant.name) -> None:
            place = before + seed + 1
            notify(ExperimentProgress(name, seed, place, count * len(experiment.variants)))

        one = _One(experiment, folder, form, variant, data_folder)
        if isinstance(one.subject, Trained):
            done = one.train(one.subject, count, device, control, notify, began)
        else:
            done = one.solve(count, control, began)
        if not done:
            return "stopped"
    return "finished"


class _One:
    """A variant."""

    def __init__(
        self,
        experiment: Experiment,
        folder: Path,
        form: str,
        variant: Variant,
        data_folder: str,
    ) -> None:
        self._experiment, self._form = experiment, form
        self._variant, self._data = variant, data_folder if form == PUBLISHED else ""
        self._home = runs_folder(folder, experiment, form)
        self._file = results_file(folder, experiment.name)
        self._called = experiment, variant.name, form
        self.subject = self._of(0)

    def _of(self, seed: int) -> Subject:
        return subject_of(self._variant, self._form, seed, self._data)

    def _is_known(self, known: Result | None) -> bool:
        wanted = {each.reading for each in self._experiment.expected}
        return known is not None and (bool(known.failure) or wanted <= known.numbers.keys())

    def _known(self, seed: int) -> Result | None:
        here = self._form, self._variant.name, seed, mark_of(self._of(seed))
        found = (r for r in read_results(self._file) if (r.form, r.variant, r.seed, r.mark) == here)
        return next(found, None)

    def _keep(self, seed: int, seconds: float | None, **known: Any) -> None:
        mark = mark_of(self._of(seed))
        result = Result(self._form, self._variant.name, seed, mark, {}, seconds)
        keep_result(self._file, replace(result, **known))

    def solve(self, count: int, control: Control, began: Callable[[int], None]) -> bool:
        """Solve what is not solved yet; return whether it is all done."""
        for seed in range(count):
            problem = self._of(seed)
            if self._is_known(self._known(seed)):
                continue
            assert isinstance(problem, ModelProblem)
            began(seed)
            start, desk = time.process_time(), desk_of(models()[problem.model])
            try:
                if not bring_to(desk, problem, control):
                    return False
                trouble = desk.trouble if isinstance(desk, DescentDesk) else ""
                numbers = {} if trouble else numbers_of_model(desk, self._experiment.expected)
            finally:
                desk.close()
            self._keep(seed, time.process_time() - start, numbers=numbers, failure=trouble)
        return True

    def train(
        self,
        recipe: Trained,
        count: int,
        device: str,
        control: Control,
        notify: Notify,
        began: Callable[[int], None],
    ) -> bool:
        """Train what is not trained yet, and measure it; return whether it is all done."""
        before = [self._known(seed) for seed in range(count)]
        if all(map(self._is_known, before)):
            return True
        there, free = repeats_of_recipe(self._home, self._variant.name, recipe)
        path = there or free
        clock = _Clock([None if each is None else each.seconds for each in before])

        def told(message: Any) -> None:
            if isinstance(message, SeedBegun):
                clock.begin(message)
                began(message.seed)
            else:
                notify(message)

        state, why = "finished", ""
        try:
            state = _record(changed(recipe, seeds=count), path, device, control, told)
        except DivergedError as error:
            why = str(error)
        clock.end()
        for seed in range(count):
            ended, said = state_of(path / seed_folder(seed))
            if ended == "finished":
                if not self._is_known(before[seed]):
                    run = Run(path / seed_folder(seed))
                    numbers = numbers_of_run(run, self._experiment.expected)
                    self._keep(seed, clock.seconds[seed], numbers=numbers)
                name_by_variant(path / seed_folder(seed), *self._called)
            elif state == "finished":
                self._keep(seed, None, failure=said or why or BEFORE_ANY)
            elif ended == "stopped":
                self._keep(seed, clock.seconds[seed], finished=False)
        return state == "finished"


class _Clock:
    """The processor's time that the training of each seed took, with what was counted before.

    What else a computer does meanwhile does not count.
    """

    def __init__(self, seconds: Sequence[float | None]) -> None:
        self.seconds = list(seconds)
        self._seed: int | None = None
        self._start = 0.0

    def begin(self, message: SeedBegun) -> None:
        self.end()
        if not (message.path / STATE).is_file():  # it comes anew
            self.seconds[message.seed] = 0.0
        self._seed, self._start = message.seed, time.process_time()

    def end(self) -> None:
        if self._seed is not None and (counted := self.seconds[self._seed]) is not None:
            self.seconds[self._seed] = counted + time.process_time() - self._start
        self._seed = None


def _record(recipe: Trained, path: Path, device: str, control: Control, notify: Notify) -> str:
    from ncviz.training.device import CPU, get_ready  # imports torch when it is called
    from ncviz.training.recorded_repeats import record_repeats

    if device == CPU:  # a GPU gets ready where its faults are told in a sentence
        get_ready(device)
    if isinstance(recipe, FineTuning):
        from ncviz.recording.fine_tuned import fine_tune_repeats

        return fine_tune_repeats(recipe, path, device=device, control=control, notify=notify)
    return record_repeats(recipe, path, device=device, control=control, notify=notify)


def bring_to(desk: ModelDesk[Any], problem: ModelProblem, control: Control) -> bool:
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
