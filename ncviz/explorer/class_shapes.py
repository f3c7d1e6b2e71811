"""Shapes of class sizes: who has how many samples, as the imbalance ratio grows.

A shape gives each class k an exponent s_k from 0, the smallest, to 1, the largest, so
that it has R^{s_k} times as many samples as the smallest: one R stretches any histogram.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Shape = tuple[float, ...]

TWO_GROUPS = "two groups"
FREE = "free"


@dataclass(frozen=True)
class Preset:
    """A shape with a name.

    Parameters
    ----------
    name : str
        For people.
    tip : str
        One sentence.
    ratio : float
        R to begin with.
    shape : callable, optional
        From K to the exponents; None for two groups, whose shape is K_A.
    """

    name: str
    tip: str
    ratio: float
    shape: Callable[[int], Shape] | None = None


def power_law(classes: int) -> Shape:
    """Return the exponents of sizes that fall with a power of the class's rank."""
    return tuple(1 - math.log(k + 1) / math.log(classes) for k in range(classes))


def exponential(classes: int) -> Shape:
    """Return the exponents of sizes that fall by the same factor from class to class."""
    return tuple(1 - k / (classes - 1) for k in range(classes))


def one_giant(classes: int) -> Shape:
    """Return the exponents of one large class among equals."""
    return (1.0, *(0.0 for _ in range(classes - 1)))


PRESETS = (
    Preset("balanced", "All classes have equally many samples.", 1.0),
    Preset(TWO_GROUPS, "Majority classes have R times the samples of minority classes.", 10.0),
    Preset("long tail 10", "Sizes fall with a power of the rank, from 10 to 1.", 10.0, power_law),
    Preset(
        "long tail 100", "Sizes fall with a power of the rank, from 100 to 1.", 100.0, power_law
    ),
    Preset("one giant", "One class has R times the samples of every other.", 100.0, one_giant),
    Preset(
        "exponential",
        "Every class is smaller than the last by the same factor.",
        100.0,
        exponential,
    ),
)


def preset_named(name: str) -> Preset:
    """Return a preset by its name."""
    return next(preset for preset in PRESETS if preset.name == name)


def sizes_of(shape: Sequence[float], ratio: float) -> tuple[float, ...]:
    """Return n_k as multiples of the smallest class."""
    return tuple(ratio**share for share in shape)


def shape_of(sizes: Sequence[float]) -> tuple[Shape, float]:
    """Return the exponents of sizes, and their imbalance ratio; all 0 if they are equal."""
    least = min(sizes)
    ratio = max(sizes) / least
    if ratio == 1:
        return tuple(0.0 for _ in sizes), 1.0
    return tuple(math.log(size / least) / math.log(ratio) for size in sizes), ratio


def resized(shape: Shape, classes: int) -> Shape:
    """Return a shape for another number of classes, stretched along the classes."""
    if len(shape) == classes:
        return shape
    found = []
    for k in range(classes):
        place = k * (len(shape) - 1) / (classes - 1)
        low = min(int(place), len(shape) - 2)
        found.append(shape[low] + (place - low) * (shape[low + 1] - shape[low]))
    return tuple(found)


def whole_sizes(name: str, classes: int, most: int) -> tuple[int, ...]:
    """Return whole numbers of samples after a preset, `most` for its largest class.

    Two groups are as many majority classes as minority ones.
    """
    preset = preset_named(name)
    if preset.shape is not None:
        shape = preset.shape(classes)
    else:
        majority = max(1, classes // 2)
        shape = tuple(1.0 if k < majority else 0.0 for k in range(classes))
    sizes = sizes_of(shape, preset.ratio)
    return tuple(max(1, round(most * size / max(sizes))) for size in sizes)
