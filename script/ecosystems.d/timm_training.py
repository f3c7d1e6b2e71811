"""Training dictionaries of timm: 'checkpoint-12.pth.tar' with arch, epoch, args and an average."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import torch
from _recording import record

from ncviz.recording.timm_models import load_timm

MADE_BY = "timm"
NEEDS = ("timm",)
# The side of the images that each is given, and arguments of its builder.
FAMILIES: dict[str, tuple[int, dict[str, int]]] = {
    "resnet18": (32, {}),
    "resnetv2_50": (32, {}),
    "vit_tiny_patch16_224": (32, {"img_size": 32}),
    "deit_tiny_distilled_patch16_224": (32, {"img_size": 32}),
    "swin_tiny_patch4_window7_224": (224, {}),
    "convnext_atto": (32, {}),
    "convnextv2_atto": (32, {}),
    "efficientnet_b0": (32, {}),
    "tf_efficientnet_b0": (32, {}),
    "mobilenetv3_small_050": (32, {}),
    "regnety_002": (32, {}),
    "densenet121": (32, {}),
    "mixer_s16_224": (224, {}),
    "edgenext_xx_small": (64, {}),
    "levit_128s": (224, {}),
    "nfnet_l0": (32, {}),
    "vgg11": (32, {}),
    "inception_v4": (96, {}),
}


def cases() -> dict[str, Callable[[Path], Path]]:
    """Return a case for each family."""
    return {name: _case(name, side, given) for name, (side, given) in FAMILIES.items()}


def _case(name: str, side: int, given: dict[str, int]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        torch.manual_seed(0)
        network = load_timm().create_model(name, num_classes=10, in_chans=1, **given)
        saved = {
            "epoch": 12,
            "arch": name,
            "state_dict": network.state_dict(),
            "optimizer": torch.optim.SGD(network.parameters(), lr=0.1).state_dict(),
            "version": 2,
            "args": Namespace(model=name, num_classes=10, img_size=None),
            "state_dict_ema": network.state_dict(),
            "metric": 50.0,
        }
        torch.save(saved, folder / "checkpoint-12.pth.tar")
        return record(f"timm:{name}", folder / "checkpoint-12.pth.tar", folder, size=side)

    return make
