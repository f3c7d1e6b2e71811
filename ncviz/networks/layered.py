"""Networks of blocks one after another, then a linear classifier."""

import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.networks.layers import (
    BatchNorm,
    Chain,
    Convolution,
    Flatten,
    Layer,
    Linear,
    TooSmallError,
)
from ncviz.networks.network import Architecture, Shape
from ncviz.parameters import parameter

if TYPE_CHECKING:
    from torch import nn

_LARGEST = 256  # pixels a side of a recipe's images


class Layered(Architecture):
    """A network of which the blocks are described: all else follows.

    Its modules are `before`, `blocks.0`, `blocks.1`, …, `after` and `classifier`. Behind each
    block it is measured; behind the last one where the classifier takes its features.
    """

    block_title: ClassVar[str] = "layer"

    @property
    def before(self) -> tuple[Layer, ...]:
        """What a sample passes first, unmeasured."""
        return ()

    @abstractmethod
    def blocks(self) -> tuple[Layer, ...]:
        """Return the blocks."""

    def inside(self) -> Mapping[str, str]:
        """Return modules within the blocks that are measured too, and what they are called."""
        return {}

    def after(self) -> tuple[Layer, ...]:
        """Return what makes the features of what the last block gives."""
        return ()

    def build(self, shape: Shape, classes: int) -> "nn.Module":
        from torch import nn

        network, given = nn.Sequential(), shape
        for name, part in self._parts(classes):
            built = part.build(given)
            if name.startswith("blocks."):
                if name == "blocks.0":
                    network.add_module("blocks", nn.Sequential())
                network.get_submodule("blocks").append(built)  # type: ignore[operator]
            else:
                network.add_module(name, built)
            given = part.after(given)
        return network

    def layers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        inside = self.inside()
        last = len(self.blocks()) - 1
        for number in range(last + 1):
            name = f"blocks.{number}"
            found |= {part: title for part, title in inside.items() if part.startswith(f"{name}.")}
            found["classifier" if number == last else name] = f"{self.block_title} {number + 1}"
        return found

    def features(self, shape: Shape) -> int:
        return self._body.after(shape)[0]

    def weights(self, shape: Shape, classes: int) -> int:
        return self._whole(classes).weights(shape)

    def operations(self, shape: Shape, classes: int) -> int:
        return self._whole(classes).operations(shape)

    def sizes(self, shape: Shape) -> tuple[int, ...]:
        found, shape = [], Chain(*self.before).after(shape)
        for block in self.blocks():
            shape = block.after(shape)
            found.append(math.prod(shape))
        return tuple(found)

    @property
    def steps(self) -> int:
        return sum(isinstance(part, Linear | Convolution) for part in self._body.parts())

    @property
    def has_batch_norm(self) -> bool:
        return any(isinstance(part, BatchNorm) for part in self._body.parts())

    def check(self, shape: Shape) -> None:
        if self._fits(shape):
            return
        if len(shape) != 3:
            raise UserError(
                tr(
                    "The recipe's network is {title}: it takes images, and a sample of this data "
                    "set has the shape {value}: choose the perceptron.",
                    title=self.title,
                    value=" × ".join(map(str, shape)),
                )
            )
        larger = range(shape[1] + 1, _LARGEST + 1)
        least = next((side for side in larger if self._fits((shape[0], side, side))), _LARGEST)
        raise UserError(
            tr(
                "The recipe's image_size is {shape}: the network {title} needs {least} pixels "
                "a side or more.",
                shape=shape[1],
                title=self.title,
                least=least,
            )
        )

    def _fits(self, shape: Shape) -> bool:
        try:
            self._body.after(shape)
        except TooSmallError:
            return False
        return True

    @property
    def _body(self) -> Chain:
        return Chain(*self.before, *self.blocks(), *self.after())

    def _whole(self, classes: int) -> Chain:
        return Chain(self._body, Linear(classes))

    def _parts(self, classes: int) -> list[tuple[str, Layer]]:
        parts = [("before", Chain(*self.before))] if self.before else []
        found: list[tuple[str, Layer]] = [*parts]
        found += [(f"blocks.{number}", block) for number, block in enumerate(self.blocks())]
        if self.after():
            found.append(("after", Chain(*self.after())))
        return [*found, ("classifier", Linear(classes))]


PUBLISHED, SMALL = "published", "small"


@dataclass(frozen=True)
class OfMaps(Layered):
    """A convolutional network, as published and so small that an ordinary computer trains it."""

    size: str = parameter(
        SMALL,
        tr("As published, or small enough for an ordinary computer."),
        choices={SMALL: tr("Small"), PUBLISHED: tr("As published")},
        said=lambda size: tr("{size} size", size=size),
        meaning=tr("as published, or so small that an ordinary computer trains it"),
    )
    maps: str = parameter(
        "flatten",
        tr("What of feature maps is measured."),
        label=tr("Maps"),
        choices={"flatten": tr("Flattened"), "average": tr("Averaged over places")},
        said=lambda way: tr(
            "maps {value}",
            value=tr("flattened") if way == "flatten" else tr("averaged over places"),
        ),
        meaning=tr(
            "feature maps are measured flattened, each place of each channel a feature, as He "
            "& Su do; or averaged over places, one feature a channel. The training stays the same"
        ),
    )

    @property
    def has_maps(self) -> bool:
        return True

    @property
    def pooling(self) -> str:
        return self.maps

    @property
    def is_published(self) -> bool:
        return self.size == PUBLISHED

    @property
    def long(self) -> str:
        return tr(
            "{title} ({value})",
            title=self.title,
            value=tr("as published") if self.is_published else tr("small"),
        )

    def after(self) -> tuple[Layer, ...]:
        return (Flatten(),)
