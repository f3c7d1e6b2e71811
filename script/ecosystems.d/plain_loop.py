"""A loop of plain PyTorch, whose recorder is told each epoch."""

from collections.abc import Callable
from pathlib import Path

import torch
from _loops import Network, digits, loop
from torch.utils.data import DataLoader

from ncviz import Recorder

MADE_BY = "PyTorch"
NEEDS = ("torch",)


def cases() -> dict[str, Callable[[Path], Path]]:
    """Return the one case."""
    return {"a plain loop": _plain}


def _plain(folder: Path) -> Path:
    torch.manual_seed(0)
    network, data = Network(), digits()
    loader = DataLoader(data, 50, shuffle=True)
    optimizer = torch.optim.SGD(network.parameters(), 0.1)
    loop(network, loader, optimizer, Recorder(folder / "run", network, loader))
    return folder / "run"
