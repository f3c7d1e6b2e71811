"""Charts over the recorded epochs: what all of them have."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ncviz.charts.chart import Across, Chart, Curve, Upright
from ncviz.charts.moment import Moment, samples_of
from ncviz.charts.numbers import Numbers
from ncviz.language import tr

MOST_NAMED = 20  # classes in a legend; of more every n-th


def over_epochs(
    numbers: Numbers, curves: Sequence[Curve], note: str = "", moment: Moment | None = None
) -> Chart:
    """Return a chart of curves over the epochs, with the start of the terminal phase.

    Parameters
    ----------
    numbers : Numbers
    curves : sequence of Curve
        With values at `numbers.epochs`.
    note : str
        What a page says of them above the axes.
    moment : Moment, optional
        Where the curves do not say themselves whose numbers they are: what says it.
    """
    samples = "" if moment is None else samples_of(moment)
    counting = numbers.run.counting
    across = Across("epochs", np.array(numbers.epochs, dtype=np.float64), counting.unit)
    start = numbers.terminal_phase()
    uprights: tuple[Upright, ...] = ()
    if start is not None:
        since = tr("dotted: terminal phase {start}", start=counting.since(start, numbers.epochs))
        uprights = (Upright(float(start), tr("TPT"), since, dots=True),)
    return Chart(across, _named_apart(curves), uprights=uprights, note=note, samples=samples)


def _named_apart(curves: Sequence[Curve]) -> tuple[Curve, ...]:
    """Return curves of which a legend names those of a few classes: thousands would fill all."""
    classes = list(dict.fromkeys(k for curve in curves for k in curve.classes))
    named = set(classes[:: max(1, math.ceil(len(classes) / MOST_NAMED))])
    return tuple(
        replace(curve, unnamed=True) if curve.classes and not named & set(curve.classes) else curve
        for curve in curves
    )
