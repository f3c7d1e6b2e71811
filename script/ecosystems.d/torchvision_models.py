"""A classifier of each family of torchvision, saved as a state dict and recognised by it."""

from collections.abc import Callable
from pathlib import Path

import torch
from _recording import record

from ncviz.errors import UserError
from ncviz.recording.guessing import guess_model
from ncviz.torchvision import load_torchvision

MADE_BY = "torchvision"
NEEDS = ("torchvision",)
# The side of the images that each is given.
FAMILIES = {
    "alexnet": 64,
    "convnext_tiny": 32,
    "densenet121": 32,
    "efficientnet_b0": 32,
    "efficientnet_v2_s": 32,
    "googlenet": 32,
    "inception_v3": 75,
    "maxvit_t": 224,
    "mnasnet0_5": 32,
    "mobilenet_v2": 32,
    "mobilenet_v3_large": 32,
    "mobilenet_v3_small": 32,
    "regnet_x_400mf": 32,
    "regnet_y_400mf": 32,
    "resnet18": 32,
    "resnet50": 32,
    "resnext50_32x4d": 32,
    "shufflenet_v2_x0_5": 32,
    "squeezenet1_0": 32,
    "swin_t": 32,
    "swin_v2_t": 32,
    "vgg11": 32,
    "vgg11_bn": 32,
    "vit_b_16": 224,
    "wide_resnet50_2": 32,
}


def cases() -> dict[str, Callable[[Path], Path]]:
    """Return a case for each family."""
    return {name: _case(name, side) for name, side in FAMILIES.items()}


def _case(name: str, side: int) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        own = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        torch.manual_seed(0)
        network = load_torchvision().models.get_model(name, weights=None, num_classes=10, **own)
        torch.save(network.state_dict(), folder / "epoch_1.pt")
        guess = guess_model(network.state_dict())
        if (guess.name, guess.classes) != (name, 10):
            raise UserError(f"taken for {guess.name or 'none'}: {guess.tried}")
        return record(f"torchvision:{name}", folder / "epoch_1.pt", folder, size=side)

    return make
