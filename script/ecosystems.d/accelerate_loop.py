"""A loop of accelerate, whose recorder is given the network that was prepared."""

import importlib
from collections.abc import Callable
from pathlib import Path

import torch
from _loops import Network, digits, loop
from torch.utils.data import DataLoader

from ncviz import Recorder

MADE_BY = "accelerate"
NEEDS = ("accelerate",)


def cases() -> dict[str, Callable[[Path], Path]]:
    """Return the one case."""
    return {"a loop with `prepare`": _prepared}


def _prepared(folder: Path) -> Path:
    accelerator = importlib.import_module("accelerate").Accelerator(cpu=True)
    torch.manual_seed(0)
    network = Network()
    optimizer = torch.optim.SGD(network.parameters(), 0.1)
    loader = DataLoader(digits(), 50, shuffle=True)
    network, optimizer, loader = accelerator.prepare(network, optimizer, loader)
    recorder = Recorder(folder / "run", network, loader)
    loop(network, loader, optimizer, recorder, accelerator.backward)
    return folder / "run"
