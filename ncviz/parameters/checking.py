"""What a value may be, and the sentence that refuses it."""

import math
from collections.abc import Mapping
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters.declaring import Declared, declared, fitting, reader_of

_LONGEST = 60  # characters of a value within a sentence


def check(plan: Any, what: str) -> None:
    """Refuse the first value of a plan that cannot be.

    Parameters
    ----------
    plan
    what : str
        What it is called, such as 'recipe'.

    Raises
    ------
    UserError
        Naming the field and its value, and what may be chosen.
    """
    check_fixed(plan, what)  # before those whose range hangs on it: what cannot be is named
    values = _values(plan)
    for item, value in values:
        if item.hangs:
            _check_alone(item, value, what, plan)
    for item, value in values:  # what fits together is asked of what is possible alone
        _check_in(item, value, plan)


def check_fixed(plan: Any, what: str) -> None:
    """Refuse the first value of a plan that cannot be, whatever the others are.

    Parameters
    ----------
    plan, what
        As of `check`.

    Raises
    ------
    UserError
        As of `check`.
    """
    for item, value in _values(plan):
        if not item.hangs:
            _check_alone(item, value, what, plan)


def _values(plan: Any) -> list[tuple[Declared, Any]]:
    value_of = reader_of(plan)
    return [
        (item, value_of(name))
        for name, item in declared(plan).items()
        if item.facet is None or item.choices
    ]


def check_value(item: Declared, value: Any, what: str, plan: Any) -> None:
    """Refuse a value that a field cannot have.

    Parameters
    ----------
    item : Declared
    value
    what : str
        What the plan is called.
    plan
        On which the range may depend.

    Raises
    ------
    UserError
        Naming the field and the value, and what may be chosen.
    """
    _check_alone(item, value, what, plan)
    if item.parameter.check_in is not None:
        _check_in(item, value, _possible(plan, what))


def _possible(plan: Any, what: str) -> Any:
    """Return a plan with its defaults where a value cannot be, whatever the others are."""
    defaults, value_of = {}, reader_of(plan)
    for name, item in declared(plan).items():
        if item.facet is not None:
            continue
        try:
            _check_alone(item, value_of(name), what, plan)
        except UserError:
            defaults[name] = item.default
    return fitting(plan, defaults) if defaults else plan


def _check_in(item: Declared, value: Any, plan: Any) -> None:
    if item.parameter.check_in is not None and not (value is None and item.optional):
        item.parameter.check_in(value, plan)


def _check_alone(item: Declared, value: Any, what: str, plan: Any) -> None:
    known = item.parameter
    if known.asked and not value:
        raise UserError(
            tr(
                "The {what} has no {name}: name {asked}.",
                what=what,
                name=item.name,
                asked=known.asked,
            )
        )
    if value is None and item.optional:
        return
    if item.choices and not known.others:
        possible = _is_among(value, item.choices)
    else:
        possible = item.kind not in (int, float) or _is_within(item, value, plan)
    if not possible:
        raise UserError(_refusal(item, value, what, plan))
    if known.check is not None:
        known.check(value)


def _refusal(item: Declared, value: Any, what: str, plan: Any) -> str:
    sentence = item.parameter.sentence
    if callable(sentence):
        return sentence(value, plan)
    said = shown(repr(value)) if item.choices else _brief(item, value, plan)
    if not sentence:
        return tr(
            "The {what}'s {name} is {said}: choose {item}.",
            what=what,
            name=item.name,
            said=said,
            item=fits(item, plan),
        )
    low, high = ("" if end is None else exact(end) for end in item.limits(plan))
    choices = ", ".join(map(str, item.choices))
    return sentence.format(value=said, low=low, high=high, choices=choices)


def _brief(item: Declared, value: Any, plan: Any) -> str:
    """Return a refused number in six digits, in all where six would be one that can be."""
    short = f"{value:g}" if isinstance(value, float) else ""
    return short if short and not _is_within(item, float(short), plan) else exact(value)


def fits(item: Declared, plan: Any) -> str:
    """Return what a field may be in a plan, to stand after 'choose'."""
    if item.parameter.fits:
        return item.parameter.fits
    if item.choices:
        return tr("one of {value}", value=", ".join(map(str, item.choices)))
    kind = tr("a whole number") if item.kind is int else tr("a number")
    low, high = ("" if end is None else exact(end) for end in item.limits(plan))
    if low and item.parameter.above:
        return tr("{kind} above {low}", kind=kind, low=low) + (
            tr(" and up to {high}", high=high) if high else ""
        )
    if low:
        return tr("{kind} from {low}", kind=kind, low=low) + (
            tr(" to {high}", high=high) if high else ""
        )
    return tr("{kind} up to {high}", kind=kind, high=high) if high else kind


def _is_within(item: Declared, value: Any, plan: Any) -> bool:
    kinds = int if item.kind is int else int | float
    if isinstance(value, bool) or not isinstance(value, kinds):
        return False
    if isinstance(value, float) and not math.isfinite(value):
        return False
    low, high = item.limits(plan)
    if low is not None and (value < low or (item.parameter.above and value == low)):
        return False
    return high is None or value <= high


def _is_among(value: object, choices: Mapping[Any, str]) -> bool:
    # Of the same type: True is not 1.
    return any(value == each and type(value) is type(each) for each in choices)


def exact(value: object) -> str:
    """Return a number in the fewest digits that are it, and anything else as it is."""
    if not isinstance(value, float):
        return shown(str(value))
    short = f"{value:g}"
    return short if float(short) == value or not math.isfinite(value) else repr(value)


def shown(text: str) -> str:
    """Return a text that is short enough to stand within a sentence."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
