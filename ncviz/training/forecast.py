"""What a training will be, before it begins: images, steps, parameters, seconds.

Nothing here imports torch or reads data.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from ncviz.data.catalogue import data_sets
from ncviz.data.label_sets import pairs_of
from ncviz.data.labels import merged_classes
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters import values_of
from ncviz.training.class_sizes import sizes_of_classes
from ncviz.training.data_options import read_merged
from ncviz.training.recipe import Recipe

# Seconds that a step costs on one core of an ordinary computer, fitted by hand to
# `benchmarks/training.py`: a call, a hidden block, its batch norm, an operation, a parameter;
# and, to what `script/network_table.py` takes, a layer that gives maps.
_CALL, _BLOCK, _BATCH_NORM, _OPERATION, _PARAMETER = 2e-4, 1e-4, 5e-5, 1 / 60e9, 2e-9
_OF_MAPS = 7e-4


@dataclass(frozen=True)
class Forecast:
    """What a recipe asks for.

    Parameters
    ----------
    counts : tuple of int
        Training images of each class.
    pairs, of_pairs : int
        Pairs of classes of which there are images with two labels, and so many of each.
    inputs : int
        Numbers that the network is given for an image.
    features : int
        Width of the last-layer features.
    parameters : int
        That are trained.
    steps : int
        Of the optimiser, in all; of all seeds.
    seconds : float
        Of all seeds, by a rough model of the costs of a processor.
    """

    counts: tuple[int, ...]
    inputs: int
    features: int
    parameters: int
    steps: int
    seconds: float
    pairs: int = 0
    of_pairs: int = 0

    def images(self) -> str:
        """Say how many images each class has, and each pair of classes."""
        if self.pairs:
            more = tr(
                "{of_pairs:,} of each of {pairs:,} pairs of classes",
                of_pairs=self.of_pairs,
                pairs=self.pairs,
            )
            return tr(
                "{images}; with two labels {more}.",
                images=replace(self, pairs=0).images().rstrip("."),
                more=more,
            )
        classes, most, least = len(self.counts), max(self.counts), min(self.counts)
        if most == least:
            return tr(
                "{counts:,} images: {most:,} in each of {classes} classes.",
                counts=sum(self.counts),
                most=most,
                classes=classes,
            )
        majority = sum(count == most for count in self.counts)
        return tr(
            "{counts:,} images: {majority} of {most:,}, {classes} of {least}.",
            counts=sum(self.counts),
            majority=_classes(majority),
            most=most,
            classes=_classes(classes - majority),
            least=_one_or(least),
        )


def forecast(recipe: Recipe) -> Forecast:
    """Return what a checked recipe asks for.

    Raises
    ------
    UserError
        If the classes cannot be divided as the recipe says.
    """
    entry = data_sets().get(recipe.dataset)
    if entry is None:
        raise UserError(
            tr(
                "The recipe's dataset is {dataset!r}: choose one of {data_sets}.",
                dataset=recipe.dataset,
                data_sets=", ".join(data_sets()),
            )
        )
    classes = len(recipe.classes) or len(entry.class_names)
    fine = sizes_of_classes(recipe, classes)
    if recipe.data.merged:
        numbers = recipe.classes or tuple(range(classes))
        groups = read_merged(recipe.data.merged)
        merged, names = merged_classes([""] * classes, numbers, groups)
        classes = len(names)
        counts = tuple(np.bincount(merged, weights=fine).astype(int).tolist())
    else:
        counts = fine
    network, shape = recipe.whole_network, recipe.shape
    parameters, operations = network.weights(shape, classes), network.operations(shape, classes)
    of_pairs = recipe.data.two_label_images
    pairs = len(pairs_of(classes)) if of_pairs else 0
    samples, blocks = sum(counts) + pairs * of_pairs, recipe.architecture.steps
    passed = sum(n if n == max(counts) else n * recipe.data.oversampling for n in counts)
    passed += pairs * of_pairs
    steps = -(-passed // recipe.batch_size)
    if passed % recipe.batch_size == 1 and steps > 1:
        steps -= 1  # a single image joins the batch before it
    steps *= recipe.epochs
    step = (
        _CALL
        + blocks * (_OF_MAPS if recipe.architecture.has_maps else 0)
        + blocks * (_BLOCK + values_of(recipe).get("batch_norm", True) * _BATCH_NORM)
        + 6 * min(recipe.batch_size, passed) * operations * _OPERATION
        + parameters * _PARAMETER
    )
    measuring = 2e-3 * (blocks + 1) + 9 * samples * operations * _OPERATION
    seconds = steps * step + len(recipe.recorded_epochs()) * measuring
    seeds = recipe.regimen.seeds
    steps, seconds = seeds * steps, seeds * seconds
    features = network.features(shape)
    return Forecast(counts, math.prod(shape), features, parameters, steps, seconds, pairs, of_pairs)


def _classes(number: int) -> str:
    return tr("1 class") if number == 1 else tr("{number} classes", number=number)


def _one_or(images: int) -> str:
    return (
        tr("a single one, which has no spread that could collapse")
        if images == 1
        else f"{images:,}"
    )
