"""The numbers that an experiment expects, read off a run or a theory model."""

import math
from collections.abc import Iterable

from ncviz.experiments.experiment import EPOCHS, LAST, LAYERS, OF_RECIPE, OF_SPLIT, Expected
from ncviz.experiments.results import Numbers
from ncviz.explorer.model_desk import ModelDesk
from ncviz.metrics.elasticity import OF_TRAINING, training_number
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import metrics
from ncviz.runs.run import Run
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import recipe_from_dict
from ncviz.training.regimen import layer_of_each, layers_of, read_phases


def numbers_of_run(run: Run, expected: Iterable[Expected]) -> dict[str, Numbers]:
    """Return what a run gives for each expected number, by its reading."""
    return {each.reading: _of_run(run, each) for each in expected}


def numbers_of_model(desk: ModelDesk, expected: Iterable[Expected]) -> dict[str, Numbers]:  # type: ignore[type-arg]
    """Return what a theory model gives where it stands, by the reading of each expected number.

    A name is that of a number beside its picture, of a mark on its timeline such as R₀, or of a
    metric of what descends.
    """
    known = read_of_model(desk)
    run = getattr(desk, "run", None)
    found: dict[str, Numbers] = {}
    for each in expected:
        if each.number in known:
            value = known[each.number]
            found[each.reading] = math.nan if value is None else float(value)
        elif run is not None:
            found[each.reading] = _of_run(run, each)
        else:
            found[each.reading] = math.nan
    return found


def read_of_model(desk: ModelDesk) -> dict[str, float | None]:  # type: ignore[type-arg]
    """Return the numbers beside a model's picture, and the marks on its timeline, such as R₀."""
    known = {number.word: number.value for number in desk.numbers()}
    return known | {mark.text: mark.moment for mark in desk.marks()}


def _of_run(run: Run, expected: Expected) -> Numbers:
    layers = len(run.manifest.layers)
    epoch = run.epochs[-1] if expected.epoch == LAST else run.recorded(expected.epoch)
    layer = expected.layer if expected.layer != LAST else layers - 1
    if expected.over == LAYERS:
        first = max(expected.layer, 0)
        return tuple(_at(run, epoch, number, expected) for number in range(first, layers))
    if expected.over == EPOCHS:
        return tuple(_at(run, each, layer, expected) for each in run.epochs)
    return _at(run, epoch, layer, expected)


def trained_parameters(recipe: Recipe) -> int:
    """Return how many parameters a recipe trains: those that some phase does not freeze."""
    network = recipe.whole_network
    if not recipe.regimen.phases:
        return network.weights(recipe.shape, recipe.class_count)
    phases = read_phases(recipe.regimen.phases, recipe.epochs)
    built = network.build(recipe.shape, recipe.class_count)
    layer_of = layer_of_each(built, network.layers(), layers_of(recipe))
    return sum(
        weight.numel()
        for name, weight in built.named_parameters()
        if any(phase.trains(layer_of[name]) for phase in phases)
    )


def _at(run: Run, epoch: int, layer: int, expected: Expected) -> float:
    if layer >= len(run.manifest.layers):
        return math.nan
    if expected.number in OF_RECIPE:
        return trained_parameters(recipe_from_dict(run.manifest.recipe))
    place = LayerAt(run, epoch, layer, expected.split)
    if expected.number in metrics():
        return metrics()[expected.number].at(place)[0]
    if expected.number in OF_TRAINING:
        return training_number(run, expected.number, expected.split)
    if expected.number in OF_SPLIT:
        try:
            return place.scalar(f"{expected.split}_{expected.number}")
        except AbsentError:
            return math.nan
    return math.nan
