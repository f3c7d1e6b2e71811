"""Tables of text: CSV, TSV and what else separates columns, with or without a header."""

import codecs
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.arranged import TablePart, arrange
from ncviz.arrays.columns import (
    Roles,
    TableFormat,
    ends_within_quotes,
    fields_of,
    find_layout,
    find_roles,
    number_of,
)
from ncviz.arrays.spooled import Spool
from ncviz.arrays.stored import LONGEST_WORD, ArrayFile, HeldArray, StoredArray, told
from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError
from ncviz.language import tr

LONGEST_LINE = 16 * 2**20  # characters
_BLOCK = 2**22  # characters that are turned to numbers together
_LOOKED_AT = 200  # lines that decide what the columns are, at most


def open_table(path: Path, features: Sequence[str] = (), labels: str = "") -> ArrayFile:
    """Read a table, one sample a row, into arrays of features and labels.

    Parameters
    ----------
    path : Path
    features : sequence of str, optional
        Columns of features; by default all that hold numbers and are nothing else.
    labels : str, optional
        Column of labels; by default the one that is called so, else the last
        one if it holds names or a few whole numbers, else the first one.

    Raises
    ------
    UserError
        If it is no table, or a row has other columns than the first one.
    """
    with told(path, tr("table of numbers")):
        lines = _lines(path)
        head = _head(lines)
        layout = find_layout(path, head)
        roles = find_roles(layout, features, labels, path)
        try:
            return _Table(path, layout, roles, features).read(lines, head)
        except _WordError as error:
            if error.column != roles.labels:
                raise
        # Labels with a word among them are names, numbers too: read again from the beginning.
        lines = _lines(path)
        head = _head(lines)
        numeric = tuple(is_so and k != roles.labels for k, is_so in enumerate(layout.numeric))
        file = _Table(path, replace(layout, numeric=numeric), roles, features).read(lines, head)
        file.notes.append(tr("labels have words beside numbers: each of them is a name"))
        return file


class _WordError(UserError):
    """A word in a column of numbers."""

    def __init__(self, sentence: str, column: int) -> None:
        super().__init__(sentence)
        self.column = column


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines that hold something, none of them longer than memory allows."""
    with open_regular(path) as file:
        start = file.read(2**16)
        encoding = _encoding(start, path)
        file.seek(0)
        text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline=None)
        while line := text.readline(LONGEST_LINE + 1):
            if ends_within_quotes(line):
                line += _rest_of_row(text, line, path)
            if len(line) > LONGEST_LINE:
                raise UserError(
                    tr(
                        "{path} has a line of more than {longest_line:,} characters: give a table "
                        "with one row a sample.",
                        path=path,
                        longest_line=LONGEST_LINE,
                    )
                )
            if line.strip():
                yield line.rstrip("\r\n")


def _rest_of_row(text: io.TextIOWrapper, first: str, path: Path) -> str:
    """Return the lines up to the one in which the quotes end that a row's first line opens."""
    lines, size = list[str](), len(first)
    while size <= LONGEST_LINE:
        if not (line := text.readline(LONGEST_LINE + 1)):
            raise UserError(
                tr(
                    "{path}: the quotes before {cell!r} have no end: write some behind it.",
                    path=path,
                    cell=first.rpartition('"')[2].strip()[:40],
                )
            )
        lines.append(line)
        size += len(line)
        if line.count('"') % 2:
            break
    return "".join(lines)


def _head(lines: Iterator[str]) -> list[str]:
    """Return the first lines, of long ones fewer."""
    head = list(islice(lines, 2))
    room = _BLOCK - sum(map(len, head))
    while room > 0 and len(head) < _LOOKED_AT and (line := next(lines, "")):
        head.append(line)
        room -= len(line)
    return head


def _encoding(start: bytes, path: Path) -> str:
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if b"\0" in start:
        raise UserError(
            tr("{path} is no file of arrays: it is no text, and of no known format.", path=path)
        )
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


class _Words:
    """A column of words, each kept once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {"": -1}
        self._numbers: list[NDArray[Any]] = []

    def add(self, words: Sequence[str]) -> None:
        """Take the words of some rows."""
        numbers = [self._places.setdefault(word, len(self._places) - 1) for word in words]
        self._numbers.append(np.array(numbers))

    def numbered(self) -> tuple[NDArray[Any], list[str]]:
        """Return the number of each row's word, −1 for none, and the words in their order."""
        words = sorted(word for word in self._places if word)
        place = np.empty(len(self._places), int)
        place[-1] = -1
        for number, word in enumerate(words):
            place[self._places[word]] = number
        return place[np.concatenate(self._numbers)], words

    def words(self) -> NDArray[Any]:
        """Return the word of each row."""
        kept = np.array([*list(self._places)[1:], ""], dtype=str)
        return np.asarray(kept[np.concatenate(self._numbers)])


@dataclass(frozen=True, eq=False)
class _Table:
    """A table on its way to become arrays."""

    path: Path
    layout: TableFormat
    roles: Roles
    given: Sequence[str]

    def read(self, lines: Iterator[str], head: list[str]) -> ArrayFile:
        layout, roles = self.layout, self.roles
        label = roles.labels
        numbers = list(roles.features)
        words = [k for k in (label, roles.split) if k is not None]
        if label is not None and layout.numeric[label]:
            numbers, words = [*numbers, label], words[1:]
        if roles.epoch is not None:
            numbers.append(roles.epoch)
        if not roles.features:
            raise UserError(
                tr("{path} has no column of numbers to take as features.", path=self.path)
            )
        features, values, texts = self._parse(lines, head, numbers, words)
        single = numbers[len(roles.features) :]
        labels: NDArray[Any] | None = None
        names: list[str] = []
        if label is not None and label in single:
            labels = values[:, single.index(label)]
        elif label is not None:
            labels, names = texts[label].numbered()
        splits = None if roles.split is None else texts[roles.split].words()
        epochs = None if roles.epoch is None else values[:, single.index(roles.epoch)]
        part = TablePart(self.path, layout, roles, given=bool(self.given))
        file = arrange(part, features, labels, splits, epochs)
        file.notes.insert(0, layout.words)
        if names:
            file.arrays["class_names"] = HeldArray("class_names", np.array(names, dtype=str))
        return file

    # Numbers

    def _parse(
        self, lines: Iterator[str], head: list[str], numbers: list[int], words: list[int]
    ) -> tuple[StoredArray, NDArray[Any], dict[int, _Words]]:
        width = len(self.roles.features)
        spool, blocks = Spool(), []
        texts = {column: _Words() for column in words}
        done = 0
        for block in self._blocks(lines, head):
            read = self._block(block, numbers, done)
            spool.add(_smallest(read[:, :width]))
            blocks.append(read[:, width:])
            for column in words:
                texts[column].add([self._word(line, column) for line in block])
            done += len(block)
        return spool.array("features", width), np.concatenate(blocks), texts

    def _blocks(self, lines: Iterator[str], head: list[str]) -> Iterator[list[str]]:
        rows = [line for line in head if not line.startswith("#")]
        named = self.layout.header and len(self.layout.rows) < len(rows)
        block, size = rows[1:] if named else rows, 0
        for line in lines:
            block.append(line)
            size += len(line)
            if size > _BLOCK:
                yield block
                block, size = [], 0
        if block:
            yield block

    def _block(self, lines: list[str], columns: list[int], done: int) -> NDArray[Any]:
        separator, width = self.layout.separator, len(self.layout.names)
        read = partial(np.loadtxt, delimiter=separator, comments=None, quotechar='"', ndmin=2)
        given = [line.replace(",", ".") for line in lines] if self.layout.comma else lines
        # NumPy's own reader is fast; where it fails, each field is looked at.
        even = separator is None or all(line.count(separator) == width - 1 for line in lines)
        try:
            if even:
                return np.asarray(read(given, usecols=columns))
        except ValueError:
            pass
        rows = np.empty((len(lines), len(columns)))
        for number, line in enumerate(lines):
            cells = fields_of(line, separator)
            if len(cells) != width:
                raise UserError(
                    tr(
                        "{path}: row {done} has {count:column|columns} and the first one {width}: "
                        "give each row the same ones.",
                        path=self.path,
                        done=done + number + 1,
                        count=len(cells),
                        width=width,
                    )
                )
            for place, column in enumerate(columns):
                value = number_of(cells[column], comma=self.layout.comma)
                if value is None:
                    raise _WordError(
                        tr(
                            "{path}: row {done} of column {names!r} is {cells!r}: give a number.",
                            path=self.path,
                            done=done + number + 1,
                            names=self.layout.names[column],
                            cells=cells[column][:40],
                        ),
                        column,
                    )
                rows[number, place] = value
        return rows

    def _word(self, line: str, column: int) -> str:
        separator = self.layout.separator
        if '"' in line or column < len(self.layout.names) - 1:
            cells = fields_of(line, separator)
            word = cells[column] if column < len(cells) else ""
        else:
            word = line.rsplit(separator, 1)[-1].strip()  # the last column of many
        if len(word) > LONGEST_WORD:
            raise UserError(
                tr(
                    "{path} has a text of {count:,} characters in the column "
                    "{names!r}: name the column of labels.",
                    path=self.path,
                    count=len(word),
                    names=self.layout.names[column],
                )
            )
        return word


def _smallest(values: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers in a type that takes less memory; pixels are bytes."""
    if not np.isfinite(values).all() or (values != np.round(values)).any():
        return values
    for kind in (np.uint8, np.int32):
        limits = np.iinfo(kind)
        if values.min() >= limits.min and values.max() <= limits.max:
            return values.astype(kind)
    return values
