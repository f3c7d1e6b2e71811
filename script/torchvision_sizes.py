"""Writes how large the classifiers of torchvision are, into ncviz/networks/_torchvision_sizes.py.

    .venv/bin/python script/torchvision_sizes.py

Networks are built of shapes alone and run on shapes alone, so it takes little memory and some
minutes. Needed where a torchvision has other classifiers than the one before.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import nn

from ncviz.networks import torchvision_classifier
from ncviz.networks.torchvision_classifier import TorchvisionClassifier
from ncviz.recording.library_models import WithoutNumbers, named_by_torchvision

FILE = Path(__file__).resolve().parent.parent / "ncviz" / "networks" / "_torchvision_sizes.py"
LEFT_OUT = ("vit_", "maxvit", "squeezenet")
SMALL, USUAL, LARGEST = 32, 96, 256
HEAD = '''"""How large the classifiers of torchvision are: script/torchvision_sizes.py writes it."""

from typing import NamedTuple


class Size(NamedTuple):
    """Of a classifier of torchvision.

    Parameters
    ----------
    classifier : str
        Its module.
    features : int
        That it takes.
    others : int
        Parameters of neither the classifier nor the first convolution's filters.
    channels, kernel : int
        Of the first convolution.
    has_other_stem : bool
        Whether small images get another first convolution.
    layers : int
        Convolutions and linear maps before the classifier.
    products, products_small : float
        For each pixel of an image, with the usual stem and with that of small images.
    least, least_small : int
        Pixels a side of the smallest images that it takes.
    """

    classifier: str
    features: int
    others: int
    channels: int
    kernel: int
    has_other_stem: bool
    layers: int
    products: float
    products_small: float
    least: int
    least_small: int


SIZES = {
'''


def built(name: str, *, small: bool) -> nn.Module:
    """Build a classifier for coloured images, of shapes alone."""
    with WithoutNumbers():
        return TorchvisionClassifier(model=name, small_stem=small).build((3, SMALL, SMALL), 10)


def products(network: nn.Module, side: int) -> int:
    """Return the products of an image."""
    found = []

    def count(module: nn.Module, _given: object, out: torch.Tensor) -> None:
        each = module.weight[0].numel()
        found.append(out[0].numel() * each)

    handles = [
        module.register_forward_hook(count)
        for module in network.modules()
        if isinstance(module, nn.Conv2d | nn.Linear)
    ]
    run(network.eval(), side)
    for handle in handles:
        handle.remove()
    return sum(found)


def run(network: nn.Module, side: int) -> None:
    """Pass two images of a side through a network of shapes."""
    network(torch.zeros(2, 3, side, side, device="meta"))


def least(takes: Callable[[int], bool]) -> int:
    """Return the smallest side from which on a network takes images."""
    if takes(1):
        return 1
    low, high = 1, LARGEST
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if takes(middle) else (middle, high)
    return high


def takes(network: nn.Module, side: int) -> bool:
    """Tell whether a network takes images of a side."""
    try:
        run(network.train(), side)
    except (RuntimeError, ValueError, AssertionError):
        return False
    return True


def line(name: str) -> str:
    """Return the entry of a classifier."""
    usual = built(name, small=False)
    weighted = [(n, m) for n, m in usual.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    first = next(m for _, m in weighted if isinstance(m, nn.Conv2d))
    last, classifier = weighted[-1]
    is_other = first.kernel_size != first.stride and (first.kernel_size, first.stride) != (
        (3, 3),
        (1, 1),
    )
    weights = sum(parameter.numel() for parameter in usual.parameters())
    others = weights - first.weight.numel() - classifier.weight.numel() - classifier.out_features
    torchvision_classifier.SIZES = {name: SimpleNamespace(has_other_stem=is_other)}
    small = built(name, small=True)
    sides = [
        least(lambda side, network=network: takes(network, side)) for network in (usual, small)
    ]
    counts = [
        products(network, max(side, start)) / max(side, start) ** 2
        for network, side, start in zip((usual, small), sides, (USUAL, SMALL), strict=True)
    ]
    numbers = (
        f'"{last}"', classifier.in_features, others, first.out_channels, first.kernel_size[0],
        is_other, len(weighted) - 1, *(float(f"{count:.4g}") for count in counts), *sides,
    )  # fmt: skip
    return f'    "{name}": Size({", ".join(map(str, numbers))}),\n'


def main() -> None:
    """Write the table."""
    lines = []
    torchvision_classifier.SIZES = {}
    for name in named_by_torchvision():
        if not name.startswith(LEFT_OUT):
            torchvision_classifier.SIZES = {name: SimpleNamespace(has_other_stem=False)}
            lines.append(line(name))
            print(lines[-1], end="", flush=True)
    FILE.write_text(HEAD + "".join(lines) + "}\n", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(FILE)], check=True)


if __name__ == "__main__":
    main()
