"""Finds what the modules of a package declare: one file there is one more thing everywhere."""

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, TypeVar, cast

from ncviz.language import tr


class CatalogueEntry(Protocol):
    """What a catalogue holds: it has a name, and a place among the others."""

    @property
    def name(self) -> str:
        """Word that files and commands use."""
        ...

    @property
    def order(self) -> int:
        """Place in lists, the least first; those of one place stand by name."""
        ...


@dataclass(frozen=True)
class NoOptions:
    """The parameters of a choice that has none."""


@dataclass(frozen=True, kw_only=True)
class RecipeChoice:
    """What a recipe may name, such as a loss.

    Parameters
    ----------
    name : str
        In recipes and on the command line.
    words : str
        For people.
    said : str
        In titles; by default its kind makes them of name or words.
    order : int
        Place in lists.
    options : type
        A dataclass of its own parameters; their values are given by name to what it does.
    """

    name: str
    words: str
    said: str = ""
    order: int = 0
    options: type = NoOptions


Kind = TypeVar("Kind", bound=CatalogueEntry)


def entries(package: str, kind: type[Kind]) -> Mapping[str, Kind]:
    """Return what the modules of a package declare of one kind, by name and in order.

    A declaration is a value of that kind at the top of a module, under any public name. Modules
    whose name begins with '_' hold what others share and are passed over.

    Parameters
    ----------
    package
        Its full name, such as ``'ncviz.networks'``.
    kind
        Class of the declarations.

    Raises
    ------
    TypeError
        If two modules declare the same name: a fault of the code, not of a user.
    """
    return cast(Mapping[str, Kind], _found(package, kind))


@functools.cache
def _found(package: str, kind: type[CatalogueEntry]) -> Mapping[str, CatalogueEntry]:
    home = importlib.import_module(package)
    found: dict[str, CatalogueEntry] = {}
    for module in pkgutil.iter_modules(home.__path__):
        if module.name.startswith("_"):
            continue
        held = vars(importlib.import_module(f"{package}.{module.name}"))
        # By identity: a module may import the declaration of another.
        for entry in {
            id(value): value
            for name, value in held.items()
            if isinstance(value, kind) and not name.startswith("_")
        }.values():
            if found.setdefault(entry.name, entry) is not entry:
                raise TypeError(
                    tr("{package} declares {name!r} twice.", package=package, name=entry.name)
                )
    return MappingProxyType(
        {entry.name: entry for entry in sorted(found.values(), key=lambda e: (e.order, e.name))}
    )
