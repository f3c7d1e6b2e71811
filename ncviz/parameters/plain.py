"""Plans as plain values: JSON, TOML, and the texts of a command line."""

import contextlib
import datetime
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.nearest import one_among
from ncviz.parameters.checking import check, check_value, shown
from ncviz.parameters.declaring import Declared, Plan, declared, fitting, values_of

_WANTED = {
    bool: tr("true or false"),
    int: tr("a whole number"),
    float: "a number",
    str: "text",
    Path: "a path",
}
_ITEMS = {int: tr("whole numbers"), float: "numbers", str: "texts"}


def to_plain(plan: Any) -> dict[str, Any]:
    """Return the declared values as JSON can hold them."""
    known = declared(plan)
    return {name: _written(known[name], value) for name, value in values_of(plan).items()}


def to_toml(plan: Any) -> str:
    """Return the declared values as TOML, one line each; what is None is left out."""
    return "".join(
        f"{name} = {to_toml_value(value)}\n"
        for name, value in to_plain(plan).items()
        if value is not None
    )


def from_plain(plan: Plan, values: Mapping[str, Any], what: str, source: str = "") -> Plan:
    """Return a checked plan with other values, which are those of JSON or TOML.

    Parameters
    ----------
    plan
        Whose values hold where none is given, such as ``Recipe()``.
    values : mapping
        By the names of declared fields.
    what : str
        What a plan is called, such as 'recipe'.
    source : str, optional
        Where the values come from, to begin a sentence: 'The recipe x.toml'.

    Raises
    ------
    UserError
        For an unknown name, a value of the wrong type, or one that cannot be.
    """
    source = source or tr("The {what}", what=what)
    plan, unknown = _taken(plan, values, lambda item, value: _read(item, value, source))
    known = declared(plan)
    if unknown:
        for name in values.keys() & known.keys():  # it may belong to what was chosen wrongly
            if known[name].choices:
                check_value(known[name], values[name], what, plan)
        raise UserError(
            tr(
                "{source} has an unknown parameter {unknown!r}: choose {names}.",
                source=source,
                unknown=unknown[0],
                names=one_among(unknown[0], sorted(known)),
            )
        )
    check(plan, what)
    return plan


def from_texts(plan: Plan, texts: Mapping[str, str], source: str) -> tuple[Plan, list[str]]:
    """Return a plan, not yet checked, with values that are given as texts.

    Parameters
    ----------
    plan
    texts : mapping
        By the names of declared fields.
    source : str
        Where they come from, to begin a sentence.

    Returns
    -------
    plan
    unknown : list of str
        Names of no field.

    Raises
    ------
    UserError
        If one is of the wrong type.
    """
    return _taken(plan, texts, lambda item, text: value_of_text(item, text, source))


def _taken(
    plan: Plan, values: Mapping[str, Any], read: Callable[[Declared, Any], Any]
) -> tuple[Plan, list[str]]:
    """Return a plan with values that are read, and the names of which it has no field.

    Names that are unknown are told before values that cannot be read: these may be of another plan.
    """
    while True:
        known, taken = declared(plan), {}
        wrong: UserError | None = None
        for name in filter(known.__contains__, values):
            try:
                taken[name] = read(known[name], values[name])
            except UserError as error:
                wrong = wrong or error
        plan = fitting(plan, taken)
        if declared(plan) == known:
            unknown = sorted(values.keys() - known.keys())
            if wrong is not None and not unknown:
                raise wrong
            return plan, unknown
        # A value has chosen a part, whose fields are known only now.


def _as_written(value: Any) -> str:
    """Return a value as a file of TOML or JSON has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return repr(value)


def _read(item: Declared, value: Any, source: str) -> Any:
    """Return the value that a plain one stands for; refuse one of the wrong type."""
    if value is None and item.optional:
        return None
    if _is_foreign(item):
        texts = value if item.kind is tuple else [value]
        if isinstance(texts, list | tuple) and all(isinstance(text, str) for text in texts):
            assert item.parameter.read is not None
            return item.parameter.read(value)
        raise UserError(
            tr(
                "{source} has {name} = {value}: it must be {item}.",
                source=source,
                name=item.name,
                value=shown(_as_written(value)),
                item=wanted(item),
            )
        )
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if item.kind is int:
        if number and (isinstance(value, int) or value.is_integer()):
            return int(value)
    elif item.kind is float:
        with contextlib.suppress(OverflowError):
            if number:
                return float(value)
    elif item.kind is tuple:
        if isinstance(value, list | tuple) and all(_is(each, item.item) for each in value):
            return tuple(value)
    elif item.kind is Path:
        if isinstance(value, str):
            return Path(value)
    elif isinstance(value, item.kind):
        return value
    raise UserError(
        tr(
            "{source} has {name} = {value}: it must be {item}.",
            source=source,
            name=item.name,
            value=shown(_as_written(value)),
            item=wanted(item),
        )
    )


def wanted(item: Declared) -> str:
    """Return what kind of value a field has in a file."""
    if item.kind is tuple:
        usual = "texts" if _is_foreign(item) else "values"
        return tr("a list of {item}", item=_ITEMS.get(item.item or object, usual))
    return "text" if _is_foreign(item) else _WANTED.get(item.kind, "a table")


def _is(value: object, kind: type | None) -> bool:
    if kind not in _ITEMS:
        return True
    return isinstance(value, int | float if kind is float else kind) and not isinstance(value, bool)


def from_text(item: Declared, text: str) -> Any:
    """Return the plain value that a text stands for; the text itself if that is none.

    `from_plain` then refuses it with a sentence.
    """
    try:
        if item.kind is bool:
            return {"true": True, "false": False}[text.lower()]
        if item.kind is tuple:
            words = text.replace(",", " ").split()
            return [item.item(word) for word in words] if item.item in (int, float) else words
        if item.kind in (int, float):
            return float(text)
    except (ValueError, KeyError):
        return text
    return text


def value_of_text(item: Declared, text: str, source: str) -> Any:
    """Return the value that a text stands for.

    Raises
    ------
    UserError
        If it stands for none; the sentence begins with `source`.
    """
    return _read(item, from_text(item, text), source)


def to_text(value: Any) -> str:
    """Return a value as `from_text` reads it."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def _is_foreign(item: Declared) -> bool:
    """Tell whether files hold its values, which are of a type of ours, as texts."""
    inner = (item.item or object) if item.kind is tuple else item.kind
    plain = inner is object or inner in _WANTED or issubclass(inner, Mapping)
    return not plain and item.parameter.write is not None


def _written(item: Declared, value: Any) -> Any:
    write = item.parameter.write if _is_foreign(item) else None
    return _plain(value) if write is None else write(value)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return str(value) if isinstance(value, Path) else value


def to_toml_value(value: Any) -> str:
    """Return a value as it stands in a TOML file."""
    value = _plain(value)
    if isinstance(value, Mapping):
        pairs = (f"{to_toml_value(name)} = {to_toml_value(each)}" for name, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    # JSON's strings, numbers, booleans and flat lists are TOML's too, but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
