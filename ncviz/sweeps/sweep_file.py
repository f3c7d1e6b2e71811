"""Reads a sweep from its TOML file; whether its values fit a recipe is asked elsewhere."""

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters.toml_file import read_toml
from ncviz.sweeps.grid_values import grid_values
from ncviz.sweeps.sweep import (
    MODEL,
    MOST_CELLS,
    MOST_SEEDS,
    MOST_TASKS,
    RECIPE,
    SEEDS,
    STEP,
    TITLE,
    Sweep,
    SweepCell,
    folder_of,
)
from ncviz.sweeps.sweep_lines import FILE_NAME

_HEAD = re.compile(r"\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([\w-]+))\s*=")
_TABLES = ("sweep", "base", "grid", "exclude", "cell")
_SHOWN = 60  # characters of a value within a sentence


def refuse(sweep: Path, text: str, table: str, key: str, sentence: str) -> NoReturn:
    """Raise a sentence that names the file, the line, the table and the key.

    Parameters
    ----------
    sweep : Path
    text : str
        Of the file.
    table : str
        'grid', or 'cell 2' for the second such table; '' for the file.
    key : str
        '' for the table.
    sentence : str
        What cannot be, to stand behind a colon.
    """
    line = line_of(text, table, key)
    at = tr(", line {line}", line=line) if line else ""
    where = f"[{table}]" if table and not table[-1].isdigit() else table
    of = f"{where} {key}".strip()
    raise UserError(
        tr(
            "The sweep {sweep}{at}: {of}{value}{sentence}.",
            sweep=sweep,
            at=at,
            of=of,
            value=": " if of else "",
            sentence=sentence,
        )
    )


def item_of(table: str, number: int) -> str:
    """Return what one of several tables of a name is called here: 'cell 2'."""
    return f"{table} {number}"


def line_of(text: str, table: str, key: str) -> int:
    """Return the line of a key of a table, or of the table's head; 0 if it is not there."""
    here, head, counts = "", 0, dict[str, int]()
    for number, line in enumerate(text.splitlines(), 1):
        if found := _HEAD.fullmatch(line):
            here = found[2]
            if not table and here == key:
                return number
            if found[1] == "[[":
                counts[here] = counts.get(here, 0) + 1
                here = f"{here} {counts[here]}"
            head = number if here == table else head
        elif here == table and (named := _KEY.match(line)) and key in named.groups():
            return number
    return head


def read_sweep(path: Path) -> Sweep:
    """Read a sweep.

    Parameters
    ----------
    path : Path
        A TOML file, or the folder of a sweep.

    Raises
    ------
    UserError
        Naming the file, the line, the key and the value that cannot be.
    """
    path = path / FILE_NAME if path.is_dir() else path
    text, values = read_toml(path, tr("The sweep {path}", path=path))
    return _Reader(path, text).read(values)


class _Reader:
    """A file that is being read."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._text = path, text

    def _refuse(self, table: str, key: str, sentence: str) -> NoReturn:
        refuse(self._path, self._text, table, key, sentence)

    def read(self, values: dict[str, Any]) -> Sweep:
        for name in values:
            if name not in _TABLES:
                known = "[sweep], [base], [grid], [[exclude]] and [[cell]]"
                self._refuse("", name, tr("is none of its tables, which are {known}", known=known))
        head = self._head(self._table(values, "sweep"))
        base, grid = self._table(values, "base"), self._table(values, "grid")
        seeds = self._seeds(grid.pop(SEEDS, 1))
        for name in ("seed", SEEDS):
            if name in grid:
                self._refuse("grid", name, tr("write seeds = 5 for five seeds in each cell"))
        if SEEDS in base:
            self._refuse("base", SEEDS, tr("how many seeds there are stands in [grid]"))
        axes = {name: self._axis(name, given) for name, given in grid.items()}
        own = self._tables(values, "cell")
        if not axes and not own:
            self._refuse("grid", "", tr("lists no parameter: write for example depth = [2, 4, 8]"))
        size = math.prod(map(len, axes.values())) if axes else 0
        if size + len(own) > MOST_CELLS or (size + len(own)) * seeds > MOST_TASKS:
            self._refuse(
                "grid",
                "",
                (
                    tr(
                        "{size:,} cells with {seeds} seed each are too many: {most_cells:,} cells "
                        "and {most_tasks:,} with their seeds are the most",
                        size=size + len(own),
                        seeds=seeds,
                        most_cells=MOST_CELLS,
                        most_tasks=MOST_TASKS,
                    )
                    if seeds == 1
                    else tr(
                        "{size:,} cells with {seeds} seeds each are too many: {most_cells:,} "
                        "cells and {most_tasks:,} with their seeds are the most",
                        size=size + len(own),
                        seeds=seeds,
                        most_cells=MOST_CELLS,
                        most_tasks=MOST_TASKS,
                    )
                ),
            )
        exclude = self._tables(values, "exclude")
        sweep = Sweep(
            self._path,
            self._text,
            **head,
            base=base,
            axes=axes,
            exclude=tuple(exclude),
            own=tuple(own),
            seeds=seeds,
        )
        cells = tuple(self._cells(sweep))
        if not cells:
            self._refuse("exclude 1", "", tr("every cell is excluded"))
        object.__setattr__(sweep, "cells", cells)
        return sweep

    def _table(self, values: Mapping[str, Any], name: str) -> dict[str, Any]:
        found = values.get(name, {})
        if not isinstance(found, dict):
            self._refuse("", name, tr("write [{name}] and its keys below", name=name))
        return dict(found)

    def _tables(self, values: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        found = values.get(name, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            self._refuse(name, "", tr("write [[{name}]] and its keys below", name=name))
        for number, each in enumerate(found, 1):
            if not each:
                self._refuse(f"{name} {number}", "", tr("it names no parameter"))
            for key, value in each.items():
                if key in ("seed", SEEDS):
                    self._refuse(f"{name} {number}", key, tr("seeds are those of [grid]"))
                if isinstance(value, dict):
                    self._refuse(f"{name} {number}", key, tr("its value must be none with keys"))
        return list(found)

    def _head(self, values: dict[str, Any]) -> dict[str, Any]:
        for name, value in values.items():
            if name not in (TITLE, RECIPE, MODEL, STEP):
                known = ", ".join((TITLE, RECIPE, MODEL, STEP))
                self._refuse(
                    "sweep", name, tr("is none of its keys, which are {known}", known=known)
                )
            kinds = (int, float) if name == STEP else (str,)
            if not isinstance(value, kinds) or isinstance(value, bool):
                wanted = tr("a number") if name == STEP else tr("text")
                self._refuse(
                    "sweep",
                    name,
                    tr(
                        "it is {value} and must be {wanted}",
                        value=self._shown(value),
                        wanted=wanted,
                    ),
                )
        if RECIPE in values and MODEL in values:
            self._refuse(
                "sweep", MODEL, tr("a sweep is of a recipe or of a model: name one of them")
            )
        if STEP in values and MODEL not in values:
            self._refuse("sweep", STEP, tr("is of a model that descends: a recipe has epochs"))
        return values

    def _seeds(self, given: Any) -> int:
        if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= MOST_SEEDS:
            self._refuse(
                "grid",
                SEEDS,
                tr(
                    "it is {given}: choose a whole number from 1 to {most_seeds}; "
                    "seed in [base] is the first of them",
                    given=self._shown(given),
                    most_seeds=MOST_SEEDS,
                ),
            )
        return given

    def _axis(self, name: str, given: Any) -> tuple[Any, ...]:
        try:
            return grid_values(given)
        except ValueError as error:
            self._refuse("grid", name, str(error))

    def _cells(self, sweep: Sweep) -> Iterator[SweepCell]:
        used, seen, number = [False] * len(sweep.exclude), set[str](), 0
        self._check_excluded(sweep)
        places = itertools.product(*sweep.axes.values()) if sweep.axes else iter(())
        grid = ((dict(zip(sweep.axes, place, strict=True)), 0) for place in places)
        own = ((dict(cell), self._line(number)) for number, cell in enumerate(sweep.own, 1))
        for values, line in itertools.chain(grid, own):
            out = [] if line else [_matches(values, each) for each in sweep.exclude]
            used = [before or now for before, now in zip(used, out or used, strict=True)]
            folder = folder_of(values)
            if any(out) or folder in seen:
                continue
            seen.add(folder)
            yield SweepCell(number, values, folder, line)
            number += 1
        for place, was in enumerate(used, 1):
            if not was:
                self._refuse(
                    item_of("exclude", place),
                    "",
                    tr("no cell of the grid has these values"),
                )

    def _check_excluded(self, sweep: Sweep) -> None:
        for place, each in enumerate(sweep.exclude, 1):
            for name in each:
                if name not in sweep.axes:
                    known = ", ".join(sweep.axes) or tr("none")
                    self._refuse(
                        item_of("exclude", place),
                        name,
                        tr("the grid varies {known}", known=known),
                    )

    def _line(self, number: int) -> int:
        return line_of(self._text, item_of("cell", number), "") or 1

    @staticmethod
    def _shown(value: Any) -> str:
        text = repr(value)
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _matches(values: Mapping[str, Any], excluded: Mapping[str, Any]) -> bool:
    return all(
        values[name] in wanted if isinstance(wanted, list) else values[name] == wanted
        for name, wanted in excluded.items()
    )
