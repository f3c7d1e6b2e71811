"""How many training images each class of a recipe has."""

from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.training.chosen_classes import classes_taken


def sizes_of_classes(recipe: Any, classes: int) -> tuple[int, ...]:
    """Return the training images of each class, before classes are merged or labels changed.

    Parameters
    ----------
    recipe : Recipe
    classes : int
        That take part.

    Raises
    ------
    UserError
        If the classes cannot be divided as the recipe says.
    """
    from ncviz.data.subset import imbalanced_counts  # the command line need not wait for NumPy

    sizes: tuple[int, ...] = recipe.data.class_sizes
    check_sizes(sizes, recipe)
    if sizes:
        return sizes
    ratio, majority = recipe.imbalance_ratio, recipe.majority_classes
    check_groups(majority, recipe)
    check_ratio(ratio, recipe)
    return imbalanced_counts(classes, recipe.images_per_class, ratio, majority)


def check_sizes(sizes: tuple[int, ...], recipe: Any) -> None:
    """Refuse class sizes that are not one for each class, or beside an imbalance.

    Parameters
    ----------
    sizes : tuple of int
    recipe : Recipe

    Raises
    ------
    UserError
        Naming the parameters that do not fit.
    """
    known = classes_taken(recipe)
    if sizes and len(sizes) != known:
        raise UserError(
            tr(
                "The recipe's class_sizes are {count} for {known} classes: give one for each.",
                count=len(sizes),
                known=known,
            )
        )
    if sizes and recipe.imbalance_ratio > 1:
        raise UserError(
            tr("The recipe has class_sizes and an imbalance_ratio above 1: choose one of them.")
        )


def check_ratio(ratio: float, recipe: Any) -> None:
    """Refuse an imbalance that leaves no image of a minority class; see `check_sizes`."""
    images = recipe.images_per_class
    if not recipe.data.class_sizes and round(images / ratio) < 1:
        raise UserError(
            tr(
                "The recipe's imbalance_ratio is {ratio:g}: it leaves no image of "
                "{images:,} images_per_class in the minority classes; lower it or raise these.",
                ratio=ratio,
                images=images,
            )
        )


def check_groups(majority: int, recipe: Any) -> None:
    """Refuse a majority that leaves no minority where there is to be one; see `check_sizes`."""
    known = classes_taken(recipe)
    if recipe.imbalance_ratio > 1 and not recipe.data.class_sizes and majority >= known:
        raise UserError(
            tr(
                "The recipe's majority_classes are {majority} of {known} classes: choose 1 to "
                "{known_2}, or an imbalance_ratio of 1.",
                majority=majority,
                known=known,
                known_2=known - 1,
            )
        )
