"""A recorder in loops on a GPU, and `ncviz record` there; the GPU is emulated."""

import copy
import re

import numpy as np
import pytest
import torch
from emulated_device import NAME
from torch import nn

from ncviz import Recorder
from ncviz.errors import UserError
from ncviz.recording.plan import RecordPlan
from ncviz.recording.record_checkpoints import record_checkpoints
from ncviz.runs.run import Run


class Convolutional(nn.Module):
    """Two stages of maps, a norm, and a classifier."""

    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(1, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU())
        self.second = nn.Sequential(nn.Conv2d(6, 9, 3, stride=2), nn.GroupNorm(3, 9), nn.GELU())
        self.head = nn.Linear(9, 3)

    def forward(self, images):
        return self.head(self.second(self.first(images)).mean((2, 3)))


class Attentive(nn.Module):
    """Tokens through an encoder with a class token."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(8, 12)
        self.token = nn.Parameter(torch.zeros(1, 1, 12))
        self.encoder = nn.TransformerEncoderLayer(12, 2, 16, batch_first=True)
        self.head = nn.Linear(12, 3)

    def forward(self, images):
        tokens = self.embed(images[:, 0])
        tokens = torch.cat([self.token.expand(len(tokens), -1, -1), tokens], 1)
        return self.head(self.encoder(tokens)[:, 0])


def perceptron():
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(64, 20),
        nn.BatchNorm1d(20),
        nn.ReLU(),
        nn.Linear(20, 7),
        nn.ReLU(),
        nn.Linear(7, 3),
    )


NETWORKS = {"perceptron": perceptron, "convolutional": Convolutional, "attentive": Attentive}


@pytest.fixture
def data():
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(60) % 3
    return torch.rand(60, 1, 8, 8, generator=generator) + labels[:, None, None, None], labels


def recorded(out, network, data, **options):
    """Take a step of training, and record before and after it."""
    images, labels = (part.to(next(network.parameters()).device) for part in data)
    images = images.to(next(network.parameters()).dtype)
    optimizer = torch.optim.SGD(network.parameters(), 0.05)
    with Recorder(out, network, data, **options) as recorder:
        assert recorder.record(0)
        loss = nn.functional.cross_entropy(network(images).float(), labels)
        loss.backward()
        optimizer.step()
        assert recorder.record(1, loss=loss.detach())
    return Run(out)


def made(kind):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return NETWORKS[kind]().eval()


@pytest.mark.parametrize("memory", [512, 0], ids=["held", "two passes"])
@pytest.mark.parametrize("kind", NETWORKS)
def test_a_network_on_a_device_gives_the_same_run(emulated, data, tmp_path, kind, memory):
    network = made(kind)
    options = {"test": data, "memory": memory, "per_class": 6}
    expected = recorded(tmp_path / "cpu", copy.deepcopy(network), data, **options)
    found = recorded(tmp_path / "there", network.to(NAME), data, **options)
    assert found.manifest.layers == expected.manifest.layers
    assert found.manifest.software["device"] == f"{NAME}:0"
    for epoch in (0, 1):
        one, other = found.snapshot(epoch), expected.snapshot(epoch)
        assert one.scalars == pytest.approx(dict(other.scalars), rel=1e-4)
        for number in range(len(found.manifest.layers)):
            for split in ("train", "test"):
                np.testing.assert_allclose(
                    one.statistics(number, split).class_fuzziness,
                    other.statistics(number, split).class_fuzziness,
                    rtol=1e-3,
                )


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_networks_of_every_precision(emulated, data, tmp_path, dtype):
    if dtype is torch.float64 and not emulated.has_doubles:
        emulated.has_doubles = True  # such a network cannot be where there is none
    network = made("perceptron").to(dtype)
    run = recorded(tmp_path / "run", network.to(NAME), data)
    assert run.epochs == (0, 1)
    assert run.snapshot(1).statistics(1, "train").within_variance.min() > 0


@pytest.mark.parametrize("there", [True, False], ids=["on the device", "on the host"])
def test_labels_and_losses_may_lie_anywhere(emulated, data, tmp_path, there):
    given = tuple(part.to(NAME) for part in data) if there else data
    with Recorder(tmp_path / "run", made("perceptron").to(NAME), given) as recorder:
        assert recorder.record(torch.tensor(0).to(NAME), loss=torch.tensor(0.5).to(NAME))
    assert Run(tmp_path / "run").snapshot(0).scalars["given_loss"] == 0.5


@pytest.mark.parametrize("rank", [0, 1])
def test_of_processes_that_train_together_the_first_one_records(
    emulated, data, tmp_path, monkeypatch, rank
):
    monkeypatch.setenv("RANK", str(rank))
    network = made("perceptron").to(f"{NAME}:{rank}")
    with Recorder(tmp_path / "run", network, data) as recorder:
        assert recorder.record(0) is (rank == 0)
    assert (tmp_path / "run").exists() is (rank == 0)


def test_a_wide_layer_copies_its_sums_once_a_pass(emulated, data, tmp_path):
    """Of 60 batches of one sample each; without double precision the features come over."""
    network = made("perceptron").to(NAME)
    with Recorder(tmp_path / "run", network, data, memory=0, probe_per_class=1) as recorder:
        emulated.reset()
        assert recorder.record(0)
    assert sum(emulated.waits.values()) < (36 if emulated.has_doubles else 60 * 2 * 2 + 36)


def test_want_of_memory_says_for_what_and_what_to_do(emulated, data, tmp_path):
    network = made("convolutional").to(NAME)
    with Recorder(tmp_path / "run", network, data, per_class=20) as recorder:
        emulated.memory = emulated.used + 20_000
        words = (
            r"Epoch 0 was not recorded: The memory of emulated:0 does not suffice for a batch of "
            r"60 samples through the network \(.* more were asked for, .* are free\): take a "
        )
        with pytest.warns(UserWarning, match=words):
            assert not recorder.record(0)
        emulated.memory = 2**40
        assert recorder.record(1)


def test_random_numbers_of_the_device_are_left_alone(emulated, data, tmp_path, monkeypatch):
    put_back = []
    module = torch.get_device_module(NAME)
    monkeypatch.setattr(module, "set_rng_state", lambda *state: put_back.append(state))
    with Recorder(tmp_path / "run", made("perceptron").to(NAME), data) as recorder:
        assert recorder.record(0)
    assert {device for _state, device in put_back} == {torch.device(NAME, 0)}


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_named(emulated, data, tmp_path, number):
    network = made("perceptron").to(NAME)
    with Recorder(tmp_path / "run", network, data) as recorder:
        with torch.no_grad():
            network[4].bias[2] = number
        with pytest.warns(UserWarning, match=r"4\.bias holds NaN or infinite weights"):
            assert not recorder.record(0)


@pytest.fixture
def plan_on(workshop, monkeypatch):
    """Return a plan of a checkpoint that is recorded on a device of any name."""
    monkeypatch.setattr("ncviz.training.device._NAMES", re.compile(".*"))
    torch.save(workshop.network.network().state_dict(), workshop.folder / "epoch_3.pt")

    def plan(device, model="user_net:network"):
        return RecordPlan(
            model=model,
            checkpoints=("epoch_3.pt",),
            data=str(workshop.data),
            trusted=True,
            device=device,
        )

    return plan


def test_checkpoints_are_recorded_on_a_device(emulated, plan_on, tmp_path):
    runs = []
    for device in ("cpu", NAME):
        record_checkpoints(plan_on(device), tmp_path / device)
        runs.append(Run(tmp_path / device))
    one, other = (dict(run.snapshot(3).scalars) for run in runs)
    assert one == pytest.approx(other, rel=1e-5)
    assert runs[1].manifest.software["device"] == NAME


CODE = """
import torch
from user_net import network as single


def network():
    return single().to(torch.{})
"""


@pytest.mark.parametrize("dtype", ["float64", "bfloat16"])
def test_checkpoints_of_networks_of_every_precision(emulated, plan_on, workshop, dtype):
    (workshop.folder / f"net_{dtype}.py").write_text(CODE.format(dtype))
    model = f"net_{dtype}.py:network"
    assert record_checkpoints(plan_on("cpu", model), workshop.folder / "here") == "finished"
    plan, out = plan_on(NAME, model), workshop.folder / "there"
    if emulated.has_doubles or dtype != "float64":
        assert record_checkpoints(plan, out) == "finished"
        assert Run(out).epochs == (3,)
        return
    words = r"is in double precision, which emulated may not have: choose the device cpu\."
    with pytest.raises(UserError, match=words):
        record_checkpoints(plan, out)
    assert not out.exists()


def test_a_fault_of_the_driver_is_told_as_one(emulated, plan_on, workshop, monkeypatch):
    def fault(*_args, **_options):
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    monkeypatch.setattr("ncviz.measuring.forward.run", fault)
    with pytest.raises(UserError, match=r"The device emulated failed \(CUDA error: an illegal"):
        record_checkpoints(plan_on(NAME), workshop.folder / "run")
