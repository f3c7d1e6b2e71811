"""The nonlinearities of networks; a value of `Activation` in any module here is one more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ncviz.catalogue import RecipeChoice, entries
from ncviz.language import tr

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, kw_only=True)
class Activation(RecipeChoice):
    """A nonlinearity.

    Parameters
    ----------
    build : callable
        Returns its module.
    said : str
        In titles, where '{}' stands for the words.
    without : str
        In sentences, instead of the words.
    """

    build: "Callable[[], nn.Module]"
    said: str = "{}"
    without: str = ""

    @property
    def described(self) -> str:
        """What sentences call it."""
        return self.without or self.words


def activations() -> Mapping[str, Activation]:
    """Return all nonlinearities by their names."""
    return entries("ncviz.networks", Activation)


def _of_torch(name: str) -> "nn.Module":
    from torch import nn

    module: nn.Module = getattr(nn, name)()
    return module


RELU = Activation(name="relu", words=tr("ReLU"), build=partial(_of_torch, "ReLU"))
LEAKY_RELU = Activation(
    name="leaky_relu", words=tr("Leaky ReLU"), build=partial(_of_torch, "LeakyReLU"), order=1
)
TANH = Activation(name="tanh", words=tr("tanh"), build=partial(_of_torch, "Tanh"), order=2)
GELU = Activation(name="gelu", words=tr("GELU"), build=partial(_of_torch, "GELU"), order=3)
IDENTITY = Activation(
    name="identity",
    words=tr("none"),
    said=tr("linear"),
    without=tr("no activation"),
    build=partial(_of_torch, "Identity"),
    order=4,
)
