"""A table of what people know of their samples: words and numbers, matched by an id or by order."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ncviz.arrays.columns import number_of
from ncviz.arrays.stored import told
from ncviz.bounded_reading import open_regular, read_bounded
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.wording import listed, one_line, text_of_cell

SAMPLE, SPLIT = "sample", "split"
LARGEST = 128 * 2**20  # bytes
MOST_COLUMNS = 1000
LONGEST_NAME = 200
_SEPARATORS = ",;\t|"
_LOOKED_AT = 2**16  # characters that tell the separator
_COMMENTS = re.compile(r"\A(?:[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n?|\n))+")  # before the first row
_CELL = re.compile('"[^"]*"')  # in quotes

Ids = Mapping[str, Sequence[str]]
"""By the name of a column: what it may call each sample."""


@dataclass(frozen=True, eq=False)
class ColumnTable:
    """Columns of words as they are written, all of one length.

    Parameters
    ----------
    path : Path
    columns : mapping of str to list of str
        By their names in the first row.
    """

    path: Path
    columns: Mapping[str, list[str]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    @property
    def tells_splits(self) -> bool:
        """Return whether a column says of which split each row is."""
        return any(name.casefold() == SPLIT for name in self.columns)

    def of_split(self, names: Iterable[str]) -> "ColumnTable":
        """Return the rows of one split; all of them where no column tells splits.

        Parameters
        ----------
        names : iterable of str
            What the split may be called there.
        """
        called = {name.casefold() for name in names}
        column = next((name for name in self.columns if name.casefold() == SPLIT), "")
        if not column:
            return self
        rows = [row for row, cell in enumerate(self.columns[column]) if cell.casefold() in called]
        others = {name: cells for name, cells in self.columns.items() if name != column}
        return ColumnTable(
            self.path, {name: [cells[row] for row in rows] for name, cells in others.items()}
        )

    def names_some(self, ids: Ids) -> bool:
        """Tell whether it tells samples by such a column, and one of these at least."""
        for name, cells in self.columns.items():
            if (called := _folded(ids).get(name.casefold())) is not None:
                return not set(called).isdisjoint(cells)
        return False

    def matched(
        self, ids: Ids, samples: int, whose: str
    ) -> tuple[dict[str, list[str]], tuple[str, ...]]:
        """Return the columns in the order of the samples, '' where one is not told, and notes.

        Parameters
        ----------
        ids : Ids
            The first column of the table that has such a name, and whose values are those of
            some sample, tells the samples; without one the rows are in their order.
        samples : int
        whose : str
            What they are, as in 'drawn samples'.

        Raises
        ------
        UserError
            If rows are missing, come twice or belong to no sample.
        """
        by = next((name for name in self.columns if name.casefold() in _folded(ids)), None)
        if by is None:
            self._require_rows(samples, whose)
            note = tr(
                "{name}: its rows are taken in the order of the {samples:,} {whose}",
                name=self.path.name,
                samples=samples,
                whose=whose,
            )
            return dict(self.columns), (note,)
        given = self.columns[by]
        twice = next((cell for cell, count in Counter(given).items() if count > 1 and cell), None)
        if twice is not None:
            raise UserError(
                tr(
                    "{path} has the {by} {twice!r} twice: give each sample one row.",
                    path=self.path,
                    by=by,
                    twice=twice[:40],
                )
            )
        rows = {cell: row for row, cell in enumerate(given) if cell}
        found = [rows.get(name, -1) for name in _folded(ids)[by.casefold()]]
        there = sum(row >= 0 for row in found)
        if not there:
            known = listed([repr(name[:40]) for name in _folded(ids)[by.casefold()][:3]])
            raise UserError(
                tr(
                    "{path}: no {by} in it is one of the {samples:,} {whose}, which are called "
                    "{known} and so on.",
                    path=self.path,
                    by=by,
                    samples=samples,
                    whose=whose,
                    known=known,
                )
            )
        notes = [
            tr("{name}: its rows are matched by the column {by!r}", name=self.path.name, by=by)
        ]
        if there < samples:
            notes.append(
                tr(
                    "{samples:,} of {samples_2:,} {whose} have no row in it",
                    samples=samples - there,
                    samples_2=samples,
                    whose=whose,
                )
            )
        if there < len(rows):
            notes.append(
                tr(
                    "{count:,} of its rows are of none of the {whose}",
                    count=len(rows) - there,
                    whose=whose,
                )
            )
        others = {name: cells for name, cells in self.columns.items() if name != by}
        return (
            {
                name: [cells[row] if row >= 0 else "" for row in found]
                for name, cells in others.items()
            },
            tuple(notes),
        )

    def _require_rows(self, samples: int, whose: str) -> None:
        if len(self) != samples:
            rows = tr("1 row") if len(self) == 1 else tr("{count:,} rows", count=len(self))
            raise UserError(
                tr(
                    "{path} has {rows} and there are {samples:,} {whose}: give each its row, in "
                    "their order, or a column {sample!r} with their numbers from 0.",
                    path=self.path,
                    rows=rows,
                    samples=samples,
                    whose=whose,
                    sample=SAMPLE,
                )
            )


def _folded(ids: Ids) -> dict[str, Sequence[str]]:
    return {name.casefold(): names for name, names in ids.items()}


def tells_samples(path: Path, ids: Iterable[str]) -> bool:
    """Tell whether a table has a column that tells samples, by its first row alone.

    Parameters
    ----------
    path : Path
        What is no table, or cannot be read, has none.
    ids : iterable of str
        What such a column may be called.
    """
    try:
        with open_regular(path) as file:
            text = _COMMENTS.sub("", _decoded(file.read(_LOOKED_AT), path))
        first = _lines(text)[0]
        names = next(csv.reader([first], delimiter=_separator([_CELL.sub("", first)])))
    except (OSError, UserError, ValueError, IndexError, csv.Error):
        return False
    called = {name.casefold() for name in ids}
    return any(name.strip().casefold() in called for name in names)


def numbered(samples: int) -> list[str]:
    """Return what a column 'sample' calls so many samples."""
    return [str(number) for number in range(samples)]


def read_column_table(path: Path) -> ColumnTable:
    """Read a table whose first row has the names of its columns.

    Parameters
    ----------
    path : Path
        With commas, semicolons, tabs or bars between the columns; one column alone needs none.

    Raises
    ------
    UserError
        If it is no such table.
    """
    with told(path, "table"):
        text = _COMMENTS.sub("", _decoded(read_bounded(path, LARGEST), path))
        separator = _separator(_lines(_CELL.sub("", text[:_LOOKED_AT])))
        try:
            read = csv.reader(io.StringIO(text, ""), delimiter=separator)
            head, *rows = [row for row in read if row[1:] or "".join(row).strip()] or [[]]
        except csv.Error as error:
            raise UserError(tr("{path} is no table: {error}.", path=path, error=error)) from error
        if not rows:
            raise UserError(
                tr("{path} has no rows below its first one: give a table of columns.", path=path)
            )
    names = [text_of_cell(one_line(cell, LONGEST_NAME).strip()) for cell in head]
    if len(names) > MOST_COLUMNS:
        raise UserError(
            tr(
                "{path} has {count:,} columns, more than {most_columns:,}.",
                path=path,
                count=len(names),
                most_columns=MOST_COLUMNS,
            )
        )
    if all(number_of(name) is not None for name in names):
        raise UserError(
            tr("{path} has no names of columns: write them in its first row.", path=path)
        )
    names = [name or tr("column {number}", number=number + 1) for number, name in enumerate(names)]
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise UserError(
            tr(
                "{path} has two columns {twice!r}: give each a name of its own.",
                path=path,
                twice=twice,
            )
        )
    for number, row in enumerate(rows):
        if len(row) != len(names):
            raise UserError(
                tr(
                    "{path}: row {number} below the names has {count:cell|cells} and the table "
                    "{count_2:column|columns}: give each row the same ones.",
                    path=path,
                    number=number + 1,
                    count=len(row),
                    count_2=len(names),
                )
            )
    cells = zip(*rows, strict=True)
    return ColumnTable(
        path,
        {
            name: [text_of_cell(cell.strip()) for cell in column]
            for name, column in zip(names, cells, strict=True)
        },
    )


def _decoded(content: bytes, path: Path) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content[: len(content) // 2 * 2].decode("utf-16", "replace")
    if b"\0" in content:
        raise UserError(tr("{path} is no table: it is no text.", path=path))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _lines(text: str) -> list[str]:
    # Not splitlines, for which some marks within a text end a line, too.
    return [line for line in re.split(r"\r\n?|\n", text) if line.strip()]


def _separator(lines: Sequence[str]) -> str:
    """Return what stands between the names, and as often between the cells of the next rows."""
    counts = {mark: [line.count(mark) for line in lines[:20]] for mark in _SEPARATORS}
    even = {mark: found[0] for mark, found in counts.items() if len(set(found)) == 1}
    return max(_SEPARATORS, key=lambda mark: (even.get(mark, 0), counts[mark][0]))
