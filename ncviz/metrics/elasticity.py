"""LE-SDE of a recorded run: its mean logits over time, and the strengths that they tell."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, Floats, LayerAt
from ncviz.metrics.mean_logits import MOST, error_of_separation, mean_logits
from ncviz.runs.run import Run
from ncviz.runs.splits import TRAIN
from ncviz.theory.le_sde_estimates import (
    FEWEST,
    WINDOW,
    Elasticity,
    Strengths,
    separation_of_logits,
)

STEP, EPOCH = "step", "epoch"  # what time is counted in


def steps_of(run: Run, epochs: Sequence[int]) -> tuple[Floats, str]:
    """Return the time of recorded moments, in steps of training where these are known.

    Strengths are per step: an epoch of 120 images, one a step, is 120 of them.

    Parameters
    ----------
    run : Run
    epochs : sequence of int
        Recorded ones.

    Returns
    -------
    array, shape (T,)
    str
        'step'; 'epoch' of a run that does not say how many steps one has.

    Raises
    ------
    AbsentError
        If the run knows no more than the order of its moments.
    """
    counting = run.counting
    times = np.array([counting.value(epoch) for epoch in epochs], dtype=np.float64)
    if counting.unit == STEP:
        return times, STEP
    if counting.unit != EPOCH:
        raise AbsentError(
            tr(
                "The run counts {units}, of which only the order is known: α and β are per "
                "step or epoch of training.",
                units=counting.units,
            )
        )
    each = _steps_an_epoch(run)
    return (times, EPOCH) if each is None else (times * each, STEP)


def _steps_an_epoch(run: Run) -> int | None:
    """Return how many steps an epoch has; None where the run does not say."""
    recipe, counts = run.manifest.recipe, run.manifest.train_counts
    batch = recipe.get("batch_size")
    repeated = recipe.get("oversampling", 1) != 1 or recipe.get("two_label_images", 0)
    if isinstance(batch, bool) or not isinstance(batch, int) or batch < 1 or not counts or repeated:
        return None
    steps, rest = divmod(sum(counts), batch)
    # A single sample that is left joins the batch before it.
    return max(1, steps + (rest > 0 and not (rest == 1 and steps > 0)))


def said_of_sizes(run: Run) -> str:
    """Say that the model is of classes drawn alike, where those of a run are not; else ''."""
    if len(set(run.manifest.train_counts)) < 2:
        return ""
    return tr("the model draws all classes alike, and these differ in size")


def lacks_elasticity(run: Run) -> str:
    """Return why nothing can be said of a run's elasticity, a sentence; '' where it can.

    Of a run that is still recorded the moments count that are to come.
    """
    try:
        _check(run, len(run.manifest.recorded))
        steps_of(run, run.epochs)
        mean_logits(LayerAt(run, run.epochs[-1], len(run.manifest.layers) - 1, TRAIN.name))
    except AbsentError as absent:
        return str(absent)
    return ""


def _check(run: Run, planned: int = 0) -> None:
    classes = run.manifest.classes
    if classes > MOST:
        raise AbsentError(
            tr(
                "The mean logits of {classes:,} classes over time are too many: it takes {most} "
                "classes at most.",
                classes=classes,
                most=MOST,
            )
        )
    if max(len(run.epochs), planned) < FEWEST:
        raise AbsentError(
            tr(
                "The run has {count}: α and β are slopes over time and take "
                "{fewest} or more, better dozens; record=all records every epoch.",
                count=_moments(len(run.epochs)),
                fewest=FEWEST,
            )
        )


def _moments(count: int) -> str:
    return (
        tr("{count} recorded moment", count=count)
        if count == 1
        else tr("{count} recorded moments", count=count)
    )


def elasticity_of(runs: Sequence[Run], split: str, window: int = WINDOW) -> tuple[Elasticity, str]:
    """Return what the mean logits of a run tell, or those of several trials together.

    Parameters
    ----------
    runs : sequence of Run
        One, or trials of one recipe, whose mean logits are averaged as published.
    split : str
        Whose logits.
    window : int
        Moments of a local parabola.

    Returns
    -------
    Elasticity
        The standard error of S is that over the trials; of a single run that of its samples, at
        most.
    str
        What time is counted in, 'step' or 'epoch'.

    Raises
    ------
    AbsentError
        If there are no mean logits, too few moments, or times are unknown.
    UserError
        If the window is too small, or a file is damaged.
    """
    common = [e for e in runs[0].epochs if all(e in run.epochs for run in runs)]
    for run in runs:
        _check(run)
    times, unit = steps_of(runs[0], common)
    logits, errors = zip(*(_of_run(run, common, split) for run in runs), strict=True)
    every = np.array(logits)
    error = errors[0]
    if len(runs) > 1:
        error = separation_of_logits(every).std(axis=0, ddof=1) / np.sqrt(len(runs))
    return Elasticity(times, every.mean(axis=0), error, window), unit


def _of_run(run: Run, epochs: Sequence[int], split: str) -> tuple[Floats, Floats]:
    if len(epochs) < FEWEST:
        raise AbsentError(
            tr(
                "The trials have {count} in common: it takes {fewest}.",
                count=_moments(len(epochs)),
                fewest=FEWEST,
            )
        )
    last = len(run.manifest.layers) - 1
    places = [LayerAt(run, epoch, last, split) for epoch in epochs]
    logits = np.array([mean_logits(place) for place in places])
    return logits, np.array([error_of_separation(place) for place in places])


def _of_l(number: Callable[[Strengths], float]) -> Callable[[Elasticity], float]:
    return lambda found: float("nan") if found.of_l is None else number(found.of_l)


def _difference(found: Elasticity) -> float:
    return float("nan") if found.difference is None else float(found.difference[-1].mean())


OF_TRAINING: Mapping[str, tuple[str, Callable[[Elasticity], float]]] = MappingProxyType(
    {
        "elastic_alpha": ("Mean α, L-model", _of_l(lambda found: found.mean_alpha)),
        "elastic_beta": ("Mean β, L-model", _of_l(lambda found: found.mean_beta)),
        "elastic_gap": (
            "Mean α − β, L-model",
            _of_l(lambda found: found.mean_alpha - found.mean_beta),
        ),
        "tail_index": (
            tr("Tail index, I-model, as published"),
            lambda found: found.of_i.tail_index,
        ),
        "tail_index_l": (tr("Tail index, L-model"), _of_l(lambda found: found.tail_index)),
        "tail_slope": (tr("Local slope, I-model"), lambda found: found.of_i.tail_slope),
        "imitation_difference": (
            tr("RD of the imitation at the end, mean of classes"),
            _difference,
        ),
    }
)
"""Numbers of all recorded moments together: what they are called, and how they follow."""


def training_number(run: Run, name: str, split: str) -> float:
    """Return a number of `OF_TRAINING` of a run; NaN where it cannot be had."""
    try:
        found, _ = elasticity_of((run,), split)
    except (AbsentError, UserError):
        return float("nan")
    return OF_TRAINING[name][1](found)
