"""Measures a training's snapshots in a process beside it, from copies of the weights."""

import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Generic, Never, TypeVar

import safetensors.torch
import torch
from torch import nn

from ncviz.jobs.control import Control
from ncviz.jobs.messages import End, Finished
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.worker import Job
from ncviz.runs.snapshot import Snapshot, to_bytes
from ncviz.training.device import CPU, cores
from ncviz.training.forecast import forecast
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_samples import RecipeSamples, load_samples
from ncviz.training.room import computer_memory, needed_memory
from ncviz.training.trainer import initial_network
from ncviz.training.training_measurer import MeasurerOf, Taken, TrainingMeasurer

WORTH = 3.0  # seconds of training, by the forecast: the process takes as long to get ready
_ROOMS = 4  # such trainings have to fit into the memory
_AT_ONCE = 8  # copies that wait, once the process is ready
_BYTES = 64 * 2**20  # of copies that wait until it is
_LISTEN = 0.01  # seconds between two looks whether a snapshot has come

Result = TypeVar("Result")


@contextmanager
def measurer_of(recipe: Recipe, device: str, worker: WorkProcess | None) -> Iterator[MeasurerOf]:
    """Give what measures a training: beside it where that is worth it, else in line.

    Parameters
    ----------
    recipe : Recipe
    device : str
        On a GPU it is measured where the weights are.
    worker : WorkProcess or None
        To measure in, and for nothing else meanwhile.
    """
    if worker is None or not is_worth(recipe, device):
        yield TrainingMeasurer
        return
    try:
        yield partial(MeasurerBeside, worker)
    finally:
        worker.drop_all()
        worker.begin(_forget)


def is_worth(recipe: Recipe, device: str) -> bool:
    """Tell whether another process is worth its start, and has a core and the memory it takes."""
    recipe.check()
    return (
        device == CPU
        and torch.get_num_threads() < cores()
        and forecast(recipe).seconds / recipe.regimen.seeds >= WORTH
        and _ROOMS * needed_memory(recipe) <= computer_memory()
    )


class MeasurerBeside(TrainingMeasurer):
    """Takes copies of the weights, which another process measures while the training goes on.

    That process makes the same network and samples by the recipe, with as many threads: its
    numbers are those measured in line. The first snapshot is measured in line, so that there is
    soon something to see; so is what the process was given and cannot measure, because it died
    or failed. All errors are raised here, as if all were measured in line.

    Parameters
    ----------
    worker : WorkProcess
    network, samples, recipe
        As of `TrainingMeasurer`.
    """

    def __init__(
        self, worker: WorkProcess, network: nn.Module, samples: RecipeSamples, recipe: Recipe
    ) -> None:
        super().__init__(network, samples, recipe)
        self._worker = worker
        self._how = recipe, torch.get_num_threads()
        self._ready = _Answer(worker.begin(_get_ready, *self._how))
        self._waiting: deque[_Coming] = deque()
        self._is_first = self._works = True

    def take(self, epoch: int) -> Taken:
        """Copy the weights, and let them be measured; see `TrainingMeasurer.take`."""
        is_first, self._is_first = self._is_first, False
        if is_first or not self._has_room():
            return super().take(epoch)
        state = {name: value.contiguous() for name, value in self._network.state_dict().items()}
        weights = safetensors.torch.save(state)
        job = self._worker.begin(_measure, *self._how, epoch, weights)
        self._waiting.append(_Coming(self, epoch, weights, _Answer(job)))
        return self._waiting[-1]

    def _has_room(self) -> bool:
        """Tell whether one copy more may wait; where the process is ready, once there is room."""
        is_ready = self._ready.is_there
        if is_ready:
            self._works &= isinstance(self._ready.end, Finished)
        for each in tuple(self._waiting):
            if each.is_there or (is_ready and len(self._waiting) >= _AT_ONCE):
                each.answer.wait()
                self._waiting.remove(each)
                self._works &= isinstance(each.answer.end, Finished)
        held = sum(len(each.weights) for each in self._waiting)
        return self._works and (is_ready or held < _BYTES)

    def measured_again(self, epoch: int, weights: bytes) -> Snapshot:
        """Measure a copy of the weights here."""
        now = {name: value.clone() for name, value in self._network.state_dict().items()}
        self._network.load_state_dict(safetensors.torch.load(weights))
        try:
            return self.snapshot(epoch)
        finally:
            self._network.load_state_dict(now)


class _Answer(Generic[Result]):
    """How a job ends that tells nothing before."""

    def __init__(self, job: Job[Never, Result]) -> None:
        self._job = job
        self._heard = -math.inf
        self.end: End[Result] | None = None

    @property
    def is_there(self) -> bool:
        """Tell whether it has ended, which is not looked up at each step of a training."""
        if self.end is None and time.monotonic() - self._heard >= _LISTEN:
            self._hear(0.0)
        return self.end is not None

    def wait(self) -> None:
        while self.end is None:
            self._hear(1.0)

    def _hear(self, timeout: float) -> None:
        said = self._job.poll(timeout)
        self._heard = time.monotonic()
        if said:  # its end: it tells nothing else
            self.end = said[-1]


class _Coming(Taken):
    """A snapshot that is measured beside the training.

    Parameters
    ----------
    measurer : MeasurerBeside
    epoch : int
    weights : bytes
        Those of the network at that epoch.
    answer : _Answer
    """

    def __init__(
        self, measurer: MeasurerBeside, epoch: int, weights: bytes, answer: _Answer[bytes]
    ) -> None:
        super().__init__(epoch)
        self._measurer = measurer
        self.weights, self.answer = weights, answer

    @property
    def is_there(self) -> bool:
        return self.answer.is_there

    def content(self) -> bytes:
        self.answer.wait()
        if isinstance(self.answer.end, Finished):
            return self.answer.end.value
        return to_bytes(self._measurer.measured_again(self.epoch, self.weights))


# In the process beside


def _get_ready(
    _control: Control, _tell: Callable[[Never], None], recipe: Recipe, threads: int
) -> None:
    _measurer_of(recipe, threads)


def _measure(
    _control: Control,
    _tell: Callable[[Never], None],
    recipe: Recipe,
    threads: int,
    epoch: int,
    weights: bytes,
) -> bytes:
    network, measurer = _measurer_of(recipe, threads)
    network.load_state_dict(safetensors.torch.load(weights))
    return to_bytes(measurer.snapshot(epoch))


@lru_cache(maxsize=1)
def _measurer_of(recipe: Recipe, threads: int) -> tuple[nn.Module, TrainingMeasurer]:
    torch.set_num_threads(threads)
    samples = load_samples(recipe)
    network, _generator = initial_network(recipe, samples, CPU)
    return network, TrainingMeasurer(network, samples, recipe)


def _forget(_control: Control, _tell: Callable[[Never], None]) -> None:
    """Free the memory until the next training."""
    _measurer_of.cache_clear()
