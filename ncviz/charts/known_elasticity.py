"""What is known so far of a run's local elasticity, from the mean logits of its moments."""

from dataclasses import dataclass

import numpy as np

from ncviz.charts.applies import Condition
from ncviz.charts.numbers import Floats, Measure, Numbers
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.metrics.elasticity import lacks_elasticity, steps_of
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.mean_logits import MOST, error_of_separation, mean_logits
from ncviz.runs.run import Run
from ncviz.theory.le_sde_estimates import FEWEST, Elasticity

MANY = 300_000  # logits of which not every moment that comes is a reason to begin anew

has_elasticity = Condition(
    lambda run: not lacks_elasticity(run),
    tr(
        "It takes the mean logits of {most} classes at most at {fewest} moments or more: a "
        "recorded classifier with a row for each class, each of which has samples, and epochs or "
        "steps.",
        most=MOST,
        fewest=FEWEST,
    ),
)


@dataclass(frozen=True, eq=False)
class LogitsAt:
    """Mean logits at a moment, the standard error of S at most, or why there are none."""

    mean: Floats | None = None
    error: float = 0.0
    absent: str = ""


def _logits(run: Run, epoch: int, split: str) -> LogitsAt:
    place = LayerAt(run, epoch, len(run.manifest.layers) - 1, split)
    try:
        if run.manifest.classes > MOST:
            raise AbsentError(has_elasticity.otherwise)
        return LogitsAt(mean_logits(place), error_of_separation(place))
    except AbsentError as absent:
        return LogitsAt(absent=str(absent))


LOGITS = Measure(
    tr("mean logits"),
    _logits,
    lambda run: 1e-4 + 1e-9 * min(run.manifest.classes, MOST) ** 2 * run.manifest.layers[-1].width,
)


@dataclass(frozen=True, eq=False)
class KnownElasticity:
    """What is known so far, and at which of a run's epochs."""

    found: Elasticity
    rows: tuple[int, ...]
    unit: str

    def spread_out(self, values: Floats, count: int, *, head: bool = False) -> Floats:
        """Return values of the known moments at all epochs: from where they are certain, or before.

        Parameters
        ----------
        values : array, shape (T,)
        count : int
            Of all epochs.
        head : bool
            Those up to the first certain one, in place of those from there on.
        """
        first = self.found.first or 0
        part = slice(0, first + 1) if head else slice(first, None)
        whole = np.full(count, np.nan)
        whole[list(self.rows)[part]] = values[part]
        return whole


def known_elasticity(numbers: Numbers) -> KnownElasticity | str:
    """Return the estimates of all moments that are known, or why there are none."""

    def make() -> KnownElasticity | str:
        known = [numbers.known(LOGITS, epoch) for epoch in numbers.epochs]
        rows = tuple(row for row, one in enumerate(known) if one is not None and not one.absent)
        absent = next((one.absent for one in known if one is not None and one.absent), "")
        if len(rows) * numbers.run.manifest.classes**2 > MANY and None in known:
            return tr("The mean logits of its moments are being read.")
        if len(rows) < FEWEST:
            return absent or tr(
                "It takes mean logits at {fewest} recorded moments or more.", fewest=FEWEST
            )
        try:
            times, unit = steps_of(numbers.run, [numbers.epochs[row] for row in rows])
            logits = np.array([known[row].mean for row in rows])
            errors = np.array([known[row].error for row in rows])
            return KnownElasticity(Elasticity(times, logits, errors), rows, unit)
        except (AbsentError, UserError) as error:
            return str(error)

    made: KnownElasticity | str = numbers.of_all_epochs("elasticity", make)
    return made
