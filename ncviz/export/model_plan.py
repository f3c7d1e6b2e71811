"""The Layer-Peeled Model that a figure or a film is of: a plain value."""

from dataclasses import asdict, dataclass
from typing import Any

from ncviz.errors import UserError
from ncviz.runs.directions import class_groups
from ncviz.runs.run import Run

MOST_CLASSES = 100
CURVE_POINTS = 2, 20_000


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
        R at both ends, at least 1.
    points : int
        Of a curve.
    """

    classes: int = 4
    majority: int = 2
    budget: float = 5.0
    lowest: float = 1.0
    highest: float = 1000.0
    points: int = 200


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
    if not (2 <= model.classes <= MOST_CLASSES and 1 <= model.majority < model.classes):
        raise UserError(
            f"There is no model of {model.classes} classes with {model.majority} majority "
            f"classes: choose 2 to {MOST_CLASSES} classes, and fewer majority classes."
        )
    if not 1 <= model.lowest < model.highest <= 1e12:
        raise UserError(
            f"R cannot go from {model.lowest:g} to {model.highest:g}: let it begin at 1 or more "
            "and end higher."
        )
    least, most = CURVE_POINTS
    if not least <= model.points <= most:
        raise UserError(
            f"A curve over R of {model.points} points cannot be drawn: choose {least} to {most}."
        )


def model_said(model: ModelPlan) -> dict[str, Any]:
    """Return what a file says of its model."""
    return {"name": "layer_peeled", **asdict(model)}
