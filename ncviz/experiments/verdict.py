"""Our numbers beside the published ones, and what follows."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ncviz.experiments.experiment import (
    ABOUT,
    AT_LEAST,
    AT_MOST,
    FALLS,
    GEOMETRIC,
    LARGER,
    OF_ANOTHER,
    OF_MANY,
    SMALL,
    SMALLER,
    STAYS,
    STRAIGHT,
    TURNS,
    VARIANTS,
    Expected,
    Experiment,
)
from ncviz.experiments.results import Numbers, Result
from ncviz.language import tr
from ncviz.wording import correlation, three_digits

REPRODUCED, PARTLY, NOT_REPRODUCED = (
    tr("reproduced"),
    tr("reproduced in part"),
    tr("not reproduced"),
)
DIVERGED, NOT_RUN = tr("diverged"), tr("not run")
VERDICTS = REPRODUCED, PARTLY, NOT_REPRODUCED, DIVERGED, NOT_RUN
Of = Mapping[str, Mapping[int, Result]]  # by variant and seed


@dataclass(frozen=True)
class Ours:
    """What ncviz found of an expected number.

    Parameters
    ----------
    values : tuple of float
        A seed each; of what falls or rises, where it ends; NaN where there is none.
    other : float
        The median of the variant that it is compared with; NaN where there is none.
    path : tuple of float
        Medians over variants, layers or epochs; empty for one number.
    holds : bool
    among : int
        Of how many variants `values` says the number in which it holds; 0 where it is of one.
    correlation : float
        Of what is to lie on a line, with the place in the path; NaN of all else.
    """

    values: tuple[float, ...]
    other: float
    path: tuple[float, ...]
    holds: bool
    among: int = 0
    correlation: float = math.nan

    @property
    def median(self) -> float:
        """Return the median over the seeds."""
        return _median(self.values)

    @property
    def words(self) -> str:
        """Return it for people: the median, and the spread where there are several seeds."""
        if self.among:
            return tr("{median:g} of {among}", median=self.median, among=self.among)
        said = _said(self.median)
        if len(self.path) > 1:
            said = _path_in_words(self.path)
        elif len(self.values) > 1:
            low, high = min(self.values), max(self.values)
            said += "" if low == high else f" ({_said(low)} … {_said(high)})"
        if not math.isnan(self.correlation):
            said += f"; r = {correlation(self.correlation)}"
        return (
            said
            if math.isnan(self.other)
            else tr("{said} beside {other}", said=said, other=_said(self.other))
        )


@dataclass(frozen=True)
class Outcome:
    """An experiment in one form with what came out.

    Parameters
    ----------
    experiment : Experiment
    form : str
    seeds : tuple of int
        With which every variant is done.
    ours : tuple of Ours
        One for each of what is expected; empty where nothing is done.
    seconds : float, optional
        Of the processor, for all variants, the median over the seeds; None if unknown.
    failure : str
        Why a variant has no numbers.
    found : mapping of str to mapping of str to tuple
        By reading and variant, what was found with each of the seeds.
    """

    experiment: Experiment
    form: str
    seeds: tuple[int, ...] = ()
    ours: tuple[Ours, ...] = ()
    seconds: float | None = None
    failure: str = ""
    found: Mapping[str, Mapping[str, tuple[Numbers, ...]]] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """Return it in a word or two."""
        if self.failure:
            return DIVERGED
        if not self.ours:
            return NOT_RUN
        held = [each.holds for each in self.ours]
        return REPRODUCED if all(held) else PARTLY if any(held) else NOT_REPRODUCED

    @property
    def reason(self) -> str:
        """Return why not all of it holds, as far as known; of the small form alone."""
        told = self.verdict in (PARTLY, NOT_REPRODUCED) and self.form == SMALL
        return self.experiment.differs if told else ""

    def plain(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        e = self.experiment
        return {
            "name": e.name,
            "group": e.group,
            "title": e.title,
            "claim": e.claim,
            "source": e.source.words,
            "form": self.form,
            "expected": [
                {"number": e.words_of(x), "published": x.published, "wanted": x.wanted}
                for x in e.expected
            ],
            "ours": [
                {
                    "median": _finite(o.median),
                    "low": _finite(min(o.values)),
                    "high": _finite(max(o.values)),
                    "other": _finite(o.other),
                    "path": [_finite(value) for value in o.path],
                    "holds": o.holds,
                    "words": o.words,
                }
                for o in self.ours
            ],
            "verdict": self.verdict,
            "reason": self.reason,
            "failure": self.failure,
            "seeds": len(self.seeds),
            "seconds": self.seconds,
        }


def outcome_of(experiment: Experiment, results: Sequence[Result], form: str = SMALL) -> Outcome:
    """Lay what was measured of an experiment beside what was published.

    Parameters
    ----------
    experiment : Experiment
    results : sequence of Result
        `current_results`.
    form : str
    """
    done: dict[str, dict[int, Result]] = {each.name: {} for each in experiment.variants}
    for result in results:
        if result.form == form and result.finished and result.variant in done:
            done[result.variant][result.seed] = result
    failed = [r.failure for of in done.values() for r in of.values() if r.failure]
    if failed:
        return Outcome(experiment, form, failure=failed[0])
    readings = {each.reading for each in experiment.expected}
    seeds = tuple(
        seed
        for seed in sorted(set.intersection(*(set(of) for of in done.values())))
        if all(readings <= of[seed].numbers.keys() for of in done.values())
    )
    if not seeds:
        return Outcome(experiment, form)
    ours = tuple(_ours(each, experiment, done, seeds) for each in experiment.expected)
    taken = [[of[seed].seconds for of in done.values()] for seed in seeds]
    known = [sum(s for s in parts if s is not None) for parts in taken if None not in parts]
    found = {
        reading: {
            variant: tuple(of[seed].numbers[reading] for seed in seeds)
            for variant, of in done.items()
        }
        for reading in readings
    }
    seconds = statistics.median(known) if known else None
    return Outcome(experiment, form, seeds, ours, seconds, found=found)


def _ours(expected: Expected, experiment: Experiment, done: Of, seeds: tuple[int, ...]) -> Ours:
    first = experiment.variants[0].name

    def found(variant: str) -> list[Numbers]:
        return [done[variant][seed].numbers[expected.reading] for seed in seeds]

    if expected.relation in OF_MANY:
        if expected.over == VARIANTS:
            columns = zip(
                *(map(_single, found(each.name)) for each in experiment.variants), strict=True
            )
            paths = [tuple(column) for column in columns]
        else:
            paths = [v if isinstance(v, tuple) else (v,) for v in found(expected.variant or first)]
        path = tuple(map(_median, zip(*paths, strict=False)))
        ends, line = tuple(each[-1] for each in paths), math.nan
        if expected.relation in STRAIGHT:
            line = _straightness(path, logarithmic=expected.relation == GEOMETRIC)
            holds = abs(line) >= (expected.value or 0.0)  # not of NaN
        else:
            holds = _goes(expected, path)
        return Ours(ends, math.nan, path, holds, correlation=line)
    if expected.count:
        medians = [_median(tuple(map(_single, found(each.name)))) for each in experiment.variants]
        held = sum(_holds(expected, each, math.nan) for each in medians)
        return Ours((float(held),), math.nan, (), held >= expected.count, len(medians))
    values = tuple(map(_single, found(expected.variant or first)))
    other = math.nan
    if expected.relation in OF_ANOTHER:
        other = _median(tuple(map(_single, found(expected.than))))
    return Ours(values, other, (), _holds(expected, _median(values), other))


def _holds(expected: Expected, ours: float, other: float) -> bool:
    value, times = expected.value or 0.0, expected.factor * other
    # Whatever is compared with NaN does not hold.
    return {
        ABOUT: abs(ours - value) <= expected.tolerance,
        AT_LEAST: ours >= value,
        AT_MOST: ours <= value,
        SMALLER: ours < times,
        LARGER: ours > times,
    }[expected.relation]


def _goes(expected: Expected, path: Sequence[float]) -> bool:
    """Tell whether numbers fall or rise, but for small steps back, or stay."""
    if len(path) < 2 or not all(map(math.isfinite, path)):
        return False
    if expected.relation == STAYS:
        return max(path) - min(path) <= expected.tolerance * abs(path[0])
    if expected.relation == TURNS:
        least = min(path)
        return all(end > least + expected.tolerance * abs(least) for end in (path[0], path[-1]))
    sign = -1 if expected.relation == FALLS else 1
    steps = pairwise(path)
    return sign * (path[-1] - path[0]) > 0 and all(
        sign * (after - before) >= -expected.tolerance * abs(before) for before, after in steps
    )


def _straightness(path: Sequence[float], *, logarithmic: bool) -> float:
    """Return the correlation of numbers, or of their logarithms, with their place."""
    if len(path) < 3 or not all(map(math.isfinite, path)) or (logarithmic and min(path) <= 0):
        return math.nan
    heights = list(map(math.log, path)) if logarithmic else path
    if min(heights) == max(heights):
        return math.nan
    return statistics.correlation(range(len(path)), heights)


def _said(value: float) -> str:
    """Return three digits; just below 1, as of a correlation, that would be 1, four decimals."""
    return correlation(value) if 0.9 < abs(value) < 1 else three_digits(value)


def _single(value: Numbers) -> float:
    return math.nan if isinstance(value, tuple) else value


def _median(values: Sequence[float]) -> float:
    return math.nan if any(map(math.isnan, values)) else statistics.median(values)


def _path_in_words(path: Sequence[float], most: int = 9) -> str:
    """Return a path, its middle left out where it is long, which is seen."""
    words = list(map(_said, path))
    if len(words) > most:
        words = [*words[: most // 2], "…", *words[-(most // 2) :]]
    return " → ".join(words)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
