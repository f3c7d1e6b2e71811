"""The values of one parameter of a grid: a list, a range, or a logarithmic range."""

import math
from typing import Any

MOST_VALUES = 1000
LARGEST = 1e300
DIGITS, LOG_DIGITS = 12, 4  # significant ones of what a range works out
_KEYS = ("from", "to", "step", "count", "log")


def grid_values(given: Any) -> tuple[Any, ...]:
    """Return the values that a line of a grid stands for.

    Parameters
    ----------
    given
        A list; or a table of ``from``, ``to`` and either ``step`` or ``count``, with
        ``log = true`` for values that are equally far apart in the logarithm. Where both ends are
        whole numbers all values are; else those of a logarithmic range have four digits.

    Raises
    ------
    ValueError
        Saying what cannot be, to stand behind a colon.
    """
    if isinstance(given, dict):
        return _range(given)
    if not isinstance(given, list):
        raise ValueError("write a list such as [2, 4, 8], or { from = 1, to = 100, count = 5 }")
    if not given:
        raise ValueError("it lists no value")
    if len(given) > MOST_VALUES:
        raise ValueError(f"it lists {len(given):,} values: {MOST_VALUES:,} are the most")
    for value in given:
        if not _is_plain(value):
            raise ValueError("its values must be numbers, texts, true or false, or lists of these")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{value} is no number that a parameter can have")
    if len({_same(value) for value in given}) < len(given):
        raise ValueError("it lists a value twice")
    return tuple(given)


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, bool | int | float | str) for each in value)
    return isinstance(value, bool | int | float | str)


def _same(value: Any) -> Any:
    """Return what two values have in common that are one: 1 and 1.0, but not true."""
    if isinstance(value, list):
        return tuple(map(_same, value))
    return (isinstance(value, bool), value)


def _range(given: dict[str, Any]) -> tuple[Any, ...]:
    strange = [name for name in given if name not in _KEYS]
    if strange:
        raise ValueError(f"a range has no {strange[0]}: its keys are {', '.join(_KEYS)}")
    low, high = (_number(given, name) for name in ("from", "to"))
    log = given.get("log", False)
    if not isinstance(log, bool):
        raise ValueError(f"log is {log!r}: write true or false")
    if low >= high:
        raise ValueError(f"it goes from {low:g} to {high:g}: the second must be larger")
    if ("step" in given) == ("count" in given):
        raise ValueError("a range needs either step or count")
    if log and "step" in given:
        raise ValueError("a logarithmic range has a count in the place of a step")
    if log and low <= 0:
        raise ValueError(f"a logarithmic range begins above 0, not at {low:g}")
    whole = isinstance(low, int) and isinstance(high, int)
    if "step" in given:
        step = _number(given, "step")
        if step <= 0:
            raise ValueError(f"step is {step:g}: choose one above 0")
        whole = whole and isinstance(step, int)
        count = math.floor((high - low) / step + 1e-9) + 1 if (high - low) / step < 1e9 else 10**9
        _check_count(count)
        values = [low + step * place for place in range(count)]
    else:
        count = given["count"]
        if not isinstance(count, int) or isinstance(count, bool) or count < 2:
            raise ValueError(f"count is {count!r}: choose a whole number from 2")
        _check_count(count)
        shares = [place / (count - 1) for place in range(count)]
        if log:
            values = [math.exp(math.log(low) + s * math.log(high / low)) for s in shares]
        else:
            values = [low + s * (high - low) for s in shares]
    if whole:
        return tuple(dict.fromkeys(map(round, values)))
    digits = LOG_DIGITS if log else DIGITS
    rounded = [float(f"{value:.{digits}g}") for value in values]
    return tuple(dict.fromkeys(rounded))


def _check_count(count: int) -> None:
    if count > MOST_VALUES:
        raise ValueError(f"it has {count:,} values: {MOST_VALUES:,} are the most")


def _number(given: dict[str, Any], name: str) -> Any:
    value: Any = given.get(name)
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or not abs(value) <= LARGEST:
        said = "is missing" if value is None else f"is {value!r}, which is no number"
        raise ValueError(f"{name} {said}: a range has from, to, and step or count")
    return value
