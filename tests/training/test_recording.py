import errno
import os
from dataclasses import replace
from functools import partial

import pytest
import torch

from ncviz.errors import UserError
from ncviz.jobs.control import Control
from ncviz.jobs.messages import Failed, Finished, carry_out
from ncviz.jobs.runner import RecordedEpoch
from ncviz.parameters import changed
from ncviz.runs.run import Run
from ncviz.training import recorded_training
from ncviz.training.recorded_training import record
from ncviz.training.trainer import Recorded, train
from ncviz.training.training_messages import TrainingProgress


@pytest.fixture
def out(tmp_path):
    return tmp_path / "run"


@pytest.fixture
def diverging(recipe):
    """A recipe that is recorded for some epochs before it diverges."""
    return changed(
        recipe,
        optimizer="sgd",
        learning_rate=20.0,
        schedule="constant",
        loss="squared_error",
        batch_norm=False,
        activation="identity",
        epochs=500,
    )


def at(epoch, action):
    """Call the action when the epoch is recorded."""

    def notify(message):
        if message == RecordedEpoch(epoch):
            action()

    return notify


def test_the_run_holds_what_the_trainer_yields(recipe, out, content):
    told = []
    assert record(recipe, out, notify=told.append) == "finished"
    run = Run(out)
    assert run.manifest.state == "finished"
    assert run.manifest.recipe == recipe.to_dict()
    assert run.epochs == tuple(range(7))
    assert [m.epoch for m in told if isinstance(m, RecordedEpoch)] == list(range(7))
    for event in train(recipe):
        if isinstance(event, Recorded):
            stored = run.snapshot(event.snapshot.epoch).load()
            # What is stored is rounded once, and not again.
            assert content(stored)[0] == content(event.snapshot)[0]
            for layer, original in zip(stored.layers, event.snapshot.layers, strict=True):
                for split, statistics in original.statistics.items():
                    found = layer.statistics[split]
                    assert (found.class_fuzziness == statistics.class_fuzziness).all()
                    assert (found.within_variance == statistics.within_variance).all()
                    assert (found.means == statistics.means).all()


def test_the_progress_is_told_seldom_and_at_the_end(recipe, out, monkeypatch):
    monkeypatch.setattr(recorded_training, "_PROGRESS_INTERVAL", float("inf"))
    told = []
    record(recipe, out, notify=told.append)
    first, last = [m for m in told if isinstance(m, TrainingProgress)]
    assert (first.epoch, last.epoch, last.epochs) == (1, 6, 6)
    assert last.epochs_per_second > 0
    assert last.seconds_left == 0
    assert first.seconds_left == pytest.approx(5 / first.epochs_per_second)


def test_a_stopped_run_keeps_what_was_recorded(endless, out):
    control = Control()
    assert record(endless, out, control=control, notify=at(2, control.stop)) == "stopped"
    run = Run(out)
    assert run.manifest.state == "stopped"
    assert run.epochs == (0, 1, 2)


def test_a_cancelled_run_is_gone(endless, out):
    control = Control()
    assert record(endless, out, control=control, notify=at(2, control.cancel)) == "cancelled"
    assert not out.exists()


def test_a_run_stopped_before_its_first_snapshot_is_gone(recipe, out):
    control = Control()
    control.stop()
    assert record(replace(recipe, record="6"), out, control=control) == "cancelled"
    assert not out.exists()


def test_a_training_that_diverges_keeps_what_was_recorded(diverging, out):
    with pytest.raises(UserError, match="diverged") as raised:
        record(diverging, out)
    run = Run(out)
    assert run.manifest.state == "failed"
    assert run.manifest.message == str(raised.value)
    assert len(run.epochs) > 1
    for epoch in run.epochs:
        assert run.snapshot(epoch).load().epoch == epoch


@pytest.mark.parametrize("function", ["replace", "fsync"])
def test_a_full_disk_keeps_what_was_recorded(recipe, out, monkeypatch, function):
    original = getattr(os, function)

    def fill_the_disk():
        def full(*_args):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, function, full)

    with pytest.raises(UserError, match=r"000003\.safetensors cannot be written: No space left"):
        record(recipe, out, notify=at(2, fill_the_disk))
    monkeypatch.setattr(os, function, original)
    run = Run(out)
    assert run.epochs == (0, 1, 2)
    assert run.manifest.state == "running"  # no room to say more
    assert not list(out.rglob("*.partial"))
    assert all(run.snapshot(epoch).load().epoch == epoch for epoch in run.epochs)


def test_a_disk_that_is_full_before_a_training_can_go_on_leaves_nothing(recipe, out, monkeypatch):
    original = os.fsync

    def full(*_args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(UserError, match="cannot be written: No space left"):
        record(recipe, out, notify=at(0, lambda: monkeypatch.setattr(os, "fsync", full)))
    assert not out.exists()
    monkeypatch.setattr(os, "fsync", original)
    assert record(recipe, out) == "finished"


def test_a_disk_that_is_full_for_a_moment_leaves_a_failed_run(recipe, out, monkeypatch):
    original = os.replace

    def refuse_once(*_args):
        monkeypatch.setattr(os, "replace", original)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(UserError) as raised:
        record(recipe, out, notify=at(2, lambda: monkeypatch.setattr(os, "replace", refuse_once)))
    manifest = Run(out).manifest
    assert (manifest.state, manifest.message) == ("failed", str(raised.value))


def test_a_failure_before_the_first_snapshot_leaves_nothing(recipe, out, monkeypatch):
    def no_room(*_args):
        raise MemoryError

    monkeypatch.setattr("ncviz.training.training_measurer.Measurer.snapshot", no_room)
    with pytest.raises(
        UserError, match="memory of this computer does not suffice for 20 images a class and 8"
    ):
        record(recipe, out)
    assert not out.exists()


@pytest.mark.parametrize(
    "error", [torch.cuda.OutOfMemoryError("CUDA out of memory."), MemoryError()]
)
def test_want_of_memory_is_told_in_a_sentence(recipe, out, monkeypatch, error):
    def no_room(*_args):
        raise error

    monkeypatch.setattr("ncviz.training.trainer.load_samples", no_room)
    with pytest.raises(UserError, match="does not suffice for 20 images a class: take fewer"):
        record(recipe, out)


def test_a_real_allocation_that_fails_is_told_in_a_sentence(recipe, out, monkeypatch):
    monkeypatch.setattr("ncviz.training.trainer.load_samples", lambda *_: torch.empty(2**60))
    with pytest.raises(UserError, match=r"for 20 images a class \(4 EiB more were asked for\)"):
        record(recipe, out)


def test_an_interrupt_keeps_the_run_and_goes_on(endless, out):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record(endless, out, notify=at(2, interrupt))
    assert Run(out).manifest.state == "stopped"


def test_a_folder_that_holds_something_is_left_alone(recipe, out):
    out.mkdir()
    (out / "thesis.txt").write_text("precious")
    with pytest.raises(UserError, match="exists already"):
        record(recipe, out)
    assert [path.name for path in out.iterdir()] == ["thesis.txt"]


def test_a_worker_tells_its_end(recipe, out):
    training = partial(record, recipe, out)
    assert carry_out("training", Control(), print, training) == Finished("finished")
    failed = carry_out("training", Control(), print, training)
    assert isinstance(failed, Failed)
    assert "exists already" in failed.sentence


def test_a_worker_tells_of_a_mistake_and_logs_it(recipe, out, monkeypatch, caplog):
    def mistake(*_args):
        raise ZeroDivisionError("one by nought")

    monkeypatch.setattr("ncviz.training.trainer.load_samples", mistake)
    assert carry_out("training", Control(), print, partial(record, recipe, out)) == Failed(
        "The training failed (ZeroDivisionError: one by nought): "
        "this is a mistake in ncviz, report it."
    )
    assert "one by nought" in caplog.text
