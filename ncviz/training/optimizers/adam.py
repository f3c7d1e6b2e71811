"""Adam, and Adam with decoupled weight decay."""

from typing import TYPE_CHECKING

from ncviz.language import tr
from ncviz.training.optimizers.optimizer import Optimizer

if TYPE_CHECKING:
    from torch import optim

    from ncviz.training.optimizers.optimizer import Weights


def _adam(parameters: "Weights", rate: float, weight_decay: float) -> "optim.Optimizer":
    from torch import optim

    # Fused, a step of the default recipe takes three quarters of the time.
    return optim.Adam(parameters, rate, weight_decay=weight_decay, fused=True)


def _adamw(parameters: "Weights", rate: float, weight_decay: float) -> "optim.Optimizer":
    from torch import optim

    return optim.AdamW(parameters, rate, weight_decay=weight_decay, fused=True)


ADAM = Optimizer(name="adam", words=tr("Adam"), build=_adam, rate=1e-3, remembers=2)
ADAMW = Optimizer(
    name="adamw",
    words=tr("AdamW"),
    build=_adamw,
    rate=1e-3,
    remembers=2,
    described=tr("AdamW, whose weight decay is decoupled"),
    order=4,
)
