"""What several seeds add to the chart of one run: the mean and the range of each number."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from ncviz.charts.chart import Chart, Curve, LegendWord
from ncviz.charts.class_matrix import ClassMatrix
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Floats, Measure, Numbers
from ncviz.language import tr
from ncviz.runs.repeats import RepeatedRun
from ncviz.runs.spread import spread_of

RANGE, MEAN = "range", "mean"  # keys of the curves that are added
TITLES = {RANGE: tr("Range"), MEAN: tr("Mean")}
DOTS = (1, 3)

Draw = Callable[[Numbers, Moment], Chart | ClassMatrix]


def drawn_with_repeats(
    draw: Draw, needs: Sequence[Measure], numbers: Numbers, moment: Moment
) -> Chart | ClassMatrix:
    """Return the chart of a run, with the range and the mean of the runs that repeat it.

    Over the epochs they are where all of these runs have their numbers; over the layers, if all
    of them have the moment. What is not finite in a run counts for nothing there.

    Parameters
    ----------
    draw : callable
        Gives the chart of one run.
    needs : sequence of Measure
        What it shows of an epoch that may be computed later.
    numbers : Numbers
    moment : Moment
    """
    chart = draw(numbers, moment)
    if not isinstance(chart, Chart) or not numbers.repeated:
        return chart

    over_epochs = chart.across.kind == "epochs"
    asked = [int(epoch) for epoch in chart.across.at] if over_epochs else [moment.epoch]
    known = set(asked).intersection(*(one.epochs for one in numbers.repeated))
    common = [epoch for epoch in asked if epoch in known]
    if needs:
        everybody = len(numbers.repeated)
        common = [e for e in common if repeats_that_know(needs, numbers, e) == everybody]
    if not common:
        return chart
    charts = [_chart_of(draw, one, moment, common[0]) for one in numbers.repeated]
    number_of = {epoch: number for number, epoch in enumerate(asked)}
    places = [number_of[epoch] for epoch in common] if over_epochs else slice(None)
    added: list[Curve] = []
    for curve in chart.curves:
        if not _has_range(curve, chart):
            continue
        found = [other.curve(curve.key) for other in charts]
        rows = [
            _row(one, other, common, over_epochs)
            for one, other in zip(found, charts, strict=True)
            if one is not None
        ]
        values = np.full((len(rows), len(curve.values)), np.nan)
        if all(row.shape == values[0, places].shape for row in rows):
            values[:, places] = rows
            added += _added(curve, values, numbers, named=not added)
    return _with(chart, added)


def repeats_that_know(needs: Sequence[Measure], numbers: Numbers, epoch: int) -> int:
    """Return how many of the repeats have what a plot shows of an epoch; see `Plot.needs`."""
    return sum(
        one.has(epoch) and all(one.known(each, epoch) is not None for each in needs)
        for one in numbers.repeated
    )


def _chart_of(draw: Draw, numbers: Numbers, moment: Moment, epoch: int) -> Chart:
    shown = moment.epoch if numbers.has(moment.epoch) else epoch
    chart = draw(numbers, replace(moment, run=numbers.run, epoch=shown))
    assert isinstance(chart, Chart)
    return chart


def _has_range(curve: Curve, chart: Chart) -> bool:
    """Tell whether one would see a range: not of many lines of classes, nor of what was before."""
    plain_line = not (curve.faint or curve.silent or curve.classes or curve.unnamed)
    alone = sum(other.key == curve.key for other in chart.curves) == 1
    return bool(curve.key) and alone and plain_line and curve.makes_room and curve.at is None


def _row(curve: Curve, chart: Chart, common: Sequence[int], over_epochs: bool) -> Floats:
    """Return the values of another run's curve where the first one has its own."""
    if not over_epochs:
        return curve.values
    at = dict(zip(chart.across.at.tolist(), curve.values.tolist(), strict=True))
    return np.array([at.get(float(epoch), np.nan) for epoch in common])


def _added(curve: Curve, values: Floats, numbers: Numbers, *, named: bool) -> list[Curve]:
    """Return the range and the mean of a curve; of the first of them a legend says what it is."""
    spread = spread_of(values)
    several = spread.count > 1
    if not several.any():
        return []
    said = _counted(spread.count[several], len(numbers.repeated))
    is_of_all = said == tr("{count} seeds", count=len(numbers.repeated))
    of = "" if is_of_all else tr(" of {said}", said=said)
    place = numbers.run.place_in_words if isinstance(numbers.run, RepeatedRun) else ""
    least, largest, mean = (
        np.where(several, row, np.nan) for row in (spread.least, spread.largest, spread.mean)
    )
    added = Curve(
        RANGE,
        tr("{name},&nbsp;range", name=curve.label),
        least,
        curve.color,
        faint=True,
        short=f"▒&nbsp;{said}".replace(" ", "&nbsp;"),
        end="",
        silent=True,
        unnamed=not named,
        percent=curve.percent,
        meaning=tr(
            "From the least to the largest of {said}, where all of them have numbers.", said=said
        ),
        note=tr("{place}; band: least to largest{of}, dotted curve: mean", place=place, of=of),
        aside=1.0,
        upto=largest,
        of=curve.key,
    )
    middle = replace(
        added,
        key=MEAN,
        label=tr("{name},&nbsp;mean", name=curve.label),
        values=mean,
        dash=DOTS,
        short="┈&nbsp;" + tr("mean"),
        meaning=tr("The mean of {said}, where all of them have numbers.", said=said),
        note="",
        upto=None,
    )
    return [added, middle]


def _counted(counts: np.ndarray, count: int) -> str:
    least, most = int(counts.min()), int(counts.max())
    if least == most == count:
        return tr("{count} seeds", count=count)
    return (
        tr("{least} of {count} seeds", least=least, count=count)
        if least == most
        else tr("{least} to {most} of {count} seeds", least=least, most=most, count=count)
    )


def _with(chart: Chart, added: list[Curve]) -> Chart:
    if not added:
        return chart
    reach = chart.reach
    if reach is not None:
        reach = np.concatenate([reach, *(curve.heights for curve in added)])
    legend = chart.legend
    if chart.across.kind == "layers":
        legend += tuple(
            LegendWord(c.key, c.short, TITLES[c.key], c.meaning) for c in added if not c.unnamed
        )
    return replace(chart, curves=(*added, *chart.curves), legend=legend, reach=reach)
