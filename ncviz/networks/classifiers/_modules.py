"""The modules of last layers; to import them imports torch."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class LastLayerModule(nn.Module):
    """Features of a dimension and a length that are chosen, and their logits.

    `given` passes on what the network gives, for who wants to measure it.
    """

    def __init__(
        self, features: int, dimension: int, length: float | None, linear: nn.Module
    ) -> None:
        super().__init__()
        self.given = nn.Identity()
        self.projection = nn.Linear(features, dimension) if dimension else nn.Identity()
        self.length = length
        self.linear = linear

    def forward(self, x: Tensor) -> Tensor:
        x = self.projection(self.given(x))
        if self.length is not None:
            x = self.length * functional.normalize(x)
        logits: Tensor = self.linear(x)
        return logits


class FixedLinear(nn.Module):
    """A linear map whose matrix is never trained."""

    weight: Tensor

    def __init__(self, weight: Tensor, *, bias: bool) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.bias = nn.Parameter(torch.zeros(len(weight))) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight, self.bias)


class UnitRows(nn.Module):
    """A linear map whose rows are brought to length 1 as they are used."""

    def __init__(self, features: int, classes: int, *, bias: bool) -> None:
        super().__init__()
        self.rows = nn.Parameter(torch.randn(classes, features))
        self.bias = nn.Parameter(torch.zeros(classes)) if bias else None

    @property
    def weight(self) -> Tensor:
        """The rows as they are used."""
        return functional.normalize(self.rows)

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight, self.bias)


class ClassMeanRows(nn.Module):
    """A linear map whose rows follow the class means of the features, at length 1."""

    weight: Tensor

    def __init__(self, features: int, classes: int, momentum: float) -> None:
        super().__init__()
        self.register_buffer("weight", functional.normalize(torch.randn(classes, features)))
        self.bias = None
        self.momentum = momentum
        self._given: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        # Of L-BFGS, which passes a batch several times, the first: before the step, as of others.
        if self.training and self._given is None:
            self._given = x.detach()
        return functional.linear(x, self.weight)

    def follow(self, labels: Tensor) -> None:
        """Move the rows towards the directions of the features of the last batch."""
        assert self._given is not None  # the batch has just passed
        rows = self.momentum * self.weight
        rows.index_add_(0, labels, (1 - self.momentum) * functional.normalize(self._given))
        self.weight.copy_(functional.normalize(rows))
        self._given = None
