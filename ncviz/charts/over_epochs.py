"""Charts over the recorded epochs: what all of them have."""

from collections.abc import Sequence

import numpy as np

from ncviz.charts.chart import Across, Chart, Curve, Upright
from ncviz.charts.numbers import Numbers


def over_epochs(numbers: Numbers, curves: Sequence[Curve]) -> Chart:
    """Return a chart of curves over the epochs, with the start of the terminal phase.

    Parameters
    ----------
    numbers : Numbers
    curves : sequence of Curve
        With values at `numbers.epochs`.
    """
    counting = numbers.run.counting
    across = Across("epochs", np.array(numbers.epochs, dtype=np.float64), counting.unit)
    start = numbers.terminal_phase()
    uprights: tuple[Upright, ...] = ()
    if start is not None:
        note = f"dotted: terminal phase from {counting.named(start)}"
        uprights = (Upright(float(start), "TPT", note, dots=True),)
    return Chart(across, tuple(curves), uprights=uprights)
