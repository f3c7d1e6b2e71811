"""A run that a training loop goes on with."""

import json

import numpy as np
import pytest
import torch
from torch import nn

from ncviz import Recorder
from ncviz.counting import Counting
from ncviz.errors import UserError
from ncviz.runs.run import Run

X = torch.rand(12, 4, generator=torch.Generator().manual_seed(0))
Y = torch.arange(12) % 3


def network(width=5):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, width), nn.ReLU(), nn.Linear(width, 3))


@pytest.fixture(autouse=True)
def own_random_numbers():
    with torch.random.fork_rng(devices=[]):
        yield


def record(out, epochs, model=None, data=(X, Y), **options):
    with Recorder(out, model or network(), data, **options) as recorder:
        done = [epoch for epoch in epochs if recorder.record(epoch)]
        return done, recorder.notes


def test_a_run_goes_on_and_says_what_it_kept(tmp_path, capsys):
    out = tmp_path / "run"
    assert record(out, [0, 1, 2], resume=True) == ([0, 1, 2], ())  # there was none: it begins
    made = Run(out).manifest.created
    before = (out / "snapshots" / "000001.safetensors").read_bytes()
    with pytest.warns(UserWarning, match="Epoch 2 was not recorded: it was recorded already"):
        done, notes = record(out, [2, 3, 4], resume=True)
    assert done == [3, 4]
    assert notes == (f"{out} goes on: 3 snapshots (epochs 0 to 2) kept",)
    assert f"ncviz: {notes[0]}." in capsys.readouterr().err
    run = Run(out)
    assert run.manifest.recipe["transforms"] == list(notes)
    assert run.epochs == run.manifest.recorded == (0, 1, 2, 3, 4)
    assert (run.manifest.state, run.manifest.created) == ("finished", made)
    assert (out / "snapshots" / "000001.safetensors").read_bytes() == before
    np.testing.assert_array_equal(
        run.snapshot(4).positions(0).probe, run.snapshot(1).positions(0).probe
    )


def test_a_run_goes_on_from_an_epoch_and_what_came_after_it_is_removed(tmp_path):
    out = tmp_path / "run"
    record(out, [0, 1, 2, 3])
    done, notes = record(out, [2, 3], resume=1)
    assert done == [2, 3]
    assert notes == (
        f"{out} goes on: 2 snapshots (epochs 0 to 1) kept, 2 snapshots (epochs 2 to 3) after it "
        "removed",
    )
    assert Run(out).epochs == (0, 1, 2, 3)


def test_a_run_that_goes_on_without_a_new_epoch_is_kept(tmp_path):
    record(tmp_path / "run", [0, 1])
    assert record(tmp_path / "run", [], resume=True)[0] == []
    assert Run(tmp_path / "run").epochs == (0, 1)


def test_a_run_that_was_killed_goes_on(tmp_path):
    record(tmp_path / "run", [0, 1])
    path = tmp_path / "run" / "manifest.json"
    values = json.loads(path.read_text())
    path.write_text(json.dumps({**values, "state": "running", "recorded": []}))
    record(tmp_path / "run", [2], resume=True)
    assert Run(tmp_path / "run").manifest.recorded == (0, 1, 2)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": network(width=6)}, "something else (layers)"),
        ({"layers": "all"}, "layers recorded"),
        ({"per_class": 2}, "per class"),
        ({"class_names": ["a", "b", "c"]}, "class names"),
        ({"data": (X[:10], Y[:10])}, "something else (samples)"),
    ],
)
def test_a_run_of_something_else_is_left_alone(tmp_path, changes, words):
    out = tmp_path / "run"
    record(out, [0, 1])
    before = (out / "manifest.json").read_bytes()
    with pytest.raises(UserError) as told:
        record(out, [2], resume=True, **changes)
    assert words in str(told.value)
    assert (out / "manifest.json").read_bytes() == before
    assert Run(out).epochs == (0, 1)


def test_other_samples_of_the_same_classes_are_told(tmp_path):
    record(tmp_path / "run", [0])
    _, notes = record(tmp_path / "run", [1], data=(X + 1, Y), resume=True)
    assert any("other samples are measured than before" in words for words in notes)


def test_what_is_no_run_or_is_being_written_is_not_gone_on_with(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match="exists already"):
        record(tmp_path / "other", [0], resume=True)
    recorder = Recorder(tmp_path / "run", network(), (X, Y))
    recorder.record(0)
    with pytest.raises(UserError, match="is being recorded already"):
        record(tmp_path / "run", [1], resume=True)
    recorder.close()


def test_a_run_in_halves_of_an_epoch_goes_on_in_halves(tmp_path):
    out, halves = tmp_path / "run", {"parts": 2}
    assert record(out, [0, 0.5, torch.tensor(1.5)], **halves)[0] == [0, 0.5, 1.5]
    assert (Run(out).epochs, Run(out).manifest.counting) == ((0, 1, 3), Counting("epoch", 2))
    _done, notes = record(out, [1], resume=0.5, **halves)
    assert notes == (
        f"{out} goes on: 2 snapshots (epochs 0 to 0.5) kept, epoch 1.5 after it removed",
    )
    assert Run(out).epochs == (0, 1, 2)
    with pytest.raises(UserError, match="halves of an epoch and not epochs"):
        record(out, [3], resume=True)


def test_what_goes_wrong_is_told_by_what_is_counted(tmp_path):
    broken = network()
    with Recorder(tmp_path / "run", broken, (X, Y), unit="step") as recorder:
        recorder.record(500)
        with torch.no_grad():
            broken[0].weight[0, 0] = torch.nan
        with pytest.warns(UserWarning, match="^Step 4,000,000 was not recorded"):
            recorder.record(4_000_000)
        with pytest.warns(UserWarning, match="^Step 0.5 was not recorded: the step is 0.5"):
            recorder.record(0.5)
    manifest = Run(tmp_path / "run").manifest
    assert manifest.counting == Counting("step")
    assert manifest.message.startswith("The training had diverged at step 4,000,000")


@pytest.mark.parametrize("options", [{"unit": "day"}, {"parts": 0}, {"parts": 10**9}], ids=repr)
def test_what_no_run_counts_is_refused(tmp_path, options):
    with pytest.raises(UserError, match="unit must be one of epoch, step, checkpoint, snapshot"):
        Recorder(tmp_path / "run", network(), (X, Y), **options)
