"""The multilayer perceptron of the law of equi-separation."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ncviz.networks.activations import activations
from ncviz.networks.network import Architecture, Network, Shape
from ncviz.parameters import parameter

if TYPE_CHECKING:
    from torch import nn

# By depth, of the published law on FashionMNIST (He & Su, PNAS 2023).
_PUBLISHED_RATES = {
    "sgd": {4: 0.3, 8: 0.03, 20: 0.01},
    "momentum": {4: 0.3, 8: 0.01, 20: 0.001},
    "adam": {4: 3e-3, 8: 1e-3, 20: 3e-4},
}


@dataclass(frozen=True)
class Perceptron(Architecture):
    """Hidden blocks Linear – batch norm – activation, then a linear classifier.

    Notes
    -----
    He & Su, PNAS 2023, Materials and Methods. Weights start as PyTorch's defaults.
    """

    title = "Perceptron"

    depth: int = parameter(
        8,
        "Hidden layers plus the classifier (He & Su's count).",
        label="Layers",
        low=2,
        high=100,
        meaning="layers: hidden blocks and the classifier; $m$ layers give $m$ points "
        "$D_1 \\dots D_m$, the input and $m - 1$ hidden layers",
    )
    width: int = parameter(
        100,
        "Neurons in each hidden layer.",
        low=1,
        high=8192,
        said="width {}",
        meaning="neurons in each hidden layer",
    )
    batch_norm: bool = parameter(
        True,
        "Normalise each hidden layer over the batch.",
        said=lambda on: "batch norm" if on else "no batch norm",
        meaning="normalise each hidden layer over the batch",
    )
    activation: str = parameter(
        "relu",
        "Nonlinearity of the hidden layers.",
        choices=lambda: {name: each.words for name, each in activations().items()},
        said=lambda name: activations()[name].said,
        meaning="after each hidden layer; identity is none",
    )

    def build(self, shape: Shape, classes: int) -> "nn.Module":
        from torch import Tensor, nn

        def block(inputs: int, outputs: int) -> nn.Sequential:
            linear = nn.Linear(inputs, outputs)
            normalization = [nn.BatchNorm1d(outputs)] if self.batch_norm else []
            return nn.Sequential(linear, *normalization, activations()[self.activation].build())

        widths = [math.prod(shape)] + [self.width] * (self.depth - 1)

        class MultilayerPerceptron(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.blocks = nn.ModuleList(block(*both) for both in pairwise(widths))
                self.classifier = nn.Linear(widths[-1], classes)

            def forward(self, x: Tensor) -> Tensor:
                x = x.flatten(1)
                for block in self.blocks:
                    x = block(x)
                logits: Tensor = self.classifier(x)
                return logits

        return MultilayerPerceptron()

    def layers(self) -> dict[str, str]:
        modules = [*(f"blocks.{number}" for number in range(self.depth - 2)), "classifier"]
        return {module: f"layer {number}" for number, module in enumerate(modules, 1)}

    def features(self, shape: Shape) -> int:
        return self.width

    def weights(self, shape: Shape, classes: int) -> int:
        blocks = self.depth - 1
        hidden = math.prod(shape) * self.width + (blocks - 1) * self.width**2 + blocks * self.width
        return hidden + blocks * 2 * self.width * self.batch_norm + self.width * classes + classes

    @property
    def short(self) -> str:
        return f"{self.depth} layers"

    @property
    def long(self) -> str:
        return f"{self.depth} layers of width {self.width}"

    @property
    def described(self) -> str:
        batch_norm = "batch norm" if self.batch_norm else "no batch norm"
        return f"{self.long}, {activations()[self.activation].described}, {batch_norm}"

    def rate(self, optimizer: str) -> float | None:
        """Return the rate published for the nearest depth, by the ratio of depths."""
        rates = _PUBLISHED_RATES.get(optimizer, {})
        nearest = min(rates, key=lambda depth: abs(math.log(depth / self.depth)), default=None)
        return None if nearest is None else rates[nearest]


PERCEPTRON = Network(
    "perceptron",
    Perceptron,
    "A multilayer perceptron: hidden blocks of linear map, batch norm and activation, then a "
    "linear classifier with bias. Weights start as PyTorch's defaults.",
)
