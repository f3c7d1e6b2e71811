"""The Layer-Peeled Model along the imbalance R, for figures and films."""

import numpy as np

from ncviz.export.film_moments import ModelPath
from ncviz.export.model_plan import ModelPlan, check_model
from ncviz.export.ratio_curve import RatioCurve
from ncviz.runs.measures import imbalance_ratio, minority_cosine
from ncviz.runs.run import Run
from ncviz.wording import three_digits

MOST_OPTIMA = 600  # of a film


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
