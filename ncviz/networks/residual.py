"""The residual networks of the law of equi-separation."""

from collections.abc import Iterator
from dataclasses import dataclass

from ncviz.language import tr
from ncviz.networks.layered import OfMaps
from ncviz.networks.layers import BatchNorm, Convolution, Copies, Layer, Nonlinearity, Residual
from ncviz.networks.network import Network
from ncviz.parameters import parameter

_LAYERS = {"two": (2, 2, 2, 2), "three": (3, 3, 3, 3), "mixed": (3, 3, 2, 2)}
BLOCK, LAYER = "block", "layer"


@dataclass(frozen=True)
class ResidualNetwork(OfMaps):
    """Four residual blocks that keep the size of the maps, then the classifier.

    Notes
    -----
    He & Su, PNAS 2023: no first convolution and no pooling, but the input repeated to 8 times as
    many channels; blocks of two layers have kernels of 3 × 3, those of three layers 5 × 5.
    """

    title = tr("Residual network")
    block_title = "block"

    block: str = parameter(
        "two",
        tr("Convolutions in each block; mixed: two blocks of three layers, then two of two."),
        label=tr("Blocks of"),
        choices={"two": "2 layers", "three": "3 layers", "mixed": "3, then 2"},
        said=lambda kind: (
            tr("mixed blocks") if kind == "mixed" else tr("blocks of {kind} layers", kind=kind)
        ),
        meaning=tr(
            "convolutions in each block; mixed is two blocks of three layers, then two of two"
        ),
    )
    measured_by: str = parameter(
        BLOCK,
        tr("By block the law holds; by layer it does not."),
        label=tr("Measured by"),
        choices={BLOCK: tr("Block"), LAYER: tr("Layer")},
        said=lambda way: tr("measured by {way}", way=way),
        meaning=tr(
            "what is measured: behind each block, 5 points with the input; or also behind each "
            "activation within the blocks, 9 points with blocks of two layers, 13 with three, 11 "
            "mixed"
        ),
    )

    @property
    def before(self) -> tuple[Layer, ...]:
        return (Copies(8 if self.is_published else 4),)

    def blocks(self) -> tuple[Layer, ...]:
        return tuple(Residual("relu", *self._layers(number)) for number in _LAYERS[self.block])

    def _layers(self, number: int) -> Iterator[Layer]:
        kernel = 5 if number == 3 and self.is_published else 3
        for place in range(number):
            yield from [Nonlinearity("relu")] if place else []
            yield Convolution(kernel=kernel, bias=False)
            yield BatchNorm()

    def inside(self) -> dict[str, str]:
        found: dict[str, str] = {}
        if self.measured_by == LAYER:
            for number, layers in enumerate(_LAYERS[self.block]):
                for place in range(1, layers):
                    module = f"blocks.{number}.body.{3 * place - 1}"  # convolution, norm, ReLU
                    found[module] = f"block {number + 1}, layer {place}"
        return found

    @property
    def described(self) -> str:
        words = {"two": tr("blocks of two layers"), "three": tr("blocks of three layers")}
        return tr(
            "{long}, {block}, ReLU, batch norm",
            long=self.long,
            block=words.get(self.block, tr("mixed blocks")),
        )


RESIDUAL = Network(
    "residual",
    ResidualNetwork,
    tr(
        "The residual networks of He & Su: four blocks of two or three convolutions with batch "
        "norm and ReLU and no bias, each added to its input before the last ReLU; maps keep their "
        "size, and the classifier takes them flattened. There is no first convolution: the input "
        "is repeated to 8 times as many channels. As published for 32 × 32 pixels with kernels of "
        "3 × 3 in blocks of two layers and 5 × 5 in blocks of three; small with half the channels "
        "and 3 × 3 everywhere. He & Su cut the features to 100 principal components first, ncviz "
        "measures all of them."
    ),
    order=4,
)
