"""A training that is stopped and resumed is the training that was never stopped."""

import signal
import subprocess
import sys
from dataclasses import replace

import pytest
import safetensors.torch
import torch

from ncviz.errors import UserError
from ncviz.jobs.control import Control
from ncviz.jobs.runner import RecordedEpoch
from ncviz.parameters import changed
from ncviz.runs.run import Run
from ncviz.runs.writer import STATE
from ncviz.training import recorded_training
from ncviz.training.recorded_training import record, resume
from ncviz.training.trainer import Started, train
from ncviz.training.training_messages import TrainingProgress
from ncviz.training.training_state import read_state

RECORDED = "0, 2, 3, 6"


def bytes_of(run):
    """Return every snapshot, bit for bit; the order of a file's metadata is left to chance."""
    found = {}
    for path in (run / "snapshots").iterdir():
        with safetensors.safe_open(path, framework="np") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            content = {name: (a.dtype, a.shape, a.tobytes()) for name, a in arrays.items()}
            found[path.name] = file.metadata(), content
    return found


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"optimizer": "momentum", "schedule": "cosine"},
        {"optimizer": "sgd", "batch_norm": False, "imbalance_ratio": 5.0},
    ],
)
@pytest.mark.parametrize("steps", [1, 4, 5, 9, 18])
def test_resumed_is_bit_for_bit_what_was_never_stopped(
    recipe, tmp_path, stop_after, changes, steps
):
    recipe = changed(recipe, record=RECORDED, batch_size=50, epochs=6, **changes)
    record(recipe, tmp_path / "whole")
    stop_after(steps, recipe, tmp_path / "run")
    assert Run(tmp_path / "run").manifest.state == "stopped"
    assert resume(tmp_path / "run") == "finished"
    assert bytes_of(tmp_path / "run") == bytes_of(tmp_path / "whole")
    assert Run(tmp_path / "run").manifest.state == "finished"
    assert not (tmp_path / "run" / STATE).exists(), "a finished run needs no state"


def test_stopped_again_and_again(recipe, tmp_path):
    recipe = replace(recipe, batch_size=50)
    record(recipe, tmp_path / "whole")

    def stop_at(epoch, go):
        control = Control()
        go(
            control=control,
            notify=lambda m: control.stop() if m == RecordedEpoch(epoch) else None,
        )

    stop_at(1, lambda **keywords: record(recipe, tmp_path / "run", **keywords))
    for epoch in (2, 4, 5):
        stop_at(epoch, lambda **keywords: resume(tmp_path / "run", **keywords))
        assert Run(tmp_path / "run").epochs[-1] == epoch
    assert resume(tmp_path / "run") == "finished"
    assert bytes_of(tmp_path / "run") == bytes_of(tmp_path / "whole")


_KILLED = """
import os, signal, sys
from pathlib import Path
from ncviz.parameters import changed
from ncviz.training import recorded_training
from ncviz.training.device import training_threads
from ncviz.training.recipe import Recipe
from ncviz.jobs.runner import RecordedEpoch
import torch
torch.set_num_threads(int(sys.argv[2]))
recorded_training._STATE_INTERVAL = 0.0
def die(message):
    if message == RecordedEpoch(4):
        os.kill(os.getpid(), signal.SIGKILL)
recipe = changed(Recipe(), images_per_class=20, width=30, epochs=6, record="all", probe_per_class=5)
recorded_training.record(recipe, Path(sys.argv[1]), notify=die)
"""


def test_a_killed_training_goes_on_from_its_last_state(recipe, tmp_path):
    out = tmp_path / "run"
    command = [sys.executable, "-c", _KILLED, str(out), str(torch.get_num_threads())]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert Run(out).manifest.state == "running", "nobody could say so"
    assert Run(out).epochs == (0, 1, 2, 3, 4)
    record(recipe, tmp_path / "whole")
    assert resume(out) == "finished"
    assert bytes_of(out) == bytes_of(tmp_path / "whole")


def test_progress_goes_on_where_it_was(recipe, tmp_path, monkeypatch, stop_after):
    monkeypatch.setattr(recorded_training, "_PROGRESS_INTERVAL", 0.0)
    stop_after(2, replace(recipe, batch_size=100), tmp_path / "run")
    told = []
    resume(tmp_path / "run", notify=told.append)
    assert [m.epoch for m in told if isinstance(m, TrainingProgress)] == [2, 3, 4, 5, 6]
    assert all(m.epochs_per_second > 0 for m in told if isinstance(m, TrainingProgress))


def test_to_cancel_a_resumed_training_keeps_what_was_there(endless, tmp_path, stop_after):
    stop_after(3, endless, tmp_path / "run")
    before = bytes_of(tmp_path / "run")
    control = Control()

    def cancel(message):
        control.cancel()

    assert resume(tmp_path / "run", control=control, notify=cancel) == "stopped"
    assert bytes_of(tmp_path / "run").items() >= before.items()


def test_a_pause_keeps_the_state(recipe, tmp_path):
    """A computer that is shut down during a pause loses nothing."""
    seen = []

    class Watched(Control):
        def order(self):
            if self.is_paused:
                seen.append(read_state(tmp_path / "run").epoch)
                self.resume()
            return super().order()

    control = Watched()
    record(
        recipe,
        tmp_path / "run",
        control=control,
        notify=lambda m: control.pause() if m == RecordedEpoch(2) else None,
    )
    assert seen == [3]


# What cannot be resumed


def test_a_finished_run_and_one_without_a_state(recipe, tmp_path, stop_after):
    record(recipe, tmp_path / "run")
    with pytest.raises(UserError, match="is finished: there is nothing left to train"):
        resume(tmp_path / "run")
    stop_after(1, recipe, tmp_path / "other")
    (tmp_path / "other" / STATE).unlink()
    with pytest.raises(UserError, match="cannot be resumed: it has no training"):
        resume(tmp_path / "other")
    with pytest.raises(UserError, match="is not an ncviz run"):
        resume(tmp_path)


@pytest.mark.parametrize("damage", ["cut", "foreign", "other shape", "nonsense"])
def test_a_damaged_state_is_named_and_changes_nothing(recipe, tmp_path, stop_after, damage):
    run = tmp_path / "run"
    stop_after(1, recipe, run)
    path = run / STATE
    tensors = safetensors.torch.load_file(path)
    meta = {"format": "ncviz training state 1", "epoch": "1", "batches": "1"}
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "foreign":
        safetensors.torch.save_file(tensors, path)
    elif damage == "nonsense":
        safetensors.torch.save_file(tensors, path, {**meta, "epoch": "soon"})
    else:
        name = next(name for name in tensors if name.endswith("weight"))
        tensors[name] = torch.zeros(3, 3)
        safetensors.torch.save_file(tensors, path, meta)
    before = bytes_of(run)
    with pytest.raises(UserError, match=r"(is damaged|cannot be resumed)"):
        resume(run)
    assert bytes_of(run) == before
    assert Run(run).manifest.state == "stopped"


def test_two_trainings_never_write_one_run(endless, tmp_path, stop_after):
    run = tmp_path / "run"
    stop_after(1, endless, run)
    control = Control()
    refused = []

    def try_again(_message):
        with pytest.raises(UserError, match="is being recorded already") as raised:
            resume(run)
        refused.append(raised.value)
        control.stop()

    resume(run, control=control, notify=try_again)
    assert refused


def test_the_state_can_be_asked_for_between_events_alone(recipe):
    events = train(recipe)
    started = next(events)
    assert isinstance(started, Started)
    state = started.state()
    assert (state.epoch, state.batches) == (1, 0)
    events.close()
