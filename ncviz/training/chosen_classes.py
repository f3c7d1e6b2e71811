"""Which classes a recipe names."""

from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr


def read_classes(text: str) -> tuple[int, ...]:
    """Return the classes that somebody wrote, such as '0, 1, 5'; none for all of them.

    Raises
    ------
    UserError
        If the text cannot be understood.
    """
    words = text.replace(",", " ").split()
    try:
        return () if words == ["all"] else tuple(int(word) for word in words)
    except ValueError:
        raise UserError(
            tr(
                "The recipe's classes are {words!r}: write numbers such as 0, 1, 5, or all.",
                words=text,
            )
        ) from None


def classes_taken(recipe: Any) -> int:
    """Return how many classes of the data set take part; of an unknown one 2."""
    return len(recipe.classes) or len(known_classes(recipe)) or 2


def known_classes(recipe: Any) -> tuple[str, ...]:
    """Return the names of the classes of a recipe's data set; none of an unknown one."""
    from ncviz.data.catalogue import data_sets  # the command line need not wait for NumPy

    entry = data_sets().get(recipe.dataset)
    return () if entry is None else entry.class_names


def check_classes(classes: tuple[int, ...], recipe: Any) -> None:
    """Refuse classes that cannot be learned together, or that the data set does not have.

    Raises
    ------
    UserError
        If one is named twice, or there is one alone, or not at all.
    """
    if len(set(classes)) != len(classes) or any(number < 0 for number in classes):
        raise UserError(
            tr(
                "The recipe's classes are {classes}: name each class once, from 0.",
                classes=list(classes),
            )
        )
    if len(classes) == 1:
        raise UserError(
            tr("The recipe names one class in classes: choose at least two, or none for all.")
        )
    known = len(known_classes(recipe))
    if known and max(classes, default=0) >= known:
        raise UserError(
            tr(
                "The recipe's classes name {classes}: its dataset {dataset} has the "
                "classes 0 to {known}.",
                classes=max(classes),
                dataset=recipe.dataset,
                known=known - 1,
            )
        )
