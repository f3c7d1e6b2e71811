"""What is to be seen of a run, in one or two sentences that hold for what is open."""

import math

from ncviz.explorer.cloud_words import say_clouds
from ncviz.explorer.depth_words import STILL_FALLS
from ncviz.explorer.moment_facts import LAST, MomentFacts
from ncviz.language import tr
from ncviz.runs.minority_collapse import MinorityCollapse
from ncviz.wording import listed, lower_first, quoted, three_digits, upper_first

SAMPLING, NEAR = 2.0, 0.1  # standard errors, or part, within which an error is that of chance
LEARNT = 0.1  # training error at which the training samples are known
RISEN, GAP = 0.03, 0.25  # of the test error: above its best, above the training error
FEW_WRONG = 0.05  # of minority samples, from which on their error is named
MOST_NAMED, LETTERS_NAMED = 3, 40
ALONG_SUMS = 0.1  # NC_m


def describe_moment(facts: MomentFacts) -> str:
    """Say what is to be seen.

    Returns
    -------
    str
        One to three sentences. Names of classes stand in quotation marks; words that
        have a card are found by `ncviz.terms`.
    """
    parts = [say_clouds(facts), _sums(facts), _network(facts)]
    if not facts.measured:
        parts.append(tr("The training samples were not measured here."))
    if facts.recorded == 1 and not facts.is_start and not facts.failure:
        parts.append(tr("Only this moment is recorded."))
    return " ".join(part for part in parts if part)


def _sums(facts: MomentFacts) -> str:
    """Say whether samples with two labels lie half-way between those with one."""
    if math.isnan(facts.nc_m) or facts.place != LAST or facts.is_start:
        return ""
    lie = tr("lie") if facts.nc_m <= ALONG_SUMS else tr("do not lie")
    return tr(
        "The means of two labels {lie} along the sums of the class means (NC_m {nc_m}).",
        lie=lie,
        nc_m=three_digits(facts.nc_m),
    )


# What the network does


def _network(facts: MomentFacts) -> str:
    if facts.loss is not None and not math.isfinite(facts.loss):
        return tr("The training has diverged: its loss is no finite number any more.")
    if facts.failure:
        return tr("The run ended early: {failure}.", failure=lower_first(facts.failure.rstrip(".")))
    return _imbalanced(facts) if facts.minority else _learning(facts)


def _learning(facts: MomentFacts) -> str:
    """Say how often the network is right."""
    for said in (_by_chance, _linear, _over_fitting, _terminal):
        if sentence := said(facts):
            return sentence
    return _mistakes(facts)


def _by_chance(facts: MomentFacts) -> str:
    """Compare with who answers without looking: any class, or always the largest one.

    Whoever draws a class at random is wrong in 1 − 1/K of all samples, whatever their sizes;
    whoever always answers the largest class in 1 less its share. A training error is that of
    chance if it lies within `SAMPLING` standard errors of as many draws as there are samples,
    and of few samples within `NEAR` of it.
    """
    chance = 1 - 1 / facts.classes
    largest = chance if math.isnan(facts.largest) else 1 - facts.largest
    above, below = (
        min(SAMPLING * math.sqrt(share * (1 - share) / max(facts.trained_on, 1)), NEAR * share)
        for share in (chance, largest)
    )
    error = facts.train_error
    if not error >= largest - below or error == 0:
        return ""
    if error > chance + above:
        said = tr("Worse than guessing")
    elif not facts.minority or error >= chance - above:
        said = tr("No better than guessing")
    elif error <= largest + below:
        said = tr("No better than always answering the largest class")
    else:
        said = tr("Worse than always answering the largest class")
    return f"{said}: {lower_first(_mistakes(facts))}"


def _imbalanced(facts: MomentFacts) -> str:
    ratio, learning = f"R = {three_digits(facts.imbalance)}", _learning(facts)
    if facts.collapse is None or facts.place != LAST or facts.is_start:
        if learning and learning == _mistakes(facts):
            return tr(
                "Imbalanced, {ratio}: {learning}", ratio=ratio, learning=lower_first(learning)
            )
        return tr("Imbalanced, {ratio}. {learning}", ratio=ratio, learning=learning).rstrip()
    return f"{_of_minority(facts, facts.collapse, ratio)} {learning}".rstrip()


def _of_minority(facts: MomentFacts, found: MinorityCollapse, ratio: str) -> str:
    who = tr("the {classes:,} minority classifiers", classes=found.classes)
    value = tr("mean cosine {cosine}", cosine=three_digits(found.cosine))
    if found.verdict == "apart":
        return tr(
            "Imbalanced, {ratio}, yet {who} stand apart ({value}).",
            ratio=ratio,
            who=who,
            value=value,
        )
    if found.verdict == "shared":
        others = three_digits(found.others)
        return tr(
            "{who} point alike ({value}), but so do all others ({others}).",
            who=upper_first(who),
            value=value,
            others=others,
        )
    if found.is_centred:
        who = tr("{who}, less the mean row of all,", who=who)
        value = tr("mean cosine {centred}", centred=three_digits(found.centred))
    if found.verdict == "collapse":
        return tr(
            "Minority Collapse: {who} point almost the same way ({value}).", who=who, value=value
        )
    if found.verdict == "drawing":
        return tr(
            "{who} draw together ({value}; 1 is Minority Collapse).",
            who=upper_first(who),
            value=value,
        )
    some, names = facts.together, ""
    if len(some) <= MOST_NAMED and sum(map(len, some)) <= LETTERS_NAMED:
        names = f" ({listed([quoted(name) for name in some])})"
    return tr(
        "Minority Collapse of {count:,} of {classes:,} minority classifiers{names}; "
        "{value} of all {classes:,}.",
        count=len(some),
        classes=found.classes,
        names=names,
        value=value,
    )


def _linear(facts: MomentFacts) -> str:
    """Say that a linear network separates no further with depth, where that is so."""
    if not facts.is_linear or facts.is_start or len(facts.fuzziness) < 3:
        return ""
    first, last = facts.fuzziness[1], facts.fuzziness[-1]
    if not last >= STILL_FALLS * first:
        return ""
    values = tr(
        "{first} after layer 1, {last} after the last",
        first=three_digits(first),
        last=three_digits(last),
    )
    fall = tr("do not") if last >= first else tr("hardly")
    return tr(
        "A linear network: deeper layers {fall} lower the separation fuzziness D ({values}).",
        fall=fall,
        values=values,
    )


def _over_fitting(facts: MomentFacts) -> str:
    train, test = facts.train_error, facts.test_error
    # Mistakes in small classes weigh more where all classes are tested alike.
    known = facts.even_error if facts.minority else train
    if not (train <= LEARNT and test >= max(2 * known, known + RISEN)):
        return ""
    said = tr(
        "Over-fitting: training error {train}{facts}, but test error {test}.",
        train=_percent(train),
        facts=_among_minority(facts),
        test=_percent(test),
    )
    if facts.best_test is not None:
        epoch, best, before = facts.best_test
        if test - best >= RISEN and train <= before:
            if facts.minority:
                return said
            rise = tr(
                "the test error has risen from {best} ({epoch})",
                best=_percent(best),
                epoch=facts.counting.named(epoch),
            )
            falls = tr("while the training error is {train}", train=_percent(train))
            return tr(
                "Over-fitting: {rise} to {test}, {falls}.",
                rise=rise,
                test=_percent(test),
                falls=falls,
            )
    return said if test - known >= GAP else ""


def _terminal(facts: MomentFacts) -> str:
    since = facts.terminal_since
    if not since or facts.train_error != 0 or facts.recorded == 1:
        return ""
    rest = (
        ""
        if math.isnan(facts.test_error)
        else tr(", test error {test_error}", test_error=_percent(facts.test_error))
    )
    return tr("Terminal phase: training error 0 {since}{rest}.", since=since, rest=rest)


def _mistakes(facts: MomentFacts) -> str:
    known = [
        tr("{name} error {error}{among}", name=name, error=_percent(error), among=among)
        for name, error, among in (
            (tr("training"), facts.train_error, _among_minority(facts)),
            (tr("test"), facts.test_error, ""),
        )
        if not math.isnan(error)
    ]
    return f"{upper_first(', '.join(known))}." if known else ""


def _among_minority(facts: MomentFacts) -> str:
    """Say where the mistakes are, if the few samples of the minority classes hold many."""
    share = facts.minority_error
    if not facts.minority or not share >= max(2 * facts.train_error, FEW_WRONG):
        return ""
    about = "" if facts.minority_recorded else tr("about ")
    return tr(" (minority classes {about}{share})", about=about, share=_percent(share))


def _percent(share: float) -> str:
    return f"{three_digits(100 * share)}\N{NO-BREAK SPACE}%"
