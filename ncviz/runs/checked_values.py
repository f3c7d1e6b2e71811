"""Values of a manifest, each of the kind that it must be."""

import reprlib
from collections.abc import Mapping
from typing import Any

from ncviz.language import tr

LARGEST_NUMBER = 2**53  # from there on not every whole number is one of floating point


class ManifestMisfitError(Exception):
    """Names a value of a manifest that cannot be."""


def take(values: Mapping[str, Any], name: str, kind: type, default: Any = None) -> Any:
    """Return a value of a manifest, or the default where it has none.

    Raises
    ------
    ManifestMisfitError
        If it is not of that kind.
    """
    value = values.get(name, default)
    if not is_of_kind(value, kind):
        raise ManifestMisfitError(
            f"{name} {reprlib.repr(value):.40}"
            if name in values
            else tr("the lack of {name}", name=name)
        )
    return value


def take_all(values: Mapping[str, Any], name: str, kind: type, default: Any) -> tuple[Any, ...]:
    """Return a list of a manifest, of which each value is of a kind; see `take`."""
    items = take(values, name, list, default)
    if not all(is_of_kind(item, kind) for item in items):
        raise ManifestMisfitError(f"{name} {reprlib.repr(items):.40}")
    return tuple(items)


def is_of_kind(value: Any, kind: type) -> bool:
    """Tell whether a value is of a kind; whole numbers are never negative here."""
    if kind is int:
        return type(value) is int and 0 <= value < LARGEST_NUMBER
    return isinstance(value, kind)
