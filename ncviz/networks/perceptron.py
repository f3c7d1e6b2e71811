"""The multilayer perceptron of the law of equi-separation."""

import math
from dataclasses import dataclass

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.networks.activations import activations
from ncviz.networks.layered import Layered
from ncviz.networks.layers import BatchNorm, Chain, Flatten, Layer, Linear, Nonlinearity
from ncviz.networks.network import Network, Shape
from ncviz.parameters import one_or, parameter

# By depth, of the published law on Fashion-MNIST (He & Su, PNAS 2023).
_PUBLISHED_RATES = {
    "sgd": {4: 0.3, 8: 0.03, 20: 0.01},
    "momentum": {4: 0.3, 8: 0.01, 20: 0.001},
    "adam": {4: 3e-3, 8: 1e-3, 20: 3e-4},
}


_WIDEST = 8192


def _check_widths(widths: tuple[int, ...]) -> None:
    wrong = next((width for width in widths if not 1 <= width <= _WIDEST), None)
    if wrong is not None:
        raise UserError(
            tr(
                "The recipe's widths name {wrong}: each is a whole number from 1 to {widest}.",
                wrong=wrong,
                widest=_WIDEST,
            )
        )
    if len(widths) > 99:
        raise UserError(
            tr("The recipe's widths are {count} numbers: give at most 99.", count=len(widths))
        )


def _check_linear(number: int, network: "Perceptron") -> None:
    layers = len(network.hidden_widths) + 1
    if number > layers:
        raise UserError(
            tr(
                "The recipe's linear_layers is {number}: the network has {layers} layers, choose 1 "
                "to {layers}.",
                number=number,
                layers=layers,
            )
        )


@dataclass(frozen=True)
class Perceptron(Layered):
    """Hidden blocks Linear – batch norm – activation, then a linear classifier.

    Notes
    -----
    He & Su, PNAS 2023, Materials and Methods. Weights start as PyTorch's defaults.
    """

    title = "Perceptron"

    depth: int = parameter(
        8,
        tr("Hidden layers plus the classifier (He & Su's count)."),
        label=tr("Layers"),
        low=2,
        high=100,
        when=lambda recipe: not recipe.architecture.widths,
        meaning="layers: hidden blocks and the classifier; $m$ layers give $m$ points "
        "$D_1 \\dots D_m$, the input and $m - 1$ hidden layers",
    )
    width: int = parameter(
        100,
        tr("Neurons in each hidden layer."),
        low=1,
        high=_WIDEST,
        said=tr("width {}"),
        when=lambda recipe: not recipe.architecture.widths,
        meaning=tr("neurons in each hidden layer"),
    )
    batch_norm: bool = parameter(
        True,
        tr("Normalise each hidden layer over the batch."),
        said=lambda on: tr("batch norm") if on else tr("no batch norm"),
        meaning=tr("normalise each hidden layer over the batch"),
    )
    activation: str = parameter(
        "relu",
        tr("Nonlinearity of the hidden layers."),
        choices=lambda: {name: each.words for name, each in activations().items()},
        said=lambda name: activations()[name].said,
        meaning=tr("after each hidden layer; identity is none"),
    )
    widths: tuple[int, ...] = parameter(
        (),
        tr("Neurons of each hidden layer, such as 100, 1000; empty: all have one width."),
        empty=tr("all alike"),
        later=True,
        check=lambda widths: _check_widths(widths),
        said=lambda widths: tr("widths {value}", value=" ".join(map(str, widths))),
        domain=tr("whole numbers from 1 to 8,192, at most 99"),
        meaning=tr(
            "neurons of each hidden layer, where they are not all alike; then `depth` and "
            "`width` mean nothing"
        ),
    )
    linear_layers: int = parameter(
        1,
        tr("Linear maps at the end, the classifier among them; 2: the last features are linear."),
        label=tr("Linear at the end"),
        later=True,
        low=1,
        high=100,
        check_in=lambda number, recipe: _check_linear(number, recipe.architecture),
        said=one_or(tr("1 linear layer at the end"), tr("{} linear layers at the end")),
        domain=tr("1 to the number of layers"),
        meaning=tr(
            "linear maps that come one after another at the end, without batch norm and "
            "activation between them, the classifier among them: from 2 on the last features are"
            " linear"
        ),
    )
    bias: bool = parameter(
        True,
        tr("Hidden layers have a bias; that of the classifier is chosen beside it."),
        label=tr("Biases"),
        later=True,
        said=lambda on: "" if on else tr("no hidden bias"),
        meaning=tr("whether the hidden layers have a bias"),
    )

    @property
    def before(self) -> tuple[Layer, ...]:
        return (Flatten(),)

    def blocks(self) -> tuple[Layer, ...]:
        widths = self.hidden_widths
        bare = len(widths) - (self.linear_layers - 1)  # from there on all is linear
        return tuple(self._block(width, number < bare) for number, width in enumerate(widths))

    def _block(self, width: int, is_bent: bool) -> Layer:
        linear = Linear(width, self.bias)
        if not is_bent:
            return Chain(linear)
        normalization = [BatchNorm()] if self.batch_norm else []
        return Chain(linear, *normalization, Nonlinearity(self.activation))

    @property
    def hidden_widths(self) -> tuple[int, ...]:
        """The neurons of each hidden layer."""
        return self.widths or (self.width,) * (self.depth - 1)

    def operations(self, shape: Shape, classes: int) -> int:
        return self.weights(shape, classes)

    @property
    def short(self) -> str:
        return tr("{count} layers", count=len(self.hidden_widths) + 1)

    @property
    def long(self) -> str:
        if not self.widths:
            return tr("{depth} layers of width {width}", depth=self.depth, width=self.width)
        return tr(
            "{short} of widths {value}", short=self.short, value=", ".join(map(str, self.widths))
        )

    @property
    def described(self) -> str:
        batch_norm = tr("batch norm") if self.batch_norm else tr("no batch norm")
        own = [tr("{linear_layers} linear layers at the end", linear_layers=self.linear_layers)] * (
            self.linear_layers > 1
        )
        own += [tr("no bias in hidden layers")] * (not self.bias)
        words = (self.long, activations()[self.activation].described, batch_norm, *own)
        return ", ".join(words)

    def rate(self, optimizer: str) -> float | None:
        """Return the rate published for the nearest depth, by the ratio of depths."""
        rates = _PUBLISHED_RATES.get(optimizer, {})
        layers = len(self.hidden_widths) + 1
        nearest = min(rates, key=lambda depth: abs(math.log(depth / layers)), default=None)
        return None if nearest is None else rates[nearest]


PERCEPTRON = Network(
    "perceptron",
    Perceptron,
    tr(
        "A multilayer perceptron: hidden blocks of linear map, batch norm and activation, then a "
        "linear classifier with bias."
    ),
)
