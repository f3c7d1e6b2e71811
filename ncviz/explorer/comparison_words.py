"""Two runs compared in a sentence, and what each of their numbers means."""

import math

from ncviz.language import tr
from ncviz.runs.minority_collapse import DRAWN_TOGETHER, MinorityCollapse
from ncviz.runs.splits import TEST, TRAIN
from ncviz.wording import listed, three_digits

SIDES = tr("left"), tr("right")
MINORITY = tr("Minority cosine")
# Shares of mistakes, each of a split.
ERRORS = {tr("Training error"): TRAIN, tr("Test error"): TEST}
NUMBERS = {
    tr("Training error"): tr(
        "The share of training samples that the network takes for another class."
    ),
    tr("Test error"): tr("The share of held-out samples that the network takes for another class."),
    "D": tr(
        "Separation fuzziness of this layer: how far samples of a class spread, measured "
        "against the gaps between the class means (He & Su 2023)."
    ),
    "ρ": tr("The factor by which D falls from layer to layer, by the fitted law (He & Su 2023)."),
    "r": tr("Pearson correlation of log D with the layer: −1 is a perfect law."),
    "NC1": tr(
        "Spread within classes against spread between them; 0 at collapse (Papyan et al. 2020)."
    ),
    "NC2 norms": tr("How unequal the lengths of the class means are; 0 in a simplex ETF."),
    "NC2 angles": tr("How far the angles between class means are from those of a simplex ETF."),
    "NC3": tr(
        "Distance between classifier and class means, both scaled to length 1; 0 at collapse."
    ),
    MINORITY: tr(
        "Mean cosine between the classifiers of the minority classes; "
        "1 is Minority Collapse (Fang et al. 2021)."
    ),
}
# Keys of `ncviz.concepts.CONCEPTS`.
CONCEPT_OF = {
    **{name: name for name in NUMBERS},
    **dict.fromkeys(ERRORS, "error"),
    "ρ": "rho",
    MINORITY: "minority cosine",
}


# What a run lacks to have a minority cosine, by the number of its minority classes.
_MISSING = (
    tr("no minority classes to compare"),
    tr("one minority class only"),
    tr("no classifier recorded"),
)


def compare_cosines(
    first: float | None,
    second: float | None,
    balanced: tuple[bool, bool] = (False, False),
    minority: tuple[int, int] = (0, 0),
    collapse: tuple[MinorityCollapse | None, MinorityCollapse | None] = (None, None),
    unlike: str = "",
) -> str:
    """Say which run is nearer to Minority Collapse.

    Parameters
    ----------
    first, second : float or None
        Mean cosine between the minority classifiers of each; at most one is None.
    balanced : tuple of 2 bool
        Whether a run is balanced, so that its number is of the classes that
        are few in the other.
    minority : tuple of 2 int
        Minority classes of each, to say why a cosine is missing.
    collapse : tuple of 2 MinorityCollapse or None
        What the mean of all pairs does not tell of each.
    unlike : str
        Why neither run is to be judged by the other, see `why_unlike`; empty for no reason.
    """
    if first is None or second is None:
        side, other = reversed(SIDES) if first is None else SIDES
        cosine = second if first is None else first
        lacks = _MISSING[min(minority[0] if first is None else minority[1], 2)]
        return tr(
            "The minority classifiers on the {side} stand at a mean cosine of "
            "{cosine}; the run on the {other} has {lacks}."
            "{collapse}",
            side=side,
            cosine=three_digits(cosine),
            other=other,
            lacks=lacks,
            collapse=_beyond_the_mean(collapse),
        )
    sides = (
        tr(
            "{number} {value}on the {side}",
            number=three_digits(number),
            value=tr("for the same classes ") if same else "",
            side=side,
        )
        for number, same, side in zip((first, second), balanced, SIDES, strict=True)
    )
    words = ", ".join(sides)
    nearer = SIDES[first <= second]
    beyond = _beyond_the_mean(collapse)
    if any(found is not None and found.verdict == "shared" for found in collapse):
        return tr(
            "Mean cosine between minority classifiers: {words}.{beyond}", words=words, beyond=beyond
        )
    if three_digits(first) == three_digits(second):
        return tr(
            "Mean cosine between minority classifiers: {words}, alike.{beyond}",
            words=words,
            beyond=beyond,
        )
    if max(first, second) < DRAWN_TOGETHER:
        far = "" if beyond else tr(": both far from Minority Collapse")
        return tr(
            "Mean cosine between minority classifiers: {words}{far}.{beyond}",
            words=words,
            far=far,
            beyond=beyond,
        )
    if unlike:
        return tr(
            "Mean cosine between minority classifiers: {words}; {unlike}.{beyond}",
            words=words,
            unlike=unlike,
            beyond=beyond,
        )
    return tr(
        "Mean cosine between minority classifiers: {words}: "
        "the {nearer} run is nearer to Minority Collapse.{beyond}",
        words=words,
        nearer=nearer,
        beyond=beyond,
    )


def _beyond_the_mean(
    collapse: tuple[MinorityCollapse | None, MinorityCollapse | None],
) -> str:
    """Say where some classes have fallen together, or all classifiers point alike."""
    said = ""
    for found, side in zip(collapse, SIDES, strict=True):
        if found is None:
            continue
        if found.verdict == "part":
            some = tr(
                "{count:,} of the {classes:,} have fallen together",
                count=len(found.together),
                classes=found.classes,
            )
            said += tr(" On the {side} {some}.", side=side, some=some)
        elif found.verdict == "shared":
            others = tr("mean cosine {others}", others=three_digits(found.others))
            said += tr(
                " On the {side} all other pairs of classifiers are alike, too ({others}).",
                side=side,
                others=others,
            )
    return said


def compare_fuzziness(
    fuzziness: tuple[float | None, float | None],
    nc1: tuple[float | None, float | None],
    coinciding: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    unlike: str = "",
) -> str:
    """Say which run separates the classes better, by D or, where D is not known, by NC1.

    Parameters
    ----------
    fuzziness, nc1 : tuple of 2
        Of both runs at the layer that is seen.
    coinciding : tuple of 2 tuples of str
        Names of the classes of each that share their mean with another one: however small D
        is, nothing separates these.
    unlike : str
        Why neither run is to be judged by the other; empty for no reason.
    """
    for name, (left, right) in (("D", fuzziness), ("NC1", nc1)):
        if left is None or right is None or not (0 <= left < 1e300 and 0 <= right < 1e300):
            continue
        words = tr(
            "{name} is {left} on the left and {right} on the right",
            name=name,
            left=three_digits(left),
            right=three_digits(right),
        )
        if any(coinciding):
            return tr(
                "{words}, but {coinciding}.", words=words, coinciding=_where_coinciding(coinciding)
            )
        if unlike:
            return f"{words}; {unlike}."
        if three_digits(left) == three_digits(right):
            return tr(
                "{words}: this layer separates the classes equally well in both runs.", words=words
            )
        better = SIDES[left >= right]
        return tr(
            "{words}: this layer separates the classes better in the {better} run.",
            words=words,
            better=better,
        )
    return tr("The class means coincide in one of the runs: there is nothing to compare yet.")


def _where_coinciding(coinciding: tuple[tuple[str, ...], tuple[str, ...]]) -> str:
    """Say which class means coincide, and on which side."""
    sides = [
        tr(
            "on the {side} the means of {names} each coincide with that of another class",
            side=side,
            names=listed(names),
        )
        for names, side in zip(coinciding, SIDES, strict=True)
        if names
    ]
    return tr(" and ").join(sides)


def compare_spreads(first: tuple[float, ...], second: tuple[float, ...], unlike: str = "") -> str:
    """Say in which run the classes shown lie farther apart, as it is drawn.

    Parameters
    ----------
    first, second : tuple of float
        See `ncviz.explorer.class_spreads.class_spreads`.
    unlike : str
        Why neither run is to be judged by the other; empty for no reason.
    """
    known = [[spread for spread in side if not math.isnan(spread)] for side in (first, second)]
    if not all(known):
        return tr(
            "One of the runs has too few samples in the classes shown to compare their spread."
        )
    left, right = (max(side) for side in known)
    if math.isinf(left) or math.isinf(right):
        both = math.isinf(left) and math.isinf(right)
        where = (
            tr("in both runs")
            if both
            else tr("on the {value}", value=tr("left") if math.isinf(left) else tr("right"))
        )
        return tr(
            "Class means coincide {where}: the picture does not tell these classes apart.",
            where=where,
        )
    words = tr(
        "Widest spread of a class over the gap to the next class mean: "
        "{left} on the left, {right} on the right",
        left=three_digits(left),
        right=three_digits(right),
    )
    if three_digits(left) == three_digits(right):
        return f"{words}."
    if unlike:
        return f"{words}; {unlike}."
    better = SIDES[left >= right]
    return tr(
        "{words}; the classes shown lie farther apart in the {better} run.",
        words=words,
        better=better,
    )
