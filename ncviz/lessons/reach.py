"""Whether a condition can come true at a step, and is not true when the step begins.

Each name of a condition has a reach: what it can be at the step. Of that so few values are tried
that none is missed: the ends, what the condition names, and one between every two of them.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ncviz.language import tr
from ncviz.lessons.condition import ORDERED, ConditionPart, Fact, KnownFacts, Until
from ncviz.nearest import one_among
from ncviz.parameters.declaring import Declared
from ncviz.wording import written_number

_ANOTHER = "\0"  # a word that nobody writes


@dataclass(frozen=True)
class Reach:
    """What a name of a condition can be.

    Parameters
    ----------
    low, high : float
        Ends of a number.
    whole : bool
        Whether a number has no fraction.
    values : tuple
        All that it can be, where these are few.
    is_word : bool
        Whether it is any word, where there are no `values`.
    """

    low: float = -math.inf
    high: float = math.inf
    whole: bool = False
    values: tuple[Fact, ...] = ()
    is_word: bool = False

    @property
    def is_number(self) -> bool:
        """Return whether it is compared as numbers are."""
        return not self.is_word and not any(isinstance(value, str) for value in self.values)

    @property
    def words(self) -> str:
        """Return what it can be, to stand after 'is' in a sentence."""
        if self.values:
            return tr("one of {names}", names=", ".join(map(_word, self.values)))
        if self.is_word:
            return tr("a word")
        kind = tr("a whole number") if self.whole else tr("a number")
        low, high = written_number(self.low), written_number(self.high)
        if math.isfinite(self.low) and math.isfinite(self.high):
            return tr("{kind} from {low} to {high}", kind=kind, low=low, high=high)
        return tr("{kind} from {low}", kind=kind, low=low) if math.isfinite(self.low) else kind

    def tried(self, parts: Iterable[ConditionPart]) -> list[Fact]:
        """Return values of it, among which is one for whatever these comparisons tell apart."""
        named = [part.value for part in parts]
        if self.values:
            return list(self.values)
        if self.is_word:
            return [*map(_word, named), _ANOTHER]
        numbers = {each for each in named if isinstance(each, float)}
        ends = sorted(numbers | {end for end in (self.low, self.high) if math.isfinite(end)})
        if not ends:
            return [0.0]
        between = [(one + other) / 2 for one, other in pairwise(ends)]
        found = [ends[0] - 1.0, *ends, *between, ends[-1] + 1.0]
        if self.whole:
            found = [r + d for each in found for r in (math.floor(each),) for d in (-1, 0, 1, 2)]
        return [float(each) for each in found if self.low <= each <= self.high]


def reach_of_declared(item: Declared) -> Reach | None:
    """Return what a parameter of a model or a field of a recipe can be; None of a list.

    An end that hangs on other parameters is left open: these can be changed, too.
    """
    choices = tuple(value for value in item.choices if value is not None and value != "")
    if item.kind is bool:
        return Reach(values=("true", "false"))
    if item.kind in (int, float):
        if choices and not item.parameter.others:
            return Reach(values=tuple(map(float, choices)))
        low, high = item.parameter.low, item.parameter.high
        return Reach(
            -math.inf if low is None or callable(low) else float(low),
            math.inf if high is None or callable(high) else float(high),
            whole=item.kind is int,
        )
    if item.kind is not str:
        return None
    return Reach(values=() if item.parameter.others else choices, is_word=True)


@dataclass(frozen=True)
class StepBeginning:
    """What is known when a step begins.

    Parameters
    ----------
    facts : mapping
        Those that are certain.
    done : sequence of ConditionPart
        What holds since the deeds before, whatever else they changed.
    """

    facts: KnownFacts
    done: Sequence[ConditionPart] = ()

    def holds(self, part: ConditionPart, reach: Reach) -> bool:
        """Tell whether something is certain to hold."""
        known = [each for each in self.done if each.name == part.name]
        if not known:
            return part.holds(self.facts)
        possible = _where(known, part.name, reach.tried((*known, part)))
        return bool(possible) and len(_where([part], part.name, possible)) == len(possible)


def check_reach(part: ConditionPart, reach: Reach | None) -> None:
    """Refuse a comparison of what cannot be compared so.

    Raises
    ------
    ValueError
        Saying what can be written.
    """
    words = {"part": part.words, "name": part.name}
    if reach is None:
        raise ValueError(
            tr(
                "until has {part!r}: {name} is a list, which is not compared: choose another name",
                **words,
            )
        )
    if reach.is_number:
        if isinstance(part.value, str):
            raise ValueError(
                tr("until has {part!r}: {name} is {words}", words=reach.words, **words)
            )
    elif part.relation in ORDERED:
        raise ValueError(
            tr("until has {part!r}: {name} is a word: write is or is not", **words)
            if reach.is_word and not reach.values
            else tr(
                "until has {part!r}: {name} is {words}: write is or is not",
                words=reach.words,
                **words,
            )
        )
    elif reach.values and not _where(
        [ConditionPart(part.name, "is", part.value)], part.name, reach.values
    ):
        raise ValueError(
            tr(
                "until has {part!r}: choose {words}",
                words=one_among(_word(part.value), map(_word, reach.values)),
                **words,
            )
        )


def check_until(until: Until, reaches: dict[str, Reach], begins: StepBeginning) -> None:
    """Refuse a condition that can never hold, or holds when the step begins.

    Raises
    ------
    ValueError
        Saying what it is compared with.
    """
    for name, reach in reaches.items():
        parts = [part for part in until.parts if part.name == name]
        for part in parts:
            if not _where([part], name, reach.tried(parts)):
                raise ValueError(
                    tr(
                        "until has {part!r}, which never holds: {name} is {words} at this step",
                        part=part.words,
                        name=name,
                        words=reach.words,
                    )
                )
        if not _where(parts, name, reach.tried(parts)):
            raise ValueError(
                tr(
                    "until has {parts!r}, which never holds at once: leave one of them out",
                    parts=" and ".join(part.words for part in parts),
                )
            )
    if all(begins.holds(part, reaches[part.name]) for part in until.parts):
        known = {name: begins.facts[name] for name in reaches if name in begins.facts}
        certain = not any(part.name in known for part in begins.done) and known
        raise ValueError(
            tr(
                "until is {until!r}, which holds already when the step begins, with {facts}: "
                "ask for what is still to be done",
                until=until.text,
                facts=", ".join(f"{name} = {_brief(value)}" for name, value in known.items()),
            )
            if certain
            else tr(
                "until is {until!r}, which holds already once the step before is done: "
                "ask for what is still to be done",
                until=until.text,
            )
        )


def _where(parts: Iterable[ConditionPart], name: str, values: Iterable[Fact]) -> list[Fact]:
    wanted = list(parts)
    return [value for value in values if all(part.holds({name: value}) for part in wanted)]


def _word(value: Fact) -> str:
    return value if isinstance(value, str) else written_number(value)


def _brief(value: Fact) -> str:
    return value if isinstance(value, str) else written_number(float(f"{value:.4g}"))
