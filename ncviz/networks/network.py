"""What a network is to its catalogue."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ncviz.catalogue import entries
from ncviz.errors import UserError
from ncviz.language import tr

if TYPE_CHECKING:
    from torch import nn

Shape = tuple[int, ...]
"""Of a sample, such as (C, H, W)."""


class Architecture(ABC):
    """A network described without torch: a frozen dataclass with its parameters as fields.

    The fields are declared by `ncviz.parameters`; their defaults are the network's.
    """

    title: ClassVar[str]
    """For people."""

    @abstractmethod
    def build(self, shape: Shape, classes: int) -> "nn.Module":
        """Return the network; torch is imported here alone.

        Parameters
        ----------
        shape : tuple of int
            Of a sample; the network takes samples of this shape as they are.
        classes : int
            K.

        Returns
        -------
        nn.Module
            With weights from PyTorch's global random numbers.
        """

    @abstractmethod
    def layers(self) -> Mapping[str, str]:
        """Return what is measured, in order: modules, and what the layers are called.

        Modules are named as in ``network.named_modules()``, and it is their output that is
        measured. The last one is the linear layer that gives the logits: of that it is the
        input, the last-layer features.
        """

    @abstractmethod
    def features(self, shape: Shape) -> int:
        """Return the width of the last-layer features."""

    @abstractmethod
    def weights(self, shape: Shape, classes: int) -> int:
        """Return how many parameters are trained."""

    def operations(self, shape: Shape, classes: int) -> int:
        """Return how many products a sample takes: as many as there are weights."""
        return self.weights(shape, classes)

    def sizes(self, shape: Shape) -> tuple[int, ...]:
        """Return how many numbers a sample is behind each block, as far as that is known."""
        return (self.features(shape),)

    @property
    def steps(self) -> int:
        """How many layers with weights come one after another, before the classifier."""
        return len(self.layers())

    @property
    def found_by(self) -> str:
        """What else is measured, as the anatomy of networks finds it, such as 'stages'."""
        return ""

    @property
    def has_maps(self) -> bool:
        """Whether feature maps are measured, which may be very wide."""
        return False

    @property
    def pooling(self) -> str:
        """How feature maps are measured: 'average' over places, or 'flatten'."""
        return "average"

    def check(self, shape: Shape) -> None:  # noqa: B027 - most take what there is
        """Refuse samples that the network cannot take.

        Raises
        ------
        UserError
            Naming the parameter of the recipe that does not fit, and what would.
        """

    @property
    def has_batch_norm(self) -> bool:
        """Whether some of it is normalised over the batch, as far as is known."""
        return True

    def check_batch(self, size: int) -> None:
        """Refuse single images where batch norm wants several.

        Raises
        ------
        UserError
            Naming the parameter of the recipe.
        """
        if size == 1 and self.has_batch_norm:
            raise UserError(
                tr(
                    "The recipe's batch_size is 1: a single image has no spread for batch norm, "
                    "choose 2 or more."
                )
            )

    @property
    def short(self) -> str:
        """What it is in a title, such as '8 layers'."""
        return self.title

    @property
    def long(self) -> str:
        """How large it is, such as '8 layers of width 100'."""
        return self.short

    @property
    def described(self) -> str:
        """All that matters of it, to begin a sentence."""
        return self.long

    def rate(self, optimizer: str) -> float | None:
        """Return the learning rate that was published for an optimiser; None for none."""
        return None


@dataclass(frozen=True)
class Network:
    """A kind of network.

    Parameters
    ----------
    name : str
        In recipes and on the command line.
    architecture : type of Architecture
    meaning : str
        What it is, in whole sentences.
    order : int
        Place in lists.
    """

    name: str
    architecture: type[Architecture]
    meaning: str
    order: int = 0


def replace_module(network: "nn.Module", name: str, module: "nn.Module") -> None:
    """Put another module in the place of one that is named as in ``network.named_modules()``."""
    parent, _, last = name.rpartition(".")
    setattr(network.get_submodule(parent), last, module)


def networks() -> Mapping[str, Network]:
    """Return all networks by their names."""
    return entries("ncviz.networks", Network)
