"""Networks that PyTorch exports as ONNX."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from _recording import record

from ncviz.torchvision import load_torchvision

MADE_BY = "torch.onnx"
NEEDS = ("torch", "onnx", "onnxruntime")


def _resnet() -> Any:
    return load_torchvision().models.resnet18(num_classes=10)


def _transformer() -> Any:
    return load_torchvision().models.VisionTransformer(32, 8, 4, 2, 32, 64, num_classes=10)


NETWORKS = {"resnet18": _resnet, "vision transformer of 4 blocks": _transformer}


def cases() -> dict[str, Callable[[Path], Path]]:
    """Return a case for each network."""
    return {title: _case(build) for title, build in NETWORKS.items()}


def _case(build: Callable[[], Any]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        torch.manual_seed(0)
        path = folder / "epoch_3.onnx"
        given = (torch.zeros(2, 3, 32, 32),)
        any_batch = {"images": {0: "samples"}}
        torch.onnx.export(
            build().eval(),
            given,
            str(path),
            dynamo=False,
            input_names=["images"],
            dynamic_axes=any_batch,
        )
        return record(f"onnx:{path}", path, folder, size=32)

    return make
