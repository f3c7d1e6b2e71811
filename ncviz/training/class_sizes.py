"""How many training images each class of a recipe has."""

from typing import TYPE_CHECKING

from ncviz.data.subset import imbalanced_counts
from ncviz.errors import UserError

if TYPE_CHECKING:
    from ncviz.training.recipe import Recipe


def sizes_of_classes(recipe: "Recipe", classes: int) -> tuple[int, ...]:
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
    sizes = recipe.data.class_sizes
    if not sizes:
        return imbalanced_counts(
            classes, recipe.images_per_class, recipe.imbalance_ratio, recipe.majority_classes
        )
    if len(sizes) != classes:
        raise UserError(
            f"The recipe's class_sizes are {len(sizes)} for {classes} classes: give one for each."
        )
    if recipe.imbalance_ratio > 1:
        raise UserError(
            "The recipe has class_sizes and an imbalance_ratio above 1: choose one of them."
        )
    return sizes
