"""The VGG networks of the law of equi-separation and of Minority Collapse."""

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
from ncviz.parameters import parameter

# Convolutions of 64, 128, 256, 512 and 512 channels; maps are halved behind each group.
_CHANNELS = (64, 128, 256, 512, 512)
_PLANS = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2)}


@dataclass(frozen=True)
class VGG(OfMaps):
    """Groups of convolutions with halving between them, then two linear layers.

    Notes
    -----
    He & Su, PNAS 2023: their `VGG13X`, kernels of 5 × 5, with the input repeated to 16 times as
    many channels. Fang et al., PNAS 2021: VGG11 and VGG13 with kernels of 3 × 3.
    """

    title = tr("VGG form")

    plan: int = parameter(
        13,
        tr("VGG11 or VGG13: 8 or 10 convolutions."),
        choices={13: "VGG13", 11: "VGG11"},
        said=lambda plan: f"VGG{plan}",
        meaning=tr("VGG11 has 8 convolutions, VGG13 has 10"),
    )
    kernel: int = parameter(
        5,
        tr("Side of the filters: 5 in the law's, 3 in Minority Collapse's."),
        choices={5: "5 × 5", 3: "3 × 3"},
        said=lambda kernel: tr("kernels {kernel} × {kernel}", kernel=kernel),
        meaning=tr(
            "side of the filters: 5 with the input repeated to 16 times as many channels as in "
            "the law of equi-separation, 3 with the input once as in Minority Collapse"
        ),
    )

    @property
    def before(self) -> tuple[Layer, ...]:
        return (Copies(16),) if self.is_published and self.kernel == 5 else ()

    def blocks(self) -> tuple[Layer, ...]:
        shrink, width = (1, 4096) if self.is_published else (4, 256)
        found = list[Layer]()
        for group, number in enumerate(_PLANS[self.plan]):
            for place in range(number):
                pool = [MaxPool()] if group and not place else []
                found.append(_block(*pool, Convolution(_CHANNELS[group] // shrink, self.kernel)))
        last = [MaxPool()] if self.is_published else []
        found.append(_block(*last, Flatten(), Linear(width)))
        return (*found, _block(Linear(width)))

    def after(self) -> tuple[Layer, ...]:
        return ()

    @property
    def short(self) -> str:
        return f"VGG{self.plan}"

    @property
    def long(self) -> str:
        size = tr("as published") if self.is_published else tr("small")
        return tr(
            "{short} of {kernel} × {kernel} kernels ({size})",
            short=self.short,
            kernel=self.kernel,
            size=size,
        )

    @property
    def described(self) -> str:
        return tr("{long}, ReLU, batch norm", long=self.long)


def _block(*layers: Layer) -> Layer:
    return Chain(*layers, BatchNorm(), Nonlinearity("relu"))


VGG_FORM = Network(
    "vgg",
    VGG,
    tr(
        "VGG11 or VGG13: convolutions of 64, 128, 256, 512 and 512 channels, maps halved behind "
        "each group, two linear layers of 4,096, each with batch norm and ReLU. As He & Su have "
        "it its kernels are 5 × 5, as Fang et al. have it 3 × 3; both for 32 × 32 pixels, which "
        "it needs. Small, it has a quarter of the channels, linear layers of 256, and the last "
        "maps are not halved: it needs 16 pixels a side. Measured behind each activation, before "
        "the halving: VGG13 has 13 points with the input."
    ),
    order=3,
)
