"""What goes wrong while a loop records: a sentence once, and the training goes on."""

import decimal
import math
import shutil
import warnings

import numpy as np
import pytest
import torch
from torch import nn

from ncviz import Recorder
from ncviz.errors import UserError
from ncviz.runs import writer
from ncviz.runs.run import Run

X = torch.rand(12, 4, generator=torch.Generator().manual_seed(0))
Y = torch.arange(12) % 3


def network():
    return nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))


@pytest.fixture
def recorder(tmp_path):
    with Recorder(tmp_path / "run", network(), (X, Y)) as recorder:
        yield recorder


def run_of(recorder, tmp_path):
    recorder.close()
    return Run(tmp_path / "run")


@pytest.mark.parametrize(
    "epoch", [3, 3.0, np.int64(3), np.float32(3), torch.tensor(3), torch.tensor([3.0]), np.uint8(3)]
)
def test_epochs_of_any_type(recorder, tmp_path, epoch):
    assert recorder.record(epoch)
    assert run_of(recorder, tmp_path).epochs == (3,)


@pytest.mark.parametrize(
    "epoch",
    [
        -1,
        1.5,
        True,
        None,
        "3",
        "last",
        10**9,
        math.nan,
        math.inf,
        torch.tensor([1, 2]),
        [1],
        10**400,
    ],
)
def test_no_epoch_ends_a_training(recorder, tmp_path, epoch):
    assert recorder.record(0)
    with pytest.warns(UserWarning, match=r"was not recorded: the epoch is .*: count whole numbers"):
        assert not recorder.record(epoch)
    assert recorder.record(1)
    assert run_of(recorder, tmp_path).epochs == (0, 1)


def test_an_epoch_that_comes_twice_stays_as_it_was(recorder, tmp_path):
    assert recorder.record(1, loss=0.5)
    with pytest.warns(UserWarning, match="Epoch 1 was not recorded: it was recorded already"):
        assert not recorder.record(1, loss=0.25)
    assert run_of(recorder, tmp_path).snapshot(1).scalars["given_loss"] == 0.5


def test_nothing_is_recorded_after_the_end_and_that_is_said_once(recorder, tmp_path):
    recorder.record(0)
    recorder.close()
    with pytest.warns(UserWarning, match="The recorder is closed"):
        assert not recorder.record(1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not recorder.record(2)
    recorder.close()
    assert Run(tmp_path / "run").epochs == (0,)


@pytest.mark.parametrize(
    ("value", "kept", "words"),
    [
        (0.5, 0.5, ""),
        (torch.tensor(0.5, requires_grad=True), 0.5, ""),
        (torch.tensor(0.5, dtype=torch.bfloat16), 0.5, ""),
        (np.float16(0.5), 0.5, ""),
        (decimal.Decimal("0.5"), 0.5, ""),
        ([0.5], 0.5, ""),
        (torch.tensor([0.25, 0.75]), 0.5, "loss holds 2 numbers: their mean is kept"),
        ([0.25, 0.5, 0.75], 0.5, "loss holds 3 numbers"),
        ({"loss": 0.5}, None, "loss is no number but a dict: it is left out"),
        ("low", None, "loss is no number but a str"),
        ([], None, "loss is no number but a list"),
        (10**400, None, "loss is no number but a int"),
        (1j, None, "loss is no number but a complex"),
        (None, None, ""),
    ],
)
def test_losses_of_any_type(recorder, tmp_path, value, kept, words):
    if words:
        with pytest.warns(UserWarning, match=f"At epoch 0 {words}"):
            assert recorder.record(0, loss=value)
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # it is said once
            assert recorder.record(1, loss=value)
    else:
        assert recorder.record(0, loss=value)
    assert run_of(recorder, tmp_path).snapshot(0).scalars.get("given_loss") == kept


def test_rates_that_are_unknown_and_by_their_short_name(recorder, tmp_path):
    assert recorder.record(0, lr=None, test_error=torch.tensor(0.5))
    assert recorder.record(1, lr=[0.1])
    scalars = [run_of(recorder, tmp_path).snapshot(epoch).scalars for epoch in (0, 1)]
    assert "learning_rate" not in scalars[0]
    assert scalars[0]["test_error"] == 0.5
    assert scalars[1]["learning_rate"] == 0.1


def test_a_full_disk_is_said_once_and_the_run_says_what_is_missing(recorder, tmp_path, monkeypatch):
    assert recorder.record(0)

    def full(path, _content, **_):
        raise UserError(f"{path.parent} cannot be written: No space left on device.")

    with monkeypatch.context() as patch:
        patch.setattr(writer, "write_atomically", full)
        with pytest.warns(UserWarning, match="Epoch 1 was not recorded: .*No space left") as said:
            assert not recorder.record(1)
        assert said[0].filename == __file__  # the line of the loop
        assert not recorder.record(2)  # a second warning would be an error here
    assert recorder.record(3)
    manifest = run_of(recorder, tmp_path).manifest
    assert (manifest.state, manifest.recorded) == ("finished", (0, 3))
    assert "Not recorded: epochs 1, 2 (" in manifest.message


def test_a_folder_that_is_removed_while_it_trains(recorder, tmp_path):
    assert recorder.record(0)
    shutil.rmtree(tmp_path / "run")
    with pytest.warns(UserWarning, match="Epoch 1 was not recorded: .*No such file"):
        assert not recorder.record(1)
    assert not recorder.record(2)
    with pytest.warns(UserWarning, match="cannot be written"):
        recorder.close()
    assert not (tmp_path / "run").exists()


def test_a_network_that_begins_without_finite_numbers(tmp_path):
    model = network()
    with torch.no_grad():
        model[0].weight.fill_(math.nan)
    with Recorder(tmp_path / "run", model, (X, Y)) as recorder:
        with pytest.warns(UserWarning, match="NaN or infinite weights"):
            assert not recorder.record(0)
        with torch.no_grad():
            model[0].weight.fill_(0.1)
        assert recorder.record(1)
    assert Run(tmp_path / "run").manifest.state == "finished"


def test_a_folder_that_cannot_be_made_is_an_error_at_once(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be made"):
        Recorder(tmp_path / "file" / "run", network(), (X, Y))
    Recorder(tmp_path / "taken", network(), (X, Y)).record(0)
    with pytest.raises(UserError, match="taken exists already"):
        Recorder(tmp_path / "taken", network(), (X, Y))
    with pytest.raises(UserError, match="at least 1"):
        Recorder(tmp_path / "run", network(), (X, Y), per_class=0)


class Named(nn.Module):
    """A body and a classifier that a test exchanges."""

    def __init__(self):
        super().__init__()
        self.body, self.fc = nn.Sequential(nn.Linear(4, 5), nn.ReLU()), nn.Linear(5, 3)

    def forward(self, x):
        return self.fc(self.body(x))


def grow(model):
    model.fc = nn.Linear(5, 4)


def shrink(model):
    model.fc = nn.Linear(5, 2)


def widen(model):
    model.body, model.fc = nn.Sequential(nn.Linear(4, 6), nn.ReLU()), nn.Linear(6, 3)


def remove(model):
    del model.fc


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (grow, "The classifier gives 4 numbers a sample and gave 3 when the run began"),
        (shrink, "The classifier gives 2 numbers a sample and gave 3 when the run began"),
        (widen, "The layer 'features' gives 6 numbers a sample and gave 5 when the run began"),
        (remove, "The network has no layer 'fc' any more, where 'features' was read"),
    ],
)
def test_a_network_whose_layers_are_exchanged_in_the_middle(tmp_path, change, words):
    model = Named()
    with Recorder(tmp_path / "run", model, (X, Y)) as recorder:
        assert recorder.record(0)
        change(model)
        with pytest.warns(UserWarning, match=f"Epoch 1 was not recorded: {words}"):
            assert not recorder.record(1)
        model.body, model.fc = Named().body, nn.Sequential(nn.Dropout(), nn.Linear(5, 3))
        assert recorder.record(2)  # of the sizes that the run has
    run = Run(tmp_path / "run")
    assert run.epochs == (0, 2)
    assert words in run.manifest.message


def test_two_recorders_in_one_process(tmp_path):
    """As in a notebook, where cells are run again, and the first one is forgotten."""
    model = network()
    for name in ("first", "second"):
        recorder = Recorder(tmp_path / name, model, (X, Y))
        assert recorder.record(0)
        assert recorder.record(np.int32(1))
    recorder.close()
    assert Run(tmp_path / "first").manifest.state == "stopped"
    assert Run(tmp_path / "second").manifest.state == "finished"
