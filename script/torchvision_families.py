#!/usr/bin/env python
"""Records a network of each family of torchvision, with weights drawn at random.

    .venv/bin/python script/torchvision_families.py [NAME ...]

Each is saved, recognised by its weights, and recorded by stages and by blocks on the digits of
scikit-learn; a line says what came out. It takes some minutes and downloads nothing.
"""

import sys
import tempfile
import time
from pathlib import Path

import torch

from ncviz.errors import UserError
from ncviz.recording.guessing import guess_model
from ncviz.recording.plan import RecordPlan
from ncviz.recording.record_checkpoints import record_checkpoints
from ncviz.runs.run import Run
from ncviz.torchvision import load_torchvision

# One of each family, and the side of the images that it is given.
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


def record(name: str, side: int, folder: Path) -> str:
    """Record a network, and return what came out."""
    own = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    torch.manual_seed(0)
    network = load_torchvision().models.get_model(name, weights=None, num_classes=10, **own)
    torch.save(network.state_dict(), folder / "epoch_1.pt")
    guess = guess_model(network.state_dict())
    if (guess.name, guess.classes) != (name, 10):
        raise UserError(f"taken for {guess.name or 'none'}: {guess.tried}")
    counts = []
    for layers in ("stages", "blocks"):
        plan = RecordPlan(
            model=f"torchvision:{name}",
            checkpoints=(str(folder / "epoch_1.pt"),),
            data="digits",
            layers=(layers,),
            size=side,
            per_class=2,
            split="train",
        )
        record_checkpoints(plan, folder / layers)
        counts.append(f"{len(Run(folder / layers).manifest.layers)} by {layers}")
    return ", ".join(counts)


def main(names: list[str]) -> int:
    """Record the named families, or all; return how many failed."""
    failed = 0
    for name in names or FAMILIES:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            try:
                words = record(name, FAMILIES.get(name, 224), Path(folder))
            except UserError as error:
                failed += 1
                words = f"FAILED: {error}"
        print(f"{name:20} {words}  ({time.perf_counter() - began:.1f} s)", flush=True)
    print(f"{len(names or FAMILIES) - failed} of {len(names or FAMILIES)} recorded.")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
