"""Class sizes as parameters of a model: presets, groups, free sizes, stretched by one ratio R.

A shape gives each class k an exponent s_k from 0, the smallest, to 1, the largest, so
that it has R^{s_k} times as many samples as the smallest: one R stretches any histogram.
"""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ncviz.errors import UserError
from ncviz.language import named, tr
from ncviz.models.ghosts import ghost_field
from ncviz.models.model_parameters import SIZES, control, numbers_of
from ncviz.wording import upper_first

Shape = tuple[float, ...]

TWO_GROUPS = named("two groups")
FREE = "free"
MAXIMUM_RATIO = 1e4
MAXIMUM_CLASSES = 20


@dataclass(frozen=True)
class SizesPreset:
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

    @property
    def title(self) -> str:
        """Return its name as a choice has it."""
        return upper_first(tr(self.name))


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
    SizesPreset(named("balanced"), tr("All classes have equally many samples."), 1.0),
    SizesPreset(
        TWO_GROUPS, tr("Majority classes have R times the samples of minority classes."), 10.0
    ),
    SizesPreset(
        named("long tail 10"),
        tr("Sizes fall with a power of the rank, from 10 to 1."),
        10.0,
        power_law,
    ),
    SizesPreset(
        named("long tail 100"),
        tr("Sizes fall with a power of the rank, from 100 to 1."),
        100.0,
        power_law,
    ),
    SizesPreset(
        named("one giant"),
        tr("One class has R times the samples of every other."),
        100.0,
        one_giant,
    ),
    SizesPreset(
        named("exponential"),
        tr("Every class is smaller than the last by the same factor."),
        100.0,
        exponential,
    ),
)


def preset_named(name: str) -> SizesPreset:
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


def classes_field(high: int = MAXIMUM_CLASSES) -> Any:
    """Declare K."""
    return control(
        4,
        tr("All classes, majority and minority."),
        symbol="K",
        label=tr("classes"),
        low=2,
        high=high,
    )


def budget_field(symbol: str, tip: str) -> Any:
    """Declare the product of the norm budgets."""
    return control(
        5.0,
        tip,
        symbol=symbol,
        label=tr("norm budget"),
        low=0.1,
        high=100.0,
        logarithmic=True,
        concept="norm budget",
    )


def _check_shares(shape: Shape) -> None:
    if len(shape) > MAXIMUM_CLASSES or not all(0 <= share <= 1 for share in shape):
        wrong = [share for share in shape if not 0 <= share <= 1]
        said = (
            tr("the value {wrong:g}", wrong=wrong[0])
            if wrong
            else tr("{count} values", count=len(shape))
        )
        raise UserError(
            tr(
                "The model's shape has {said}: write one number from 0 to 1 for each class, such "
                "as 1, 0.5, 0, of at most {maximum_classes} classes; R raised to it is how many "
                "times the samples of the smallest class it has.",
                said=said,
                maximum_classes=MAXIMUM_CLASSES,
            )
        )


def check_shape(parameters: "Sized") -> None:
    """Refuse free class sizes that are of another number of classes, or are not asked for.

    Raises
    ------
    UserError
    """
    p = parameters
    if p.preset == FREE and not p.shape:
        raise UserError(
            tr(
                "The model's preset is {free!r} and its shape is not given: write one number from "
                "0 to 1 for each of the {classes} classes.",
                free=FREE,
                classes=p.classes,
            )
        )
    if p.preset == FREE and len(p.shape) != p.classes:
        raise UserError(
            tr(
                "The model's shape has {count} values for {classes} classes: "
                "write one number from 0 to 1 for each class.",
                count=len(p.shape),
                classes=p.classes,
            )
        )
    if p.preset != FREE and p.shape:
        raise UserError(
            tr(
                "The model's shape is given and its preset is {preset!r}: leave one out, or choose "
                "the preset {free!r}.",
                preset=p.preset,
                free=FREE,
            )
        )


@dataclass(frozen=True)
class Sized:
    """What peeled models of any class sizes share, in the order of the panel."""

    ratio: float = control(
        1.0,
        tr("How many times more samples the largest class has than the smallest."),
        symbol="R",
        label=tr("imbalance ratio"),
        low=1.0,
        high=MAXIMUM_RATIO,
        logarithmic=True,
        concept="imbalance",
    )
    classes: int = classes_field()
    majority: int = control(
        2,
        tr("Classes with many samples, where there are two groups; the others are minority."),
        symbol="K<sub>A</sub>",
        label=tr("majority"),
        low=1,
        high=lambda p: p.classes - 1,
        live=lambda p: p.exponents is None,
        beside=True,
    )
    budget: float = budget_field(
        "E<sub>H</sub>·E<sub>W</sub>",
        tr("How large features and classifiers may be; only the product matters."),
    )
    preset: str = control(
        TWO_GROUPS,
        tr("Who has how many samples: a preset, or drag the bars below."),
        label=tr("Class sizes"),
        choices={preset.name: preset.title for preset in PRESETS} | {FREE: tr("Free")},
    )
    shape: tuple[float, ...] = control(
        (),
        tr(
            "How class sizes are shared out where they are free: a class of s has R^s times the "
            "samples of the smallest, so that 0 is the smallest and 1 the largest."
        ),
        editor=SIZES,
        check=_check_shares,
        option="--shape",
        split="commas",
        read=numbers_of("shape"),
        write=lambda value: ",".join(map(repr, value)),
    )

    ghost: str = ghost_field()

    @property
    def exponents(self) -> Shape | None:
        """Return the exponents of the sizes; None for two groups."""
        if self.preset == FREE and len(self.shape) == self.classes:
            return self.shape
        make = None if self.preset == FREE else preset_named(self.preset).shape
        return None if make is None else make(self.classes)

    @property
    def sizes(self) -> tuple[float, ...]:
        """Return the class sizes, as multiples of the smallest; at R = 1 all are 1."""
        groups = (1.0,) * self.majority + (0.0,) * self.minority
        return sizes_of(groups if self.exponents is None else self.exponents, self.ratio)

    @property
    def minority(self) -> int:
        """Return K_B, the number of minority classes of two groups."""
        return self.classes - self.majority

    @property
    def class_names(self) -> tuple[str, ...]:
        """Return names for the picture: majority classes A, minority classes B, else numbers."""
        if self.exponents is not None:
            return tuple(str(k + 1) for k in range(self.classes))
        majority = [f"A{k + 1}" for k in range(self.majority)]
        return (*majority, *(f"B{k + 1}" for k in range(self.minority)))

    @property
    def lone_minority(self) -> bool:
        """Return whether there is but one minority class, with no second one to compare."""
        return self.exponents is None and self.minority < 2


S = TypeVar("S", bound=Sized)


def settled_sizes(before: S, after: S, chosen: Collection[str]) -> S:
    """Return parameters after a choice: a preset brings its R, a shape follows K."""
    if after.classes != before.classes:
        after = replace(after, majority=min(after.majority, after.classes - 1))
        if after.preset == FREE and before.exponents is not None:
            after = replace(after, shape=resized(before.exponents, after.classes))
    named = "preset" in chosen and after.preset != FREE
    if named and "ratio" not in chosen and (after.preset != TWO_GROUPS or before.ratio == 1.0):
        after = replace(after, ratio=preset_named(after.preset).ratio)
    if after.preset == FREE != before.preset and after.shape == before.shape:
        after = with_sizes(before, before.sizes)
    return after if after.preset == FREE else replace(after, shape=())


def with_sizes(parameters: S, sizes: Sequence[float]) -> S:
    """Return parameters with any class sizes, as multiples of the smallest.

    Larger than `MAXIMUM_RATIO` times the smallest is clipped; of equal sizes the exponents stay.
    """
    least = min(sizes)
    shape, ratio = shape_of([min(size / least, MAXIMUM_RATIO) for size in sizes])
    if ratio == 1.0 and parameters.exponents is not None:
        shape = parameters.exponents
    return replace(
        parameters,
        preset=FREE,
        shape=shape,
        classes=len(shape),
        majority=min(parameters.majority, len(shape) - 1),
        ratio=ratio,
    )
