"""The Layer-Peeled Model along the imbalance R, for figures and films."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ncviz.errors import UserError
from ncviz.export.film_moments import ModelPath
from ncviz.export.ratio_curve import RatioCurve
from ncviz.runs.directions import class_groups
from ncviz.runs.measures import imbalance_ratio, minority_cosine
from ncviz.runs.run import Run
from ncviz.wording import three_digits

MOST_CLASSES = 100
MOST_OPTIMA = 600  # of a film
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


def ratio_curve(model: ModelPlan, run: Run | None) -> RatioCurve:
    """Return the minority cosine over R, with a point for a run.

    Raises
    ------
    UserError
        If there is no such model.
    """
    from ncviz.theory.layer_peeled import minority_cosine_curve

    check_model(model)
    ratios = np.geomspace(model.lowest, model.highest, model.points)
    found = minority_cosine_curve(model.classes, model.majority, model.budget, ratios)
    points: tuple[tuple[str, float, float], ...] = ()
    if run is not None:
        cosine = minority_cosine(run, run.epochs[-1])
        if cosine is not None:
            points = ((run.manifest.title, imbalance_ratio(run), cosine),)
    label = (
        f"K = {model.classes}, {model.majority} of them majority, E = {three_digits(model.budget)}"
    )
    return RatioCurve(ratios, found.cosines, found.critical_ratio, label, points)


def model_path(model: ModelPlan, frames: int) -> ModelPath:
    """Return the optima along R that a film of so many frames shows.

    Raises
    ------
    UserError
        If there is no such model.
    """
    from ncviz.theory.layer_peeled import (
        TwoGroupProblem,
        minority_cosine_curve,
        solve_two_groups,
    )

    check_model(model)
    count = min(max(frames, 2), MOST_OPTIMA)
    ratios = np.geomspace(model.lowest, model.highest, count)
    curve = minority_cosine_curve(model.classes, model.majority, model.budget, ratios)
    both = [
        solve_two_groups(
            TwoGroupProblem(model.classes, model.majority, float(ratio), model.budget)
        ).weights_and_features()
        for ratio in ratios
    ]
    names = [f"A{k + 1}" for k in range(model.majority)]
    names += [f"B{k + 1}" for k in range(model.classes - model.majority)]
    return ModelPath(
        ratios,
        np.array([features for _, features in both]),
        np.array([weights for weights, _ in both]),
        tuple(names),
        curve.cosines,
        curve.critical_ratio,
    )


def model_said(model: ModelPlan) -> dict[str, Any]:
    """Return what a file says of its model."""
    return {"name": "layer_peeled", **asdict(model)}
