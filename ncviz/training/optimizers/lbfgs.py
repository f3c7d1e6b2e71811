"""L-BFGS with a line search."""

from typing import TYPE_CHECKING, Any

from ncviz.language import tr
from ncviz.training.optimizers.optimizer import Optimizer

if TYPE_CHECKING:
    from torch import optim

    from ncviz.training.optimizers.optimizer import Weights

HISTORY = 10
ITERATIONS = 20  # of one step, at most


def _lbfgs(parameters: "Weights", rate: float, weight_decay: float) -> "optim.Optimizer":
    """Return torch's L-BFGS, to whose loss the weight decay is added by hand.

    Notes
    -----
    Zhu et al., NeurIPS 2021: history 10, strong Wolfe line search.
    """
    import torch
    from torch import Tensor, nn, optim

    given: list[Any] = list(parameters)
    groups: list[dict[str, Any]] = (
        given if given and isinstance(given[0], dict) else [{"params": given}]
    )
    decays: list[tuple[nn.Parameter, float]] = []
    for group in groups:
        decay = float(group.get("weight_decay", weight_decay))
        decays += [(weight, decay) for weight in group["params"]]

    class DecayedLBFGS(optim.LBFGS):
        def step(self, closure: Any) -> Any:  # type: ignore[override]
            def decayed() -> Tensor:
                loss: Tensor = closure()
                for weight, decay in decays:
                    if decay and weight.grad is not None:
                        with torch.no_grad():
                            weight.grad.add_(weight, alpha=decay)
                            loss = loss + decay / 2 * weight.square().sum()
                return loss

            return super().step(decayed)  # type: ignore[no-untyped-call]

    return DecayedLBFGS(
        [weight for weight, _ in decays],
        rate,
        max_iter=ITERATIONS,
        history_size=HISTORY,
        line_search_fn="strong_wolfe",
    )


LBFGS = Optimizer(
    name="lbfgs",
    words=tr("L-BFGS"),
    build=_lbfgs,
    rate=1.0,
    said=tr("L-BFGS"),
    described=tr("L-BFGS with a line search"),
    asks_again=True,
    remembers=2 * HISTORY + 2,
    order=5,
)
