"""The multilayer perceptron of the law of equi-separation."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ncviz.networks.network import Network

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Perceptron:
    """Hidden blocks Linear – batch norm – activation, then a linear classifier.

    Parameters
    ----------
    depth : int
        Layers in He & Su's count, m ≥ 2: m − 1 hidden blocks and the classifier.
    width : int
        Neurons in each hidden block.
    batch_norm : bool
        Whether the blocks normalise over the batch.
    activation : str
        'relu', 'leaky_relu', 'tanh', 'gelu' or 'identity'.

    Notes
    -----
    He & Su, PNAS 2023, Materials and Methods. Weights start as PyTorch's defaults.
    """

    depth: int = 8
    width: int = 100
    batch_norm: bool = True
    activation: str = "relu"


def _build(chosen: Perceptron, shape: tuple[int, ...], classes: int) -> "nn.Module":
    from torch import Tensor, nn

    activations = {
        "relu": nn.ReLU,
        "leaky_relu": nn.LeakyReLU,
        "tanh": nn.Tanh,
        "gelu": nn.GELU,
        "identity": nn.Identity,
    }

    def block(inputs: int, outputs: int) -> nn.Sequential:
        linear = nn.Linear(inputs, outputs)
        normalization = [nn.BatchNorm1d(outputs)] if chosen.batch_norm else []
        return nn.Sequential(linear, *normalization, activations[chosen.activation]())

    class MultilayerPerceptron(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            widths = [math.prod(shape)] + [chosen.width] * (chosen.depth - 1)
            self.blocks = nn.ModuleList(block(*both) for both in pairwise(widths))
            self.classifier = nn.Linear(widths[-1], classes)

        def forward(self, x: Tensor) -> Tensor:
            x = x.flatten(1)
            for block in self.blocks:
                x = block(x)
            logits: Tensor = self.classifier(x)
            return logits

    return MultilayerPerceptron()


def _layers(chosen: Perceptron) -> dict[str, str]:
    hidden = chosen.depth - 1
    modules = [*(f"blocks.{number}" for number in range(hidden - 1)), "classifier"]
    return {module: f"layer {number}" for number, module in enumerate(modules, 1)}


def _weights(chosen: Perceptron, shape: tuple[int, ...], classes: int) -> int:
    width, blocks = chosen.width, chosen.depth - 1
    hidden = math.prod(shape) * width + (blocks - 1) * width * width + blocks * width
    return hidden + blocks * 2 * width * chosen.batch_norm + width * classes + classes


PERCEPTRON = Network(
    name="perceptron",
    title="Perceptron",
    parameters=Perceptron,
    build=_build,
    layers=_layers,
    weights=_weights,
)
