"""Two runs compared in a sentence, and what each of their numbers means."""

import math

from ncviz.runs.minority_collapse import DRAWN_TOGETHER, MinorityCollapse
from ncviz.runs.splits import TEST, TRAIN
from ncviz.wording import listed, three_digits

MINORITY = "Minority cosine"
# Shares of mistakes, each of a split.
ERRORS = {"Training error": TRAIN, "Test error": TEST}
NUMBERS = {
    "Training error": "The share of training samples that the network takes for another class.",
    "Test error": "The share of held-out samples that the network takes for another class.",
    "D": "Separation fuzziness of this layer: how far samples of a class spread, measured "
    "against the gaps between the class means (He & Su 2023).",
    "ρ": "The factor by which D falls from layer to layer, by the fitted law (He & Su 2023).",
    "r": "Pearson correlation of log D with the layer: −1 is a perfect law.",
    "NC1": "Spread within classes against spread between them; 0 at collapse (Papyan et al. 2020).",
    "NC2 norms": "How unequal the lengths of the class means are; 0 in a simplex ETF.",
    "NC2 angles": "How far the angles between class means are from those of a simplex ETF.",
    "NC3": "Distance between classifier and class means, both scaled to length 1; 0 at collapse.",
    MINORITY: "Mean cosine between the classifiers of the minority classes; "
    "1 is Minority Collapse (Fang et al. 2021).",
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
    "no minority classes to compare",
    "one minority class only",
    "no classifier recorded",
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
        side, other = ("right", "left") if first is None else ("left", "right")
        cosine = second if first is None else first
        lacks = _MISSING[min(minority[0] if first is None else minority[1], 2)]
        return (
            f"The minority classifiers on the {side} stand at a mean cosine of "
            f"{three_digits(cosine)}; the run on the {other} has {lacks}."
            f"{_beyond_the_mean(collapse)}"
        )
    sides = (
        f"{three_digits(number)} {'for the same classes ' if same else ''}on the {side}"
        for number, same, side in zip((first, second), balanced, ("left", "right"), strict=True)
    )
    words = ", ".join(sides)
    nearer = "left" if first > second else "right"
    beyond = _beyond_the_mean(collapse)
    if any(found is not None and found.verdict == "shared" for found in collapse):
        return f"Mean cosine between minority classifiers: {words}.{beyond}"
    if three_digits(first) == three_digits(second):
        return f"Mean cosine between minority classifiers: {words}, alike.{beyond}"
    if max(first, second) < DRAWN_TOGETHER:
        far = "" if beyond else ": both far from Minority Collapse"
        return f"Mean cosine between minority classifiers: {words}{far}.{beyond}"
    if unlike:
        return f"Mean cosine between minority classifiers: {words}; {unlike}.{beyond}"
    return (
        f"Mean cosine between minority classifiers: {words}: "
        f"the {nearer} run is nearer to Minority Collapse.{beyond}"
    )


def _beyond_the_mean(
    collapse: tuple[MinorityCollapse | None, MinorityCollapse | None],
) -> str:
    """Say where some classes have fallen together, or all classifiers point alike."""
    said = ""
    for found, side in zip(collapse, ("left", "right"), strict=True):
        if found is None:
            continue
        if found.verdict == "part":
            some = f"{len(found.together):,} of the {found.classes:,} have fallen together"
            said += f" On the {side} {some}."
        elif found.verdict == "shared":
            others = f"mean cosine {three_digits(found.others)}"
            said += f" On the {side} all other pairs of classifiers are alike, too ({others})."
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
        words = f"{name} is {three_digits(left)} on the left and {three_digits(right)} on the right"
        if any(coinciding):
            return f"{words}, but {_where_coinciding(coinciding)}."
        if unlike:
            return f"{words}; {unlike}."
        if three_digits(left) == three_digits(right):
            return f"{words}: this layer separates the classes equally well in both runs."
        better = "left" if left < right else "right"
        return f"{words}: this layer separates the classes better in the {better} run."
    return "The class means coincide in one of the runs: there is nothing to compare yet."


def _where_coinciding(coinciding: tuple[tuple[str, ...], tuple[str, ...]]) -> str:
    """Say which class means coincide, and on which side."""
    sides = [
        f"on the {side} the means of {listed(names)} each coincide with that of another class"
        for names, side in zip(coinciding, ("left", "right"), strict=True)
        if names
    ]
    return " and ".join(sides)


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
        return "One of the runs has too few samples in the classes shown to compare their spread."
    left, right = (max(side) for side in known)
    if math.isinf(left) or math.isinf(right):
        both = math.isinf(left) and math.isinf(right)
        where = "in both runs" if both else f"on the {'left' if math.isinf(left) else 'right'}"
        return f"Class means coincide {where}: the picture does not tell these classes apart."
    words = (
        "Widest spread of a class over the gap to the next class mean: "
        f"{three_digits(left)} on the left, {three_digits(right)} on the right"
    )
    if three_digits(left) == three_digits(right):
        return f"{words}."
    if unlike:
        return f"{words}; {unlike}."
    better = "left" if left < right else "right"
    return f"{words}; the classes shown lie farther apart in the {better} run."
