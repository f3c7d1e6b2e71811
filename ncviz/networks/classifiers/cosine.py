"""A classifier of cosines."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ncviz.language import tr
from ncviz.networks.classifiers.last_layer import LastLayer, LastLayerKind
from ncviz.parameters import parameter

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class CosineClassifier(LastLayer):
    """Learned rows of length 1 and features of length τ."""

    temperature: float = parameter(
        10.0,
        tr("Length of the features: cosines are multiplied by it."),
        label=tr("Length τ"),
        low=0.0,
        high=1e4,
        above=True,
        later=True,
        said="τ {}",
        meaning="$\\tau$, the length of the features: what cosines are multiplied by",
    )
    classifier_bias: bool = parameter(
        False,
        tr("The classifier has a bias."),
        label=tr("Last bias"),
        later=True,
        said=lambda on: tr("classifier bias") if on else "",
        meaning=tr("whether the classifier has a bias"),
    )

    @property
    def length(self) -> float | None:
        return self.temperature

    def build_linear(self, features: int, classes: int) -> "nn.Module":
        from ncviz.networks.classifiers._modules import UnitRows

        return UnitRows(features, classes, bias=self.classifier_bias)

    def linear_weights(self, features: int, classes: int) -> int:
        return (features + self.classifier_bias) * classes


COSINE_CLASSIFIER = LastLayerKind(
    name="cosine",
    words=tr("Cosine"),
    said=tr("cosine classifier"),
    layer=CosineClassifier,
    meaning="Cosines between features and learned rows, times $\\tau$: rows have length 1 and "
    "features $\\tau$. With $d < K - 1$ it is the set-up of generalised collapse (Jiang et al., "
    "ICML 2024): $d = 3$ shows ten classes on a sphere as they are.",
    order=3,
)
