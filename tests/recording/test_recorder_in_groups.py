"""The recorder in loops of several processes, whose weights are whole or spread."""

import sys
import warnings
from datetime import timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch
from group_of_processes import differences, run_together
from safetensors.numpy import load_file
from torch import nn

from ncviz import Recorder
from ncviz.errors import UserError
from ncviz.recording import sharded_network
from ncviz.runs.run import Run

KINDS = ("replicas", "fully_shard", "fsdp", "fsdp_flat", "tensor_parallel")


class Network(nn.Module):
    """Blocks, and a norm with statistics."""

    def __init__(self):
        super().__init__()
        self.first, self.norm = nn.Linear(8, 16), nn.BatchNorm1d(16)
        self.blocks = nn.Sequential(*(nn.Sequential(nn.Linear(16, 16), nn.ReLU()) for _ in "ab"))
        self.blocks.add_module("c", nn.Sequential(nn.Linear(16, 16), nn.Linear(16, 16)))
        self.head = nn.Linear(16, 3)

    def forward(self, x):
        return self.head(self.blocks(self.norm(self.first(x)).relu()))


def wrapped(kind, network):
    """Return a network as one of these spreads it."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import FullyShardedDataParallel, fully_shard
    from torch.distributed.fsdp.wrap import ModuleWrapPolicy
    from torch.distributed.tensor.parallel import (
        ColwiseParallel,
        RowwiseParallel,
        parallelize_module,
    )

    if kind == "replicas":
        return nn.parallel.DistributedDataParallel(network)
    if kind == "fully_shard":
        for block in network.blocks:
            fully_shard(block)
        return fully_shard(network) or network
    if kind == "tensor_parallel":
        plan = {"blocks.c.0": ColwiseParallel(), "blocks.c.1": RowwiseParallel()}
        return parallelize_module(network, init_device_mesh("cpu", (2,)), plan)
    return FullyShardedDataParallel(
        network,
        use_orig_params=kind == "fsdp",
        auto_wrap_policy=ModuleWrapPolicy({nn.Sequential}),
        device_id=torch.device("cpu"),
    )


def data():
    """Return samples and labels."""
    generator = torch.Generator().manual_seed(1)
    labels = torch.arange(30) % 3
    samples = torch.randn(30, 8, generator=generator, dtype=torch.float64)
    return samples + labels[:, None], labels


def train(peers, folder):
    """Record two epochs of each kind, and the first one of a plain network."""
    samples, labels = data()
    for kind in KINDS:
        torch.manual_seed(0)
        network = Network().double()
        if peers.is_first and kind == "replicas":
            with Recorder(
                Path(folder) / "plain", network, (samples, labels), layers="all"
            ) as plain:
                plain.record(0)
        model = wrapped(kind, network)
        recorder = Recorder(Path(folder) / kind, model, (samples, labels), layers="all")
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for epoch in (0, 1):
            assert recorder.record(epoch) == peers.is_first
            # Each takes all samples: so what parts them and what does not learns the same.
            nn.functional.cross_entropy(model(samples), labels).backward()
            optimizer.step()
            optimizer.zero_grad()
        recorder.close()


def train_by_callbacks(peers, folder):
    """Let both callbacks record a spread network and one that is whole in each process."""
    for package, name in (("lightning", "Callback"), ("transformers", "TrainerCallback")):
        parts = [package, "lightning.pytorch", "lightning.pytorch.callbacks"]
        for module in parts if package == "lightning" else parts[:1]:
            sys.modules[module] = ModuleType(module)
            setattr(sys.modules[module], name, type(name, (), {}))
    from ncviz.huggingface import NeuralCollapseRecorder as OfHuggingFace
    from ncviz.lightning import NeuralCollapseRecorder as OfLightning

    for kind in ("replicas", "fully_shard"):
        torch.manual_seed(0)
        model = wrapped(kind, Network().double())
        given = {"data": data(), "layers": "all"}
        of_lightning = OfLightning(Path(folder) / f"lightning-{kind}", **given)
        trainer = SimpleNamespace(
            is_global_zero=peers.is_first, current_epoch=0, callback_metrics={}
        )
        of_lightning.on_train_start(trainer, model)
        of_lightning.on_train_epoch_end(trainer, model)
        of_lightning.on_train_end(trainer, model)
        other = OfHuggingFace(Path(folder) / f"huggingface-{kind}", **given)
        state = SimpleNamespace(epoch=0, log_history=[], is_world_process_zero=peers.is_first)
        other.on_train_begin(None, state, None, model=model)
        state.epoch = 1.0
        other.on_epoch_end(None, state, None)
        other.on_train_end(None, state, None)


def only_the_first_calls(peers, folder):
    """Call the recorder in one process alone, at the second epoch and at the beginning."""
    model = wrapped("fully_shard", Network().double())
    recorder = Recorder(Path(folder) / "begun", model, data(), layers="all")
    recorder.record(0)
    sharded_network.PATIENCE = timedelta(seconds=1)
    if peers.is_first:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            assert not recorder.record(1)
            assert not recorder.record(2)
        (Path(folder) / "said").write_text("\n".join(str(each.message) for each in said))
        with pytest.raises(UserError, match=r"not all of them called Recorder"):
            Recorder(Path(folder) / "never", model, data())
        recorder.close()
    model(data()[0])  # the others wait here, and go on


def all_of_it(peers, folder):
    """Do one after the other: to start a process takes longer than each."""
    for work in (train, train_by_callbacks, only_the_first_calls):
        work(peers, folder)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The folder in which two processes have recorded."""
    folder = tmp_path_factory.mktemp("recorded")
    run_together(2, folder, all_of_it, str(folder))
    return folder


def test_spread_weights_are_recorded_as_whole_ones(recorded):
    for kind in KINDS[1:]:
        assert differences(recorded / "replicas", recorded / kind) == []
        assert list(Run(recorded / kind).epochs) == [0, 1]
    file = Path("snapshots", "000000.safetensors")
    shared, plain = (load_file(recorded / each / file) for each in ("fully_shard", "plain"))
    assert shared.keys() == plain.keys()
    for name, values in plain.items():
        np.testing.assert_allclose(shared[name], values, rtol=1e-12, atol=1e-14, err_msg=name)


def test_callbacks_record_weights_that_are_spread(recorded):
    for name in ("lightning", "huggingface"):
        assert list(Run(recorded / f"{name}-fully_shard").epochs) == [0, 1]
        assert differences(recorded / f"{name}-replicas", recorded / f"{name}-fully_shard") == []


def test_a_process_that_calls_alone_is_told_and_waits_no_longer(recorded):
    said = (recorded / "said").read_text().splitlines()
    assert len(said) == 1
    assert "spread over 2 processes" in said[0]
    assert list(Run(recorded / "begun").epochs) == [0]
    assert not (recorded / "never").exists()
