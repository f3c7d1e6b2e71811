"""Values from a file or a dialog: each check returns the value to keep, or raises ValueError."""

from collections.abc import Callable
from typing import Any

Check = Callable[[object], Any]

LONGEST_TEXT = 10_000
MOST_ITEMS = 1000


def one_of(*choices: object) -> Check:
    """Return a check for one of some values."""

    def check(value: object) -> object:
        # 1 == True, yet 1 is no answer to yes or no.
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            raise ValueError(f"choose one of {', '.join(map(repr, choices))}")
        return value

    return check


def whole(low: int, high: int) -> Check:
    """Return a check for a whole number within bounds."""

    def check(value: object) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"it must be a whole number from {low} to {high}")
        return value

    return check


def number_between(low: float, high: float) -> Check:
    """Return a check for a number within bounds; NaN lies in none."""

    def check(value: object) -> float:
        if type(value) not in (int, float) or not low <= value <= high:  # type: ignore[operator]
            raise ValueError(f"it must be a number from {low:g} to {high:g}")
        return float(value)  # type: ignore[arg-type]

    return check


def text(value: object) -> str:
    """Return a text that a file or a name can hold."""
    if not isinstance(value, str):
        raise ValueError("it must be text")
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"it must have at most {LONGEST_TEXT} characters")
    if "\0" in value or not _is_whole(value):
        raise ValueError("it holds letters that nothing can show")
    return value


def texts(value: object) -> list[str]:
    """Return the texts of a list; what else it holds is passed over."""
    if not isinstance(value, list):
        raise ValueError("it must be a list")
    kept = []
    for item in value[:MOST_ITEMS]:
        try:
            kept.append(text(item))
        except ValueError:
            continue
    return kept


switch = one_of(True, False)


def _is_whole(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half a character
        return False
    return True
