"""The multilayer perceptron of the law of equi-separation."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from torch import Tensor, nn

_ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "tanh": nn.Tanh,
    "gelu": nn.GELU,
    "identity": nn.Identity,
}


def _whole(block: nn.Module, x: Tensor) -> Tensor:
    return block(x)  # type: ignore[no-any-return]


class MultilayerPerceptron(nn.Module):
    """Hidden blocks Linear – batch norm – activation, then a linear classifier.

    Parameters
    ----------
    inputs : int
        Features of a sample.
    classes : int
        K.
    depth : int
        Layers in He & Su's count, m ≥ 2: m − 1 hidden blocks and the classifier.
    width : int
        Neurons in each hidden block.
    batch_norm : bool, optional
        Whether the blocks normalise over the batch.
    activation : str, optional
        'relu', 'leaky_relu', 'tanh', 'gelu' or 'identity'.

    Notes
    -----
    He & Su, PNAS 2023, Materials and Methods. Weights start as PyTorch's
    defaults, drawn from its global random numbers.
    """

    def __init__(
        self,
        inputs: int,
        classes: int,
        depth: int,
        width: int,
        batch_norm: bool = True,
        activation: str = "relu",
    ) -> None:
        super().__init__()
        widths = [inputs] + [width] * (depth - 1)
        self.blocks = nn.ModuleList(
            _block(before, after, batch_norm, activation) for before, after in pairwise(widths)
        )
        self.classifier = nn.Linear(widths[-1], classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, shape (N, K), of samples of shape (N, inputs)."""
        for block in self.blocks:
            x = block(x)
        logits: Tensor = self.classifier(x)
        return logits

    def forward_features(
        self, x: Tensor, through: Callable[[nn.Module, Tensor], Tensor] = _whole
    ) -> Iterator[Tensor]:
        """Yield the features at the m points where D_1 … D_m are measured.

        Parameters
        ----------
        x : tensor, shape (N, inputs)
        through : callable, optional
            How samples pass through a hidden block: all at once, or otherwise.

        Yields
        ------
        tensor
            The input itself, then the output of each hidden block, shape
            (N, width). One at a time, so that wide networks fit in memory;
            the last one is what `classifier` takes in.
        """
        yield x
        for block in self.blocks:
            x = through(block, x)
            yield x


def _block(inputs: int, outputs: int, batch_norm: bool, activation: str) -> nn.Sequential:
    linear = nn.Linear(inputs, outputs)
    normalization = [nn.BatchNorm1d(outputs)] if batch_norm else []
    return nn.Sequential(linear, *normalization, _ACTIVATIONS[activation]())
