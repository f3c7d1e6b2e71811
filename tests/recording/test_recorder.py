"""A recorder in the user's own loop."""

import math
import random
import subprocess
import sys

import numpy as np
import pytest
import torch
from patience import HUNG_SECONDS
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from ncviz import Recorder
from ncviz.errors import UserError
from ncviz.explorer.answers import about, facts_of
from ncviz.explorer.explorer import Explorer
from ncviz.measuring.measured import widest
from ncviz.metrics.measures import measure_run
from ncviz.runs.run import Run


@pytest.fixture
def data():
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(60) % 3
    return torch.rand(60, 5, generator=generator) + labels[:, None], labels


def network():
    torch.manual_seed(3)
    layers = [nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 3)]
    return nn.Sequential(*layers)


def train(data, recorder_of=None, epochs=3):
    """Return the losses of a training, whose batches and dropout are random."""
    with torch.random.fork_rng(devices=[]):
        model = network()
        loader = DataLoader(TensorDataset(*data), 20, shuffle=True)
        recorder = recorder_of(model, loader) if recorder_of else None
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        losses = []
        for epoch in range(1, epochs + 1):
            for images, labels in loader:
                loss = nn.functional.cross_entropy(model(images), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            losses.append((loss.item(), random.random(), np.random.random()))
            if recorder:
                recorder.record(epoch, loss=loss, learning_rate=0.1)
        if recorder:
            recorder.close()
    return losses


def seeded():
    random.seed(1)
    np.random.seed(1)


def test_a_training_takes_the_same_steps_with_and_without(data, tmp_path):
    seeded()
    alone = train(data)
    seeded()
    recorded = train(data, lambda model, loader: Recorder(tmp_path / "run", model, loader))
    assert recorded == alone
    run = Run(tmp_path / "run")
    assert run.epochs == run.manifest.recorded == (1, 2, 3)
    assert run.manifest.state == "finished"
    assert [layer.name for layer in run.manifest.layers] == ["input", "features"]
    assert run.snapshot(2).scalars["given_loss"] == pytest.approx(recorded[1][0])
    assert run.snapshot(2).scalars["learning_rate"] == 0.1
    assert len(measure_run(run)["layers"]) == 6
    lengths = [run.snapshot(epoch).weight_size(1).norm for epoch in run.epochs]
    assert len(set(lengths)) == 3
    assert run.snapshot(1).weight_size(0) is None


def test_a_loaders_own_random_numbers_are_kept(data, tmp_path):
    def first_batch(record):
        generator = torch.Generator().manual_seed(5)
        loader = DataLoader(TensorDataset(*data), 20, shuffle=True, generator=generator)
        if record:
            Recorder(tmp_path / "run", network(), loader).close()
        return next(iter(loader))[1]

    torch.testing.assert_close(first_batch(True), first_batch(False))
    assert not (tmp_path / "run").exists()  # nothing was recorded


def test_modes_and_gradients_are_left_as_they_were(data, tmp_path):
    model = network()
    model[1].eval()  # frozen, as in fine-tuning
    model[0].weight.grad = torch.ones(8, 5)
    buffers = [buffer.clone() for buffer in model.buffers()]
    with Recorder(tmp_path / "run", model, data) as recorder:
        assert recorder.record(0)
    assert [module.training for module in model] == [True, False, True, True, True]
    assert (model[0].weight.grad == 1).all()
    assert all(p.requires_grad for p in model.parameters())
    assert all(map(torch.equal, buffers, model.buffers()))
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())


def test_samples_of_each_class_are_kept(data, tmp_path):
    dataset = TensorDataset(*data)
    for number, given in enumerate((data, dataset, DataLoader(dataset, 7))):
        out = tmp_path / str(number)
        with Recorder(
            out, network(), given, per_class=5, probe_per_class=2, test=data, class_names="abc"
        ) as recorder:
            recorder.record(0)
        run = Run(out)
        assert run.manifest.train_counts == (20, 20, 20)  # of all, not of those that are kept
        assert run.snapshot(0).statistics(1, "train").counts.tolist() == [5, 5, 5]
        assert run.probe.labels.tolist() == [0, 0, 1, 1, 2, 2]
        assert run.snapshot(0).statistics(1, "test").counts.tolist() == [2, 2, 2]
        assert run.manifest.class_names == ("a", "b", "c")


def test_how_it_ends_stands_in_the_run(data, tmp_path):
    def broken(out, error):
        def loop():
            with Recorder(out, network(), data) as recorder:
                recorder.record(0)
                raise error

        with pytest.raises(type(error)):
            loop()
        return Run(out).manifest

    failed = broken(tmp_path / "failed", ValueError("too hot"))
    assert (failed.state, failed.message) == ("failed", "ValueError: too hot")
    assert broken(tmp_path / "stopped", KeyboardInterrupt()).state == "stopped"


def test_a_diverged_network_warns_and_the_training_goes_on(data, tmp_path):
    model = network()
    with Recorder(tmp_path / "run", model, data) as recorder:
        assert recorder.record(0)
        with torch.no_grad():
            model[0].weight.fill_(float("nan"))
        with pytest.warns(UserWarning, match="Epoch 1 was not recorded: .*NaN"):
            assert not recorder.record(1)
    assert Run(tmp_path / "run").epochs == (0,)


def test_a_full_memory_warns_and_the_training_goes_on(data, tmp_path, monkeypatch):
    with Recorder(tmp_path / "run", network(), data) as recorder:
        assert recorder.record(0)

        def fail(*_arguments):
            raise RuntimeError("CUDA out of memory.")

        monkeypatch.setattr(nn.Dropout, "forward", fail)
        with pytest.warns(UserWarning, match="Epoch 1 was not recorded: The memory .* not suffice"):
            assert not recorder.record(1)
        monkeypatch.undo()
        assert recorder.record(2)
    assert Run(tmp_path / "run").epochs == (0, 2)


def test_a_network_in_half_precision_is_recorded(data, tmp_path):
    model = network()
    with Recorder(tmp_path / "whole", model, data) as recorder:
        assert recorder.record(0)
    model.to(torch.bfloat16)
    with Recorder(tmp_path / "half", model, data) as recorder:
        assert recorder.record(0)
    whole, half = (Run(tmp_path / name).snapshot(0) for name in ("whole", "half"))
    assert half.scalars["train_loss"] == pytest.approx(whole.scalars["train_loss"], rel=0.05)
    expected = whole.statistics(1, "train").means
    np.testing.assert_allclose(half.statistics(1, "train").means, expected, rtol=0.1, atol=0.05)


def test_what_does_not_fit_is_told(data, tmp_path):
    images, labels = data
    cases = [
        ((images, labels + 1), "labels from 1 to 3, and the model tells 3"),
        ([], "must not be empty"),
        (3, "must be .* and it is a int"),
    ]
    for given, words in cases:
        with pytest.raises(UserError, match=words):
            Recorder(tmp_path / "run", network(), given)
    with pytest.raises(UserError, match="no layer 'blocks7'"):
        Recorder(tmp_path / "run", network(), data, layers="blocks7")
    with pytest.raises(UserError, match="class_names= has 2 names and the model tells 3 apart"):
        Recorder(tmp_path / "run", network(), data, class_names=["a", "b"])
    assert not (tmp_path / "run").exists()


def test_ncviz_is_imported_without_torch():
    code = "import ncviz, sys; assert 'torch' not in sys.modules; ncviz.Recorder; import torch"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=HUNG_SECONDS)


def test_a_loss_of_the_loop_and_the_measured_one_are_kept_apart(data, tmp_path):
    images, labels = data
    model = network()
    with Recorder(tmp_path / "run", model, data, test=data) as recorder:
        recorder.record(0)
        recorder.record(1, loss=0.125)
        recorder.record(2, loss=torch.tensor(0.5), test_loss=0.25)
    found = [Run(tmp_path / "run").snapshot(epoch).scalars for epoch in range(3)]
    logits = model.eval()(images).detach().double().numpy()
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = -np.log(chances[np.arange(len(labels)), labels.numpy()]).mean()
    for scalars in found:
        assert scalars["train_loss"] == pytest.approx(expected, rel=1e-5)
    assert [s.get("given_loss") for s in found] == [None, 0.125, 0.5]
    assert [s.get("given_test_loss") for s in found] == [None, None, 0.25]
    explorer = Explorer()
    explorer.open(tmp_path / "run")
    assert "geometric mean" in about("loss", expected, facts_of(explorer)).sentence
    own = about("loss", 0.5, facts_of(explorer, loss="given")).sentence
    assert "handed over" in own
    assert "probability" not in own


@pytest.mark.parametrize("loss", [math.nan, math.inf, torch.tensor(math.nan)])
def test_a_loss_that_is_no_number_is_kept_and_the_run_says_that_it_diverged(data, tmp_path, loss):
    with Recorder(tmp_path / "run", network(), data) as recorder:
        recorder.record(0)
        assert recorder.record(1, loss=loss)
    run = Run(tmp_path / "run")
    assert not math.isfinite(run.snapshot(1).scalars["given_loss"])
    assert run.manifest.state == "failed"
    assert "had diverged at epoch 1" in run.manifest.message
    explorer = Explorer()
    explorer.open(run.path)
    explorer.set_view(explorer.view.at(1))
    assert "diverged" in explorer.caption()
    explorer.set_view(explorer.view.at(0))
    assert "diverged" not in explorer.caption()


@pytest.mark.parametrize("where", ["first layer", "classifier", "batch norm"])
def test_a_network_without_finite_numbers_has_diverged(data, tmp_path, where):
    model = network()
    with Recorder(tmp_path / "run", model, data) as recorder:
        recorder.record(0)
        with torch.no_grad():
            if where == "batch norm":
                model[1].running_mean.fill_(math.nan)
            else:
                model[0 if where == "first layer" else -1].weight[0, 0] = math.nan
        with pytest.warns(UserWarning, match="Epoch 1 was not recorded"):
            assert not recorder.record(1)
    run = Run(tmp_path / "run")
    assert run.epochs == (0,)
    assert run.manifest.state == "failed"
    assert "diverged at epoch 1" in run.manifest.message


def test_a_training_that_recovers_has_not_diverged(data, tmp_path):
    with Recorder(tmp_path / "run", network(), data) as recorder:
        recorder.record(0, loss=math.inf)
        recorder.record(1, loss=0.5)
    manifest = Run(tmp_path / "run").manifest
    assert (manifest.state, manifest.message) == ("finished", "")


@pytest.mark.parametrize("classes", [2, 10, 32, 100, 1000, 5000])
def test_means_of_wide_layers_take_no_more_room_than_they_need(classes):
    kept = widest(classes)
    assert kept <= 4096
    # What is stored as it is takes a mebibyte at most, or less than twice its own span.
    assert 8 * classes * kept <= 2**20 or kept == min(2 * classes, 4096)
