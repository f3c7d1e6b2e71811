"""Plans on the command line: their options, and the command that stands for a plan."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ncviz.parameters.declaring import Declared, Plan, changed, declared, value_of
from ncviz.parameters.plain import to_text
from ncviz.wording import shell_word


def add_options(parser: argparse.ArgumentParser, plan: Any, into: str = "") -> None:
    """Add an option for each declared field; one that is not given keeps the plan's value.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    plan : dataclass or its type
    into : str, optional
        Before the names of what is parsed, where another plan has the same ones.
    """
    for name, item in declared(plan).items():
        known, option = item.parameter, _option(item)
        if option == "-":
            continue
        how: dict[str, Any] = {"default": None, "help": _help(item)}
        if option.startswith("-"):
            how |= {"dest": into + name, "required": bool(known.asked)}
        else:
            how |= {"nargs": None if known.asked else "?"}
        if item.kind is bool:
            how["action"] = _switch(item)
        elif item.choices and not known.metavar:
            how["choices"] = tuple(item.choices)
        else:
            how["metavar"] = _metavar(item)
            how["type"] = item.kind if item.kind in (int, float, Path) and not known.read else str
        if known.split == "words":
            how |= {"nargs": "+", "action": "extend"}  # after one option, or each after its own
        parser.add_argument(option if option.startswith("-") else into + name, **how)


def from_options(plan: Plan, parsed: argparse.Namespace, into: str = "") -> Plan:
    """Return a plan with the values that its options were given, as `add_options` names them.

    Raises
    ------
    UserError
        If the text of one cannot be read.
    """
    given = {
        name: (item, value)
        for name, item in declared(plan).items()
        if item.parameter.option != "-" and (value := getattr(parsed, into + name)) is not None
    }
    return changed(plan, {name: _read(item, value) for name, (item, value) in given.items()})


def table_of_options(plan: Any) -> str:
    """Return the options of a plan in Markdown: how they are written, and what they mean."""
    rows = ["| option | meaning |", "|---|---|"]
    for item in declared(plan).values():
        option = _option(item)
        if option == "-":
            continue
        if item.kind is bool and item.default and not option.startswith("--no-"):
            option = f"--no-{option.removeprefix('--')}"
        if item.choices and not item.parameter.metavar:
            value = f"{{{','.join(map(str, item.choices))}}}"
        else:
            value = "" if item.kind is bool else _metavar(item)
        written = " ".join(filter(None, (option if option.startswith("-") else "", value)))
        meaning = item.parameter.meaning or _help(item) or item.parameter.tip
        rows.append(f"| `{written}` | {meaning} |")
    return "\n".join(rows) + "\n"


def command(plan: Any, verb: str, out: str = "", also: Iterable[Any] = ()) -> str:
    """Return the command line that stands for a plan: what is asked for, and all but defaults.

    Parameters
    ----------
    plan
    verb : str
        Such as 'record'.
    out : str, optional
        What it makes, where the plan itself does not say so.
    also : iterable, optional
        Further plans whose options the command has.
    """
    first, asked, rest = list[str](), list[str](), list[str]()
    for each in (plan, *also):
        known = declared(each)
        for name, item in known.items():
            option = _option(item)
            if option == "-" or (item.facet is not None and _option(known[item.facet.of]) != "-"):
                continue
            value = value_of(each, name)
            if item.parameter.asked or item.parameter.stated or _differs(value, item.default):
                place = asked if item.parameter.asked else rest
                (place if option.startswith("-") else first).extend(_given(item, value))
    made = ["--out", out] if out else []
    return " ".join(map(shell_word, ["ncviz", *verb.split(), *first, *asked, *made, *rest]))


def _option(item: Declared) -> str:
    return item.parameter.option or f"--{item.name.replace('_', '-')}"


def _metavar(item: Declared) -> str:
    return item.parameter.metavar or _option(item).lstrip("-").upper().replace("-", "_")


def _help(item: Declared) -> str | None:
    known = item.parameter
    words = known.tip if known.help == "" else known.help
    return words() if callable(words) else words


def _switch(item: Declared) -> Any:
    if _option(item).startswith("--no-"):
        return "store_false"
    return argparse.BooleanOptionalAction if item.default else "store_true"


def _read(item: Declared, value: Any) -> Any:
    known = item.parameter
    if known.read is not None:
        return known.read(value)
    if known.split == "words":
        return tuple(value)
    if known.split == "commas":
        return tuple(word.strip() for word in value.split(",") if word.strip())
    return value


def _given(item: Declared, value: Any) -> list[str]:
    """Return the words that give an option its value."""
    known, option = item.parameter, _option(item)
    if item.kind is bool:
        on = value or option.startswith("--no-")
        return [option if on else f"--no-{option.removeprefix('--')}"]
    if known.write is not None:
        value = known.write(value)
    words = map(str, value) if known.split == "words" else (to_text(value),)
    return [option, *words] if option.startswith("-") else [*words]


def _differs(value: Any, default: Any) -> bool:
    nothing = (None, "", ())
    if isinstance(value, Mapping) or isinstance(default, Mapping):
        return bool(value) and value != default
    return value != default and not (value in nothing and default in nothing)
