"""The filter of a sweep's table: words and conditions, of columns as people call them."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ncviz.language import tr
from ncviz.sweeps.survey import SurveyRow
from ncviz.sweeps.sweep import Sweep, written
from ncviz.sweeps.sweep_words import SEED, STATE, SweepWords
from ncviz.wording import read_number, three_digits

_SIGNS = "<=|>=|!=|=|<|>"
_UNKNOWN = re.compile(rf"([^\s<>=!]*)\s*(?:{_SIGNS})\S*")


@dataclass(frozen=True)
class FilterPart:
    """A part of a filter.

    Parameters
    ----------
    name : str
        Of a column; empty of a word, which anything in the row may have.
    sign : str
    wanted : str
    """

    name: str
    sign: str
    wanted: str


class RowFilter:
    """What is asked of the rows of a sweep.

    Parameters
    ----------
    sweep : Sweep
    numbers : iterable of str
        Those that the rows have.
    text : str
        Apart by spaces: NAME=VALUE and NAME<VALUE of a column, by any of its names; else a part of
        what stands in the row: 'Learning rate<=0.01 ReLU finished'.

    Attributes
    ----------
    trouble : str
        Why some of it asks for nothing; else empty. The rest of it holds.
    """

    def __init__(self, sweep: Sweep, numbers: Iterable[str], text: str) -> None:
        self._sweep, self._words = sweep, SweepWords(sweep)
        self._columns = (*sweep.varied, SEED, STATE, *numbers)
        spoken = [(each, name) for name in self._columns for each in self._words.names(name)]
        self._exact = dict[str, str]()
        self._any = dict[str, str]()
        for each, name in spoken:
            self._exact.setdefault(each, name)
            self._any.setdefault(each.casefold(), name)
        longest = sorted(self._exact, key=len, reverse=True)
        self._known = re.compile(
            rf"({'|'.join(map(re.escape, longest))})\s*({_SIGNS})\s*", re.IGNORECASE
        )
        self.trouble = ""
        self._asked = tuple(self._read(text.strip()))

    def _read(self, text: str) -> Iterable[FilterPart]:
        while text:
            if found := self._known.match(text):
                name = self._exact.get(found[1]) or self._any[found[1].casefold()]
                text = text[found.end() :]
                wanted = self._value_before(name, text)
                asked = FilterPart(name, found[2], wanted.strip('"'))
                self.trouble = self.trouble or self._trouble_of(asked, found[1])
                if not self._trouble_of(asked, found[1]):
                    yield asked
            elif found := _UNKNOWN.match(text):
                wanted = found[0]
                self.trouble = self.trouble or tr(
                    "no column is called {name}", name=found[1] or wanted
                )
            else:
                wanted = text.split(maxsplit=1)[0]
                yield FilterPart("", "", wanted)
            text = text[len(wanted) :].lstrip()

    def _value_before(self, name: str, text: str) -> str:
        """Return with what a text begins: a quoted value, words of a value, or a word."""
        if quoted := re.match(r'"[^"]*"?', text):
            return quoted[0]
        cells = self._sweep.cells if name in self._sweep.varied else ()
        values = {self._words.value(name, self._sweep.value(cell, name)) for cell in cells}
        for each in sorted(values, key=len, reverse=True):
            begins = text[: len(each)].casefold() == each.casefold()
            if begins and not text[len(each) : len(each) + 1].strip():
                return text[: len(each)]
        return text.split(maxsplit=1)[0] if text else ""

    def _trouble_of(self, asked: FilterPart, said: str) -> str:
        if not asked.wanted:
            return tr("{name} {sign} which value?", name=said, sign=asked.sign)
        if not self._is_number(asked.name):
            ordered = asked.sign in ("=", "!=")
            return "" if ordered else tr("{name} is no number: write {name}=…", name=said)
        return (
            ""
            if _number(asked.wanted) is not None
            else tr("{wanted} is no number", wanted=asked.wanted)
        )

    def _is_number(self, name: str) -> bool:
        if name not in self._sweep.varied:
            return name != STATE
        values = (self._sweep.value(cell, name) for cell in self._sweep.cells)
        return all(_plain_number(value) for value in values if value is not None)

    def fits(self, row: SurveyRow) -> bool:
        """Tell whether a row has all that is asked."""
        return all(self._fits(row, each) for each in self._asked)

    def _fits(self, row: SurveyRow, asked: FilterPart) -> bool:
        if not asked.name:
            return asked.wanted.casefold() in self._all_of(row).casefold()
        value = _value(self._sweep, row, asked.name)
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return False
        if not self._is_number(asked.name):
            said = {written(value), self._words.value(asked.name, value)}
            said |= {tr(value)} if asked.name == STATE else set()
            same = asked.wanted.casefold() in map(str.casefold, said)
            return same == (asked.sign == "=")
        limit = _number(asked.wanted)
        assert limit is not None
        is_shown = asked.name in row.numbers and three_digits(value) == three_digits(limit)
        equal = value == limit or is_shown
        signs: dict[str, bool] = {
            "<": value < limit,
            ">": value > limit,
            "<=": value < limit or equal,
            ">=": value > limit or equal,
            "=": equal,
            "!=": not equal,
        }
        return signs[asked.sign]

    def _all_of(self, row: SurveyRow) -> str:
        cell = row.task.cell
        values = [str(self._sweep.value(cell, name)) for name in self._sweep.varied]
        state = row.stands.state
        return " ".join([*values, cell.folder, self._words.cell(cell), state, tr(state)])


def _value(sweep: Sweep, row: SurveyRow, name: str) -> Any:
    if name in (SEED, STATE):
        return row.task.seed if name == SEED else row.stands.state
    return sweep.value(row.task.cell, name) if name in sweep.varied else row.numbers.get(name)


def _plain_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(text: str) -> float | None:
    try:
        return read_number(text)
    except ValueError:
        return None
