"""What a value says, in a plain sentence: one function for each kind of number."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from ncviz.counting import EPOCHS, Counting
from ncviz.language import tr
from ncviz.wording import raised, three_digits, upper_first


@dataclass(frozen=True)
class Facts:
    """What must be known beside a value to put it into words; what is unknown is left out.

    Parameters
    ----------
    classes : int
        K; 0 if unknown.
    width : int
        Dimensions of the layer; 0 if unknown.
    directions : int
        In which the class means differ: the rank of their scatter; 0 if unknown.
    of : tuple of str
        Names of the two classes of a cosine, or of the one class of a norm.
    pair : str
        Which two directions a cosine is of, where no names are given.
    what : str
        What a number is of, as in 'class means', 'classifiers', 'minority classifiers'.
    loss : str
        As a recipe names it, 'given' for one that a training loop handed over; '' if unknown.
    samples : str
        Whose number it is, as `Split.samples` says it.
    last : int
        The number of the last epoch; 0 if unknown.
    counting : Counting
        What a run's numbers count.
    recorded : tuple of int
        The numbers of its recorded moments; empty if unknown.
    absent : str
        Why there is no value, where it is known; a sentence.
    imbalance : float
        R, the size of the largest class over that of the smallest; 1 if unknown.
    apart : float
        Where classes differ in size: root mean square distance between two class means over that
        between two samples of a class, all classes counted alike; NaN if unknown.
    coinciding : tuple of str
        Names of classes that share their class mean with another one, as far as can be told.
    """

    classes: int = 0
    width: int = 0
    directions: int = 0
    of: tuple[str, ...] = ()
    pair: str = tr("Two class means")
    what: str = tr("class means")
    loss: str = "cross_entropy"
    samples: str = tr("training samples")
    last: int = 0
    imbalance: float = 1.0
    apart: float = math.nan
    coinciding: tuple[str, ...] = ()
    counting: Counting = EPOCHS
    recorded: tuple[int, ...] = ()
    absent: str = ""

    @property
    def is_crowded(self) -> bool:
        """Whether no simplex ETF of the classes fits into the layer, as far as is known."""
        return 0 < self.width < self.classes - 1


NO_LENGTH = tr("There is no value here: a vector of length 0 has no direction.")
NO_CLASSIFIER = tr(
    "There is no value here: it belongs to the last layer, with a recorded classifier."
)

Words = Callable[[float, Facts], str]
NOTHING = Facts()


def two_digits(value: float) -> str:
    """Return a number as one says it: two significant digits, '37' or '0.042'."""
    if not math.isfinite(value):
        return three_digits(value)
    if value != 0 and not 1e-3 <= abs(value) < 1e6:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}·10{raised(int(exponent))}".replace("-", "−")
    shown = float(f"{value:.2g}")
    text = f"{shown:,.0f}" if abs(shown) >= 10 or shown == round(shown) else f"{shown:.2g}"
    return text.replace("-", "−")


def percent(share: float) -> str:
    """Return a share as a percentage: '42 %', '0.53 %'; never a rounded 0 or 100."""
    value = 100 * share
    if 99 <= value < 100:
        text = f"{value:.3g}"
        return tr("{words} %", words=text if float(text) < 100 else tr("more than 99.9"))
    return f"{two_digits(value)} %"


def times(factor: float) -> str:
    """Return a factor of at least 1 as one says it: '37 times', '1.3 times', '1.004 times'."""
    digits = two_digits(factor)
    if digits == "1" and factor > 1 + 1e-6:
        digits = f"{factor:.{math.ceil(-math.log10(factor - 1))}f}"
    return tr("{digits} times", digits=digits)


def ordinary(words: Words, undefined: str, infinite: str = "") -> Words:
    """Return what says something of each finite value, and of what is none.

    Parameters
    ----------
    words : callable
        Of finite values.
    undefined, infinite : str
        Sentences for NaN and for ±∞; without the second one, ∞ is undefined too.
    """

    def say(value: float, facts: Facts) -> str:
        if math.isnan(value) or (math.isinf(value) and not infinite):
            return undefined
        return infinite if math.isinf(value) else words(value, facts)

    return say


# Neural collapse


def cosine(value: float, facts: Facts) -> str:
    """Say which angle a cosine is, beside that of a simplex ETF."""
    angle = math.degrees(math.acos(min(max(value, -1.0), 1.0)))
    pair = (
        tr("{of} and {of_2}", of=facts.of[0], of_2=facts.of[1])
        if len(facts.of) == 2
        else facts.pair
    )
    if value >= 1 - 1e-6:
        return tr("{pair} point in the same direction.", pair=pair)
    ideal = ""
    if facts.classes > 1 and not facts.is_crowded:
        best = math.degrees(math.acos(-1 / (facts.classes - 1)))
        ideal = tr(
            "; in a simplex ETF of {classes} classes it is {best:.1f}°",
            classes=facts.classes,
            best=best,
        )
    return tr("{pair} stand {angle:.1f}° apart{ideal}.", pair=pair, angle=angle, ideal=ideal)


def minority_cosine(value: float, facts: Facts) -> str:
    """Say how near the minority classifiers are to each other."""
    if value >= 1 - 1e-6:
        return tr(
            "The minority classifiers point in one direction: Minority Collapse, where those of "
            "the majority stay apart."
        )
    angle = math.degrees(math.acos(max(value, -1.0)))
    ideal = (
        tr("; equal classes would have {classes:.3g}", classes=-1 / (facts.classes - 1))
        if facts.classes > 1
        else ""
    )
    ideal = ideal.replace("-", "−")
    return tr(
        "A mean cosine of {value} is an angle of {angle:.0f}° between two "
        "minority classifiers{ideal}, and Minority Collapse 1.",
        value=three_digits(value),
        angle=angle,
        ideal=ideal,
    )


def relative_norm(value: float, facts: Facts) -> str:
    """Say how long a class mean or a classifier row is against the average."""
    whose = tr("The {what} of {of}", what=facts.what, of=facts.of[0]) if facts.of else tr("It")
    if abs(value - 1) < 5e-3:
        return tr("{whose} is as long as the average of all classes.", whose=whose)
    share = tr("{value} of", value=percent(value)) if value < 1 else times(value)
    return tr("{whose} has {share} the average length of all classes.", whose=whose, share=share)


# Training


def loss(value: float, facts: Facts) -> str:
    """Say which probability a cross-entropy is; other losses are only named."""
    if facts.loss == "cross_entropy" and value >= 0:
        chance = math.exp(-value)
        chance_words = percent(chance) if chance > 1e-6 else tr("almost 0")
        guess = (
            tr(
                " Guessing among {classes} classes would give a loss of {classes_2}.",
                classes=facts.classes,
                classes_2=two_digits(math.log(facts.classes)),
            )
            if facts.classes > 1
            else ""
        )
        return tr(
            "The right class gets a probability of {chance_words}, as a geometric mean over "
            "the {samples}.{guess}",
            chance_words=chance_words,
            samples=facts.samples,
            guess=guess,
        )
    if facts.loss == "given":
        return tr(
            "The loss that the training loop handed over, as it was: of its own kind, and of the "
            "samples it was taken from."
        )
    if not facts.loss:
        return tr("The loss as it was recorded; the run does not say of which kind it is.")
    return tr(
        "The mean over the {samples} of the loss that the recipe names.", samples=facts.samples
    )


def error(value: float, facts: Facts) -> str:
    """Say how many samples are taken for another class."""
    if value <= 0:
        return tr("None of the {samples} is mistaken for another class.", samples=facts.samples)
    return tr(
        "{value} of the {samples} are mistaken for another class.",
        value=percent(value),
        samples=facts.samples,
    )


def epoch(value: float, facts: Facts) -> str:
    """Say what an epoch is, or a step, or whatever a run counts."""
    counting = facts.counting
    moment = upper_first(counting.named(value))
    if counting.unit not in ("epoch", "step"):
        return tr(
            "{moment} in their order: the run does not say after how much training.", moment=moment
        )
    if value == 0:
        return tr("{moment} is where the run begins to count.", moment=moment)
    of = tr(" of {last}", last=counting.digits(facts.last)) if facts.last >= value else ""
    one, many = ("pass", "passes") if counting.unit == "epoch" else ("step", "steps")
    after = f"{counting.digits(value)} {one if counting.value(value) == 1 else many}"
    through = (
        tr(" through the training data") if counting.unit == "epoch" else tr(" of the training")
    )
    return tr(
        "{moment}{of}: after {after}{through}, by the run's own count.",
        moment=moment,
        of=of,
        after=after,
        through=through,
    )


def terminal_phase(value: float, facts: Facts) -> str:
    """Say from when on nothing in the training data is mistaken any more."""
    moment = facts.counting.named(value)
    if facts.recorded and facts.counting.skips_before(value, facts.recorded):
        return tr(
            "By {moment} at the latest the training error stays 0, as far as it was recorded.",
            moment=moment,
        )
    return tr(
        "From {moment} on the training error stays 0, as far as it was recorded.", moment=moment
    )


# Models of the Theory room


def imbalance(value: float, _facts: Facts) -> str:
    """Say how much larger the largest class is."""
    if value == 1:
        return tr("All classes have equally many samples.")
    return tr("The largest class has {value} as many samples as the smallest.", value=times(value))


def critical_ratio(value: float, _facts: Facts) -> str:
    """Say what happens at R₀."""
    return tr(
        "Once a majority class has {value} as many samples as a minority class, the best "
        "classifiers of all minority classes are one and the same.",
        value=times(value),
    )
