"""What the clouds of the classes look like, in a sentence or two."""

import math

from ncviz.explorer.class_spreads import WIDE
from ncviz.explorer.cloud_judgement import (
    AGREES,
    APART,
    COLLAPSED,
    FEW_SAMPLES,
    NC1_COLLAPSED,
    TIGHT,
    all_shown,
    are_scant,
    fails_to_collapse,
    is_apart,
    overlapping_of,
    spreads_elsewhere,
    worst_of,
)
from ncviz.explorer.moment_facts import HIDDEN, INPUT, LAST, MomentFacts
from ncviz.language import tr
from ncviz.runs.layer_names import layer_in_words
from ncviz.wording import in_words, listed, lower_first, quoted, three_digits, upper_first

NEAR_ETF = 0.1  # NC2, norms and angles, of means that look like a simplex ETF
SELF_DUAL = 0.25  # NC3; a mean cosine of .875 between classifiers and means
MANY = 100  # classes
MOST_NAMED = 3


def say_clouds(facts: MomentFacts) -> str:
    """Say how the classes in the picture lie.

    Returns
    -------
    str
        What is said of the clouds holds in all dimensions that the class means span. It says so
        wherever a shadow of them is drawn, which may look otherwise; where other classes mix in
        what is drawn, a second sentence says that, too.
    """
    sentence, shadow = _sentence(facts), _of_shadow(facts)
    whole, collapsed = facts.dimensions > 3, any(words in sentence for words in _COLLAPSED)
    if (shadow and not collapsed) or (whole and not _of_picture(facts)):
        where = (
            tr("all {dimensions} dimensions", dimensions=in_words(facts.dimensions))
            if whole
            else tr("the whole layer")
        )
        sentence = tr("In {where} {sentence}", where=where, sentence=lower_first(sentence))
    if facts.is_start and facts.place != INPUT:
        sentence = tr(
            "{value}: {sentence}",
            value=tr("At the start") if facts.is_model else tr("Before training"),
            sentence=lower_first(sentence),
        )
    elif facts.place == INPUT:
        sentence = tr("In the input, before any layer: {sentence}", sentence=lower_first(sentence))
    elif facts.place == HIDDEN:
        known, layer = facts.layer.startswith("layer "), layer_in_words(facts.layer)
        sentence = tr(
            "{value}: {sentence}",
            value=tr("In {layer}", layer=layer) if known else tr("In this layer"),
            sentence=lower_first(sentence),
        )
    elif fails_to_collapse(facts):
        sentence = tr("No collapse: {sentence}", sentence=lower_first(sentence))
    return " ".join(part for part in (sentence, shadow, _of_few_samples(facts)) if part)


def _of_picture(facts: MomentFacts) -> bool:
    """Tell whether what is said is of the picture alone, or of no clouds at all."""
    known = [spread for spread in facts.spreads if not math.isnan(spread)]
    if not known or all(map(math.isinf, known)):
        return True
    return max(known) <= COLLAPSED and worst_of(facts.widths) > WIDE


def _sentence(facts: MomentFacts) -> str:
    known = [spread for spread in facts.spreads if not math.isnan(spread)]
    who = _shown(facts)
    if not known:
        return tr("{who} have no two drawn samples each: there is no spread to see.", who=who)
    if all(map(math.isinf, known)):
        if all_shown(facts):
            return tr("The class means coincide: nothing separates the classes.")
        return tr(
            "The class means of {who} coincide: nothing separates them.", who=lower_first(who)
        )
    if _groups_differ(facts):
        return _by_group(facts)
    if facts.mixing.involved:
        return _overlap(facts)
    worst = max(known)
    each = tr("Each class{value}", value="" if all_shown(facts) else tr(" shown"))
    if worst <= COLLAPSED and not spreads_elsewhere(facts):
        return _collapse(facts)
    if worst <= COLLAPSED and worst_of(facts.widths) > WIDE:
        return tr(
            "{each} is a point in the picture, but spreads in dimensions outside it.", each=each
        )
    if worst > APART:
        return tr("{each} gathers about its class mean; the clouds touch.", each=each)
    cloud = tr(
        "{each} is a {value}cloud about its class mean",
        each=each,
        value=tr("tight ") if worst <= TIGHT else "",
    )
    if facts.mixing.strays:
        return tr("{cloud}; single samples lie nearer to another one.", cloud=cloud)
    others = tr("the others") if all_shown(facts) else tr("the others shown")
    return (
        tr("{cloud}, well apart from {others}.", cloud=cloud, others=others)
        if is_apart(facts)
        else f"{cloud}."
    )


def _collapse(facts: MomentFacts) -> str:
    # NC1 is divided by K: of many classes in few dimensions it is small beside wide clouds.
    whole = (all_shown(facts) or facts.nc1 <= NC1_COLLAPSED) and not facts.widest > WIDE
    who = tr("The features") if whole else _shown(facts)
    seen = tr("{who} have collapsed to their class means", who=who)
    if facts.classes == 2:
        return tr(
            "{seen}, the two ends of a line: for two classes any line is a simplex ETF.", seen=seen
        )
    if facts.width < facts.classes - 1:
        needed = tr(
            "a simplex ETF of {classes:,} classes needs {classes_2:,} dimensions",
            classes=facts.classes,
            classes_2=facts.classes - 1,
        )
        return tr(
            "{seen}; {needed}, this layer has {width:,}.{facts}",
            seen=seen,
            needed=needed,
            width=facts.width,
            facts=_beside_code(facts),
        )
    if math.isnan(facts.nc2):
        return f"{seen}."
    if facts.nc2 > NEAR_ETF:
        return tr("{seen}, which form no simplex ETF.", seen=seen)
    if facts.place == LAST and facts.nc3 <= SELF_DUAL:
        complete = whole and facts.nc1 <= NC1_COLLAPSED and facts.nc4 <= AGREES
        name = tr("Neural collapse: {seen}", seen=lower_first(seen)) if complete else seen
        return tr(
            "{name}, close to a simplex ETF, and the classifiers point along them.", name=name
        )
    return tr("{seen}, close to a simplex ETF.", seen=seen)


def _beside_code(facts: MomentFacts) -> str:
    """Say how near the classifiers are to the best that so few dimensions hold."""
    if math.isnan(facts.gnc2):
        return ""
    here, best = three_digits(facts.gnc2), three_digits(facts.code_gnc2)
    return tr(" GNC2 is {here}; in the {code} it is {best}.", here=here, code=facts.code, best=best)


# Overlap


def _overlap(facts: MomentFacts) -> str:
    """Say which classes overlap, by name where they are few."""
    count, wide, involved = len(facts.shown), facts.mixing.spreading, facts.mixing.involved
    if facts.mixing.together and not wide:
        return _coincidence(facts)
    if len(wide) > MOST_NAMED or len(wide) == count:
        if len(involved) < count:
            return tr(
                "{count:,} of the {count_2:,} classes {facts}overlap with others.",
                count=len(involved),
                count_2=count,
                facts=_seen(facts),
            )
        return tr("{facts} overlap{facts_2}.", facts=_shown(facts), facts_2=_all_of_them(facts))
    names = listed([quoted(facts.shown[place]) for place in wide])
    if set(involved) == set(wide):
        sentence = tr("{names} overlap", names=names)
    else:
        hit = [place for place in involved if place not in wide]
        over = tr("the neighbouring classes")
        if len(hit) <= (1 if len(wide) > 1 else 2):
            over = listed([quoted(facts.shown[place]) for place in hit])
        sentence = tr(
            "{names} {value} over {over}",
            names=names,
            value=tr("spreads") if len(wide) == 1 else tr("spread"),
            over=over,
        )
    others = [place for place in range(count) if place not in wide]
    if not others or max(facts.spreads[place] for place in others) > APART:
        return f"{sentence}."
    if {*facts.mixing.strays, *facts.drawn.strays} & set(others):
        return f"{sentence}."
    if not set(others) & set(involved):
        one = len(others) == 1
        rest = tr("the other stands apart") if one else tr("the others stand apart")
    elif len(others) == 1:  # the very one that is spread over
        return f"{sentence}."
    else:
        rest = tr("the others stand apart from each other")
    return tr("{sentence}; {rest}.", sentence=sentence, rest=rest)


def _coincidence(facts: MomentFacts) -> str:
    """Say whose class means coincide, where nothing else overlaps."""
    together = facts.mixing.together
    same = [place for group in together for place in group]
    if len(together) == 1 and len(same) <= MOST_NAMED:
        who = listed([quoted(facts.shown[place]) for place in same])
        return tr("The class means of {who} coincide.", who=who)
    where = tr("coincide") if len(together) == 1 else tr("coincide with another one")
    some = tr(
        "{count:,} of the {count_2:,} classes {facts}",
        count=len(same),
        count_2=len(facts.shown),
        facts=_seen(facts),
    )
    return tr("The class means of {some}{where}.", some=some, where=where)


def _all_of_them(facts: MomentFacts) -> str:
    count = len(facts.shown)
    return (
        tr(", all {count} of them", count=in_words(count)) if count > 2 and all_shown(facts) else ""
    )


def _of_shadow(facts: MomentFacts) -> str:
    """Say what mixes only in the shadow that is drawn."""
    if facts.drawn == facts.mixing or any(map(math.isinf, facts.spreads)):
        return ""
    mixed = set(facts.mixing.involved)
    more = [place for place in facts.drawn.involved if place not in mixed]
    shadow = tr(
        "In the 3-D {value}",
        value=tr("shadow that is drawn") if facts.dimensions > 3 else tr("picture"),
    )
    also = tr(" as well") if mixed else ""
    if more and len(more) <= MOST_NAMED:
        names = listed([quoted(facts.shown[place]) for place in more])
        return tr(
            "{shadow} {names} {value}{also}.",
            shadow=shadow,
            names=names,
            value=tr("overlaps") if len(more) == 1 else tr("overlap"),
            also=also,
        )
    if more:
        return tr(
            "{shadow} {count:,} {value}classes overlap{also}.",
            shadow=shadow,
            count=len(more),
            value=tr("more ") if also else "",
            also=also,
        )
    if facts.drawn.strays - facts.mixing.strays and not mixed:
        return tr("{shadow} some clouds touch.", shadow=shadow)
    return ""


# Imbalanced classes


def _by_group(facts: MomentFacts) -> str:
    shown = not all_shown(facts)
    said = []
    for few in (False, True):
        places = _of_group(facts, few)
        one = len(places) == 1
        who = _whole_group(few=few, one=one, shown=shown)
        state = _state(facts, places)
        mixed = len(overlapping_of(facts, places))
        if state == "overlapping" and mixed < len(places):
            who, one = _part_of_group(mixed, len(places), few=few, shown=shown), mixed == 1
        said.append(f"{who} {_STATES[state][not one]}")
    return f"{upper_first('; '.join(said))}."


def _whole_group(*, few: bool, one: bool, shown: bool) -> str:
    if few and shown:
        return tr("the minority one shown") if one else tr("the minority ones shown")
    if few:
        return tr("the minority one") if one else tr("the minority classes")
    if shown:
        return tr("the majority class shown") if one else tr("the majority classes shown")
    return tr("the majority class") if one else tr("the majority classes")


def _part_of_group(mixed: int, count: int, *, few: bool, shown: bool) -> str:
    numbers = {"mixed": mixed, "count": count}
    if few and shown:
        return tr("{mixed:,} of the {count:,} minority classes shown", **numbers)
    if few:
        return tr("{mixed:,} of the {count:,} minority classes", **numbers)
    if shown:
        return tr("{mixed:,} of the {count:,} majority classes shown", **numbers)
    return tr("{mixed:,} of the {count:,} majority classes", **numbers)


# What a class, or several, are like.
_STATES = {
    "unknown": (tr("has too few samples to spread"), tr("have too few samples to spread")),
    "one point": (
        tr("has its class mean where another one is"),
        tr("have their class means at one point"),
    ),
    "collapsed": (tr("has collapsed to its class mean"), tr("have collapsed to their class means")),
    "elsewhere": (
        tr("is a point in the picture, but spreads outside it"),
        tr("are points in the picture, but spread outside it"),
    ),
    "apart": (tr("is a tight cloud, well apart"), tr("are tight clouds, well apart")),
    "tight": (tr("is a tight cloud"), tr("are tight clouds")),
    "cloud apart": (tr("is a cloud, well apart"), tr("are clouds, well apart")),
    "cloud": (tr("is a separate cloud"), tr("are separate clouds")),
    "gathering": (tr("gathers about its class mean"), tr("gather about their class means")),
    "too few": (tr("has too few samples to tell"), tr("have too few samples to tell")),
    "overlapping": (tr("overlaps with others"), tr("overlap with others")),
}
# What says that features are at their class means.
_WHOLE = tr("{who} have collapsed to their class means", who="").strip()
_COLLAPSED = (_WHOLE, *_STATES["collapsed"])


def _state(facts: MomentFacts, places: list[int]) -> str:
    known = [facts.spreads[k] for k in places if not math.isnan(facts.spreads[k])]
    if not known:
        return "unknown"
    if all(map(math.isinf, known)):
        return "one point"
    if overlapping_of(facts, places):
        return "overlapping"
    if max(known) <= COLLAPSED:
        wide = facts.widths and worst_of(tuple(facts.widths[k] for k in places)) > WIDE
        return "elsewhere" if wide else "collapsed"
    if are_scant(facts, places):
        return "too few"
    if max(known) > APART:
        return "gathering"
    if max(known) > TIGHT:
        return "cloud apart" if is_apart(facts) else "cloud"
    return "apart" if is_apart(facts) else "tight"


def _groups_differ(facts: MomentFacts) -> bool:
    many, few = (_of_group(facts, few) for few in (False, True))
    return bool(many) and bool(few) and _state(facts, many) != _state(facts, few)


def _of_group(facts: MomentFacts, few: bool) -> list[int]:
    return [place for place, is_few in enumerate(facts.few) if is_few == few]


def _of_few_samples(facts: MomentFacts) -> str:
    """Say how few samples some classes have, whose clouds are spoken of."""
    scant = [count for count in facts.samples if 1 < count < FEW_SAMPLES]
    if not scant or all(map(math.isnan, facts.spreads)):
        return ""
    least, most = min(scant), max(scant)
    counts = f"{least}" if least == most else tr("{least} to {most}", least=least, most=most)
    if len(scant) == len(facts.samples):
        return tr("Only {counts} samples a class are drawn.", counts=counts)
    if len(scant) == sum(facts.few) and all(
        count < FEW_SAMPLES for count, few in zip(facts.samples, facts.few, strict=True) if few
    ):
        return tr("Only {counts} samples a minority class are drawn.", counts=counts)
    which = tr("one class") if len(scant) == 1 else tr("{count:,} classes", count=len(scant))
    return tr("Only {counts} samples of {which} are drawn.", counts=counts, which=which)


# Words


def _shown(facts: MomentFacts) -> str:
    if all_shown(facts):
        return tr("The classes")
    return tr("The {count:,} classes {facts}", count=len(facts.shown), facts=_seen(facts)).rstrip()


def _seen(facts: MomentFacts) -> str:
    if all_shown(facts):
        return ""
    return (
        tr("shown, of {classes:,}, ", classes=facts.classes)
        if facts.classes >= MANY
        else tr("shown ")
    )
