"""The modules of layers that PyTorch has not by itself; to import them imports torch."""

import functools

import torch
from torch import Tensor, nn


class Repeated(nn.Module):
    """Repeats the channels of maps."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def forward(self, x: Tensor) -> Tensor:
        return x.repeat(1, self.number, 1, 1)


class ResidualBlock(nn.Module):
    """Adds what a body makes of its input to that input, then an activation."""

    def __init__(self, body: nn.Module, activation: nn.Module) -> None:
        super().__init__()
        self.body = body
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.activation(self.body(x) + x)
        return out


class DenseLayer(nn.Module):
    """Joins its input and what a body makes of it."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, self.body(x)], dim=1)


class SlidingMaximum(nn.MaxPool2d):
    """The largest of each window; where no gradient is wanted, many times as fast.

    For a gradient PyTorch notes where the largest stood, and on the processor always does.
    Maxima of shifted maps, first across and then down, are the same numbers.
    """

    kernel_size: int
    stride: int
    padding: int

    def forward(self, input: Tensor) -> Tensor:
        if input.device.type != "cpu" or (input.requires_grad and torch.is_grad_enabled()):
            noted: Tensor = super().forward(input)
            return noted
        if self.padding:
            input = nn.functional.pad(input, (self.padding,) * 4, value=-torch.inf)
        return self._largest(self._largest(input, 3), 2)

    def _largest(self, x: Tensor, dim: int) -> Tensor:
        """Return the largest of each window along a dimension."""
        shifted = [
            x.narrow(dim, start, x.shape[dim] - self.kernel_size + 1)
            for start in range(self.kernel_size)
        ]
        each = (slice(None),) * dim + (slice(None, None, self.stride),)
        return functools.reduce(torch.maximum, [maps[each] for maps in shifted])
