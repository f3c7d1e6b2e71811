"""Adam."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ncviz.training.optimizers.optimizer import Optimizer

if TYPE_CHECKING:
    from torch import nn, optim


def _adam(
    parameters: "Iterator[nn.Parameter]", rate: float, weight_decay: float
) -> "optim.Optimizer":
    from torch import optim

    # Fused, a step of the default recipe takes three quarters of the time.
    return optim.Adam(parameters, rate, weight_decay=weight_decay, fused=True)


ADAM = Optimizer(name="adam", words="Adam", build=_adam, rate=1e-3)
