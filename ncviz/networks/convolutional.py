"""A small convolutional network: that of LE-SDE, and one that is smaller still."""

from dataclasses import dataclass

from ncviz.language import tr
from ncviz.networks.activations import activations
from ncviz.networks.layered import OfMaps
from ncviz.networks.layers import (
    BatchNorm,
    Chain,
    Convolution,
    Flatten,
    Layer,
    Linear,
    MaxPool,
    Nonlinearity,
)
from ncviz.networks.network import Network
from ncviz.parameters import parameter


@dataclass(frozen=True)
class Convolutional(OfMaps):
    """Two convolutions with pooling, then linear layers.

    Notes
    -----
    As published: Zhang, Wang, Su (LE-SDE, NeurIPS 2021), `SimpleConv`.
    """

    title = tr("Convolutional network")

    batch_norm: bool = parameter(
        False,
        tr("Normalise each layer over the batch."),
        said=lambda on: tr("batch norm") if on else tr("no batch norm"),
        meaning=tr("normalise each layer over the batch; the published network does not"),
    )
    activation: str = parameter(
        "relu",
        tr("Nonlinearity of the layers."),
        choices=lambda: {name: each.words for name, each in activations().items()},
        said=lambda name: activations()[name].said,
        meaning=tr("after each layer; identity is none"),
    )

    def blocks(self) -> tuple[Layer, ...]:
        first, second, *linear = (Convolution(16), Convolution(32), Linear(128))
        if self.is_published:
            first, second = Convolution(6, 5, padding=0), Convolution(16, 5, padding=0)
            linear = [Linear(120), Linear(84)]
        return (
            self._block(first),
            self._block(MaxPool(), second),
            self._block(MaxPool(), Flatten(), linear[0]),
            *map(self._block, linear[1:]),
        )

    def _block(self, *layers: Layer) -> Layer:
        normalization = [BatchNorm()] if self.batch_norm else []
        return Chain(*layers, *normalization, Nonlinearity(self.activation))

    def after(self) -> tuple[Layer, ...]:
        return ()

    @property
    def described(self) -> str:
        batch_norm = tr("batch norm") if self.batch_norm else tr("no batch norm")
        return f"{self.long}, {activations()[self.activation].described}, {batch_norm}"


CONVOLUTIONAL = Network(
    "convolutional",
    Convolutional,
    tr(
        "A small convolutional network. As published it is the `SimpleConv` of LE-SDE: two "
        "convolutions of 5 × 5 without border, 6 and 16 channels, each with max-pooling behind "
        "it, and linear layers of 120 and 84, for 32 × 32 pixels; it needs 16. Small, it has "
        "convolutions of 3 × 3 with 16 and 32 channels and one linear layer of 128, from 4 pixels "
        "a side on. Measured behind each activation, of convolutions before the pooling."
    ),
    order=1,
)
