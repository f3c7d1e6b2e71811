"""Records a training into a run on the disk."""

import contextlib
import math
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

from ncviz.errors import UserError, is_full
from ncviz.jobs.control import Control, Order
from ncviz.jobs.messages import sentence_of
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.runner import RecordedEpoch
from ncviz.language import tr
from ncviz.measuring.device_errors import enough_memory, working_device
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import read_manifest
from ncviz.runs.writer import RunWriter
from ncviz.training.device import CPU, get_ready
from ncviz.training.measuring_beside import measurer_of
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import recipe_from_dict
from ncviz.training.room import require_disk
from ncviz.training.trainer import EpochDone, Event, Recorded, Started, train
from ncviz.training.training_measurer import MeasurerOf, Taken
from ncviz.training.training_messages import TrainingProgress
from ncviz.training.training_state import TrainingState, read_state

Notify = Callable[[TrainingProgress | RecordedEpoch], None]

_PROGRESS_INTERVAL = 0.25  # seconds
_STATE_INTERVAL = 10.0  # seconds of training that a kill may cost


def record(
    recipe: Recipe,
    out: Path,
    *,
    device: str = "cpu",
    control: Control | None = None,
    notify: Notify = lambda message: None,
    beside: WorkProcess | None = None,
) -> str:
    """Train as a recipe says, and write every snapshot into a run.

    Parameters
    ----------
    recipe : Recipe
    out : Path
        The run's folder; it must not yet hold anything.
    device : str, optional
        One that works, such as 'cpu' or 'cuda:0'.
    control : Control, optional
        Obeyed between batches.
    notify : callable, optional
        Given `TrainingProgress` and `RecordedEpoch` as they come.
    beside : WorkProcess, optional
        To measure in, where that is worth it, while the training goes on; see
        `measuring_process`.

    Returns
    -------
    str
        'finished', 'stopped' or 'cancelled'. A run that is stopped before its
        first snapshot holds nothing to keep, and counts as cancelled.

    Raises
    ------
    UserError
        If the training cannot be done or written. What was recorded before
        stays, as a run that says why it failed.
    """
    with (
        measurer_of(recipe, device, beside) as measurer,
        contextlib.closing(_events(recipe, device, measurer)) as events,
    ):
        started = next(events)
        assert isinstance(started, Started)  # the trainer's first event
        require_disk(out, started.manifest, len(started.probe.labels))
        writer = RunWriter(out, started.manifest, started.probe)
        return _Recording(writer, started, control or Control(), notify).follow(events)


def resume(
    run: Path,
    *,
    device: str = "cpu",
    control: Control | None = None,
    notify: Notify = lambda message: None,
    beside: WorkProcess | None = None,
) -> str:
    """Go on with a training that was stopped or broke off, in the same run.

    On the same machine, with as many of torch's threads, the CPU records what it would
    have recorded without the break, bit for bit.

    Parameters
    ----------
    run : Path
        The run's folder.
    device, control, notify, beside
        As of `record`. To cancel is to stop: what was recorded before is not thrown away.

    Returns
    -------
    str
        'finished' or 'stopped'.

    Raises
    ------
    UserError
        If it is finished, keeps no state to go on from, or the training cannot be done
        or written.
    """
    recipe, state = resumable(run)
    with (
        measurer_of(recipe, device, beside) as measurer,
        contextlib.closing(_events(recipe, device, measurer, state)) as events,
    ):
        started = next(events)
        assert isinstance(started, Started)
        writer = RunWriter.reopen(run)
        recording = _Recording(writer, started, control or Control(), notify, state.epoch - 1)
        return recording.follow(events)


def resumable(run: Path) -> tuple[Recipe, TrainingState]:
    """Return the recipe of a run, and where its training stands; see `read_state`.

    Raises
    ------
    UserError
        If there is nothing to go on from.
    """
    manifest = read_manifest(run / MANIFEST)
    if manifest.state == "finished":
        raise UserError(tr("{run} is finished: there is nothing left to train.", run=run))
    state = read_state(run)
    return recipe_from_dict(manifest.recipe, tr("The recipe of {run}", run=run)), state


class _Recording:
    """A run while it is being written."""

    def __init__(
        self,
        writer: RunWriter,
        started: Started,
        control: Control,
        notify: Notify,
        before: int | None = None,
    ) -> None:
        self._writer = writer
        self._started = started
        self._control = control
        self._notify = notify
        self._resumed = before is not None
        self._before = before or 0  # epochs that were done until the training was stopped
        self._has_snapshots = self._resumed
        self._began, self._kept = self._now(), -math.inf  # what is there first is kept at once
        self._told = float("-inf")
        self._waiting: deque[Taken] = deque()  # that may be measured still

    def follow(self, events: Iterator[Event]) -> str:
        """Write the snapshots until the training ends, and return how it ended."""
        try:
            order = self._follow_to_end(events)
        except BaseException as error:
            self._fail(error)
            raise
        if (order is Order.CANCEL and not self._resumed) or not self._has_snapshots:
            self._writer.discard()
            return "cancelled"
        if order is not Order.CONTINUE:
            self._keep_state()
        state = "finished" if order is Order.CONTINUE else "stopped"
        self._writer.close(state)
        return state

    def _follow_to_end(self, events: Iterator[Event]) -> Order:
        try:
            order = self._follow(events)
        except Exception:
            self._write_all()  # what ends the measuring of an earlier epoch ended it first
            raise
        if order is not Order.CANCEL or self._resumed:
            self._write_all()
        return order

    def _follow(self, events: Iterator[Event]) -> Order:
        for event in events:
            if isinstance(event, Recorded):
                self._waiting.append(event.taken)
            elif isinstance(event, EpochDone):
                self._tell(event)
            while self._waiting and self._waiting[0].is_there:
                self._write(self._waiting.popleft())
            if self._now() - self._kept > _STATE_INTERVAL or self._control.is_paused:
                self._keep_state()
            order = self._control.order()
            if order is not Order.CONTINUE:
                return order
        return Order.CONTINUE

    def _write_all(self) -> None:
        """Write what has been taken, which is waited for."""
        while self._waiting:
            self._write(self._waiting.popleft())

    def _write(self, taken: Taken) -> None:
        try:
            self._writer.write_content(taken.epoch, taken.content())
        except BaseException:
            self._waiting.clear()  # behind an epoch that is missing nothing is recorded
            raise
        self._has_snapshots = True
        self._notify(RecordedEpoch(taken.epoch))

    def _keep_state(self) -> None:
        self._write_all()  # who goes on from here measures none of them again
        if self._has_snapshots:
            self._writer.write_state(self._started.state().to_bytes())
            self._kept = self._now()

    def _fail(self, error: BaseException) -> None:
        kept_none = not self._resumed and self._kept == -math.inf
        if not self._has_snapshots or (is_full(error) and kept_none):
            self._writer.discard()  # so that the same can be done once there is room
            return
        # The disk that refused the snapshot may refuse this; the first error is the one to tell.
        with contextlib.suppress(UserError):
            if isinstance(error, KeyboardInterrupt):
                self._writer.close("stopped")
            else:
                self._writer.close("failed", sentence_of(error, "training"))

    def _tell(self, done: EpochDone) -> None:
        now = self._now()
        epochs = self._writer.manifest.epochs
        if now - self._told < _PROGRESS_INTERVAL and done.epoch < epochs:
            return
        self._told = now
        pace = (done.epoch - self._before) / max(now - self._began, 1e-9)
        left = (epochs - done.epoch) / pace
        self._notify(TrainingProgress(done.epoch, epochs, done.loss, done.accuracy, pace, left))

    def _now(self) -> float:
        """Return seconds on a clock that stands still during pauses."""
        return time.perf_counter() - self._control.paused_seconds


def _events(
    recipe: Recipe,
    device: str,
    measurer: MeasurerOf,
    state: TrainingState | None = None,
) -> Generator[Event]:
    """Train, and say in a sentence when the device fails or its memory does not suffice."""
    what = tr(
        "{images_per_class:image|images} a class and {long}",
        images_per_class=recipe.images_per_class,
        long=recipe.architecture.long,
    )
    with working_device(device), enough_memory(what, tr("lower one of them"), device):
        if device != CPU:
            get_ready(device)
        yield from train(recipe, device=device, measurer=measurer, state=state)
