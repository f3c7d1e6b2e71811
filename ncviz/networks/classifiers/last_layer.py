"""What a last layer is to its catalogue."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ncviz.catalogue import RecipeChoice, entries
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters import one_or, parameter

if TYPE_CHECKING:
    from torch import nn


def _check_dimension(_dimension: int, recipe: Any) -> None:
    architecture, shape = recipe.architecture, recipe.shape
    architecture.check(shape)
    recipe.last_layer.check(architecture.features(shape), recipe.class_count)


@dataclass(frozen=True)
class LastLayer(ABC):
    """A map to some dimension, if one is chosen; then what makes logits of the features there.

    Its module has the matrix and the bias that multiply the features that are measured as
    `linear.weight` and `linear.bias`, whatever they are computed from.
    """

    feature_dimension: int = parameter(
        0,
        tr("Numbers of the last features: a linear map makes so many; 0: what the network gives."),
        label=tr("Dimension d"),
        low=0,
        high=8192,
        empty=tr("as it is"),
        check_in=_check_dimension,
        later=True,
        said=one_or(tr("1 feature"), tr("{} features")),
        meaning=tr(
            "$d$, numbers of the last features: a linear map makes so many of what the network "
            "gives, without batch norm and activation; 0 for what the network gives"
        ),
    )

    @property
    def is_plain(self) -> bool:
        """Whether it is the linear layer that networks end with."""
        return False

    @property
    def length(self) -> float | None:
        """The length that features are brought to; None if they keep their own."""
        return None

    @abstractmethod
    def build_linear(self, features: int, classes: int) -> "nn.Module":
        """Return what makes logits of the features; torch is imported here alone."""

    @abstractmethod
    def linear_weights(self, features: int, classes: int) -> int:
        """Return how many parameters of that are trained."""

    def check(self, features: int, classes: int) -> None:  # noqa: B027 - most take any
        """Refuse a dimension that cannot be.

        Parameters
        ----------
        features : int
            Of the network.
        classes : int

        Raises
        ------
        UserError
            Naming the parameter of the recipe.
        """

    def build(self, features: int, classes: int) -> "nn.Module":
        """Return the module for a network that gives so many features."""
        from ncviz.networks.classifiers._modules import LastLayerModule

        own = self.feature_dimension
        linear = self.build_linear(own or features, classes)
        return LastLayerModule(features, own, self.length, linear)

    def weights(self, features: int, classes: int) -> int:
        """Return how many parameters are trained behind so many features of a network."""
        own = self.feature_dimension
        return (features + 1) * own + self.linear_weights(own or features, classes)


@dataclass(frozen=True)
class MeasuredLength(LastLayer):
    """A last layer whose features may be brought to one length."""

    normalised_features: bool = parameter(
        False,
        tr("Bring the last features to one length."),
        label=tr("Normed"),
        later=True,
        said=lambda on: tr("normalised features") if on else "",
        meaning="whether the last features are brought to one length, $\\tau$",
    )
    temperature: float = parameter(
        10.0,
        tr("Length of the normalised features."),
        label=tr("Length τ"),
        low=0.0,
        high=1e4,
        above=True,
        later=True,
        when=lambda recipe: recipe.last_layer.normalised_features,
        said="τ {}",
        meaning="$\\tau$, the length of normalised features",
    )
    classifier_bias: bool = parameter(
        True,
        tr("The classifier has a bias."),
        label=tr("Last bias"),
        later=True,
        said=lambda on: "" if on else tr("no classifier bias"),
        meaning=tr("whether the classifier has a bias"),
    )

    @property
    def length(self) -> float | None:
        return self.temperature if self.normalised_features else None


@dataclass(frozen=True, kw_only=True)
class LastLayerKind(RecipeChoice):
    """A kind of last layer.

    Parameters
    ----------
    layer : type of LastLayer
    meaning : str
        What it is, in whole sentences.
    """

    layer: type[LastLayer]
    meaning: str


def last_layers() -> Mapping[str, LastLayerKind]:
    """Return all kinds of last layers by their names."""
    return entries("ncviz.networks.classifiers", LastLayerKind)


def refuse_dimension(layer: LastLayer, features: int, least: int, why: str) -> None:
    """Say that features have too few dimensions, and which parameter to change.

    Parameters
    ----------
    layer : LastLayer
    features : int
        Of the network.
    least : int
    why : str
        What needs so many, to go on a sentence.

    Raises
    ------
    UserError
        If they have fewer.
    """
    if (own := layer.feature_dimension) and own < least:
        raise UserError(
            tr(
                "The recipe's feature_dimension is {own}: {why} needs {least} or more.",
                own=own,
                why=why,
                least=least,
            )
        )
    if not own and features < least:
        raise UserError(
            tr(
                "The recipe's network gives {features:feature|features}: {why} needs {least} or "
                "more, choose a feature_dimension.",
                features=features,
                why=why,
                least=least,
            )
        )
