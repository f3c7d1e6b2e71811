"""When classes are called points, tight, apart or overlapping."""

import math

from ncviz.explorer.class_spreads import WIDE
from ncviz.explorer.moment_facts import MomentFacts

# Spread of a class along an axis over the gap to the next class mean, as it is drawn.
COLLAPSED = 0.06  # one sees a point
TIGHT = 0.1  # five of them: a cloud is small beside the gap
APART = 0.2  # one sees a cloud with space around it: the middle of the gap is 2.5 of them away

NC1_COLLAPSED = 0.02  # of a simplex ETF of four classes with the spread `COLLAPSED`
AGREES = 0.01  # NC4, and training error: share of samples
FEW_SAMPLES = 5  # of a class: fewer lie close to their mean by necessity


def is_apart(facts: MomentFacts) -> bool:
    """Tell whether nothing seen or counted speaks against classes that lie well apart."""
    return not (facts.mixing.strays or facts.drawn.strays or facts.train_error > AGREES)


def fails_to_collapse(facts: MomentFacts) -> bool:
    """Tell whether a training has ended without collapse, other than by its imbalance."""
    wide = worst_of(facts.spreads) > APART or bool(facts.mixing.involved)
    return facts.is_end and wide and worst_of(facts.spreads) < math.inf and not facts.minority


def are_scant(facts: MomentFacts, places: list[int]) -> bool:
    """Tell whether each of some classes has so few samples that nothing follows from them."""
    return bool(facts.samples) and max(facts.samples[k] for k in places) < FEW_SAMPLES


def overlapping_of(facts: MomentFacts, places: list[int]) -> set[int]:
    """Return which of some classes overlap with others.

    A class of few samples lies where others spread, rather than that it spreads itself.
    """
    same = {place for group in facts.mixing.together for place in group}
    mixing = facts.mixing
    found = set(mixing.involved) if are_scant(facts, places) else {*mixing.spreading, *same}
    return found & set(places)


def spreads_elsewhere(facts: MomentFacts) -> bool:
    """Tell whether what looks like a point in the picture is none in the layer.

    That is so where the samples spread across the picture's dimensions, and where NC1 of all
    samples is above that of a collapse although all classes are shown.
    """
    whole = all_shown(facts) and not facts.minority and facts.nc1 > NC1_COLLAPSED
    return whole or worst_of(facts.widths) > WIDE


def all_shown(facts: MomentFacts) -> bool:
    """Tell whether all classes are in the picture."""
    return len(facts.shown) == facts.classes


def worst_of(spreads: tuple[float, ...]) -> float:
    """Return the largest spread that is known; 0 where none is."""
    return max((spread for spread in spreads if not math.isnan(spread)), default=0.0)
