"""A small network of the user's own, its data and its checkpoints."""

import signal
import sys
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from emulated_device import emulated  # noqa: F401 - a fixture

from ncviz.recording.choosing import CheckpointError
from ncviz.recording.plan import RecordPlan
from ncviz.recording.reading import read_weights

PLAN = RecordPlan(model="checkpoint_layouts:Net", trusted=True)
MEMORY = 40e6  # bytes, for files of some kilobytes

CODE = """
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.pool = nn.AvgPool2d(stride)

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + self.pool(x))


class Net(nn.Module):
    def __init__(self, classes=3, channels=4):
        super().__init__()
        self.stem = nn.Conv2d(1, channels, 3, 1, 1)
        self.stage1 = nn.Sequential(Block(channels, 1), Block(channels, 1))
        self.stage2 = nn.Sequential(Block(channels, 2), Block(channels, 1))
        self.head = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.stage2(self.stage1(self.stem(x)))
        return self.head(x.mean(dim=(2, 3)))


def network(classes=3, channels=4):
    return Net(classes, channels)


def failing():
    raise RuntimeError("no such day")


def nothing():
    return 3


def images():
    generator = torch.Generator().manual_seed(1)
    labels = torch.arange(30) % 3
    return torch.rand(30, 1, 8, 8, generator=generator) + labels[:, None, None, None], labels
"""


@dataclass(frozen=True)
class Workshop:
    """Where a user keeps her code, data and checkpoints."""

    folder: Path
    network: object
    data: Path

    def save(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(content, path)
        return path

    def state(self, seed=0, **options):
        torch.manual_seed(seed)
        return self.network.network(**options).state_dict()

    def arguments(self, *checkpoints, out="run", **options):
        words = ["record", "--model", "user_net:network", "--checkpoints", *checkpoints]
        words += ["--data", self.data, "--out", self.folder / out, "--yes"]
        for name, value in options.items():
            words += [f"--{name.replace('_', '-')}", value]
        return [str(word) for word in words]


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    (tmp_path / "user_net.py").write_text(CODE)
    generator = np.random.default_rng(0)
    labels = np.arange(36) % 3
    images = (generator.integers(0, 90, (36, 8, 8)) + 60 * labels[:, None, None]).astype(np.uint8)
    np.savez(tmp_path / "data.npz", images=images, labels=labels)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    sys.modules.pop("user_net", None)
    import user_net

    with torch.random.fork_rng(devices=[]):
        yield Workshop(tmp_path, user_net, tmp_path / "data.npz")
    sys.modules.pop("user_net", None)


@pytest.fixture
def own_signals():
    """Give the handlers of signals back that the command has replaced."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def refused():
    """Read a checkpoint of some kilobytes, and expect one sentence that costs little memory."""

    def check(path, words, plan=PLAN):
        tracemalloc.start()
        with pytest.raises(CheckpointError, match=words) as caught:
            read_weights(path, plan).load(str(path))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert str(path.name) in str(caught.value)
        assert len(str(caught.value)) < 600
        assert peak < MEMORY

    return check
