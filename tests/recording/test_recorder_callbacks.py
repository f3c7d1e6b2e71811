"""Callbacks for trainers, with stand-ins for packages that are no dependencies."""

import sys
from types import ModuleType, SimpleNamespace

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from ncviz.errors import UserError
from ncviz.runs.run import Run

X = torch.rand(12, 4, generator=torch.Generator().manual_seed(0))
Y = torch.arange(12) % 3
LOADER = DataLoader(TensorDataset(X, Y), 4, shuffle=True)


def network():
    return nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))


@pytest.fixture
def packages(monkeypatch):
    """Make stand-ins for packages, or say that they are not there."""

    def make(**names):
        for module in ("ncviz.lightning", "ncviz.huggingface"):
            monkeypatch.delitem(sys.modules, module, raising=False)
        for name, attribute in names.items():
            path = name.replace("__", ".")
            parts = path.split(".")
            for depth in range(1, len(parts) + 1):
                module = ModuleType(".".join(parts[:depth])) if attribute else None
                monkeypatch.setitem(sys.modules, ".".join(parts[:depth]), module)
            if attribute:
                setattr(sys.modules[path], attribute, type(attribute, (), {}))

    yield make
    for module in ("ncviz.lightning", "ncviz.huggingface"):
        sys.modules.pop(module, None)


# Lightning


@pytest.fixture
def lightning(packages):
    packages(lightning__pytorch__callbacks="Callback")
    from ncviz.lightning import NeuralCollapseRecorder

    return NeuralCollapseRecorder


def trainer(**changes):
    given = {
        "is_global_zero": True,
        "current_epoch": 0,
        "train_dataloader": LOADER,
        "callback_metrics": {"train_loss": torch.tensor(0.25)},
    }
    return SimpleNamespace(**{**given, **changes})


def fit(callback, trainer, module, epochs):
    callback.on_train_start(trainer, module)
    for epoch in epochs:
        trainer.current_epoch = epoch
        callback.on_train_epoch_end(trainer, module)
    callback.on_train_end(trainer, module)


def test_lightning_calls_the_recorder(lightning, tmp_path):
    module = SimpleNamespace(parts=SimpleNamespace(net=network()))
    fit(lightning(tmp_path / "run", model="parts.net", every=2), trainer(), module, range(4))
    run = Run(tmp_path / "run")
    assert run.epochs == (0, 2, 4)
    assert run.snapshot(4).scalars["given_loss"] == 0.25
    assert run.manifest.train_counts == (4, 4, 4)
    # A training that goes on from its checkpoint.
    callback = lightning(tmp_path / "run", model="parts.net", every=2, resume=True)
    fit(callback, trainer(current_epoch=4), module, [4, 5])
    assert Run(tmp_path / "run").epochs == (0, 2, 4, 6)


def test_lightning_with_several_processes_or_an_error(lightning, tmp_path):
    fit(lightning(tmp_path / "run"), trainer(is_global_zero=False), network(), [0])
    assert not (tmp_path / "run").exists()
    callback = lightning(tmp_path / "run")
    callback.on_train_start(trainer(), network())
    callback.on_exception(trainer(), network(), ValueError("too hot"))
    manifest = Run(tmp_path / "run").manifest
    assert (manifest.state, manifest.message) == ("failed", "too hot")


def test_what_lightning_cannot_record_is_told(lightning, tmp_path):
    with pytest.raises(UserError, match="has no 'net'"):
        lightning(tmp_path / "run", model="net").on_train_start(trainer(), network())
    for several in ([LOADER, LOADER], {"a": LOADER}, SimpleNamespace(iterables=[LOADER])):
        with pytest.raises(UserError, match="several training loaders"):
            lightning(tmp_path / "run").on_train_start(trainer(train_dataloader=several), network())
    around = SimpleNamespace(model=type("FullyShardedDataParallel", (), {})())
    for first in (True, False):  # in every process, so that none waits for another
        given = trainer(strategy=around, is_global_zero=first)
        with pytest.raises(UserError, match="FSDPStrategy"):
            lightning(tmp_path / "run").on_train_start(given, network())


# Hugging Face


@pytest.fixture
def huggingface(packages):
    packages(transformers="TrainerCallback")
    from ncviz.huggingface import NeuralCollapseRecorder

    return NeuralCollapseRecorder


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = network()

    def forward(self, values=None, labels=None):
        return SimpleNamespace(loss=None, logits=self.net(values))


def collate(rows):
    return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}


ROWS = [{"values": x, "labels": y} for x, y in zip(X, Y, strict=True)]


def train(callback, epochs, first=0.0, **changes):
    """Call back as the Trainer does."""
    state = SimpleNamespace(epoch=first, log_history=[], is_world_process_zero=True)
    vars(state).update(changes)
    given = {"model": Classifier(), "train_dataloader": DataLoader(ROWS, 5, collate_fn=collate)}
    callback.on_train_begin(None, state, None, **given)
    for epoch in epochs:
        state.epoch = epoch
        state.log_history.append({"loss": 1 / epoch, "learning_rate": 0.1, "epoch": epoch})
        state.log_history.append({"eval_loss": 3.0})
        callback.on_epoch_end(None, state, None, **given)
    callback.on_train_end(None, state, None, **given)


def test_the_trainer_of_hugging_face_calls_the_recorder(huggingface, tmp_path):
    # Epochs are fractions, and the last one is cut short by a number of steps.
    train(huggingface(tmp_path / "run"), [0.9999999, 2.0, 2.4])
    run = Run(tmp_path / "run")
    assert run.epochs == (0, 1, 2, 3)
    scalars = run.snapshot(2).scalars
    assert (scalars["given_loss"], scalars["learning_rate"]) == (0.5, 0.1)
    assert run.manifest.state == "finished"
    train(huggingface(tmp_path / "run", resume=2), [3.0, 4.0], first=2.0)
    assert Run(tmp_path / "run").epochs == (0, 1, 2, 3, 4)
    train(huggingface(tmp_path / "other", every=2, data=ROWS), [1, 2, 3])
    assert Run(tmp_path / "other").epochs == (0, 2)
    train(huggingface(tmp_path / "second"), [1], is_world_process_zero=False)
    assert not (tmp_path / "second").exists()
    state = SimpleNamespace(epoch=0, is_world_process_zero=True)
    with pytest.raises(UserError, match="give them as data="):
        huggingface(tmp_path / "none").on_train_begin(None, state, None, model=Classifier())


def test_packages_that_are_not_installed_are_named(packages):
    packages(lightning=None, lightning__pytorch=None, lightning__pytorch__callbacks=None)
    packages(pytorch_lightning=None, transformers=None)
    with pytest.raises(UserError, match="Lightning is not installed"):
        __import__("ncviz.lightning")
    with pytest.raises(UserError, match="Transformers is not installed"):
        __import__("ncviz.huggingface")
