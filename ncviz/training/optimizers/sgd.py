"""Stochastic gradient descent, without and with momentum."""

from functools import partial
from typing import TYPE_CHECKING

from ncviz.language import tr
from ncviz.training.optimizers.optimizer import Optimizer

if TYPE_CHECKING:
    from torch import optim

    from ncviz.training.optimizers.optimizer import Weights


def _sgd(
    parameters: "Weights",
    rate: float,
    weight_decay: float,
    momentum: float = 0.0,
    nesterov: bool = False,
) -> "optim.Optimizer":
    from torch import optim

    return optim.SGD(
        parameters,
        rate,
        momentum=momentum,
        weight_decay=weight_decay,
        nesterov=nesterov,
        fused=True,
    )


SGD = Optimizer(name="sgd", words=tr("SGD"), build=_sgd, rate=0.1, order=1)
MOMENTUM = Optimizer(
    name="momentum",
    words=tr("Momentum"),
    build=partial(_sgd, momentum=0.9),
    rate=0.01,
    remembers=1,
    said=tr("momentum"),
    described=tr("SGD with momentum"),
    order=2,
)
NESTEROV = Optimizer(
    name="nesterov",
    words=tr("Nesterov"),
    build=partial(_sgd, momentum=0.9, nesterov=True),
    rate=0.01,
    remembers=1,
    said=tr("Nesterov"),
    described=tr("SGD with Nesterov's momentum"),
    order=3,
)
