"""What is to be seen of a run, in one or two sentences that hold for what is open."""

import math

from ncviz.explorer.cloud_words import say_clouds
from ncviz.explorer.moment_facts import LAST, MomentFacts
from ncviz.wording import lower_first, three_digits, upper_first

ONE_DIRECTION, DRAWN_TOGETHER = 0.9, 0.5  # minority cosines
GUESSING = 0.9  # of the share of mistakes that chance makes
RISEN, GAP = 0.03, 0.25  # of the test error: above its best, above the training error
STILL_FALLS = 0.8  # D of the last layer over that of the first hidden one
STRAIGHT = -0.97  # Pearson correlation of log D with the layer, to the eye


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
    parts = [say_clouds(facts), _network(facts)]
    if not facts.measured:
        parts.append("The training samples were not measured here.")
    if facts.recorded == 1 and not facts.is_start and not facts.failure:
        parts.append("Only this moment is recorded.")
    return " ".join(part for part in parts if part)


# What the network does


def _network(facts: MomentFacts) -> str:
    if facts.loss is not None and not math.isfinite(facts.loss):
        return "The training has diverged: its loss is no finite number any more."
    if facts.failure:
        return f"The run ended early: {lower_first(facts.failure.rstrip('.'))}."
    if facts.minority:
        return _imbalanced(facts)
    chance = 1 - 1 / facts.classes
    if facts.train_error >= GUESSING * chance:
        return f"The network guesses: {lower_first(_mistakes(facts))}"
    return _linear(facts) or _over_fitting(facts) or _terminal(facts) or _mistakes(facts)


def _imbalanced(facts: MomentFacts) -> str:
    cosine, mistakes = facts.minority_cosine, _mistakes(facts)
    ratio = f"R = {three_digits(facts.imbalance)}"
    if math.isnan(cosine) or facts.place != LAST or facts.is_start:
        return f"Imbalanced, {ratio}{f': {lower_first(mistakes)}' if mistakes else '.'}"
    value = f"mean cosine {three_digits(cosine)}"
    who = f"the {facts.minority:,} minority classifiers"
    if cosine >= ONE_DIRECTION:
        said = f"Minority Collapse: {who} point almost the same way ({value})."
    elif cosine >= DRAWN_TOGETHER:
        said = f"{upper_first(who)} draw together ({value}; 1 is Minority Collapse)."
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
    return f"{upper_first(', '.join(known))}." if known else ""


def _percent(share: float) -> str:
    return f"{three_digits(100 * share)}\N{NO-BREAK SPACE}%"
