"""What is to be seen of a run, in one or two sentences that hold for what is open."""

import math
from collections.abc import Sequence

from ncviz.explorer.moment_facts import HIDDEN, INPUT, LAST, MomentFacts
from ncviz.geometry.separation import EquiSeparationLaw
from ncviz.runs.layer_names import shortened
from ncviz.wording import correlation, three_digits

# Spread of a class along an axis over the gap to the next class mean, as it is drawn.
COLLAPSED = 0.06  # one sees a point
APART = 0.2  # one sees a cloud with space around it: the middle of the gap is 2.5 of them away
OVERLAP = 0.32  # the clouds lie within each other

WIDE = 0.25  # radius of a class over that gap, in all dimensions of the layer
NC1_COLLAPSED = 0.02  # of a simplex ETF of four classes with the spread `COLLAPSED`
NEAR_ETF = 0.1  # NC2, norms and angles, of means that look like a simplex ETF
SELF_DUAL = 0.25  # NC3; a mean cosine of .875 between classifiers and means
AGREES = 0.01  # NC4, share of samples
ONE_DIRECTION, DRAWN_TOGETHER = 0.9, 0.5  # minority cosines
GUESSING = 0.9  # of the share of mistakes that chance makes
RISEN, GAP = 0.03, 0.25  # of the test error: above its best, above the training error
STILL_FALLS = 0.8  # D of the last layer over that of the first hidden one
STRAIGHT = -0.97  # Pearson correlation of log D with the layer, to the eye
MANY = 100  # classes
MOST_NAMED = 3


def describe(facts: MomentFacts) -> str:
    """Say what is to be seen.

    Parameters
    ----------
    facts : MomentFacts

    Returns
    -------
    str
        One to three sentences. Names of classes stand in quotation marks; words that
        have a card are found by `ncviz.terms`.
    """
    parts = [_geometry(facts), _network(facts)]
    if not facts.measured:
        parts.append("The training samples were not measured here.")
    if facts.recorded == 1 and not facts.is_start and not facts.failure:
        parts.append("Only this moment is recorded.")
    return " ".join(part for part in parts if part)


def describe_depth(
    names: Sequence[str], fuzziness: Sequence[float], law: EquiSeparationLaw, *, imbalanced: bool
) -> str:
    """Say what the layers of a run do, one after the other.

    Parameters
    ----------
    names : sequence of str
        Of the points, in order.
    fuzziness : sequence of float
        D_1 … D_m.
    law : EquiSeparationLaw
        Fitted to them.
    imbalanced : bool
        D weighs classes by their size: little can be said by it.
    """
    first, last = fuzziness[0], fuzziness[-1]
    if len(names) < 2 or not all(math.isfinite(value) for value in (first, last)):
        return "There is no separation fuzziness D to compare over the layers here."
    ends = f"{three_digits(first)} at {shortened(names[0])}, {three_digits(last)} at the last layer"
    if imbalanced:
        return f"Separation fuzziness D: {ends}. Imbalanced: D says little of the minority classes."
    if last >= first:
        return f"Over the layers the separation fuzziness D does not fall: {ends}."
    said = f"Over the layers the separation fuzziness D falls: {ends}"
    ratio, straight = three_digits(law.decay_ratio), correlation(law.pearson_r)
    if len(names) > 2 and law.pearson_r <= STRAIGHT and law.decay_ratio < 1:
        return f"{said}, by a factor of about {ratio} a layer: equi-separation (r = {straight})."
    return (
        f"{said}, but not by one factor a layer (r = {straight})." if len(names) > 2 else f"{said}."
    )


# What the picture shows


def _geometry(facts: MomentFacts) -> str:
    sentence = _sentence(facts)
    if facts.is_start and facts.place != INPUT:
        return f"{'At the start' if facts.is_model else 'Before training'}: {_lower(sentence)}"
    if facts.place == INPUT:
        return f"In the input, before any layer: {_lower(sentence)}"
    if facts.place == HIDDEN:
        known = facts.layer.startswith("layer ")
        return f"{f'In {facts.layer}' if known else 'In this layer'}: {_lower(sentence)}"
    if facts.is_end and APART < _worst(facts.spreads) < math.inf and not facts.minority:
        return f"No collapse: {_lower(sentence)}"
    return sentence


def _sentence(facts: MomentFacts) -> str:
    known = [spread for spread in facts.spreads if not math.isnan(spread)]
    who = _shown(facts)
    if not known:
        return f"{who} have no two samples each: there is no spread to see."
    if all(map(math.isinf, known)):
        if _all_shown(facts):
            return "The class means coincide: nothing separates the classes."
        return f"The class means of {_lower(who)} coincide: nothing separates them."
    if _groups_differ(facts):
        return _by_group(facts)
    worst, best = max(known), min(known)
    if worst <= COLLAPSED and not _spreads_elsewhere(facts):
        return _collapse(facts)
    each = f"Each class{'' if _all_shown(facts) else ' shown'}"
    if worst <= COLLAPSED and _worst(facts.widths) > WIDE:
        return f"{each} is a point in the picture, but spreads in dimensions outside it."
    if worst <= APART:
        return f"{each} is a tight cloud about its class mean, well apart from the others."
    if worst <= OVERLAP:
        return f"{each} gathers about its class mean; the clouds touch."
    if best > OVERLAP:
        return f"{who} overlap: their clouds are as wide as the gaps between their class means."
    return _mixed(facts)


def _collapse(facts: MomentFacts) -> str:
    who = "The features" if _all_shown(facts) or facts.nc1 <= NC1_COLLAPSED else _shown(facts)
    seen = f"{who} have collapsed to their class means"
    if facts.classes == 2:
        return f"{seen}, the two ends of a line: for two classes any line is a simplex ETF."
    if facts.width < facts.classes - 1:
        needed = (
            f"a simplex ETF of {facts.classes:,} classes needs {facts.classes - 1:,} dimensions"
        )
        return f"{seen}; {needed}, this layer has {facts.width:,}."
    if math.isnan(facts.nc2):
        return f"{seen}."
    if facts.nc2 > NEAR_ETF:
        return f"{seen}, which form no simplex ETF."
    if facts.place == LAST and facts.nc3 <= SELF_DUAL:
        whole = facts.nc1 <= NC1_COLLAPSED and facts.nc4 <= AGREES
        name = f"Neural collapse: {_lower(seen)}" if whole else seen
        return f"{name}, close to a simplex ETF, and the classifiers point along them."
    return f"{seen}, close to a simplex ETF."


def _mixed(facts: MomentFacts) -> str:
    """Say which classes overlap where others do not."""
    pairs = list(zip(facts.shown, facts.spreads, strict=True))
    wide = [name for name, spread in pairs if spread > OVERLAP]
    if len(wide) > MOST_NAMED:
        return f"{len(wide):,} of the {len(pairs):,} classes {_seen(facts)}overlap with others."
    verb = "spreads" if len(wide) == 1 else "spread"
    sentence = f"{_names(wide)} {verb} over the neighbouring classes"
    others = [spread for _, spread in pairs if spread <= OVERLAP]
    if max(others) > APART:
        return f"{sentence}."
    rest = "the other stands" if len(others) == 1 else "the others stand"
    return f"{sentence}; {rest} apart."


def _by_group(facts: MomentFacts) -> str:
    shown = "" if _all_shown(facts) else " shown"
    said = []
    for few, name in ((False, "majority"), (True, "minority")):
        spreads = _of_group(facts, few)
        one = len(spreads) == 1
        if few:
            who = "the minority one" if one else "the minority classes"
        else:
            who = f"the {name} {'class' if one else 'classes'}{shown}"
        said.append(f"{who} {_STATES[_state(spreads)][not one]}")
    return f"{_upper('; '.join(said))}."


# What a class, or several, are like.
_STATES = {
    "unknown": ("has too few samples to spread", "have too few samples to spread"),
    "one point": ("has its class mean where another one is", "have their class means at one point"),
    "collapsed": ("has collapsed to its class mean", "have collapsed to their class means"),
    "apart": ("is a tight cloud, well apart", "are tight clouds, well apart"),
    "gathering": ("gathers about its class mean", "gather about their class means"),
    "overlapping": ("overlaps with others", "overlap with others"),
}


def _state(spreads: list[float]) -> str:
    known = [spread for spread in spreads if not math.isnan(spread)]
    if not known:
        return "unknown"
    if all(map(math.isinf, known)):
        return "one point"
    steps = (COLLAPSED, "collapsed"), (APART, "apart"), (OVERLAP, "gathering")
    return next((name for limit, name in steps if max(known) <= limit), "overlapping")


def _groups_differ(facts: MomentFacts) -> bool:
    many, few = (_of_group(facts, few) for few in (False, True))
    return bool(many) and bool(few) and _state(many) != _state(few)


def _of_group(facts: MomentFacts, few: bool) -> list[float]:
    pairs = zip(facts.spreads, facts.few, strict=False)
    return [spread for spread, is_few in pairs if is_few == few]


def _spreads_elsewhere(facts: MomentFacts) -> bool:
    """Tell whether what looks like a point in the picture is none in the layer.

    That is so where the samples spread across the picture's dimensions, and where NC1 of all
    samples is above that of a collapse although all classes are shown.
    """
    whole = _all_shown(facts) and not facts.minority and facts.nc1 > NC1_COLLAPSED
    return whole or _worst(facts.widths) > WIDE


# What the network does


def _network(facts: MomentFacts) -> str:
    if facts.loss is not None and not math.isfinite(facts.loss):
        return "The training has diverged: its loss is no finite number any more."
    if facts.failure:
        return f"The run ended early: {_lower(facts.failure.rstrip('.'))}."
    if facts.minority:
        return _imbalanced(facts)
    chance = 1 - 1 / facts.classes
    if facts.train_error >= GUESSING * chance:
        return f"The network guesses: {_lower(_mistakes(facts))}"
    return _linear(facts) or _over_fitting(facts) or _terminal(facts) or _mistakes(facts)


def _imbalanced(facts: MomentFacts) -> str:
    cosine, mistakes = facts.minority_cosine, _mistakes(facts)
    ratio = f"R = {three_digits(facts.imbalance)}"
    if math.isnan(cosine) or facts.place != LAST or facts.is_start:
        return f"Imbalanced, {ratio}{f': {_lower(mistakes)}' if mistakes else '.'}"
    value = f"mean cosine {three_digits(cosine)}"
    who = f"the {facts.minority:,} minority classifiers"
    if cosine >= ONE_DIRECTION:
        said = f"Minority Collapse: {who} point almost the same way ({value})."
    elif cosine >= DRAWN_TOGETHER:
        said = f"{_upper(who)} draw together ({value}; 1 is Minority Collapse)."
    else:
        said = f"Imbalanced, {ratio}, yet {who} stand apart ({value})."
    return f"{said} {mistakes}".rstrip()


def _linear(facts: MomentFacts) -> str:
    """Say that a linear network separates no further with depth, where that is so."""
    if not facts.is_linear or facts.is_start or len(facts.fuzziness) < 3:
        return ""
    first, last = facts.fuzziness[1], facts.fuzziness[-1]
    if not last >= STILL_FALLS * first:
        return ""
    values = f"{three_digits(first)} after layer 1, {three_digits(last)} after the last"
    fall = "do not" if last >= first else "hardly"
    return f"A linear network: deeper layers {fall} lower the separation fuzziness D ({values})."


def _over_fitting(facts: MomentFacts) -> str:
    train, test = facts.train_error, facts.test_error
    if math.isnan(test):
        return ""
    if facts.best_test is not None:
        epoch, best, before = facts.best_test
        if test - best >= RISEN and train <= before:
            rise = f"the test error has risen from {_percent(best)} (epoch {epoch:,})"
            falls = f"while the training error is {_percent(train)}"
            return f"Over-fitting: {rise} to {_percent(test)}, {falls}."
    if test - train >= GAP:
        return f"Over-fitting: training error {_percent(train)}, but test error {_percent(test)}."
    return ""


def _terminal(facts: MomentFacts) -> str:
    if facts.terminal_since is None or facts.train_error != 0:
        return ""
    since = f"Terminal phase: training error 0 since epoch {facts.terminal_since:,}"
    rest = "" if math.isnan(facts.test_error) else f", test error {_percent(facts.test_error)}"
    return f"{since}{rest}."


def _mistakes(facts: MomentFacts) -> str:
    known = [
        f"{name} error {_percent(error)}"
        for name, error in (("training", facts.train_error), ("test", facts.test_error))
        if not math.isnan(error)
    ]
    return f"{_upper(', '.join(known))}." if known else ""


# Words


def _all_shown(facts: MomentFacts) -> bool:
    return len(facts.shown) == facts.classes


def _shown(facts: MomentFacts) -> str:
    if _all_shown(facts):
        return "The classes"
    return f"The {len(facts.shown):,} classes {_seen(facts)}".rstrip()


def _seen(facts: MomentFacts) -> str:
    if _all_shown(facts):
        return ""
    return f"shown, of {facts.classes:,}, " if facts.classes >= MANY else "shown "


def _names(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _worst(spreads: tuple[float, ...]) -> float:
    return max((spread for spread in spreads if not math.isnan(spread)), default=0.0)


def _percent(share: float) -> str:
    return f"{three_digits(100 * share)}\N{NO-BREAK SPACE}%"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
