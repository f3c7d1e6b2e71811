"""Which number in the names of checkpoints is the epoch, told from all of them together."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path, PurePath

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.checkpoint_names import Kind, NumberInName, read_name

Values = Mapping[Path, Fraction | None]


@dataclass(frozen=True)
class Numbering:
    """A number for each checkpoint, and where it comes from.

    Parameters
    ----------
    values : mapping of path to Fraction or None
    how : str
        Such as "the number after 'epoch' in their names".
    unit : str
        'epoch' or 'step'.
    """

    values: Values
    how: str
    unit: str = "epoch"

    def kept(self) -> int:
        """Return how many of the checkpoints have a number that no other has."""
        return len({value for value in self.values.values() if value is not None})

    @property
    def tells_apart(self) -> bool:
        """Whether every checkpoint has a number of its own."""
        return self.kept() == len(self.values)


def by_names(paths: Iterable[Path]) -> Numbering:
    """Find the number that is the epoch in the names of a set of checkpoints.

    A number whose word says epoch comes first, then one whose word says step, then the
    one that counts up across the files. Metrics, settings, seeds, sizes, dates and
    hashes are none.
    """
    read = {path: read_name(path) for path in paths}
    epochs, steps = (_best(read, _is(kind)) for kind in (Kind.EPOCH, Kind.STEP))
    if epochs.kept():
        if not epochs.tells_apart and steps.tells_apart:
            return steps
        return _filled(epochs, read)
    if steps.kept():
        return _filled(steps, read)
    if len(read) == 1:
        path, numbers = next(iter(read.items()))
        number = _alone(numbers)
        return Numbering({path: number.value if number else None}, _how(number))
    plain = _best(read, _counts)
    totals = _best(read, _is(Kind.TOTAL))
    best = max(plain, totals, key=Numbering.kept)
    if best.kept():
        return best
    return _best(read, lambda number: number.kind is Kind.PART and len(number.word) > 1)


def number_in(name: str | PurePath) -> int | None:
    """Return the epoch, or else the step, in the name of a single checkpoint; None for none.

    Parameters
    ----------
    name : str or PurePath
        A file's name, with its folders if these may say it: 'checkpoint-500/model.safetensors'.
    """
    number = _alone(read_name(name))
    return int(number.value) if number and number.value.denominator == 1 else None


def by_pattern(paths: Iterable[Path], pattern: str) -> Numbering:
    """Take the numbers that stand at a place of the names that the user says.

    Parameters
    ----------
    paths : iterable of Path
    pattern : str
        Such as 'net_{epoch}_*.pt', where ``*`` is any text; ``{step}`` counts steps.

    Raises
    ------
    UserError
        If the pattern has no place for the number.
    """
    unit, search = _compiled(pattern)
    values = {path: _found(search, path) for path in paths}
    return Numbering(values, tr("the pattern {pattern}", pattern=pattern), unit)


def check_pattern(pattern: str) -> None:
    """Refuse a pattern without a place for the number.

    Raises
    ------
    UserError
        Saying how to write one.
    """
    if pattern:
        _compiled(pattern)


def _compiled(pattern: str) -> tuple[str, re.Pattern[str]]:
    places = re.findall(r"\{(epoch|step|)\}", pattern)
    if len(places) != 1:
        raise UserError(
            tr(
                "The pattern of epochs is {pattern!r}: write {{epoch}} once, where the number "
                "stands, and * for any text, such as 'net_{{epoch}}_*.pt'.",
                pattern=pattern,
            )
        )
    before, after = re.split(r"\{(?:epoch|step|)\}", pattern)
    number = r"(?<![0-9])([0-9]{1,9}(?:\.[0-9]{1,6}(?=[^0-9]|$))?)(?![0-9])"
    return places[0] or "epoch", re.compile(_as_regex(before) + number + _as_regex(after))


def _as_regex(text: str) -> str:
    return re.escape(text).replace(r"\*", ".*?").replace(r"\?", ".")


def _found(search: re.Pattern[str], path: Path) -> Fraction | None:
    found = search.search(path.name) or search.search(path.as_posix())
    return Fraction(found.group(1)) if found else None


Wanted = Callable[[NumberInName], bool]
_Key = tuple[str, int, int]


def _is(kind: Kind) -> Wanted:
    return lambda number: number.kind is kind


def _counts(number: NumberInName) -> bool:
    return number.kind in (Kind.PLAIN, Kind.SIZE)


def _best(read: Mapping[Path, tuple[NumberInName, ...]], wanted: Wanted) -> Numbering:
    """Return, of the numbers that are wanted, those that tell most of the files apart."""
    fields: dict[_Key, dict[Path, NumberInName]] = {}
    for path, numbers in read.items():
        seen: dict[tuple[str, int], int] = {}
        for number in filter(wanted, numbers):
            place = (number.word, number.folder)
            seen[place] = seen.get(place, 0) + 1
            fields.setdefault((*place, seen[place]), {})[path] = number
    # Sizes alone are none; where other numbers stand in their place, they are counts too.
    kept = [f for f in fields.values() if any(n.kind is not Kind.SIZE for n in f.values())]
    if not kept:
        return Numbering(dict.fromkeys(read), "")
    chosen = max(kept, key=_promise)
    values: dict[Path, Fraction | None] = {}
    for path, numbers in read.items():
        # Names of another form: 'best_epoch_9.pt' beside 'epoch_3.pt'.
        counted = chosen.get(path) or _alone(tuple(filter(wanted, numbers)))
        values[path] = counted.value if counted else None
    first = next(iter(chosen.values()))
    unit = "step" if first.kind is Kind.STEP else "epoch"
    return Numbering(values, _how(first), unit)


def _promise(field: Mapping[Path, NumberInName]) -> tuple[int, int, bool, bool, bool]:
    """Tell how likely a number is the one that counts the checkpoints."""
    values = sorted({number.value for number in field.values()})
    steps = [late - early for early, late in pairwise(values)]
    is_steady = len(steps) > 1 and len(set(steps)) == 1
    numbers = field.values()
    return (
        len(values),
        -min(number.folder for number in numbers),
        is_steady,
        any(number.start == 0 for number in numbers),
        any(number.after_noun for number in numbers),
    )


def _filled(numbering: Numbering, read: Mapping[Path, tuple[NumberInName, ...]]) -> Numbering:
    """Let plain numbers stand in where no word says more: '4.pt' beside 'epoch_3.pt'."""
    values = dict(numbering.values)
    for path, numbers in read.items():
        if values[path] is None:
            plain = _alone(tuple(n for n in numbers if n.kind is Kind.PLAIN))
            values[path] = plain.value if plain else None
    return Numbering(values, numbering.how, numbering.unit)


def _alone(numbers: Sequence[NumberInName]) -> NumberInName | None:
    """Return the likeliest of the numbers of one name."""
    for kind in (Kind.EPOCH, Kind.STEP):
        if found := [n for n in numbers if n.kind is kind]:
            return found[0]
    plain = [n for n in numbers if n.kind is Kind.PLAIN]
    sure = [n for n in plain if n.after_noun or n.start == 0]
    totals = [n for n in numbers if n.kind is Kind.TOTAL]
    first = [*sure[:1], *totals[:1]]
    own = [n for n in plain if not n.folder]
    return first[0] if first else (own[-1] if own else next(iter(plain), None))


def _how(number: NumberInName | None) -> str:
    if number is None:
        return ""
    where = tr("in their folders' names") if number.folder else tr("in their names")
    if number.kind is Kind.TOTAL and number.word not in ("epoch", "epochs", "ep"):
        return tr("the number of epochs {where}", where=where)
    return (
        tr("the number after {word!r} {where}", word=number.word, where=where)
        if number.word
        else tr("the number {where}", where=where)
    )
