"""Tables of text: CSV, TSV and what else separates columns, with or without a header."""

import codecs
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.array_names import meaning_of
from ncviz.arrays.columns import Roles, TableFormat, fields_of, find_layout, find_roles, number_of
from ncviz.arrays.stored import LONGEST_WORD, ArrayFile, HeldArray, told
from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError
from ncviz.wording import listed

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
    with told(path, "table of numbers"):
        lines = _lines(path)
        head = _head(lines)
        layout = find_layout(path, head)
        roles = find_roles(layout, features, labels, path)
        return _Table(path, layout, roles, features).read(lines, head)


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines that hold something, none of them longer than memory allows."""
    with open_regular(path) as file:
        start = file.read(2**16)
        encoding = _encoding(start, path)
        file.seek(0)
        text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline=None)
        while line := text.readline(LONGEST_LINE + 1):
            if len(line) > LONGEST_LINE:
                raise UserError(
                    f"{path} has a line of more than {LONGEST_LINE:,} characters: give a table "
                    "with one row a sample."
                )
            if line.strip():
                yield line.rstrip("\r\n")


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
        raise UserError(f"{path} is no file of arrays: it is no text, and of no known format.")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


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
            raise UserError(f"{self.path} has no column of numbers to take as features.")
        values, texts = self._parse(lines, head, numbers, words)
        features = values[:, : len(roles.features)]
        labels: NDArray[Any] | None = None
        file = ArrayFile(self.path, {}, chosen=True)
        if label is not None:
            if label in numbers:
                labels = values[:, numbers.index(label)]
            else:
                labels, names = texts[label].numbered()
                file.arrays["class_names"] = HeldArray("class_names", np.array(names, dtype=str))
        file.notes.append(layout.words)
        if label is not None:
            file.notes.append(f"labels are column {layout.names[label]!r}{roles.why}")
        if roles.left:
            named = listed([repr(layout.names[k]) for k in roles.left])
            why = "" if self.given else ", which hold no numbers or count the rows"
            file.notes.append(f"left: columns {named}{why}")
        splits = None if roles.split is None else texts[roles.split]
        epochs = None if roles.epoch is None else values[:, numbers.index(roles.epoch)]
        self._fill(file, features, labels, splits, epochs)
        return file

    def _fill(
        self,
        file: ArrayFile,
        features: NDArray[Any],
        labels: NDArray[Any] | None,
        splits: "_Words | None",
        epochs: NDArray[Any] | None,
    ) -> None:
        every = np.ones(len(features), bool)
        parts = {"": every}
        numbers, names = (every, []) if splits is None else splits.numbered()
        if names and all(meaning_of(f"{name}_features").split for name in names):
            parts = {f"{name}_": numbers == k for k, name in enumerate(names)}
        elif names:
            file.notes.append(f"left: the column of splits, it holds {listed(names)}")
        for prefix, rows in parts.items():
            own = features if rows.all() else features[rows]
            marks = None if labels is None else labels[rows]
            if epochs is not None:
                own, marks = self._by_epoch(own, marks, epochs[rows])
            file.arrays[f"{prefix}features"] = HeldArray(f"{prefix}features", own)
            if marks is not None:
                file.arrays[f"{prefix}labels"] = HeldArray(f"{prefix}labels", marks)
        if epochs is not None:
            name = f"{self.layout.names[self.roles.epoch or 0].lower()}s"
            file.arrays[name] = HeldArray(name, np.unique(epochs))

    def _by_epoch(
        self, features: NDArray[Any], labels: NDArray[Any] | None, epochs: NDArray[Any]
    ) -> tuple[NDArray[Any], NDArray[Any] | None]:
        groups = [epochs == epoch for epoch in np.unique(epochs)]
        alike = len({int(rows.sum()) for rows in groups}) == 1 and (
            labels is None or all(np.array_equal(labels[g], labels[groups[0]]) for g in groups)
        )
        if not alike:
            raise UserError(
                f"{self.path}: give the same samples, in the same order, at each value of the "
                f"column {self.layout.names[self.roles.epoch or 0]!r}."
            )
        stacked = np.stack([features[rows] for rows in groups])
        return stacked, None if labels is None else labels[groups[0]]

    # Numbers

    def _parse(
        self, lines: Iterator[str], head: list[str], numbers: list[int], words: list[int]
    ) -> tuple[NDArray[Any], dict[int, "_Words"]]:
        blocks: list[NDArray[Any]] = []
        texts = {column: _Words() for column in words}
        done = 0
        for block in self._blocks(lines, head):
            blocks.append(_smallest(self._block(block, numbers, done)))
            for column in words:
                texts[column].add([self._word(line, column) for line in block])
            done += len(block)
        return np.concatenate(blocks), texts

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
                    f"{self.path}: row {done + number + 1} has {len(cells)} columns and the first "
                    f"one {width}: give each row the same ones."
                )
            for place, column in enumerate(columns):
                value = number_of(cells[column], comma=self.layout.comma)
                if value is None:
                    raise UserError(
                        f"{self.path}: row {done + number + 1} of column "
                        f"{self.layout.names[column]!r} is {cells[column][:40]!r}: give a number."
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
                f"{self.path} has a text of {len(word):,} characters in the column "
                f"{self.layout.names[column]!r}: name the column of labels."
            )
        return word


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


def _smallest(values: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers in a type that takes less memory; pixels are bytes."""
    if not np.isfinite(values).all() or (values != np.round(values)).any():
        return values
    for kind in (np.uint8, np.int32):
        limits = np.iinfo(kind)
        if values.min() >= limits.min and values.max() <= limits.max:
            return values.astype(kind)
    return values
