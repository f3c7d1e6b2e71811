"""A condition of what is on the screen: 'epoch >= 150 and layer is 7'."""

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ncviz.language import tr

Fact = float | str
KnownFacts = Mapping[str, Fact]

MOST_PARTS = 10
ORDERED: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_PART = re.compile(r"\s*([^\W\d][\w-]*)\s*(>=|<=|>|<|\bis not\b|\bis\b)\s*(\S.*?)\s*")


@dataclass(frozen=True)
class ConditionPart:
    """One fact against a value."""

    name: str
    relation: str
    value: Fact

    @property
    def words(self) -> str:
        """Return it as it is written."""
        return f"{self.name} {self.relation} {_word(self.value)}"

    def holds(self, facts: KnownFacts) -> bool:
        """Tell whether it is so; what is not known is not so."""
        fact = facts.get(self.name)
        if fact is None:
            return False
        if self.relation in ORDERED:
            both = isinstance(fact, float | int) and isinstance(self.value, float)
            return both and ORDERED[self.relation](float(fact), float(self.value))
        same = _same(fact, self.value)
        return same if self.relation == "is" else not same


@dataclass(frozen=True)
class Until:
    """All of some comparisons.

    Parameters
    ----------
    text : str
        As it was written.
    parts : tuple of ConditionPart
    """

    text: str
    parts: tuple[ConditionPart, ...]

    def holds(self, facts: KnownFacts) -> bool:
        """Tell whether all of it is so."""
        return all(part.holds(facts) for part in self.parts)


def _same(fact: Fact, value: Fact) -> bool:
    if isinstance(fact, float | int) and isinstance(value, float):
        return math.isclose(fact, value, rel_tol=1e-6, abs_tol=1e-9)
    return _word(fact).lower() == _word(value).lower()


def _word(value: Fact) -> str:
    return value if isinstance(value, str) else f"{value:.12g}"


def read_condition(text: str) -> Until:
    """Read a condition.

    Parameters
    ----------
    text : str
        Comparisons between 'and': a name, one of >= <= > < is 'is not', and a value.

    Raises
    ------
    ValueError
        Saying what cannot be read.
    """
    pieces = re.split(r"\s+and\s+", text.strip())
    if len(pieces) > MOST_PARTS:
        raise ValueError(
            tr(
                "until has {count} parts: write {most_parts} at most",
                count=len(pieces),
                most_parts=MOST_PARTS,
            )
        )
    return Until(text, tuple(map(_comparison, pieces)))


def _comparison(piece: str) -> ConditionPart:
    if re.search(r"\s(or|und|oder|&&|\|\|)\s", piece):
        raise ValueError(
            tr(
                "until has {piece!r}: only 'and' stands between two comparisons",
                piece=piece[:60],
            )
        )
    found = _PART.fullmatch(piece)
    if found is None:
        raise ValueError(
            tr(
                "until has {piece!r}: write a name, one of >=, <=, >, <, is, is not, and a value",
                piece=piece[:60],
            )
        )
    name, relation, word = found.groups()
    value = _value(word)
    if relation in ORDERED and not isinstance(value, float):
        raise ValueError(
            tr(
                "until has {piece!r}: {relation} needs a number",
                piece=piece[:60],
                relation=relation,
            )
        )
    return ConditionPart(name, relation, value)


def _value(word: str) -> Fact:
    word = word.strip("\"'")
    try:
        number = float(word)
    except ValueError:
        return word
    return number if math.isfinite(number) else word
