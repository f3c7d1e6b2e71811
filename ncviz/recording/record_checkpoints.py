"""Records checkpoints into a run on the disk."""

import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from ncviz.errors import UserError, is_full
from ncviz.jobs.control import Control, Order
from ncviz.jobs.messages import sentence_of
from ncviz.jobs.runner import RecordedEpoch
from ncviz.language import named, tr
from ncviz.measuring.device_errors import is_out_of_memory, working_device
from ncviz.measuring.measurer import Measurer
from ncviz.measuring.peers import ALONE, Exchange, Peers, is_known
from ncviz.recording.choosing import CheckpointError
from ncviz.recording.data_of_plan import load_data
from ncviz.recording.going_on import KIND, SAMPLES, BrokenOff, broken_off, with_advice
from ncviz.recording.labelled_data import Source
from ncviz.recording.plan import RecordPlan
from ncviz.recording.reading import mark_of, read_weights
from ncviz.recording.recorded_texts import record_texts
from ncviz.recording.recording_messages import (
    DONE,
    MEASURING,
    FileProgress,
    GoesOn,
    Ordered,
    RecordMessage,
    Skipped,
    checkpoints,
)
from ncviz.recording.setting_up import (
    SetUp,
    look_at_checkpoints,
    none_left,
    set_up,
)
from ncviz.recording.text_encoder import is_text_model
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import Manifest, made_with
from ncviz.runs.probe import Probe
from ncviz.runs.writer import RunWriter
from ncviz.training.device import AUTO, CPU

Notify = Callable[[RecordMessage], None]

NO_MEMORY = tr("The memory does not suffice: lower --batch, --per-class or --size.")
TOLD_SECONDS = 0.2  # between two messages within a file


class EndedError(Exception):
    """The user stops or cancels."""


def record_checkpoints(
    plan: RecordPlan,
    out: Path,
    *,
    control: Control | None = None,
    notify: Notify = lambda message: None,
    peers: Peers = ALONE,
) -> str:
    """Measure a model at each of its checkpoints, and write a run.

    Parameters
    ----------
    plan : RecordPlan
    out : Path
        The run's folder; it holds nothing yet, or the same recording that did not come to its
        end, which goes on: what is measured is kept.
    control : Control, optional
        Obeyed between batches.
    notify : callable, optional
        Given messages as they come.
    peers : Peers, optional
        Who does the same on a share of the samples each; the first one writes the run.

    Returns
    -------
    str
        'finished', 'stopped' or 'cancelled'.

    Raises
    ------
    UserError
        If nothing can be recorded; then no run is left behind.
    """
    plan.check()
    with peers.agreed():
        before = broken_off(out) if peers.is_first else None
    if is_text_model(plan.model) and peers.are_several:
        raise UserError(
            tr(
                "The encoder of texts {model} is recorded by one process: leave out torchrun.",
                model=plan.model,
            )
        )
    try:
        with working_device(CPU if plan.device == AUTO else plan.device):
            if is_text_model(plan.model):
                return record_texts(plan, out, control or Control(), notify, before)
            return _Job(plan, out, control or Control(), notify, peers, before).run()
    except BaseException as error:
        if is_out_of_memory(error):
            raise UserError(NO_MEMORY) from error
        if is_full(error) and (out / MANIFEST).exists():
            raise with_advice(error, out) from error
        raise


class _Job:
    """A recording on its way."""

    def __init__(
        self,
        plan: RecordPlan,
        out: Path,
        control: Control,
        notify: Notify,
        peers: Peers,
        before: BrokenOff | None,
    ) -> None:
        self._before = before
        # What is measured already, as the first process finds it.
        self._marks = peers.told(
            {} if before is None else before.marks, Exchange(named("what is measured already"))
        )
        self._plan = plan
        self._peers = peers
        self._out = out
        self._control = control
        self._notify = notify
        self._writer: RunWriter | None = None
        self._set_up: SetUp | None = None
        self._measurer: Measurer | None = None
        self._probe: Probe | None = None
        self._skipped: list[Skipped] = []
        self._files = Ordered((), ())
        self._recorded: list[int] = []
        self._began = self._told = 0.0
        self._at = (0, 0, "")  # files done, all of them, the one at hand
        self._batches = 0  # of the file at hand

    def run(self) -> str:
        try:
            with self._peers.agreed():
                files = look_at_checkpoints(self._plan, self._tell)
                self._require_same(files)
                if self._before is not None:
                    self._before.require_epochs(files.epochs)
                self._skipped, self._files = list(files.skipped), files
                self._notify(files)
                self._between()
                source = load_data(self._plan)
            self._record(source, files.found)
        except EndedError:
            return self._end("stopped")
        except BaseException as error:
            self._fail(error)
            raise
        if not self._recorded:
            raise none_left(self._skipped)
        return self._end("finished")

    def _require_same(self, files: Ordered) -> None:
        """Refuse processes that find other checkpoints, as where one lacks a disk."""
        mine = tuple((epoch, path.name) for epoch, path in files.found)
        for rank, other in enumerate(
            self._peers.known_to_all(mine, Exchange(named("the list of checkpoints")))
        ):
            if other != mine:
                raise UserError(
                    tr(
                        "Process {rank} finds {count:checkpoint|checkpoints} and process {rank_2} "
                        "{count_2}: give all of them the same files.",
                        rank=rank,
                        count=len(other),
                        rank_2=self._peers.rank,
                        count_2=len(mine),
                    )
                )

    def _tell(self, message: FileProgress | Skipped) -> None:
        self._notify(message)
        self._between()

    def _between(self) -> None:
        if self._control.order() is not Order.CONTINUE:
            raise EndedError

    def _record(self, source: Source | None, files: tuple[tuple[int, Path], ...]) -> None:
        epochs = tuple(epoch for epoch, _ in files)
        self._began = time.perf_counter()
        for number, (epoch, path) in enumerate(files):
            self._at, self._batches = (number, len(files), path.name), 0
            self._tell(self._progress(0.0))
            try:
                with self._peers.agreed():
                    self._record_file(source, epoch, path, epochs)
            except CheckpointError as error:
                self._skip(path, error)
        self._notify(FileProgress(len(files), len(files), "", 0.0, DONE))

    def _progress(self, share: float) -> FileProgress:
        number, files, name = self._at
        now = time.perf_counter()
        self._told = now
        new = max(number - len(self._marks), 0)  # what is kept are mostly the first ones
        spent = now - self._began - self._control.paused_seconds
        # The first file takes longer than its share: models are built, code is loaded.
        one = spent / (new + share) if new or share > 0.2 else math.nan
        left = one * (files - number - share)
        return FileProgress(number, files, name, left, MEASURING, share)

    def _after_batch(self) -> None:
        self._between()
        self._batches += 1
        if self._measurer is not None and time.perf_counter() - self._told > TOLD_SECONDS:
            self._notify(self._progress(min(self._batches / self._measurer.batches_each, 1.0)))

    def _record_file(
        self, source: Source | None, epoch: int, path: Path, epochs: tuple[int, ...]
    ) -> None:
        weights = read_weights(path, self._plan)
        where = str(path)
        mark = mark_of(weights, where)
        if self._set_up is None:
            made = set_up(self._plan, source, weights, where, self._peers)
            measurer = made.measurer(self._plan, self._after_batch, self._peers)
            self._set_up, self._measurer, self._probe = made, measurer, made.samples.probe()
            self._go_on(epochs)
        elif epoch not in self._marks:
            self._set_up.load(weights, where)
        if epoch in self._marks:
            if self._before is not None:
                self._before.require_same(epoch, mark, path)
            return
        assert self._measurer is not None  # made with the set-up
        assert self._probe is not None
        snapshot = None
        try:
            if self._peers.is_first:
                snapshot = self._measurer.snapshot(epoch)
            else:
                self._measurer.contribute()
        except UserError as error:
            if is_known(error):  # to all processes: it is of its kind already
                raise
            raise CheckpointError(f"{where}: {error}") from error
        if snapshot is not None:
            if self._writer is None:
                self._writer = RunWriter(
                    self._out, self._manifest(self._set_up, epochs), self._probe
                )
            self._writer.write(replace(snapshot, weights=mark))
        self._recorded.append(epoch)
        self._notify(RecordedEpoch(epoch))

    def _go_on(self, epochs: tuple[int, ...]) -> None:
        """Go on with the run that is there, once it is known to be of the same."""
        self._recorded = list(self._marks)
        if self._before is not None:
            assert self._set_up is not None  # it has just been made
            self._writer = self._before.reopened(self._manifest(self._set_up, epochs))
            self._notify(GoesOn(str(self._out), len(self._marks)))

    def _skip(self, path: Path, error: UserError) -> None:
        self._skipped.append(Skipped(str(path), str(error)))
        self._tell(self._skipped[-1])

    def _end(self, state: str) -> str:
        if not self._peers.is_first:
            return state if self._recorded else "cancelled"
        if self._writer is None:
            return "cancelled"
        # What was measured before is not thrown away by who cancels now.
        is_unwanted = self._control.order() is Order.CANCEL and self._before is None
        if is_unwanted or not self._recorded:
            self._writer.discard()
            return "cancelled"
        self._settle_manifest()
        self._writer.close(state, self._summary())
        return state

    def _summary(self) -> str:
        if not self._skipped:
            return ""
        names = ", ".join(Path(item.path).name for item in self._skipped[:3])
        more = (
            tr(" and {count} more", count=len(self._skipped) - 3) if len(self._skipped) > 3 else ""
        )
        return tr("Skipped: {names}{more}.", names=names, more=more)

    def _settle_manifest(self) -> None:
        """Write which epochs there are, now that it is known."""
        assert self._writer is not None  # something was recorded
        recorded = tuple(sorted(self._recorded))
        recipe = dict(self._writer.manifest.recipe)
        if self._skipped:
            recipe["skipped"] = [item.path for item in self._skipped]
        self._writer.manifest = replace(
            self._writer.manifest, recorded=recorded, epochs=recorded[-1], recipe=recipe
        )

    def _fail(self, error: BaseException) -> None:
        """Keep what was recorded, with a sentence; leave nothing else behind."""
        if self._writer is None:
            return
        if not self._recorded:
            self._writer.discard()
            return
        with contextlib.suppress(UserError):  # the disk may refuse this too
            self._settle_manifest()
            if isinstance(error, KeyboardInterrupt):
                self._writer.close("stopped")
            else:
                self._writer.close("failed", sentence(error))

    def _manifest(self, made: SetUp, epochs: tuple[int, ...]) -> Manifest:
        assert self._measurer is not None  # made with the set-up
        plan = self._plan
        return Manifest(
            title=f"{made.samples.title} · {made.model.title} · {checkpoints(len(epochs))}",
            class_names=made.samples.class_names,
            layers=self._measurer.layers,
            train_counts=made.samples.train_counts,
            epochs=epochs[-1],
            recorded=epochs,
            recipe={
                "kind": KIND,
                **plan.to_dict(),
                SAMPLES: made.mark,
                "model_args": _plain(made.model.arguments),
                "weights": plan.weights or made.chosen.path,
                **made.taps.facts,
                **({"loss": "pick_all"} if made.samples.measured.label_sets else {}),
                "transforms": list(made.notes),
                "epochs_from": self._files.said,
                "epoch_of": dict(zip(self._files.files, self._files.epochs, strict=True)),
                **({"processes": self._peers.size} if self._peers.are_several else {}),
            },
            command=plan.command(),
            software=made_with(torch=torch.__version__, device=made.device),
            counting=self._files.counting,
            splits=made.samples.further,
        )


def _plain(arguments: Any) -> dict[str, Any]:
    kept = (bool, int, float, str)
    return {
        name: value if isinstance(value, kept) else repr(value) for name, value in arguments.items()
    }


def sentence(error: BaseException) -> str:
    """Return what to say about an error that ended a recording."""
    return NO_MEMORY if is_out_of_memory(error) else sentence_of(error, "recording")
