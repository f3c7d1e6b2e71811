"""Layers of networks, described without torch: shapes, weights and products follow, and modules."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ncviz.language import tr
from ncviz.networks.activations import activations
from ncviz.networks.network import Shape

if TYPE_CHECKING:
    from torch import nn


class TooSmallError(ValueError):
    """A map has no place left, or a sample no places at all."""


class Layer(ABC):
    """What a sample of some shape passes through; without weights unless it says otherwise."""

    @abstractmethod
    def after(self, shape: Shape) -> Shape:
        """Return the shape of a sample behind it.

        Raises
        ------
        TooSmallError
            If it cannot take samples of this shape.
        """

    def weights(self, shape: Shape) -> int:
        """Return how many parameters it has for samples of a shape."""
        return 0

    def operations(self, shape: Shape) -> int:
        """Return how many products a sample takes."""
        return 0

    def parts(self) -> Iterator["Layer"]:
        """Yield the layers that it is made of; itself if it is made of none."""
        yield self

    @abstractmethod
    def build(self, shape: Shape) -> "nn.Module":
        """Return its module for samples of a shape."""


@dataclass(frozen=True)
class Linear(Layer):
    """A linear map to a width."""

    width: int
    bias: bool = True

    def after(self, shape: Shape) -> Shape:
        return (self.width,)

    def weights(self, shape: Shape) -> int:
        return self.operations(shape) + self.bias * self.width

    def operations(self, shape: Shape) -> int:
        return shape[0] * self.width

    def build(self, shape: Shape) -> "nn.Module":
        from torch import nn

        return nn.Linear(shape[0], self.width, bias=self.bias)


@dataclass(frozen=True)
class Convolution(Layer):
    """A convolution of square filters.

    Parameters
    ----------
    channels : int
        0 for as many as it is given.
    kernel, stride : int
    padding : int or None
        None for what keeps the size at stride 1.
    bias : bool
    """

    channels: int = 0
    kernel: int = 3
    stride: int = 1
    padding: int | None = None
    bias: bool = True

    @property
    def _border(self) -> int:
        return self.kernel // 2 if self.padding is None else self.padding

    def after(self, shape: Shape) -> Shape:
        return _slid(shape, self.channels, self.kernel, self.stride, self._border)

    def weights(self, shape: Shape) -> int:
        channels = self.after(shape)[0]
        return channels * (shape[0] * self.kernel**2 + self.bias)

    def operations(self, shape: Shape) -> int:
        return math.prod(self.after(shape)) * shape[0] * self.kernel**2

    def build(self, shape: Shape) -> "nn.Module":
        from torch import nn

        channels = self.after(shape)[0]
        return nn.Conv2d(shape[0], channels, self.kernel, self.stride, self._border, bias=self.bias)


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Batch norm of features, or of the channels of maps."""

    def after(self, shape: Shape) -> Shape:
        return shape

    def weights(self, shape: Shape) -> int:
        return 2 * shape[0]

    def build(self, shape: Shape) -> "nn.Module":
        from torch import nn

        return nn.BatchNorm1d(shape[0]) if len(shape) == 1 else nn.BatchNorm2d(shape[0])


@dataclass(frozen=True)
class Nonlinearity(Layer):
    """An activation of the catalogue."""

    name: str

    def after(self, shape: Shape) -> Shape:
        return shape

    def build(self, shape: Shape) -> "nn.Module":
        return activations()[self.name].build()


@dataclass(frozen=True)
class MaxPool(Layer):
    """The largest of each window."""

    kernel: int = 2
    stride: int = 2
    padding: int = 0

    def after(self, shape: Shape) -> Shape:
        return _slid(shape, 0, self.kernel, self.stride, self.padding)

    def build(self, shape: Shape) -> "nn.Module":
        from ncviz.networks._modules import SlidingMaximum

        return SlidingMaximum(self.kernel, self.stride, self.padding)


@dataclass(frozen=True)
class HalvingMean(Layer):
    """The mean of each window of 2 by 2."""

    def after(self, shape: Shape) -> Shape:
        return _slid(shape, 0, 2, 2, 0)

    def build(self, shape: Shape) -> "nn.Module":
        from torch import nn

        return nn.AvgPool2d(2)


@dataclass(frozen=True)
class MeanOverPlaces(Layer):
    """The mean of each map: one feature a channel."""

    def after(self, shape: Shape) -> Shape:
        return (_maps(shape)[0],)

    def build(self, shape: Shape) -> "nn.Module":
        from torch import nn

        return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())


@dataclass(frozen=True)
class Flatten(Layer):
    """All numbers of a sample as one vector, channel by channel and row by row."""

    def after(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    def build(self, shape: Shape) -> "nn.Module":
        from torch import nn

        return nn.Flatten()


@dataclass(frozen=True)
class Copies(Layer):
    """The same channels so many times."""

    number: int

    def after(self, shape: Shape) -> Shape:
        channels, *places = _maps(shape)
        return (channels * self.number, *places)

    def build(self, shape: Shape) -> "nn.Module":
        from ncviz.networks._modules import Repeated

        return Repeated(self.number)


class Chain(Layer):
    """Layers one after another."""

    def __init__(self, *layers: Layer) -> None:
        self.layers = layers

    def after(self, shape: Shape) -> Shape:
        for layer in self.layers:
            shape = layer.after(shape)
        return shape

    def weights(self, shape: Shape) -> int:
        return sum(layer.weights(given) for layer, given in self._given(shape))

    def operations(self, shape: Shape) -> int:
        return sum(layer.operations(given) for layer, given in self._given(shape))

    def parts(self) -> Iterator[Layer]:
        for layer in self.layers:
            yield from layer.parts()

    def build(self, shape: Shape) -> "nn.Module":
        from torch import nn

        return nn.Sequential(*(layer.build(given) for layer, given in self._given(shape)))

    def _given(self, shape: Shape) -> Iterator[tuple[Layer, Shape]]:
        for layer in self.layers:
            yield layer, shape
            shape = layer.after(shape)


class Residual(Chain):
    """What a chain adds to what it is given, then an activation; its module has it as `body`."""

    def __init__(self, activation: str, *layers: Layer) -> None:
        super().__init__(*layers)
        self.activation = activation

    def build(self, shape: Shape) -> "nn.Module":
        from ncviz.networks._modules import ResidualBlock

        return ResidualBlock(super().build(shape), activations()[self.activation].build())


class Joined(Chain):
    """The channels that it is given, and behind them those that a chain makes of them."""

    def after(self, shape: Shape) -> Shape:
        channels, *places = super().after(shape)
        return (shape[0] + channels, *places)

    def build(self, shape: Shape) -> "nn.Module":
        from ncviz.networks._modules import DenseLayer

        return DenseLayer(super().build(shape))


def _maps(shape: Shape) -> Shape:
    if len(shape) != 3:
        raise TooSmallError(tr("no maps"))
    return shape


def _slid(shape: Shape, channels: int, kernel: int, stride: int, padding: int) -> Shape:
    """Return the shape behind a window that slides over maps; 0 channels for those there are."""
    there, *sides = _maps(shape)
    sides = [(side + 2 * padding - kernel) // stride + 1 for side in sides]
    if min(sides) < 1:
        raise TooSmallError(tr("no place is left"))
    return (channels or there, *sides)
