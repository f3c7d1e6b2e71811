"""Densely connected networks, measured by block."""

from collections.abc import Iterator
from dataclasses import dataclass

from ncviz.language import tr
from ncviz.networks.layered import OfMaps
from ncviz.networks.layers import (
    BatchNorm,
    Chain,
    Convolution,
    HalvingMean,
    Joined,
    Layer,
    MeanOverPlaces,
    Nonlinearity,
)
from ncviz.networks.network import Network

# Channels that a layer adds, those of the first convolution, and layers of the blocks.
_PUBLISHED, _SMALL = (48, 96, (6, 12, 36, 24)), (8, 16, (3, 3, 3, 3))
_NARROW = 4  # times as many channels between the two convolutions of a layer


@dataclass(frozen=True)
class DenseNet(OfMaps):
    """Four dense blocks, with transitions that halve channels and maps between them.

    Notes
    -----
    Huang et al., CVPR 2017; the law over its blocks: He & Su, PNAS 2023, with DenseNet-161.
    """

    title = tr("DenseNet form")
    block_title = "block"

    @property
    def before(self) -> tuple[Layer, ...]:
        _, first, _ = self._plan
        return (Convolution(first, bias=False), BatchNorm(), Nonlinearity("relu"))

    def blocks(self) -> tuple[Layer, ...]:
        return tuple(self._blocks())

    def _blocks(self) -> Iterator[Layer]:
        added, channels, numbers = self._plan
        for place, number in enumerate(numbers):
            transition: list[Layer] = []
            if place:
                channels //= 2
                transition = [*_bent(), Convolution(channels, 1, bias=False), HalvingMean()]
            narrow = Convolution(_NARROW * added, 1, bias=False)
            wide = Convolution(added, 3, bias=False)
            dense = [Joined(*_bent(), narrow, *_bent(), wide) for _ in range(number)]
            channels += number * added
            yield Chain(*transition, *dense)

    def after(self) -> tuple[Layer, ...]:
        return (*_bent(), MeanOverPlaces())

    @property
    def _plan(self) -> tuple[int, int, tuple[int, ...]]:
        return _PUBLISHED if self.is_published else _SMALL

    @property
    def described(self) -> str:
        return tr("{long}, ReLU, batch norm", long=self.long)


def _bent() -> tuple[Layer, ...]:
    return BatchNorm(), Nonlinearity("relu")


DENSENET = Network(
    "densenet",
    DenseNet,
    tr(
        "A densely connected network of four blocks: each layer adds channels to those it is "
        "given, and between blocks channels and maps are halved. As published it is DenseNet-161, "
        "in which blocks have 6, 12, 36 and 24 layers that add 48 channels each, but its first "
        "convolution is of 3 × 3 and keeps small images whole; small, blocks have 3 layers that "
        "add 8 channels. Measured by block, 5 points with the input: the last one is what the "
        "classifier takes, behind batch norm, ReLU and the mean over places."
    ),
    order=5,
)
