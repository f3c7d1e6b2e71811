"""The Layer-Peeled Model that a figure or a film is of: a plain value."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from ncviz.errors import UserError
from ncviz.export.plan_texts import read_ratios
from ncviz.parameters import check, facet, parameter
from ncviz.runs.directions import class_groups
from ncviz.runs.run import Run

MOST_CLASSES = 100
FARTHEST = 1e12  # of R


def _no_groups(_count: int, model: "ModelPlan") -> str:
    return (
        f"There is no model of {model.classes} classes with {model.majority} majority "
        f"classes: choose 2 to {MOST_CLASSES} classes, and fewer majority classes."
    )


def _no_range(_end: float, model: "ModelPlan") -> str:
    return (
        f"R cannot go from {model.lowest:g} to {model.highest:g}: let it begin at 1 or more "
        "and end higher."
    )


def _over(model: "ModelPlan", text: str) -> "ModelPlan":
    low, high, count = read_ratios(text)
    if count < 2:
        raise UserError("A curve over R needs two ends: write --ratio 1:1000:200.")
    return replace(model, lowest=low, highest=high, points=count)


@dataclass(frozen=True)
class ModelPlan:
    """The Layer-Peeled Model with two groups of classes, over a range of R.

    Parameters
    ----------
    classes : int
        K.
    majority : int
        K_A, how many of them are majority classes.
    budget : float
        E_H · E_W.
    lowest, highest : float
        R at both ends.
    points : int
        Of a curve.
    """

    classes: int = parameter(
        4,
        low=2,
        high=MOST_CLASSES,
        sentence=_no_groups,
        help="of the Layer-Peeled Model",
        option="--model-classes",
        metavar="K",
    )
    majority: int = parameter(
        2,
        low=1,
        high=lambda model: model.classes - 1,
        sentence=_no_groups,
        help="its majority classes",
        metavar="K_A",
    )
    budget: float = parameter(5.0, help="E_H·E_W; default 5", metavar="E")
    lowest: float = parameter(
        1.0,
        "Of class sizes, majority to minority.",
        label="From R",
        low=1.0,
        high=FARTHEST,
        step=1.0,
        sentence=_no_range,
        option="-",
    )
    highest: float = parameter(
        1000.0,
        label="To R",
        step=1.0,
        low=lambda model: model.lowest,
        above=True,
        high=FARTHEST,
        sentence=_no_range,
        option="-",
    )
    points: int = parameter(
        200,
        low=2,
        high=20_000,
        sentence="A curve over R of {value} points cannot be drawn: choose {low} to {high}.",
        option="-",
    )

    ratio = facet(
        str,
        lambda model: f"{model.lowest:.17g}:{model.highest:.17g}:{model.points}",
        _over,
        of="lowest",
        help="of R",
        metavar="FROM:TO:COUNT",
    )


def model_of(run: Run, model: ModelPlan) -> ModelPlan:
    """Return the model with as many classes, and majority classes, as a run has."""
    largest = len(class_groups(run)[0])
    classes = run.manifest.classes
    majority = largest if largest < classes else max(classes // 2, 1)
    return ModelPlan(classes, majority, model.budget, model.lowest, model.highest, model.points)


def check_model(model: ModelPlan) -> None:
    """Refuse a model that there is not.

    Raises
    ------
    UserError
    """
    check(model, "model")


def model_said(model: ModelPlan) -> dict[str, Any]:
    """Return what a file says of its model."""
    return {"name": "layer_peeled", **asdict(model)}
