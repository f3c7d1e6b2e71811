"""How a table of text is written, and what its columns are."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ncviz.arrays.array_names import meaning_of
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.wording import listed, text_of_cell

MOST_COLUMNS = 1_000_000
_MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "?", "-nan", "inf", "-inf", "+inf"))
_SEPARATORS = (",", ";", "\t", "|", None)  # None is any white space
_QUOTED = re.compile(r'(?<![^,;\t|])\s*"(?:[^"]|"")*"')  # a cell in quotes
_OPEN = re.compile(r'(?:^|[,;\t|])\s*"')
SPLITS = frozenset(("split", "set", "subset", "partition", "fold"))
TIMES = ("epoch", "step")  # columns that say when their row was
_NUMBERS = frozenset(("", "id", "index", "idx", "row", "unnamed: 0"))


@dataclass(frozen=True)
class TableFormat:
    """How a table is written."""

    separator: str | None
    comma: bool  # for the decimal mark
    header: bool
    names: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]  # the first ones

    @property
    def words(self) -> str:
        """Return it in words."""
        marks = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", None: "spaces"}
        decimal = tr(", decimal commas") if self.comma else ""
        header = "" if self.header else tr(", without a header")
        return tr(
            "a table of {count:column|columns}, with {marks}{decimal}{header}",
            count=len(self.names),
            marks=marks[self.separator],
            decimal=decimal,
            header=header,
        )


def fields_of(line: str, separator: str | None) -> tuple[str, ...]:
    """Return the fields of a line; a separator of None is any white space."""
    if separator is None:
        return tuple(map(text_of_cell, line.split()))
    if '"' not in line:
        return tuple(text_of_cell(field.strip()) for field in line.split(separator))
    try:
        fields = next(csv.reader(io.StringIO(line, ""), delimiter=separator))
    except csv.Error as error:
        raise ValueError(str(error)) from error
    return tuple(text_of_cell(field.strip()) for field in fields)


def ends_within_quotes(line: str) -> bool:
    """Tell whether a line ends within a cell in quotes, which goes on in the next one."""
    if '"' not in line:
        return False
    return bool(_OPEN.search(_QUOTED.sub("", line)))


def number_of(text: str, *, comma: bool = False) -> float | None:
    """Return a number, NaN for what is missing, None for a word."""
    bare = text.strip().lower().replace("\N{MINUS SIGN}", "-")
    if bare in _MISSING:
        return float(bare.replace("+", "")) if "inf" in bare else np.nan
    try:
        return None if "_" in bare else float(bare.replace(",", ".") if comma else bare)
    except ValueError:
        return None


def find_layout(path: Path, head: Sequence[str]) -> TableFormat:
    """Find out how a table is written.

    Parameters
    ----------
    path : Path
    head : sequence of str
        Its first lines.

    Raises
    ------
    UserError
        If they are no table.
    """
    comments = [line.lstrip("#").strip() for line in head if line.startswith("#")]
    rows = [line for line in head if not line.startswith("#")]
    if not rows:
        raise UserError(tr("{path} is no table: it has no row of numbers.", path=path))
    if max(row.count(mark) for row in rows[:2] for mark in ",;\t| ") > MOST_COLUMNS:
        raise UserError(
            tr(
                "{path} has more than {most_columns:,} columns: save it as npz.",
                path=path,
                most_columns=MOST_COLUMNS,
            )
        )
    best: tuple[tuple[int, int], str | None, bool] | None = None
    for separator in _SEPARATORS:
        cells = [fields_of(line, separator) for line in rows[-20:]]
        width = _usual_width(cells)
        if width < 2 or sum(len(row) == width for row in cells) <= len(cells) / 2:
            continue
        for comma in (False, True)[: 1 if separator == "," else 2]:
            read = [number_of(cell, comma=comma) is not None for row in cells for cell in row]
            score = (sum(read), -int(comma))
            if best is None or score > best[0]:
                best = (score, separator, comma)
    if best is not None and not best[0][0]:
        raise UserError(_without_numbers(path, rows, best[1]))
    if best is None:
        raise UserError(
            tr(
                "{path} is no table: give one row a sample, with commas, semicolons or tabs "
                "between the columns.",
                path=path,
            )
        )
    _, separator, comma = best
    cells = [fields_of(line, separator) for line in rows]
    width = _usual_width(cells)
    header = len(rows) > 1 and _is_header(cells[0], cells[1:], comma=comma)
    body = cells[1:] if header else cells
    names = list(cells[0]) if header else [str(k) for k in range(width)]
    if not header and comments and len(fields_of(comments[-1], separator)) == width:
        names, header = list(fields_of(comments[-1], separator)), True
    names += [str(k) for k in range(len(names), width)]
    if not body:
        raise UserError(
            tr("{path} is no table: it has names of columns and no row below them.", path=path)
        )
    columns = zip(*(row for row in body if len(row) == width), strict=True)
    numeric = tuple(_holds_numbers(column, comma=comma) for column in columns)
    return TableFormat(separator, comma, header, tuple(names[:width]), numeric, tuple(body))


def _without_numbers(path: Path, rows: Sequence[str], separator: str | None) -> str:
    """Return why the first lines of a table, none of whose cells is a number, are none."""
    if len(rows) < 2:
        return tr("{path} is no table: it has names of columns and no row below them.", path=path)
    return tr(
        "{path} is no table of numbers: {cell!r} is none; write numbers such as 1234.5 or 2e-3.",
        path=path,
        cell=next((cell for cell in fields_of(rows[1], separator) if cell), "")[:40],
    )


def _holds_numbers(cells: Sequence[str], *, comma: bool) -> bool:
    """Tell whether most cells are numbers.

    A word among features is told when its row is read; one among labels makes names of them all.
    """
    read = [number_of(cell, comma=comma) for cell in cells]
    words = sum(number is None for number in read)
    return words == 0 or sum(number == number for number in read if number is not None) > words


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    return Counter(len(row) for row in rows).most_common(1)[0][0]


def _is_header(first: Sequence[str], others: Sequence[Sequence[str]], *, comma: bool) -> bool:
    """Tell whether a row names columns: words above numbers, or 0, 1, 2 … as pandas writes."""
    numbers = [number_of(cell, comma=comma) for cell in first]
    below = [number_of(cell, comma=comma) for cell in others[0]]
    if any(a is None and b is not None for a, b in zip(numbers, below, strict=False)):
        return True
    counted = [cell for cell in first if cell]
    return len(counted) > 2 and counted == [str(k) for k in range(len(counted))]


@dataclass(frozen=True)
class Roles:
    """Which column is what."""

    features: tuple[int, ...]
    labels: int | None
    split: int | None
    epoch: int | None
    left: tuple[int, ...]
    why: str


def find_roles(layout: TableFormat, features: Sequence[str], labels: str, path: Path) -> Roles:
    """Find out what the columns of a table are; see `open_table`.

    Raises
    ------
    UserError
        If the user names a column that is not there.
    """
    names = layout.names
    for name in (*features, *filter(None, (labels,))):
        if name not in names:
            raise UserError(
                tr(
                    "{path} has no column {name!r}: it has {names}.",
                    path=path,
                    name=name,
                    names=listed(names, 8),
                )
            )
    lower = [name.lower() for name in names]
    taken: dict[str, int | None] = {
        "split": next((k for k, name in enumerate(lower) if name in SPLITS), None),
        "epoch": next((lower.index(name) for name in TIMES if name in lower), None),
    }
    if taken["split"] is not None and layout.numeric[taken["split"]]:
        taken["split"] = None
    if taken["epoch"] is not None and not layout.numeric[taken["epoch"]]:
        taken["epoch"] = None
    others = [k for k in range(len(names)) if k not in taken.values()]
    counting = [k for k in others if lower[k] in _NUMBERS and _counts_up(layout, k)]
    others = [k for k in others if k not in counting and not _is_empty(layout, k)]
    label, why = _label_column(layout, others, labels)
    if features:
        chosen = tuple(names.index(name) for name in features)
    else:
        chosen = tuple(k for k in others if layout.numeric[k] and k != label)
    used = {*chosen, label, *taken.values()}
    left = tuple(k for k in range(len(names)) if k not in used)
    return Roles(chosen, label, taken["split"], taken["epoch"], left, why)


def _is_empty(layout: TableFormat, column: int) -> bool:
    """Tell whether a column holds nothing, as where each row ends with a separator."""
    cells = (row[column] for row in layout.rows if column < len(row))
    return all(number != number for number in map(number_of, cells))


def _counts_up(layout: TableFormat, column: int) -> bool:
    cells = [row[column] for row in layout.rows if column < len(row)]
    return cells in ([str(k) for k in range(len(cells))], [str(k + 1) for k in range(len(cells))])


def _label_column(
    layout: TableFormat, columns: Sequence[int], given: str
) -> tuple[int | None, str]:
    if given:
        return layout.names.index(given), ""
    named = [k for k in columns if layout.header and meaning_of(layout.names[k]).part == "labels"]
    if named:
        # Where one is called 'label', 'y' may be a coordinate.
        return min(named, key=lambda k: (len(layout.names[k]) == 1, len(layout.names[k]))), ""
    for place, words in ((-1, "last"), (0, "first")):
        if columns and _may_be_labels(layout, columns[place]):
            return columns[place], tr(", the {words} column, since none is called so", words=words)
    return None, ""


def _may_be_labels(layout: TableFormat, column: int) -> bool:
    """Tell whether a column holds names, whole numbers or both, each of them several times."""
    cells = [row[column] for row in layout.rows if column < len(row)]
    numbers = [number_of(cell, comma=layout.comma) for cell in cells]
    whole = all(n is None or n != n or n.is_integer() for n in numbers)
    return (whole or not layout.numeric[column]) and 2 <= len(set(cells)) <= len(cells) / 2
