"""What a pickle's names and objects become, and which plain containers are made after all."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False, slots=True)
class Name:
    """A function or a class that a pickle names, such as 'argparse.Namespace': text alone."""

    text: str


@dataclass(eq=False, slots=True)
class Inert:
    """What stands for an object that a pickle would have built; it does nothing.

    Parameters
    ----------
    kind : str
        The name of its class, or of the function that would have built it.
    arguments : tuple
        What that would have been given.

    Attributes
    ----------
    state : object
        What the object would have been told to restore; None if nothing.
    items : list
        What would have been appended.
    entries : dict
        What would have been set by a key.
    """

    kind: str
    arguments: tuple[Any, ...] = ()
    state: Any = field(default=None, init=False)
    items: list[Any] = field(default_factory=list, init=False)
    entries: dict[Any, Any] = field(default_factory=dict, init=False)


Makers = Mapping[str, Callable[..., Any]]


# What plain data need


def _ordered(*arguments: Any) -> Any:
    if not arguments:
        return OrderedDict()
    (pairs,) = arguments
    if isinstance(pairs, dict):
        return pairs
    return OrderedDict((key, value) for key, value in pairs if is_key(key))


def _default(*_factory: Any) -> Any:
    return OrderedDict()


def _same(*arguments: Any) -> Any:
    """Return what a container would be made of, without a copy."""
    if not arguments:
        return []
    return arguments[0] if isinstance(arguments[0], list | tuple) else NotImplemented


def _bytes(*arguments: Any) -> Any:
    if not arguments:
        return b""
    if isinstance(arguments[0], str):
        return arguments[0].encode("latin-1")
    return arguments[0] if isinstance(arguments[0], bytes) else NotImplemented


PLAIN: Makers = {
    "collections.OrderedDict": _ordered,
    "collections.Counter": _ordered,
    "collections.defaultdict": _default,
    "_codecs.encode": _bytes,
    **{
        f"{module}.{name}": make
        for module in ("builtins", "__builtin__")
        for name, make in (
            ("dict", _ordered),
            ("list", _same),
            ("tuple", _same),
            ("set", _same),
            ("frozenset", _same),
            ("bytes", _bytes),
            ("bytearray", _bytes),
        )
    },
}


def is_key(value: Any) -> bool:
    """Tell whether a value can be a key at no cost: hashing a tuple of tuples takes for ever."""
    if isinstance(value, int):
        return value.bit_length() < 60  # beyond, different numbers can be made to collide
    return value is None or isinstance(value, str | bytes | Name | Inert)
