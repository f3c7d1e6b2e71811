"""Charts of a model over the steps of its descent, the same values as charts of runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ncviz.charts.chart import Across, Chart, Curve, Level
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Floats, Numbers
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure
from ncviz.charts.rich_text import plain
from ncviz.language import tr
from ncviz.runs.run import Run

ROUNDING = 1e-12  # of all that is measured of a descent


class StepNumbers(Numbers):
    """What was measured of each recorded step of a descent.

    Parameters
    ----------
    run : Run
        The descent, as far as it is recorded.
    history : mapping of str to sequence of float
        See `DescentModel.measure`.
    levels : callable
        Returns the heights of target lines; see `DescentModel.levels`.
    absent : callable
        Says why a plot has no value at any step; see `DescentModel.absent`.
    """

    def __init__(
        self,
        run: Run,
        history: Mapping[str, Sequence[float]],
        levels: Callable[[], Mapping[str, float]],
        absent: Callable[[], str],
    ) -> None:
        super().__init__(run)
        self.history, self._levels, self.absent = history, levels, absent

    @property
    def levels(self) -> Mapping[str, float]:
        """Return the heights of target lines, by the names of plots or of lines."""
        return self._levels()

    def is_at_once(self, _epoch: int) -> bool:
        """Return that nothing of a descent in memory takes its time."""
        return True

    def values(self, name: str) -> Floats:
        """Return a number at each step, shape (steps,)."""
        return np.array(self.history[name], dtype=np.float64)


def line(key: str, label: str, color: str = "text", **more: Any) -> Curve:
    """Return a curve that is still without values; its key is of what is measured."""
    return Curve(key, label, np.zeros(0), color, **more)


def chart_over_steps(
    numbers: StepNumbers, curves: Sequence[Curve], nothing: str = "", **more: Any
) -> Chart:
    """Return a chart of a descent, which says why where none of its curves has a value.

    Parameters
    ----------
    numbers : StepNumbers
    curves : sequence of Curve
    nothing : str
        What is said then; by default what the model does.
    **more
        Further fields of `Chart`.
    """
    across = Across("epochs", np.array(numbers.epochs, dtype=np.float64), "step")
    found = Chart(across, tuple(curves), floor=ROUNDING, **more)
    if any(np.isfinite(curve.values).any() for curve in curves):
        return found
    if nothing:
        return replace(found, nothing=nothing)
    why = numbers.absent()
    return replace(found, nothing=why, note=why)


def over_steps(
    name: str,
    up: str,
    heading: str,
    tip: str,
    lines: Sequence[Curve],
    target: Level | None = None,
    nothing: str = "",
    targets: Sequence[Level] = (),
    **more: Any,
) -> Plot:
    """Return a plot of a descent.

    Parameters
    ----------
    name, up, heading, tip : str
        As of `Plot`.
    lines : sequence of Curve
        See `line`.
    target : Level, optional
        What the curves are to reach, where `DescentModel.levels` gives its height.
    nothing : str
        What is said where none of the curves is measured.
    targets : sequence of Level
        Further ones, whose heights are given by their labels.
    **more
        Further fields of `Plot`.
    """

    def draw(numbers: StepNumbers, _moment: Moment) -> Chart:
        measured = [curve for curve in lines if curve.key in numbers.history]
        curves = tuple(replace(curve, values=numbers.values(curve.key)) for curve in measured)
        named = [(level, level.label) for level in targets]
        named += [] if target is None else [(target, name)]
        known = numbers.levels if named else {}
        heights = [(level, known.get(key)) for level, key in named]
        levels = tuple(replace(level, at=at) for level, at in heights if at is not None)
        return chart_over_steps(numbers, curves, "" if curves else nothing, levels=levels)

    title = plain(heading)
    page = PlotFigure(name, title, title, short=title.removesuffix(tr(" over steps")))
    return Plot(name, title, heading, tip, EPOCHS, draw, up, pages=(page,), **more)


COLLAPSE = over_steps(
    "collapse",
    "NC1–NC3",
    tr("Neural collapse NC1–NC3 over steps"),
    tr(
        "NC1 Tr(Σ_W Σ_B⁺)/K; NC2 spread of the means' norms, and mean distance of their cosines "
        "from −1/(K−1); NC3 squared distance between classifier and means (Papyan, Han, Donoho, "
        "PNAS 2020)."
    ),
    (
        line("nc1", tr("NC1"), concept="NC1"),
        line("nc2_equinorm_means", tr("NC2&nbsp;norms"), "means", concept="NC2 norms"),
        line(
            "nc2_equiangular_means", tr("NC2&nbsp;angles"), "means", dash=True, concept="NC2 angles"
        ),
        line("nc3", tr("NC3"), "classifier", concept="NC3"),
    ),
    formulas=("nc1", "nc2 norms", "nc2 angles", "nc3"),
)
