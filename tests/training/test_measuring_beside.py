"""Snapshots measured in a process beside the training are those measured in line."""

import errno
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import torch
from patience import Patience

from ncviz.errors import DivergedError, UserError
from ncviz.jobs.control import Control
from ncviz.jobs.runner import RecordedEpoch
from ncviz.parameters import changed
from ncviz.processes import is_alive
from ncviz.runs.run import Run
from ncviz.runs.snapshot import to_bytes
from ncviz.training import measuring_beside, training_runner
from ncviz.training.measuring_beside import MeasurerBeside, is_worth
from ncviz.training.recorded_training import record, resume
from ncviz.training.training_runner import measuring_process


@pytest.fixture(scope="module")
def worker():
    """A process that is ready, and serves all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("NCVIZ_BESIDE", raising=False)
        patch.setattr(training_runner, "cores", lambda: 2)
        worker = measuring_process()
    yield worker
    worker.close()


@pytest.fixture(autouse=True)
def _is_always_worth_it(monkeypatch):
    monkeypatch.setattr(measuring_beside, "WORTH", 0.0)
    monkeypatch.setattr(measuring_beside, "_AT_ONCE", 2)
    monkeypatch.setattr(measuring_beside, "cores", lambda: torch.get_num_threads() + 1)


@pytest.fixture
def taken(monkeypatch):
    """The epochs that were given to the process, in order."""
    epochs, take = [], MeasurerBeside.take

    def note(measurer, epoch):
        found = take(measurer, epoch)
        epochs.extend([epoch] if isinstance(found, measuring_beside._Coming) else [])
        return found

    monkeypatch.setattr(MeasurerBeside, "take", note)
    return epochs


def assert_same(one, other):
    """Where an array lies in the memory may change its last digit, in line as beside."""
    assert Run(one).epochs == Run(other).epochs
    for epoch in Run(one).epochs:
        pairs = [Run(path).snapshot(epoch).load() for path in (one, other)]
        found, wanted = (safetensors.numpy.load(to_bytes(each)) for each in pairs)
        assert found.keys() == wanted.keys()
        for name, array in wanted.items():
            np.testing.assert_allclose(found[name], array, rtol=1e-9, atol=1e-12, err_msg=name)
        assert dict(pairs[0].scalars) == pytest.approx(
            dict(pairs[1].scalars), rel=1e-9, nan_ok=True
        )


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"network": "alexnet", "image_size": 8, "measured": "training"},
        {"network": "convolutional", "image_size": 8, "measured": "batches"},
        {"classifier": "class_means", "initial": "orthogonal"},
    ],
)
def test_the_numbers_are_those_measured_in_line(recipe, tmp_path, worker, taken, given):
    recipe = changed(recipe, given)
    told = []
    ways = {"notify": told.append, "beside": worker}
    assert record(recipe, tmp_path / "beside", **ways) == "finished"
    assert [m.epoch for m in told if isinstance(m, RecordedEpoch)] == list(range(7))
    assert taken == list(range(1, 7))  # the first is seen at once
    record(recipe, tmp_path / "in line")
    assert_same(tmp_path / "beside", tmp_path / "in line")


def test_where_the_process_dies_all_is_measured_in_line(
    recipe, tmp_path, worker, taken, monkeypatch
):
    recipe = changed(recipe, epochs=12)

    def kill(message):
        if message == RecordedEpoch(3):
            killed.append(worker.pid)
            os.kill(worker.pid, signal.SIGKILL)

    killed = []
    assert record(recipe, tmp_path / "beside", notify=kill, beside=worker) == "finished"
    assert len(taken) >= 3  # how many copies were under way then is the scheduler's
    assert not is_alive(*killed)
    record(recipe, tmp_path / "in line")
    assert_same(tmp_path / "beside", tmp_path / "in line")


def test_a_training_that_diverges_ends_as_in_line(recipe, tmp_path, worker):
    recipe = changed(
        recipe,
        optimizer="sgd",
        learning_rate=20.0,
        schedule="constant",
        loss="squared_error",
        batch_norm=False,
        activation="identity",
        epochs=500,
    )
    ends = []
    for name, beside in (("beside", worker), ("in line", None)):
        with pytest.raises(DivergedError) as raised:
            record(recipe, tmp_path / name, beside=beside)
        run = Run(tmp_path / name)
        ends.append((str(raised.value), run.epochs, run.manifest.state, run.manifest.message))
    assert ends[0] == ends[1]


def test_a_disk_that_is_full_leaves_no_gap(recipe, tmp_path, worker, monkeypatch):
    original = os.replace

    def refuse_once(*_args):
        monkeypatch.setattr(os, "replace", original)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fill(message):
        if message == RecordedEpoch(2):
            monkeypatch.setattr(os, "replace", refuse_once)

    with pytest.raises(UserError, match="cannot be written: No space left"):
        record(recipe, tmp_path / "run", notify=fill, beside=worker)
    assert Run(tmp_path / "run").epochs == (0, 1, 2)
    assert Run(tmp_path / "run").manifest.state == "failed"


def test_what_is_stopped_goes_on_where_it_was(recipe, tmp_path, worker, stop_after):
    recipe, out = changed(recipe, epochs=10), tmp_path / "stopped"
    stop_after(5, recipe, out, beside=worker)
    so_far = Run(out).epochs
    assert so_far == tuple(range(len(so_far)))
    assert resume(out, beside=worker) == "finished"
    record(recipe, tmp_path / "whole")
    assert_same(out, tmp_path / "whole")


def test_what_is_cancelled_is_gone_and_the_next_one_begins_at_once(recipe, tmp_path, worker):
    control = Control()

    def cancel(message):
        if message == RecordedEpoch(2):
            control.cancel()

    ways = {"control": control, "notify": cancel, "beside": worker}
    assert record(replace(recipe, epochs=10_000), tmp_path / "run", **ways) == "cancelled"
    assert not (tmp_path / "run").exists()
    assert record(recipe, tmp_path / "next", beside=worker) == "finished"


def test_it_is_used_where_it_is_worth_its_start(recipe, monkeypatch):
    assert is_worth(recipe, "cpu")
    assert not is_worth(recipe, "cuda:0")
    monkeypatch.setattr(measuring_beside, "WORTH", 3.0)
    assert not is_worth(recipe, "cpu")
    assert is_worth(replace(recipe, epochs=10_000), "cpu")
    monkeypatch.setattr(measuring_beside, "computer_memory", lambda: 1000)
    assert not is_worth(replace(recipe, epochs=10_000), "cpu")
    monkeypatch.setattr(measuring_beside, "cores", torch.get_num_threads)
    assert not is_worth(replace(recipe, epochs=10_000), "cpu")


@pytest.mark.parametrize(("count", "said"), [(1, ""), (4, "0")])
def test_there_is_none_without_a_core_or_unwanted(monkeypatch, count, said):
    monkeypatch.setattr(training_runner, "cores", lambda: count)
    monkeypatch.setenv("NCVIZ_BESIDE", said)
    assert measuring_process() is None


@pytest.mark.skipif(sys.platform != "linux", reason="children are found in /proc")
def test_it_ends_when_the_training_is_killed(endless, tmp_path, poll_until, monkeypatch):
    monkeypatch.setenv("NCVIZ_BESIDE", "1")
    monkeypatch.setenv("NCVIZ_THREADS", "1")
    runner = training_runner.TrainingRunner()
    try:
        runner.start(endless, tmp_path / "run")
        poll_until(runner, lambda m: m == RecordedEpoch(10))
        children = [
            int(pid)
            for task in os.listdir(f"/proc/{runner.pid}/task")
            for pid in Path(f"/proc/{runner.pid}/task/{task}/children").read_text().split()
        ]
        assert children
        os.kill(runner.pid, signal.SIGKILL)
        patience = Patience()
        while any(map(is_alive, children)) and not patience.is_over:
            runner.poll(timeout=0.05)
        assert not any(map(is_alive, children))
    finally:
        runner.close()
    run = Run(tmp_path / "run")
    assert run.epochs == tuple(range(len(run.epochs)))
