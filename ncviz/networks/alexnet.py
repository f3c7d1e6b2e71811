"""The AlexNet of the law of equi-separation."""

from dataclasses import dataclass

from ncviz.language import tr
from ncviz.networks.layered import OfMaps
from ncviz.networks.layers import (
    BatchNorm,
    Chain,
    Convolution,
    Copies,
    Flatten,
    Layer,
    Linear,
    MaxPool,
    Nonlinearity,
)
from ncviz.networks.network import Network

_PUBLISHED, _SMALL = (64, 192, 384, 256, 256), (16, 48, 96, 64, 64)
_POOLED = (1, 2)  # convolutions before which maps are halved


@dataclass(frozen=True)
class AlexNet(OfMaps):
    """Five convolutions of 5 × 5 and two linear layers, each with batch norm and ReLU.

    Notes
    -----
    He & Su, PNAS 2023: their `AlexNetX`, with the input repeated to 32 times as many channels.
    """

    title = tr("AlexNet form")

    @property
    def before(self) -> tuple[Layer, ...]:
        return (Copies(32),) if self.is_published else ()

    def blocks(self) -> tuple[Layer, ...]:
        width = 4096 if self.is_published else 256
        pool = MaxPool(3, 2, 1)
        return (
            *(
                _block(*[pool] * (number in _POOLED), Convolution(channels, 5))
                for number, channels in enumerate(_PUBLISHED if self.is_published else _SMALL)
            ),
            _block(pool, Flatten(), Linear(width)),
            _block(Linear(width)),
        )

    def after(self) -> tuple[Layer, ...]:
        return ()

    @property
    def described(self) -> str:
        return tr("{long}, ReLU, batch norm", long=self.long)


def _block(*layers: Layer) -> Layer:
    return Chain(*layers, BatchNorm(), Nonlinearity("relu"))


ALEXNET = Network(
    "alexnet",
    AlexNet,
    tr(
        "The AlexNet of He & Su: convolutions of 5 × 5 with 64, 192, 384, 256 and 256 channels, "
        "maps halved before the second, the third and behind the fifth, two linear layers of "
        "4,096, each with batch norm and ReLU; the input is repeated to 32 times as many "
        "channels. Published for 32 × 32 pixels. Small, it has a quarter of the channels, linear "
        "layers of 256 and the input once. Measured behind each activation, before the pooling: 8 "
        "points with the input."
    ),
    order=2,
)
