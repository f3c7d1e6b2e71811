"""A network with the last layer that is chosen for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ncviz.networks.classifiers.last_layer import LastLayer
from ncviz.networks.network import Architecture, Shape, replace_module

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class WholeNetwork:
    """What a recipe trains.

    Parameters
    ----------
    architecture : Architecture
        Whose own linear classifier gives way to any but the plain one.
    last_layer : LastLayer
    """

    architecture: Architecture
    last_layer: LastLayer

    def build(self, shape: Shape, classes: int) -> "nn.Module":
        """Return the network for samples of a shape; see `Architecture.build`."""
        network = self.architecture.build(shape, classes)
        if not self.last_layer.is_plain:
            features = self.architecture.features(shape)
            replace_module(network, self._classifier, self.last_layer.build(features, classes))
        return network

    def layers(self) -> Mapping[str, str]:
        """Return what is measured; see `Architecture.layers`."""
        layers = dict(self.architecture.layers())
        if self.last_layer.is_plain:
            return layers
        last = layers.pop(self._classifier)
        if self.last_layer.feature_dimension:
            layers[f"{self._classifier}.given"] = last
            last = "features"
        return {**layers, f"{self._classifier}.linear": last}

    def features(self, shape: Shape) -> int:
        """Return the width of the last-layer features."""
        return self.last_layer.feature_dimension or self.architecture.features(shape)

    def weights(self, shape: Shape, classes: int) -> int:
        """Return how many parameters are trained."""
        return self._with_last(self.architecture.weights(shape, classes), shape, classes)

    def operations(self, shape: Shape, classes: int) -> int:
        """Return how many products a sample takes."""
        return self._with_last(self.architecture.operations(shape, classes), shape, classes)

    def _with_last(self, number: int, shape: Shape, classes: int) -> int:
        if self.last_layer.is_plain:
            return number
        features = self.architecture.features(shape)
        return number - (features + 1) * classes + self.last_layer.weights(features, classes)

    def check(self, shape: Shape, classes: int) -> None:
        """Refuse samples that the network cannot take, and features that cannot be.

        Raises
        ------
        UserError
            Naming the parameter of the recipe that does not fit, and what would.
        """
        self.architecture.check(shape)
        self.last_layer.check(self.architecture.features(shape), classes)

    @property
    def _classifier(self) -> str:
        *_, last = self.architecture.layers()
        return last
