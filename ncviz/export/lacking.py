"""Why a run has nothing of what a figure shows."""

from weakref import WeakKeyDictionary

import numpy as np

from ncviz.charts.chart import Chart
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.scenes.view import View

MOST_CLASSES, MOST_SECONDS = 300, 0.1  # beyond, a plot is taken to have something to show


class _AtOneMoment(Numbers):
    """The numbers of a run at one recorded moment."""

    def __init__(self, run: Run, epoch: int) -> None:
        super().__init__(run)
        self._epoch = epoch

    @property
    def epochs(self) -> list[int]:
        return [self._epoch]


_known: WeakKeyDictionary[Run, dict[tuple[str, int], str]] = WeakKeyDictionary()
_numbers: WeakKeyDictionary[Run, dict[int, _AtOneMoment]] = WeakKeyDictionary()


def lacks(run: Run, plot: Plot, page: PlotFigure) -> str:
    """Return why a plot would stand empty, in a sentence; '' where a run has what it shows.

    Parameters
    ----------
    run : Run
        Looked at in the last moment, the first and one between.
    plot : Plot
    page : PlotFigure
        Which of its curves a figure has.
    """
    known = _known.setdefault(run, {})
    key = page.preset, run.epochs[-1]
    if key not in known:
        known[key] = _looked_up(run, plot, page)
    return known[key]


def _looked_up(run: Run, plot: Plot, page: PlotFigure) -> str:
    if plot.from_statistics and run.snapshot(run.epochs[-1]).statistics(0, "train") is None:
        return tr("The statistics of its layers were not recorded.")
    if plot.over == EPOCHS and len(run.epochs) < 2:
        return tr("It is over the training, and the run has one recorded moment.")
    if not plot.applies(run):
        return str(getattr(plot.applies, "otherwise", tr("It has nothing of that kind.")))
    if plot.of_many_moments:
        return ""
    seconds = sum(measure.seconds(run) for measure in plot.needs)
    if run.manifest.classes > MOST_CLASSES or seconds > MOST_SECONDS:
        return ""
    middle = run.epochs[len(run.epochs) // 2]
    moments = dict.fromkeys((run.epochs[-1], run.epochs[0], middle))
    found = (_empty_at(run, epoch, plot, page) for epoch in moments)
    why = next(found)
    return why if why and all(found) else ""


def _empty_at(run: Run, epoch: int, plot: Plot, page: PlotFigure) -> str:
    held = _numbers.setdefault(run, {})
    numbers = held.setdefault(epoch, _AtOneMoment(run, epoch))
    chart = plot.draw(numbers, Moment(run, epoch, View(epoch=epoch)))
    if not isinstance(chart, Chart):
        return ""
    curves = [curve for curve in page.kept(chart) if curve.key]
    if any(np.isfinite(curve.values).any() for curve in curves) or chart.uprights or chart.spots:
        return ""
    return chart.nothing or tr("None of its numbers can be had.")
