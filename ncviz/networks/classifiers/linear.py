"""The learned linear classifier, that networks end with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ncviz.language import tr
from ncviz.networks.classifiers.last_layer import LastLayerKind, MeasuredLength

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class LinearClassifier(MeasuredLength):
    """A learned matrix, with or without bias."""

    @property
    def is_plain(self) -> bool:
        return self == LinearClassifier()

    def build_linear(self, features: int, classes: int) -> "nn.Module":
        from torch import nn

        return nn.Linear(features, classes, bias=self.classifier_bias)

    def linear_weights(self, features: int, classes: int) -> int:
        return (features + self.classifier_bias) * classes


LINEAR = LastLayerKind(
    name="linear",
    words=tr("Learned"),
    layer=LinearClassifier,
    meaning="A learned linear map. With `normalised_features` it is given features of length "
    "$\\tau$, as Yaras et al. (NeurIPS 2022) have it; its rows keep the length they learn.",
)
