"""The values of one parameter of a grid: a list, a range, or a logarithmic range."""

import math
from typing import Any

from ncviz.language import tr

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
        raise ValueError(tr("write a list such as [2, 4, 8], or { from = 1, to = 100, count = 5 }"))
    if not given:
        raise ValueError(tr("it lists no value"))
    if len(given) > MOST_VALUES:
        raise ValueError(
            tr(
                "it lists {count:,} values: {most_values:,} are the most",
                count=len(given),
                most_values=MOST_VALUES,
            )
        )
    for value in given:
        if not _is_plain(value):
            raise ValueError(
                tr("its values must be numbers, texts, true or false, or lists of these")
            )
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(tr("{value} is no number that a parameter can have", value=value))
    if len({_same(value) for value in given}) < len(given):
        raise ValueError(tr("it lists a value twice"))
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
        raise ValueError(
            tr(
                "a range has no {strange}: its keys are {keys}",
                strange=strange[0],
                keys=", ".join(_KEYS),
            )
        )
    low, high = (_number(given, name) for name in ("from", "to"))
    log = given.get("log", False)
    if not isinstance(log, bool):
        raise ValueError(tr("log is {log!r}: write true or false", log=log))
    if low >= high:
        raise ValueError(
            tr("it goes from {low:g} to {high:g}: the second must be larger", low=low, high=high)
        )
    if ("step" in given) == ("count" in given):
        raise ValueError(tr("a range needs either step or count"))
    if log and "step" in given:
        raise ValueError(tr("a logarithmic range has a count in the place of a step"))
    if log and low <= 0:
        raise ValueError(tr("a logarithmic range begins above 0, not at {low:g}", low=low))
    whole = isinstance(low, int) and isinstance(high, int)
    if "step" in given:
        step = _number(given, "step")
        if step <= 0:
            raise ValueError(tr("step is {step:g}: choose one above 0", step=step))
        whole = whole and isinstance(step, int)
        count = math.floor((high - low) / step + 1e-9) + 1 if (high - low) / step < 1e9 else 10**9
        _check_count(count)
        values = [low + step * place for place in range(count)]
    else:
        count = given["count"]
        if not isinstance(count, int) or isinstance(count, bool) or count < 2:
            raise ValueError(tr("count is {count!r}: choose a whole number from 2", count=count))
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
        raise ValueError(
            tr(
                "it has {count:,} values: {most_values:,} are the most",
                count=count,
                most_values=MOST_VALUES,
            )
        )


def _number(given: dict[str, Any], name: str) -> Any:
    value: Any = given.get(name)
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or not abs(value) <= LARGEST:
        said = (
            tr("is missing")
            if value is None
            else tr("is {value!r}, which is no number", value=value)
        )
        raise ValueError(
            tr("{name} {said}: a range has from, to, and step or count", name=name, said=said)
        )
    return value
