"""What people call the parameters of a sweep, their values and its numbers."""

import re
from collections.abc import Mapping
from typing import Any

from ncviz.charts.rich_text import plain
from ncviz.language import tr
from ncviz.metrics.metric import metrics
from ncviz.models.model import models
from ncviz.networks.network import networks
from ncviz.parameters import Declared, declared
from ncviz.sweeps.numbers import OF_SPLIT
from ncviz.sweeps.sweep import Sweep, SweepCell, written
from ncviz.training.recipe import Recipe
from ncviz.wording import upper_first

SEED, STATE = "seed", "state"  # columns beside parameters and numbers


class SweepWords:
    """The words of a sweep: those of the rooms where its parameters are chosen.

    Parameters
    ----------
    sweep : Sweep
    """

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._items = _declared_of(sweep)

    def heading(self, name: str) -> str:
        """Return what stands above a column: 'K_A, majority', 'Learning rate' or 'ρ'."""
        item = self._items.get(name)
        if item is not None:
            symbol = _symbol(item)
            return f"{symbol}, {item.label}" if symbol else upper_first(item.label)
        if name in (SEED, STATE):
            return tr("Seed") if name == SEED else tr("State")
        known = metrics().get(name)
        return number_title(name) if known is None else plain(known.label)

    def title(self, name: str) -> str:
        """Return a heading that says of a number what it is: 'Decay ratio ρ'."""
        return number_title(name) if name in metrics() else self.heading(name)

    def short(self, name: str) -> str:
        """Return what stands beside a value: 'K_A' or 'Learning rate'."""
        item = self._items.get(name)
        return (_symbol(item) if item is not None else "") or self.heading(name)

    def value(self, name: str, value: Any) -> str:
        """Return a value of a parameter: 'ReLU', 'on' or '0.01'."""
        item = self._items.get(name)
        if isinstance(value, bool):
            return tr("on") if value else tr("off")
        if isinstance(value, list | tuple):
            return ", ".join(self.value(name, each) for each in value)
        return written(value) if item is None else item.choices.get(value, written(value))

    def cell(self, cell: SweepCell) -> str:
        """Return the values of a cell: 'Learning rate 0.01, Activation ReLU'."""
        values = ((name, self._sweep.value(cell, name)) for name in self._sweep.varied)
        said = [
            f"{self.short(name)} {self.value(name, value)}"
            for name, value in values
            if value is not None
        ]
        return ", ".join(said) or cell.folder

    def names(self, name: str) -> tuple[str, ...]:
        """Return all that people may call a parameter or a number."""
        item = self._items.get(name)
        label = () if item is None else (item.label,)
        spaced = name.replace("_", " ")
        said = (name, self.heading(name), self.short(name), self.title(name), *label, spaced)
        return (*said, *(each.replace("₀", zero) for each in said for zero in ("0", "_0")))


def number_title(name: str) -> str:
    """Return what a number is called, for people."""
    known = metrics().get(name)
    if known is None:
        return OF_SPLIT.get(name, name)
    alone = [each.key for each in metrics().values()].count(known.key) == 1
    return known.notion.name if alone else f"{known.notion.name} ({name})"


def _declared_of(sweep: Sweep) -> Mapping[str, Declared]:
    kinds: list[Any] = [models()[sweep.model].parameters] if sweep.model in models() else [Recipe]
    if not sweep.model:
        kinds += [each.architecture for each in networks().values()]
    found: dict[str, Declared] = {}
    for kind in kinds:
        found = {**declared(kind), **found}
    return {name: found[name] for name in sweep.varied if name in found}


def _symbol(item: Declared) -> str:
    given = getattr(item.parameter, "symbol", "")
    return plain(re.sub(r"<sub>(\w+)</sub>", r"_\1", given))  # K_A, in plain text
