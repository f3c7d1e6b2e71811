"""Values from a file or a dialog: each check returns the value to keep, or raises ValueError."""

from collections.abc import Callable, Mapping
from typing import Any

from ncviz.language import tr

Check = Callable[[object], Any]

LONGEST_TEXT = 10_000
MOST_ITEMS = 1000


def one_of(*choices: object) -> Check:
    """Return a check for one of some values."""

    def check(value: object) -> object:
        # 1 == True, yet 1 is no answer to yes or no.
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            raise ValueError(tr("choose one of {repr}", repr=", ".join(map(repr, choices))))
        return value

    return check


def whole(low: int, high: int) -> Check:
    """Return a check for a whole number within bounds."""

    def check(value: object) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError(
                tr("it must be a whole number from {low} to {high}", low=low, high=high)
            )
        return value

    return check


def number_between(low: float, high: float) -> Check:
    """Return a check for a number within bounds; NaN lies in none."""

    def check(value: object) -> float:
        if type(value) not in (int, float) or not low <= value <= high:  # type: ignore[operator]
            raise ValueError(tr("it must be a number from {low:g} to {high:g}", low=low, high=high))
        return float(value)  # type: ignore[arg-type]

    return check


def any_text(value: object) -> str:
    """Return a text, whatever is in it."""
    if not isinstance(value, str):
        raise ValueError(tr("it must be text"))
    return value


def text(value: object) -> str:
    """Return a text that a file or a name can hold."""
    value = any_text(value)
    if len(value) > LONGEST_TEXT:
        raise ValueError(
            tr("it must have at most {longest_text} characters", longest_text=LONGEST_TEXT)
        )
    if "\0" in value or not _is_whole(value):
        raise ValueError(tr("it holds letters that nothing can show"))
    return value


def texts(value: object) -> list[str]:
    """Return the texts of a list; what else it holds is passed over."""
    if not isinstance(value, list):
        raise ValueError(tr("it must be a list"))
    kept = []
    for item in value[:MOST_ITEMS]:
        try:
            kept.append(text(item))
        except ValueError:
            continue
    return kept


switch = one_of(True, False)


class MisfitError(ValueError):
    """Names a value of a table that cannot be, or that there is none."""


def taken(values: Mapping[str, Any], name: str, check: Check) -> Any:
    """Return a value of a table.

    Raises
    ------
    MisfitError
        If it is not there or cannot be; of a table within, it names what is wrong there.
    """
    if name not in values:
        raise MisfitError(tr("the lack of {name}", name=name))
    try:
        return check(values[name])
    except MisfitError as misfit:
        raise MisfitError(tr("{misfit} in {name}", misfit=misfit, name=name)) from misfit
    except ValueError as error:
        raise MisfitError(f"{name} {values[name]!r:.40}") from error


def table(make: Callable[..., Any], **checks: Check) -> Check:
    """Return a check for a table, which becomes what is made of the values under these names."""

    def check(value: object) -> Any:
        values = mapping(value)
        return make(**{name: taken(values, name, each) for name, each in checks.items()})

    return check


def by_name(check: Check) -> Check:
    """Return a check for a table of any names, whose values are all of one kind."""
    return lambda value: {name: taken(mapping(value), name, check) for name in mapping(value)}


def each(check: Check, most: int = MOST_ITEMS) -> Check:
    """Return a check for a list whose items are all of one kind; it becomes a tuple."""

    def check_all(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError(tr("it must be a list of {most} at most", most=most))
        return tuple(map(check, value))

    return check_all


def mapping(value: object) -> dict[str, Any]:
    """Return a table."""
    if not isinstance(value, dict):
        raise ValueError(tr("it must be a table"))
    return value


def or_none(check: Check) -> Check:
    """Return a check for what may be None, too."""
    return lambda value: None if value is None else check(value)


def _is_whole(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half a character
        return False
    return True
