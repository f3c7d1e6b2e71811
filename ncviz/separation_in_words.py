"""What D, NC1 and the law of equi-separation say, each in a plain sentence."""

import math
from dataclasses import replace

from ncviz.language import tr
from ncviz.values_in_words import Facts, times, two_digits
from ncviz.wording import listed

NO_D = tr("There is no D here: it takes two classes with samples, and samples that differ.")
COINCIDE = tr("The class means coincide while their samples differ: nothing separates the classes.")
ROUNDING = 1e-13  # of gaps: a spread below it is that of sums in double precision


def fuzziness(value: float, facts: Facts) -> str:
    """Say how wide the classes are against their distances: D is a sum over directions."""
    if value <= 0:
        return tr("Every class is a single point, as far as this tells the classes apart.")
    return _spread(value, facts)


def class_fuzziness(value: float, facts: Facts) -> str:
    """Say the same of single classes; where sizes differ, the gaps are those of large ones."""
    if value > 0 and facts.imbalance > 1:
        return tr(
            "The smaller, the tighter these classes against gaps in which each class counts by "
            "its number of samples."
        )
    return fuzziness(value, facts)


def nc1(value: float, facts: Facts) -> str:
    """Say the same of NC1, which is the sum over directions divided by K."""
    if value <= 0:
        return tr("Every class is a single point: nothing is left of the spread within classes.")
    known = facts if facts.classes else replace(facts, directions=0)
    return _spread(value * facts.classes, known)


def _spread(total: float, facts: Facts) -> str:
    """Say what a sum of ratios of variances means, each of one direction between the classes.

    In a direction, two class means are as far apart, by the root mean square, as √2 times their
    standard deviation, and two samples of a class likewise: the ratio is that of the deviations.
    Where classes differ in size, or share a mean, that ratio is of no pair of classes.
    """
    if facts.imbalance > 1:
        return _counted_by_size(facts)
    if facts.coinciding:
        return _coinciding(facts.coinciding)
    directions = facts.directions
    if directions < 1:
        return tr("The smaller, the tighter the classes against the gaps between them.")
    ratio = math.sqrt(total / directions)
    if ratio < ROUNDING:
        return tr("Every class is a single point, to the rounding of the numbers.")
    over = (
        tr("along the line through both means")
        if directions == 1
        else tr(
            "root mean square over the {directions} directions between them", directions=directions
        )
    )
    if two_digits(ratio) == "1" or two_digits(1 / ratio) == "1":
        return tr("The classes are about as wide as they lie apart ({over}).", over=over)
    if ratio < 1:
        return tr(
            "The classes lie {ratio} as far apart as they are wide ({over}).",
            ratio=times(1 / ratio),
            over=over,
        )
    return tr(
        "The classes are {ratio} as wide as they lie apart ({over}).", ratio=times(ratio), over=over
    )


def _counted_by_size(facts: Facts) -> str:
    """Say how far apart classes of different sizes are, since the sum over samples does not."""
    said = tr("Each class counts by its number of samples here.")
    if facts.coinciding:
        said += f" {_coinciding(facts.coinciding)}"
    if math.isnan(facts.apart):
        return said
    if math.isinf(facts.apart):
        return tr("{said} Every class is a single point.", said=said)
    if two_digits(facts.apart) == "1" or two_digits(1 / facts.apart) == "1":
        alike = tr("are about as far apart as two samples of a class")
    elif facts.apart > 1:
        alike = tr("are {apart} as far apart as two samples of a class", apart=times(facts.apart))
    else:
        alike = tr(
            "are closer than two samples of a class, which are {apart} as far",
            apart=times(1 / facts.apart),
        )
    return tr(
        "{said} All classes counted alike, two class means {alike} (root mean square).",
        said=said,
        alike=alike,
    )


def _coinciding(names: tuple[str, ...]) -> str:
    """Say which classes have no gap between them."""
    return tr(
        "The means of {names} each coincide with that of another class, as far as the "
        "samples tell: nothing separates these.",
        names=listed(names),
    )


def halving(value: float, number: str) -> str:
    """Return the half-life as it is shown: its number in words, or that D never halves.

    Parameters
    ----------
    value : float
        Layers that halve D; infinite where ρ ≥ 1.
    number : str
        The same as it is written.
    """
    return (
        tr("D never halves")
        if math.isinf(value)
        else tr("half-life {number} layers", number=number)
    )
