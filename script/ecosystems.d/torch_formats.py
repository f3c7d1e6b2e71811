"""One network in the formats that PyTorch and others write: what is read is the same."""

import importlib
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from _recording import record

from ncviz.torchvision import load_torchvision

MADE_BY = "PyTorch"
NEEDS = ("torch", "safetensors")

Save = Callable[[Any, Path], Path]


def _plain(network: Any, folder: Path) -> Path:
    torch.save({"epoch": 3, "model": network.state_dict()}, folder / "epoch_3.pt")
    return folder / "epoch_3.pt"


def _parallel(network: Any, folder: Path) -> Path:
    state = {f"module._orig_mod.{name}": value for name, value in network.state_dict().items()}
    torch.save(state, folder / "epoch_3.pt")
    return folder / "epoch_3.pt"


def _averaged(network: Any, folder: Path) -> Path:
    average = torch.optim.swa_utils.AveragedModel(network)
    torch.save({"epoch": 3, "ema": average.state_dict()}, folder / "epoch_3.pt")
    return folder / "epoch_3.pt"


def _safe(network: Any, folder: Path) -> Path:
    safetensors.torch.save_model(network, str(folder / "epoch_3.safetensors"))
    return folder / "epoch_3.safetensors"


def _whole(network: Any, folder: Path) -> Path:
    torch.save(network, folder / "epoch_3.pt")
    return folder / "epoch_3.pt"


def _pickled(network: Any, folder: Path) -> Path:
    (folder / "epoch_3.pt").write_bytes(pickle.dumps(network.state_dict()))
    return folder / "epoch_3.pt"


def _script(network: Any, folder: Path) -> Path:
    torch.jit.script(network).save(str(folder / "epoch_3.pt"))
    return folder / "epoch_3.pt"


def _exported(network: Any, folder: Path) -> Path:
    program = torch.export.export(network.eval(), (torch.zeros(2, 3, 32, 32),))
    torch.export.save(program, folder / "epoch_3.pt2")
    return folder / "epoch_3.pt2"


def _distributed(network: Any, folder: Path) -> Path:
    saving = importlib.import_module("torch.distributed.checkpoint")
    saving.save({"model": network.state_dict()}, checkpoint_id=folder / "epoch_3")
    return folder / "epoch_3"


WAYS: dict[str, Save] = {
    "resnet18, dictionary of a training": _plain,
    "resnet18, compiled and parallel": _parallel,
    "resnet18, an average of its weights": _averaged,
    "resnet18, safetensors": _safe,
    "resnet18, whole": _whole,
    "resnet18, pickle": _pickled,
    "resnet18, TorchScript": _script,
    "resnet18, torch.export": _exported,
    "resnet18, torch.distributed.checkpoint": _distributed,
}


def cases() -> dict[str, Callable[[Path], Path]]:
    """Return a case for each format."""
    return {title: _case(save) for title, save in WAYS.items()}


def _case(save: Save) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        torch.manual_seed(0)
        network = load_torchvision().models.resnet18(num_classes=10)
        return record("torchvision:resnet18", save(network, folder), folder, size=32)

    return make
