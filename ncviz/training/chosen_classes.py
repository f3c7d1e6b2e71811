"""Which classes a recipe names."""

from ncviz.errors import UserError


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
            f"The recipe's classes are {text!r}: write numbers such as 0, 1, 5, or all."
        ) from None


def check_classes(classes: tuple[int, ...]) -> None:
    """Refuse classes that cannot be learned together.

    Raises
    ------
    UserError
        If one is named twice, or there is one alone.
    """
    if len(set(classes)) != len(classes) or any(number < 0 for number in classes):
        raise UserError(f"The recipe's classes are {list(classes)}: name each class once, from 0.")
    if len(classes) == 1:
        raise UserError("The recipe names one class: choose at least two, or none for all.")
