"""A recorder leaves the network, the program and other processes as they are."""

import copy
import os
import random
import signal
import subprocess
import sys
import warnings
import weakref

import numpy as np
import pytest
import torch
from loop_parts import LAST, Net, compare, steps_of, thirty_samples
from torch import nn
from torch.optim.swa_utils import AveragedModel

from ncviz import Recorder
from ncviz.errors import UserError
from ncviz.recording.undisturbed import undisturbed
from ncviz.runs.run import Run


@pytest.fixture
def data():
    return thirty_samples()


@pytest.fixture
def model():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        yield Net()


def test_a_loop_with_autocast_around_it(model, data, tmp_path):
    def loop(record=lambda epoch: None):
        torch.manual_seed(3)
        network = copy.deepcopy(model)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            network(data[0])  # the cast weights are kept for this block
            record(network)
            loss = nn.functional.cross_entropy(network(data[0]), data[1])
        loss.backward()
        return [p.grad.clone() for p in network.parameters()]

    def record(network):
        with Recorder(tmp_path / "run", network, data) as recorder:
            assert recorder.record(0)

    for alone, recorded in zip(loop(), loop(record), strict=True):
        assert torch.equal(alone, recorded)
    assert Run(tmp_path / "run").snapshot(0).statistics(LAST, "train").rounding < 1e-4


def test_a_backward_pass_may_wait_while_it_is_recorded(model, data, tmp_path):
    """As in gradient accumulation, with the statistics of batch norm saved for it."""
    model.eval()
    loss = model(data[0]).sum()
    with Recorder(tmp_path / "run", model, data) as recorder:
        assert recorder.record(0)
    loss.backward()
    assert model.head.weight.grad is not None


class Noting(Net):
    """Counts its calls and keeps what it saw, in evaluation mode, too."""

    def __init__(self):
        super().__init__()
        self.calls = 0
        self.register_buffer("seen", torch.zeros(()))

    def forward(self, x):
        self.calls += 1
        self.last = x
        self.seen += len(x)
        self.body[0].mask = torch.ones(3)
        return super().forward(x)


def test_all_of_a_network_is_left_as_it_was_found(data, tmp_path):
    model = Noting().to(memory_format=torch.channels_last)
    model.train()
    model.body[1].eval()
    model.head.weight.requires_grad_(False)
    seen = []
    handle = model.neck.register_forward_hook(lambda *_: seen.append(1))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist())
    with Recorder(tmp_path / "run", model, data) as recorder:
        assert recorder.record(0)
    assert model.calls == 0
    assert not hasattr(model, "last")
    assert not hasattr(model.body[0], "mask")
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert not model.body[1].training
    assert model.training
    assert [p.requires_grad for p in model.head.parameters()] == [False, True]
    assert all(p.grad is None for p in model.parameters())
    assert list(model.neck._forward_hooks) == [handle.id]
    assert torch.is_grad_enabled()
    now = (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist())
    assert now == state


def test_it_is_left_so_after_a_fault_and_after_ctrl_c(data, tmp_path, monkeypatch):
    model = Noting()
    with Recorder(tmp_path / "run", model, data) as recorder:
        recorder.record(0)
        for error in (KeyError("x"), KeyboardInterrupt()):

            def fail(_x, error=error):
                raise error

            monkeypatch.setattr(model.neck, "forward", fail)
            if isinstance(error, KeyError):
                with pytest.warns(UserWarning, match="Epoch 1 was not recorded: KeyError: 'x'"):
                    assert not recorder.record(1)
            else:
                with pytest.raises(KeyboardInterrupt):
                    recorder.record(1)
            assert model.calls == 0
            assert model.training
            assert torch.is_grad_enabled()
        monkeypatch.undo()
        assert recorder.record(1)
    assert Run(tmp_path / "run").epochs == (0, 1)


def test_an_average_of_weights_beside_the_model(model, data, tmp_path):
    average = AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9))
    recorders = [
        Recorder(tmp_path / name, network, data)
        for name, network in (("model", model), ("average", average))
    ]

    def record(epoch, _loss):
        average.update_parameters(model)
        assert all(recorder.record(epoch) for recorder in recorders)

    steps_of(model, data, record)
    for recorder in recorders:
        recorder.close()
    means = [
        Run(tmp_path / n).snapshot(2).statistics(LAST, "train").means for n in ("model", "average")
    ]
    assert not np.allclose(*means)
    assert Run(tmp_path / "average").manifest.recipe["model"] == "Net"


def test_two_networks_against_each_other(data, tmp_path):
    """As in a GAN: one of them tells no classes apart."""
    with pytest.raises(UserError, match="one number a sample"):
        Recorder(tmp_path / "critic", Net(classes=1), data)
    assert not (tmp_path / "critic").exists()


def test_a_network_that_moves_on_after_its_recorder_was_made(model, data, tmp_path):
    with Recorder(tmp_path / "run", model, data) as recorder:
        recorder.record(0)
        model.double()
        assert recorder.record(1)
        model.float()
        model.neck[0] = nn.Linear(8, 6)  # of the same width
        assert recorder.record(2)
        model.neck[0], model.head = nn.Linear(8, 9), nn.Linear(9, 3)
        with pytest.warns(UserWarning, match="Epoch 3 was not recorded: .* 9 numbers .* gave 6"):
            assert not recorder.record(3)
    assert Run(tmp_path / "run").epochs == (0, 1, 2)


def test_what_one_process_cannot_measure_is_told_at_once(model, data, tmp_path):
    lazy = nn.Sequential(nn.LazyLinear(8), nn.ReLU(), nn.Linear(8, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is deprecated
        scripted = torch.jit.script(nn.Sequential(nn.Linear(4, 3)))
    sharded = Net()
    sharded.head.weight.ds_id = 3  # as DeepSpeed marks what it has shared out
    one_layer = nn.Sequential(nn.Identity())
    cases = [
        (lazy, "run it once"),
        (scripted, "TorchScript"),
        (sharded, "spread over several processes"),
        (type("FSDPModule", (Net,), {})(), "spread over several processes"),
        (Net().to("meta"), "'meta'"),
        ("resnet18", "give a torch.nn.Module"),
        (one_layer, "No layer is left to record"),
    ]
    for network, words in cases:
        with pytest.raises(UserError, match=words):
            Recorder(tmp_path / "run", network, data)
        assert not (tmp_path / "run").exists()


def test_only_the_first_of_several_processes_writes(model, data, tmp_path, monkeypatch):
    monkeypatch.setenv("RANK", "1")
    with Recorder(tmp_path / "run", model, data) as recorder:
        assert not recorder.record(0)
        assert not recorder.record("nonsense")
        assert "process 1" in recorder.notes[0]
    assert not (tmp_path / "run").exists()
    monkeypatch.setenv("RANK", "0")
    with Recorder(tmp_path / "run", model, data) as recorder:
        assert recorder.record(0)


def test_the_first_of_a_group_of_processes_writes(model, data, tmp_path, monkeypatch):
    torch.distributed.init_process_group(
        "gloo", store=torch.distributed.HashStore(), rank=0, world_size=1
    )
    try:
        shared = nn.SyncBatchNorm.convert_sync_batchnorm(copy.deepcopy(model))
        run = compare(model, data, tmp_path, nn.parallel.DistributedDataParallel)
        assert run.manifest.recipe["model"] == "Net"
        # In evaluation mode nothing is asked of the other processes, which train on.
        with Recorder(tmp_path / "shared", shared, data) as recorder:
            assert recorder.record(0)
        monkeypatch.setenv("RANK", "0")
        monkeypatch.setattr(torch.distributed, "get_rank", lambda: 1)
        with Recorder(tmp_path / "second", model, data) as recorder:
            assert not recorder.record(0)
        assert not (tmp_path / "second").exists()
    finally:
        torch.distributed.destroy_process_group()


def test_a_dropped_recorder_ends_its_run(model, data, tmp_path):
    recorder = Recorder(tmp_path / "run", model, data)
    recorder.record(0)
    gone = weakref.ref(recorder)
    del recorder
    assert gone() is None
    manifest = Run(tmp_path / "run").manifest
    assert (manifest.state, manifest.recorded) == ("stopped", (0,))
    assert "without closing" in manifest.message


TERMINATED = """
import os, signal, sys, torch
from torch import nn
from ncviz import Recorder
from ncviz.runs.run import Run

own = sys.argv[2] == "own"
if own:
    signal.signal(signal.SIGTERM, lambda number, frame: os._exit(9))
data = torch.rand(12, 4), torch.arange(12) % 3
recorder = Recorder(sys.argv[1], nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)), data)
assert recorder.record(0)
child = os.fork()
while not child:
    signal.pause()
# A child just forked forgets signals: Python clears them there, and one before the pause is slept
# through.
while os.waitpid(child, os.WNOHANG) == (0, 0):
    os.kill(child, signal.SIGTERM)
assert Run(sys.argv[1]).manifest.state == "running", "the child ends itself alone"
signal.raise_signal(signal.SIGTERM)
"""


@pytest.mark.parametrize(
    ("handler", "status", "state"),
    [("none", -signal.SIGTERM, "stopped"), ("own", 9, "running")],
    ids=["without a handler", "with one of its own"],
)
def test_sigterm_ends_the_run_and_the_program_as_it_would_have(tmp_path, handler, status, state):
    command = [sys.executable, "-c", TERMINATED, str(tmp_path / "run"), handler]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    manifest = Run(tmp_path / "run").manifest
    assert manifest.state == state
    assert ("SIGTERM" in manifest.message) == (state == "stopped")


def test_a_closed_recorder_leaves_signals_as_they_were(model, data, tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    with Recorder(tmp_path / "run", model, data) as recorder:
        assert recorder.record(0)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_child_process_does_not_end_what_its_parent_writes(model, data, tmp_path):
    recorder = Recorder(tmp_path / "run", model, data)
    recorder.record(0)
    child = os.fork()
    if child == 0:
        del recorder
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert Run(tmp_path / "run").manifest.state == "running"
    recorder.close()


def test_nothing_is_compiled_or_cast_within(model):
    with torch.autocast("cpu", dtype=torch.bfloat16), undisturbed(model):
        assert not torch.is_autocast_enabled("cpu")
        assert model(torch.rand(2, 4)).dtype == torch.float32


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
def test_a_part_that_is_scripted_is_left_as_it_was():
    part = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Dropout(0.5))
    network = nn.Sequential(torch.jit.script(part), nn.Linear(6, 3)).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    with undisturbed(network):
        assert not any(module.training for module in network.modules())
        network(torch.ones(5, 4))
    assert all(module.training for module in network.modules())
    assert all(torch.equal(before[name], it) for name, it in network.state_dict().items())
