"""The modules of layers that PyTorch has not by itself; to import them imports torch."""

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
