"""The desk of every theory model."""

from typing import Any

from ncviz.explorer.by_hand_desk import ByHandDesk
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.model_desk import ModelDesk
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.models.by_hand import ByHandModel
from ncviz.models.descent import DescentModel
from ncviz.models.model import Model, models
from ncviz.models.optimum import OptimumModel


def desk_of(model: Model[Any]) -> ModelDesk[Any]:
    """Return a desk for a model."""
    if isinstance(model, OptimumModel):
        return OptimumDesk(model)
    if isinstance(model, ByHandModel):
        return ByHandDesk(model)
    assert isinstance(model, DescentModel), f"{model.name} is of no known kind"
    return DescentDesk(model)


def make_desks() -> dict[str, ModelDesk[Any]]:
    """Return a desk for each model, by name and in order."""
    return {name: desk_of(model) for name, model in models().items()}
