"""A classifier that follows the class means of the features."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ncviz.language import tr
from ncviz.networks.classifiers.last_layer import LastLayer, LastLayerKind
from ncviz.parameters import parameter

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class ClassMeanClassifier(LastLayer):
    """Rows that are moving means of the directions of each class's features, at length 1."""

    temperature: float = parameter(
        10.0,
        tr("Length of the features; logits lie between −τ and τ."),
        label=tr("Length τ"),
        low=0.0,
        high=1e4,
        above=True,
        later=True,
        said="τ {}",
        meaning="$\\tau$, the length of the features; logits lie between $-\\tau$ and $\\tau$",
    )
    mean_momentum: float = parameter(
        0.9,
        tr("What of a row stays at each step."),
        label=tr("Momentum"),
        low=0.0,
        high=1.0,
        later=True,
        said=tr("momentum {} of the class means"),
        meaning=tr("what of a row stays at each step; the rest comes of the features of the batch"),
    )

    @property
    def length(self) -> float | None:
        return self.temperature

    def build_linear(self, features: int, classes: int) -> "nn.Module":
        from ncviz.networks.classifiers._modules import ClassMeanRows

        return ClassMeanRows(features, classes, self.mean_momentum)

    def linear_weights(self, features: int, classes: int) -> int:
        return 0


CLASS_MEANS = LastLayerKind(
    name="class_means",
    words=tr("Class means"),
    said=tr("class-mean classifier"),
    layer=ClassMeanClassifier,
    meaning="Rows that follow the class means, without a gradient (Jiang et al., ICML 2024): after "
    "each step a row is multiplied by the momentum $m$, the directions of its class's features in "
    "the batch are added $1 - m$ times, and it is brought to length 1. Features have length "
    "$\\tau$, so that logits are $\\tau$ times cosines. Rows start at random. In a phase that does "
    "not train the classifier they stay as they are, to the bit.",
    order=2,
)
