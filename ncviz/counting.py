"""What the numbers of a run's snapshots count, and how its moments are spelt: one place for all."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ncviz.language import tr

UNITS = ("epoch", "step", "checkpoint", "snapshot")  # the last two stand in their order
FINEST = 1000  # parts of one that are told apart
_NAMES = {
    "epoch": tr("epoch"),
    "step": tr("step"),
    "checkpoint": tr("checkpoint"),
    "snapshot": tr("snapshot"),
}
_PLURALS = {
    "epoch": tr("epochs"),
    "step": tr("steps"),
    "checkpoint": tr("checkpoints"),
    "snapshot": tr("snapshots"),
}
_ONES = {
    "epoch": tr("an epoch"),
    "step": tr("a step"),
    "checkpoint": tr("a checkpoint"),
    "snapshot": tr("a snapshot"),
}
_PARTS = {2: tr("halves"), 3: tr("thirds"), 4: tr("quarters"), 5: tr("fifths"), 8: tr("eighths")}
_PARTS |= {10: tr("tenths"), 20: tr("twentieths"), 100: tr("hundredths"), 1000: tr("thousandths")}
_DECIMALS = 3  # as many as the finest parts need


@dataclass(frozen=True)
class Counting:
    """What a run counts: snapshot 5 is 'epoch 5', 'step 5', or 'epoch 2.5' where it counts halves.

    Parameters
    ----------
    unit : str
        One of `UNITS`.
    parts : int
        Numbers to one unit, at most `FINEST`.
    """

    unit: str = "epoch"
    parts: int = 1

    @property
    def name(self) -> str:
        """Return the unit as people read it."""
        return _NAMES[self.unit]

    @property
    def units(self) -> str:
        """Return the unit in the plural, as a heading or a list has it."""
        return _PLURALS[self.unit]

    @property
    def words(self) -> str:
        """Return what is counted: 'steps', 'halves of an epoch'."""
        if self.parts == 1:
            return self.units
        return tr(
            "{parts} of {one}",
            parts=_PARTS.get(self.parts, f"1/{self.parts}"),
            one=_ONES[self.unit],
        )

    def value(self, number: float) -> float:
        """Return how many units a snapshot's number stands for: 2.5 of five halves."""
        value = number / self.parts
        return int(value) if float(value).is_integer() else value

    def digits(self, number: float) -> str:
        """Return that as people read it: '2.5', '4,000,000'."""
        text = f"{self.value(number):,.{_DECIMALS}f}"
        return text.rstrip("0").rstrip(".")

    def text(self, number: float) -> str:
        """Return that for a program: '2.5', '4000000'."""
        return self.digits(number).replace(",", "")

    def named(self, number: float) -> str:
        """Return what the moment of a number is called: 'epoch 2.5', 'step 4,000,000'."""
        return f"{self.name} {self.digits(number)}"

    def named_all(self, numbers: Sequence[float]) -> str:
        """Return what several moments are called: 'epoch 3', 'epochs 1, 2 and 5'."""
        said = [self.digits(number) for number in numbers]
        if len(said) == 1:
            return f"{self.name} {said[0]}"
        return tr(
            "{units} {said} and {said_2}",
            units=self.units,
            said=", ".join(said[:-1]),
            said_2=said[-1],
        )

    def span(self, first: float, last: float) -> str:
        """Return from when to when: 'epochs 0 to 2.5', 'step 7' where both are one."""
        if first == last:
            return self.named(first)
        return tr(
            "{units} {first} to {last}",
            units=self.units,
            first=self.digits(first),
            last=self.digits(last),
        )

    def skips_before(self, number: float, recorded: Sequence[float]) -> bool:
        """Return whether more than one unit before a recorded moment nothing was recorded.

        Parameters
        ----------
        number : float
            Of the moment.
        recorded : sequence of float
            The numbers of all recorded ones; what begins is taken to begin at 0.
        """
        return number - max((each for each in recorded if each < number), default=0) > self.parts

    def since(self, number: float, recorded: Sequence[float]) -> str:
        """Return since when holds what is first seen at a recorded moment.

        'since epoch 6'; 'by epoch 350 at the latest' where the one before it was not recorded.
        """
        if self.skips_before(number, recorded):
            return tr("by {number} at the latest", number=self.named(number))
        return tr("since {number}", number=self.named(number))

    def number(self, value: float) -> float:
        """Return the number by which a run knows a moment that is called so: 5 of 'epoch 2.5'.

        Parameters
        ----------
        value : float
            In units; thirds may be rounded as `digits` rounds them.
        """
        number = value * self.parts
        whole = round(number) if math.isfinite(number) else number
        return float(whole) if abs(number - whole) <= self.parts * 10.0**-_DECIMALS else number

    def between(self, moment: float, low: float, high: float) -> str:
        """Return the digits of a moment between two recorded ones, neither of which it may read.

        Parameters
        ----------
        moment, low, high : float
            Numbers of the run.
        """
        gap = (high - low) / self.parts
        decimals = 0 if gap >= 4 else max(1, math.ceil(-math.log10(gap / 2)))
        step = 10.0**-decimals
        value = min(max(moment / self.parts, low / self.parts + step), high / self.parts - step)
        return f"{value:,.{decimals}f}"


EPOCHS = Counting()


def whole_counts(values: Sequence[Fraction], unit: str, most: int) -> tuple[list[int], Counting]:
    """Return whole numbers for moments that need not be whole, and what they count.

    Parameters
    ----------
    values : sequence of Fraction
        Ascending, from 0.
    unit : str
        Of the values.
    most : int
        The largest number that a run may have; where their common parts would exceed it, or be
        finer than `FINEST`, the numbers are those of checkpoints in their order.
    """
    parts = math.lcm(*(value.denominator for value in values))
    if parts > FINEST or values[-1] * parts > most:
        return list(range(len(values))), Counting("checkpoint")
    return [int(value * parts) for value in values], Counting(unit, parts)
