"""The numbers of a run over its epochs, computed a little at a time."""

import time
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from ncviz.charts.numbers import FUZZINESS, LAST_LAYER, SCALARS, Measure, Numbers
from ncviz.errors import UserError
from ncviz.jobs.messages import Failed, Finished
from ncviz.jobs.thread import WorkThread
from ncviz.jobs.worker import Job, call
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.runs.splits import TRAIN

SLOW = 0.03  # seconds that the numbers of an epoch may take a window


def seconds_of_numbers(run: Run) -> float:
    """Return about how long the numbers of one epoch take: many layers or classes."""
    classes, layers = run.manifest.classes, run.manifest.layers
    read = classes * sum(layer.width for layer in layers)
    pairs = classes**2 * layers[-1].width  # of class means: angles and CDNV
    return 2e-4 * len(layers) + 1e-8 * read + 1.5e-10 * pairs


BASE = (LAST_LAYER, SCALARS, FUZZINESS)  # of each epoch, before the rest


class EpochSeries(Numbers):
    """Metrics of each recorded epoch, in the order in which they were asked for.

    Opening a run must be instant, so that the metrics are computed epoch by
    epoch: the one on the screen first, the rest when there is time. A `Measure` that
    only some plots show is computed once it is wanted, after the rest.
    """

    def __init__(self, run: Run, split: str = TRAIN.name) -> None:
        super().__init__(run, split)
        self._damaged: set[int] = set()
        self._wanted: tuple[Measure, ...] = ()
        self._worker = WorkThread(tr("reading of numbers"))
        self._job: Job[Any, dict[Measure, Any]] | None = None
        self._begun = 0  # the epoch that the job reads
        # How far each kind of numbers is, of so many recorded epochs: all before that is there.
        self._reached: dict[tuple[Measure, ...], tuple[int, int]] = {}
        self.is_slow = seconds_of_numbers(run) > SLOW

    @property
    def complete(self) -> bool:
        """Return whether all that is wanted of every readable epoch has been computed."""
        return self._has_own and all(one.complete for one in self._others)

    @property
    def _has_own(self) -> bool:
        return all(map(self._has_all, (*BASE, *self._wanted)))

    @property
    def _others(self) -> list["EpochSeries"]:
        """Return those of the runs that repeat this one, which are computed after it."""
        return [one for one in self.repeated if isinstance(one, EpochSeries) and one is not self]

    @property
    def covers_all(self) -> bool:
        """Return whether the numbers of every readable epoch are there, extras apart."""
        return all(map(self._has_all, BASE))

    @property
    def count(self) -> int:
        """Return how many numbers there are, which changes with each that comes."""
        return sum(len(self._found[measure]) for measure in BASE)

    @property
    def epochs(self) -> list[int]:
        """Return the epochs that have been computed, ascending."""
        return list(
            self._curve("epochs", "", lambda: sorted(filter(self.has, self._found[FUZZINESS])))
        )

    def advance(self, seconds: float) -> bool:
        """Compute for about so long; return whether anything was added.

        Raises
        ------
        UserError
            If a snapshot is damaged: once, from then on it is passed over.
        """
        deadline = time.perf_counter() + seconds
        added = self._advance_aside() if self.is_slow else self._advance_here(deadline)
        for other in self._others if self._has_own else ():
            left = deadline - time.perf_counter()
            if not other.complete and (left > 0 or not added):
                added = other.advance(left) or added
                break  # the next one once this is complete
        return added

    def _advance_here(self, deadline: float) -> bool:
        added = False
        for measures in (BASE, *((measure,) for measure in self._wanted)):
            if added and time.perf_counter() > deadline:
                break
            added = self._fill(measures, deadline) or added
        return added

    def _fill(self, measures: tuple[Measure, ...], deadline: float) -> bool:
        if all(map(self._has_all, measures)):
            return False
        added = False
        # Coarse to fine, so that the curves span the whole run at once.
        order = _coarse_to_fine(self.run.epochs)
        count, first = self._reached.get(measures, (0, 0))
        for place in range(first if count == len(order) else 0, len(order)):
            epoch = order[place]
            self._reached[measures] = len(order), place
            if epoch in self._damaged or not (left := self._missing(measures, epoch)):
                continue
            try:
                for measure in left:
                    self.measured(measure, epoch)
            except UserError:
                self._damaged.add(epoch)
                raise
            added = True
            if time.perf_counter() > deadline:
                break
        if not added:  # what is missing lies before: look at all of them again
            self._reached.pop(measures, None)
        return added

    # In a thread

    def prepare(self, epoch: int) -> bool:
        """Return whether what is wanted of an epoch takes no time; else begin with it in a thread.

        Raises
        ------
        UserError
            If a snapshot turned out to be damaged: once.
        """
        self._adopt()
        if epoch in self._damaged or self.is_at_once(epoch):
            return True
        self._begin(epoch)
        return False

    def is_at_once(self, epoch: int) -> bool:
        """Return whether what is wanted of an epoch takes no time."""
        return not (self.is_slow and self._missing((*BASE, *self._wanted), epoch))

    def _advance_aside(self) -> bool:
        added = self._adopt()
        if self._is_free:
            left = (e for e in _coarse_to_fine(self.run.epochs) if e not in self._damaged)
            epoch = next((e for e in left if not self.is_at_once(e)), None)
            if epoch is not None:
                self._begin(epoch)
        return added

    def _missing(self, measures: Iterable[Measure], epoch: int) -> list[Measure]:
        return [measure for measure in measures if epoch not in self._found[measure]]

    @property
    def _is_free(self) -> bool:
        return self._job is None or not self._job.is_running

    def _begin(self, epoch: int) -> None:
        if not self._is_free:
            return
        left = self._missing((*BASE, *self._wanted), epoch)
        path, created = self.run.path, self.run.manifest.created
        self._begun = epoch
        self._job = self._worker.begin(call, _read_numbers, path, created, epoch, self.split, left)

    def _adopt(self) -> bool:
        for message in [] if self._job is None else self._job.poll():
            match message:
                case Finished(value=numbers):
                    for measure, value in numbers.items():
                        self._found[measure].setdefault(self._begun, value)
                    return True
                case Failed(sentence=sentence):
                    self._damaged.add(self._begun)
                    raise UserError(sentence)
        return False

    def _has_all(self, measure: Measure) -> bool:
        if len(self._damaged) + len(self._found[measure]) < len(self.run.epochs):
            return False
        return self._damaged.union(self._found[measure]).issuperset(self.run.epochs)

    def want(self, measures: Iterable[Measure]) -> bool:
        """Compute these too from now on, and no others.

        Returns
        -------
        bool
            Whether there is anything left to compute.
        """
        self._wanted = tuple(dict.fromkeys(measures))
        for other in self._others:
            other.want(self._wanted)
        more = sum(measure.seconds(self.run) for measure in self._wanted)
        self.is_slow = seconds_of_numbers(self.run) + more > SLOW
        return not self.complete

    def known(self, measure: Measure, epoch: int) -> Any:
        """Return a measure at an epoch; None where it is to be computed later."""
        return self._found[measure].get(epoch)

    def measured(self, measure: Measure, epoch: int) -> Any:
        """Return a measure at a recorded epoch; what curves show of it comes whole."""
        if measure in BASE and epoch not in self._found[measure]:
            for each in BASE:
                super().measured(each, epoch)
        return super().measured(measure, epoch)

    def has(self, epoch: int) -> bool:
        """Return whether an epoch has been computed."""
        return not self._missing(BASE, epoch)

    def terminal_phase(self) -> int | None:
        """Return the recorded epoch at which the terminal phase starts, once all is computed."""
        if not self.covers_all:
            return None
        return super().terminal_phase()


def _read_numbers(
    path: Path, created: str, epoch: int, split: str, measures: Iterable[Measure]
) -> dict[Measure, Any]:
    """Return the numbers of an epoch of a run that is opened for them."""
    run = Run(path)
    if run.manifest.created != created:
        raise UserError(tr("Another run was written to {path}: open it again.", path=path))
    return {measure: measure.of(run, epoch, split) for measure in measures}


@lru_cache(maxsize=4)
def _coarse_to_fine(epochs: tuple[int, ...]) -> list[int]:
    strides = [1]
    while strides[0] < len(epochs):
        strides.insert(0, 2 * strides[0])
    finer = (epoch for stride in strides for epoch in epochs[::stride])
    return list(dict.fromkeys((epochs[-1], *finer)))
