"""A classifier that is a simplex ETF and stays it."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ncviz.language import tr
from ncviz.networks.classifiers.last_layer import LastLayerKind, MeasuredLength, refuse_dimension

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class FixedETF(MeasuredLength):
    """Rows that are a simplex ETF of length 1 and are never trained."""

    def build_linear(self, features: int, classes: int) -> "nn.Module":
        from ncviz.networks.classifiers._modules import FixedLinear

        return FixedLinear(etf_rows(classes, features), bias=self.classifier_bias)

    def linear_weights(self, features: int, classes: int) -> int:
        return self.classifier_bias * classes

    def check(self, features: int, classes: int) -> None:
        least = classes - 1
        refuse_dimension(
            self, features, least, tr("a fixed simplex ETF of {classes} classes", classes=classes)
        )


def etf_rows(classes: int, features: int) -> "Tensor":
    """Return the rows, shape (K, d), for d ≥ K − 1.

    From d = K on they lie along the first K axes, as is usual; for d = K − 1 in the coordinates
    of an orthonormal frame of the vectors whose entries sum to 0.
    """
    import torch

    centred = torch.eye(classes, dtype=torch.float64) - 1 / classes
    rows = torch.zeros(classes, features, dtype=torch.float64)
    if features >= classes:
        rows[:, :classes] = centred
    else:
        for number in range(1, classes):  # Helmert's frame
            axis = torch.zeros(classes, dtype=torch.float64)
            axis[:number], axis[number] = 1.0, -float(number)
            rows[:, number - 1] = centred @ axis / math.sqrt(number * (number + 1))
    return (math.sqrt(classes / (classes - 1)) * rows).float()


SIMPLEX_ETF = LastLayerKind(
    name="etf",
    words=tr("Fixed simplex ETF"),
    said=tr("fixed ETF"),
    layer=FixedETF,
    meaning="A simplex ETF with rows of length 1 that is never trained, as Zhu et al. (NeurIPS "
    "2021) fix it; its bias is trained. It needs $d \\ge K - 1$.",
    order=1,
)
