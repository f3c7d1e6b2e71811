"""A sweep as one value: what all cells share, what each has of its own, and where it lies."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ncviz.language import tr
from ncviz.parameters.plain import to_toml_value
from ncviz.sweeps.sweep_lines import FILE_NAME

RECIPE, MODEL, STEP, TITLE, SEEDS = "recipe", "model", "step", "title", "seeds"
MOST_CELLS, MOST_SEEDS = 10_000, 100
MOST_TASKS = 100_000
LONGEST_FOLDER = 120  # characters; longer names end in a mark instead


@dataclass(frozen=True)
class SweepCell:
    """A place of the grid, with all of its seeds.

    Parameters
    ----------
    number : int
        From 0.
    values : mapping of str
        What it has of its own, by the names of parameters.
    folder : str
        The name of its folder, which follows from the values alone.
    line : int
        Of the file, where it is written out there; 0 of one of the grid.
    """

    number: int
    values: Mapping[str, Any]
    folder: str
    line: int = 0


@dataclass(frozen=True)
class SweepTask:
    """A cell with one seed: what is trained or solved at once.

    Parameters
    ----------
    index : int
        From 0, as ``ncviz sweep GRID.toml --index`` counts.
    cell : SweepCell
    seed : int
    """

    index: int
    cell: SweepCell
    seed: int

    @property
    def words(self) -> str:
        """Return what it is called."""
        return tr("{folder}, seed {seed}", folder=self.cell.folder, seed=self.seed)


@dataclass(frozen=True)
class Sweep:
    """What a sweep's file asks for.

    Parameters
    ----------
    path : Path
        The file.
    text : str
        Its content.
    title : str
    recipe : str
        The file of the base recipe, as it is written there; empty for the published recipe.
    model : str
        Of theory; empty of recipes.
    step : float or None
        Of a descent; None for its last.
    base : mapping of str
        What all cells have.
    axes : mapping of str to tuple
        The values of the grid, by parameter.
    exclude : tuple of mapping
        What is left out: values, or lists of values, that a cell of the grid has.
    own : tuple of mapping
        Cells that are written out.
    seeds : int
    cells : tuple of SweepCell
        All that there are.
    """

    path: Path
    text: str
    title: str = ""
    recipe: str = ""
    model: str = ""
    step: float | None = None
    base: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    axes: Mapping[str, tuple[Any, ...]] = field(default_factory=lambda: MappingProxyType({}))
    exclude: tuple[Mapping[str, Any], ...] = ()
    own: tuple[Mapping[str, Any], ...] = ()
    seeds: int = 1
    cells: tuple[SweepCell, ...] = ()

    @property
    def name(self) -> str:
        """Return what it is called."""
        in_folder = self.path.name == FILE_NAME
        return self.title or (self.path.resolve().parent.name if in_folder else self.path.stem)

    @property
    def first_seed(self) -> int:
        """Return the first seed, which the base may say."""
        seed = self.base.get("seed", 0)
        return seed if isinstance(seed, int) else 0

    @property
    def all_seeds(self) -> range:
        """Return all seeds."""
        return range(self.first_seed, self.first_seed + self.seeds)

    @property
    def varied(self) -> tuple[str, ...]:
        """Return the parameters in which cells differ, in the order of the file."""
        names = dict.fromkeys(self.axes)
        for cell in self.cells:
            names |= dict.fromkeys(cell.values)
        return tuple(names)

    @property
    def count(self) -> int:
        """Return how many tasks there are."""
        return len(self.cells) * self.seeds

    def task(self, index: int) -> SweepTask:
        """Return the task of a number: seeds of a cell follow each other."""
        cell, seed = divmod(index, self.seeds)
        return SweepTask(index, self.cells[cell], self.first_seed + seed)

    def tasks(self) -> Iterator[SweepTask]:
        """Yield every task."""
        return map(self.task, range(self.count))

    def value(self, cell: SweepCell, name: str) -> Any:
        """Return a parameter of a cell: its own value, or that of all; None where none is said."""
        return cell.values.get(name, self.base.get(name))

    def to_toml(self) -> str:
        """Return the sweep as a file that says all of it: ranges as lists, no other file named."""
        head = {TITLE: self.name, MODEL: self.model, STEP: self.step}
        grid = {**self.axes, SEEDS: self.seeds}
        parts = [
            _table(
                "[sweep]", {name: each for name, each in head.items() if each not in ("", None)}
            ),
            _table("[base]", self.base),
            _table("[grid]", grid),
            *(_table("[[exclude]]", each) for each in self.exclude),
            *(_table("[[cell]]", each) for each in self.own),
        ]
        return "\n".join(parts)


def folder_beside(path: Path) -> Path:
    """Return where a sweep lies by default: beside its file, called as it is."""
    if path.is_dir():
        return path
    return path.parent if path.name == FILE_NAME else path.with_suffix("")


def folder_of(values: Mapping[str, Any]) -> str:
    """Return the name of a cell's folder: 'depth=4,width=100'.

    It follows from the values alone; 1 and 1.0 are the same. What no file system takes, or is too
    long, gives way to letters that tell it from others.
    """
    whole = ",".join(f"{name}={written(value)}" for name, value in values.items()) or "base"
    plain = re.sub(r"[^\w.,=+-]+", "-", whole)
    if plain == whole and len(whole) <= LONGEST_FOLDER and plain.isascii():
        return whole
    mark = hashlib.sha256(whole.encode()).hexdigest()[:10]
    ascii_only = plain.encode("ascii", "ignore").decode()
    return f"{ascii_only[: LONGEST_FOLDER - 11].rstrip('.-')}-{mark}"


def written(value: Any) -> str:
    """Return a value as folders and tables of sweeps have it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, float):
        return repr(value)
    return "+".join(map(written, value)) if isinstance(value, list | tuple) else str(value)


def _table(head: str, values: Mapping[str, Any]) -> str:
    lines = (f"{_key(name)} = {to_toml_value(value)}\n" for name, value in values.items())
    return f"{head}\n{''.join(lines)}"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else str(to_toml_value(name))
