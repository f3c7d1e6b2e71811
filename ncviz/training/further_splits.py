"""What a recipe measures beside training and held-out images, as its text says."""

import re
from dataclasses import dataclass

from ncviz.data.catalogue import data_sets
from ncviz.data.shifts.shift import Shift, shifts
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.splits import MOST_SPLITS
from ncviz.wording import written_number


@dataclass(frozen=True)
class Further:
    """One of them: the held-out images shifted, or of other classes, or of another data set.

    Parameters
    ----------
    name : str
        Of the split in the run.
    title : str
        For people.
    shift : Shift or None
    amount : float
        Of the shift.
    classes : tuple of int
        Of the data set that is trained on.
    dataset : str
        Another one.
    fine : bool
        Whether it is the held-out images by what merged classes were before.
    """

    name: str
    title: str
    shift: Shift | None = None
    amount: float = 0.0
    classes: tuple[int, ...] = ()
    dataset: str = ""
    fine: bool = False


def read_further(text: str) -> tuple[Further, ...]:
    """Return what a text such as 'rotated 15, classes 5 6 7, digits' asks to be measured.

    Raises
    ------
    UserError
        Naming the part that cannot be understood, and what can.
    """
    found = tuple(_read(part.split()) for part in text.split(",") if part.strip())
    names = [each.name for each in found]
    for name in names:
        if names.count(name) > 1:
            raise UserError(
                tr("The recipe's measured_on names {name!r} twice: name each once.", name=name)
            )
    if len(found) > MOST_SPLITS:
        raise UserError(
            tr(
                "The recipe's measured_on names {count} splits: name {most_splits} at most.",
                count=len(found),
                most_splits=MOST_SPLITS,
            )
        )
    return found


def _read(words: list[str]) -> Further:
    first, *rest = words
    if first in shifts():
        return _shifted(shifts()[first], rest)
    if first == "classes" and len(rest) >= 2 and all(word.isdecimal() for word in rest):
        classes = tuple(dict.fromkeys(int(word) for word in rest))
        if len(classes) == len(rest):
            numbers = " ".join(rest)
            return Further(
                "classes_" + "_".join(rest),
                tr("classes {numbers}", numbers=numbers),
                classes=classes,
            )
    if words == ["fine", "classes"]:
        return Further("fine_classes", tr("held-out samples by fine class"), fine=True)
    if first in data_sets() and not rest:
        title = data_sets()[first].title.partition(",")[0]
        return Further(re.sub("[^a-z0-9]", "_", first), title, dataset=first)
    raise UserError(
        tr(
            "The recipe's measured_on has {words!r}: write one of "
            "{shifts} with its amount, classes with two numbers at least, fine classes, "
            "or a data set ({data_sets}).",
            words=" ".join(words),
            shifts=", ".join(shifts()),
            data_sets=", ".join(data_sets()),
        )
    )


def _shifted(shift: Shift, words: list[str]) -> Further:
    try:
        (amount,) = map(float, words or [str(shift.usual)])
    except ValueError:
        amount = float("nan")
    if not shift.low <= amount <= shift.high:
        raise UserError(
            tr(
                "The recipe's measured_on has {names!r}: the amount of "
                "{name} is a number from {low:g} to {high:g}.",
                names=" ".join([shift.name, *words]),
                name=shift.name,
                low=shift.low,
                high=shift.high,
            )
        )
    written = written_number(amount)
    name = re.sub("[^a-z0-9]", "_", f"{shift.name}_{written}".lower())
    return Further(name, shift.title.replace("{}", written), shift, amount)
