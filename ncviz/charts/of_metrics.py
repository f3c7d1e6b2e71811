"""Plots of declared numbers: over the epochs in the last layer, or over the layers."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import numpy as np

from ncviz.charts.chart import Across, Chart, Curve, Reading
from ncviz.charts.moment import Moment, samples_of
from ncviz.charts.numbers import Floats, Measure, Numbers
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import LAYERS, Plot, PlotFigure, always
from ncviz.charts.rich_text import plain, rich
from ncviz.language import tr
from ncviz.metrics.measures import LayerMeasures, measure_layer
from ncviz.metrics.metric import LAYER, Metric, metrics
from ncviz.runs.layer_names import with_symbol
from ncviz.runs.run import Run
from ncviz.runs.splits import TRAIN
from ncviz.wording import three_digits

Found = dict[tuple[int, str], LayerMeasures]  # by layer and split

# Each number of a plot has its own line: whole, dashed, dashes and dots, dots.
Splits = tuple[str, ...] | Callable[[Run], tuple[str, ...]]
_DASHES = ((6, 3), (2, 2), (8, 3, 2, 3), (12, 4), (4, 6))  # of splits beyond the held-out one
LINES: tuple[dict[str, Any], ...] = ({}, {"dash": True}, {"dots": True}, {"dash": (1, 3)})


def plot_of(
    name: str,
    names: Sequence[str],
    *,
    menu: str,
    heading: str,
    tip: str,
    up: str,
    over: str,
    group: str,
    order: int,
    splits: Splits = ("train",),
    logarithmic: bool = False,
    applies: Callable[[Run], bool] = always,
) -> Plot:
    """Return a plot of numbers that are declared in `ncviz.metrics`.

    Parameters
    ----------
    name : str
        Of the plot; with hyphens that of its figure.
    names : sequence of str
        Of the numbers.
    menu, heading, tip, up, over, group, order, logarithmic, applies
        As of `Plot`.
    splits : tuple of str, or callable
        'train', and 'test' where held-out samples have curves of their own; or what tells them
        of a run. The split that is shown comes first, see `shown_beside`.
    """
    declared = metrics()
    shown = [declared[each] for each in names]
    needs = measure_of(tuple(names), over == LAYERS, splits)
    draw = _over_layers if over == LAYERS else _over_epochs
    return Plot(
        name,
        menu=menu,
        heading=heading,
        tip=tip,
        over=over,
        draw=partial(draw, shown, needs, splits),
        up=up,
        formulas=tuple(dict.fromkeys(metric.notion.formula for metric in shown)),
        logarithmic=logarithmic,
        needs=(needs,),
        applies=applies,
        order=order,
        group=group,
        pages=(PlotFigure(name.replace(" ", "-"), menu, plain(heading)),),
    )


@lru_cache
def measure_of(names: tuple[str, ...], every_layer: bool, splits: Splits = ("train",)) -> Measure:
    """Return what computes numbers of an epoch: in every layer, or in the last one alone.

    Parameters
    ----------
    names : tuple of str
        Of the numbers.
    every_layer : bool
    splits : tuple of str, or callable
        As of `plot_of`.
    """
    asked = names, every_layer, splits
    return Measure(
        tr("numbers {asked}", asked=asked), partial(_measured, *asked), partial(_seconds, *asked)
    )


def _measured(
    names: tuple[str, ...], every_layer: bool, splits: Splits, run: Run, epoch: int, shown: str
) -> Found:
    found, wanted = {}, [metrics()[name] for name in names]
    last = len(run.manifest.layers) - 1
    for layer in range(last + 1) if every_layer else (last,):
        here = [metric for metric in wanted if metric.scope == LAYER or layer == last]
        for split in _of_run(splits, run, shown):
            measured = measure_layer(run, epoch, layer, split, here) if here else None
            if measured is not None:
                found[layer, split] = measured
    return found


def _seconds(names: tuple[str, ...], every_layer: bool, splits: Splits, run: Run) -> float:
    """Return about how long that takes, by the products of all pairs of classes."""
    classes, layers = run.manifest.classes, run.manifest.layers
    widths = sum(layer.width for layer in layers) if every_layer else layers[-1].width
    weight = sum(metrics()[name].weight for name in names)
    each = 1e-4 * len(names) * (len(layers) if every_layer else 1)
    return len(_of_run(splits, run, TRAIN.name)) * (each + 1.5e-10 * weight * classes**2 * widths)


def _over_epochs(
    shown: Sequence[Metric], needs: Measure, splits: Splits, numbers: Numbers, moment: Moment
) -> Chart:
    last = len(numbers.run.manifest.layers) - 1
    known = [(e, numbers.known(needs, e)) for e in numbers.epochs]
    tables = {epoch: found for epoch, found in known if found is not None}

    def values(metric: Metric, split: str) -> tuple[Floats, str]:
        here = [_value(tables.get(epoch), metric, last, split) for epoch in numbers.epochs]
        whys = [why for _, why in here if why]
        return np.array([value for value, _ in here]), whys[-1] if whys else ""

    of_run = _of_run(splits, numbers.run, numbers.split)
    curves = _curves(shown, of_run, numbers.run, values)
    chart = replace(over_epochs(numbers, curves), samples=_samples(shown, of_run, moment))
    return _explained(chart) if tables else chart


def _over_layers(
    shown: Sequence[Metric], needs: Measure, splits: Splits, numbers: Numbers, moment: Moment
) -> Chart:
    table, names = numbers.measured(needs, moment.epoch), moment.layer_names

    def values(metric: Metric, split: str) -> tuple[Floats, str]:
        here = [_value(table, metric, layer, split) for layer in range(len(names))]
        whys = [here[moment.layer][1], *(why for _, why in here)]
        return np.array([value for value, _ in here]), next((why for why in whys if why), "")

    of_run = _of_run(splits, numbers.run, numbers.split)
    curves = _curves(shown, of_run, numbers.run, values)
    here = with_symbol(names, moment.layer)
    where = Reading("layer", rich(here), moment.layer, title=here)
    readings = where, *(_reading(curve, moment) for curve in curves)
    ring = np.full(len(names), math.nan)
    heights = [float(curve.values[moment.layer]) for curve in curves]
    ring[moment.layer] = next(filter(math.isfinite, heights), math.nan)
    across = Across("layers", np.arange(1.0, len(names) + 1), "layer", names=names)
    chart = Chart(
        across,
        (*curves, Curve("", "", ring, "accent", points="ring", makes_room=False)),
        readings=readings,
        note=moment.name,
        samples=_samples(shown, of_run, moment),
    )
    return _explained(chart)


def _samples(shown: Sequence[Metric], splits: Sequence[str], moment: Moment) -> str:
    """Say whose numbers they are, those beside apart; weights are of no samples."""
    of_samples = not all(metric.is_of_weights for metric in shown)
    return samples_of(moment) if of_samples and moment.split.name == splits[0] else ""


def _reading(curve: Curve, moment: Moment) -> Reading:
    value = float(curve.values[moment.layer])
    text = "–" if math.isnan(value) else three_digits(value)
    if curve.percent and not math.isnan(value):
        text = f"{100 * value:.3g}&nbsp;%"
    title = plain(curve.label)
    bold = f"<b>{text}</b>"
    return Reading(
        curve.key, bold, value, curve.concept, title, sign=rich(curve.line), facts=curve.facts
    )


def _of_run(splits: Splits, run: Run, shown: str) -> tuple[str, ...]:
    if callable(splits):
        found = splits(run)
        found = (shown, *(f for f in found if f != shown)) if shown in found else found
        return found or (TRAIN.name,)  # of which it is said why there is no value
    return shown_beside(splits, shown)


def shown_beside(splits: Sequence[str], shown: str) -> tuple[str, ...]:
    """Return the splits of a plot: the one that is shown, and another beside it if it has two.

    Parameters
    ----------
    splits : sequence of str
        Of the plot, where the training samples are shown.
    shown : str
    """
    return (shown, *(split for split in splits if split != shown))[: len(splits)]


def _value(table: Found | None, metric: Metric, layer: int, split: str) -> tuple[float, str]:
    found = None if table is None else table.get((layer, split))
    value = None if found is None else found.values.get(metric.name)
    why = "" if found is None else found.absent.get(metric.name, "")
    return math.nan if value is None else value, why


def _curves(
    shown: Sequence[Metric],
    splits: Sequence[str],
    run: Run,
    values: Callable[[Metric, str], tuple[Floats, str]],
) -> list[Curve]:
    """Return a curve each; where held-out samples have theirs, the colour tells the split."""
    both, first = len(splits) > 1, splits[0]
    curves, lines = [], list[str]()
    for metric in shown:
        color = "text" if both else metric.subject
        lines.append(color)
        line = LINES[(lines.count(color) - 1) % len(LINES)]
        for number, split in enumerate(splits):
            found, why = values(metric, split)
            further = split != first
            word = _word(run, split) if further else ""
            if further and not np.isfinite(found).any():
                continue  # nothing of it was recorded
            curves.append(
                Curve(
                    metric.name if split == "train" or not both else f"{split}_{metric.name}",
                    f"{rich(word)}&nbsp;{metric.label}" if word else metric.label,
                    found,
                    "quiet" if further else color,
                    percent=metric.percent,
                    concept=metric.key,
                    facts={
                        "absent": why,
                        "what": tr("classifiers")
                        if metric.subject == "classifier"
                        else tr("class means"),
                        "samples": run.split_named(split).samples,
                    },
                    # Beyond held-out samples colours are alike: dashes tell the splits apart.
                    **(line if number < 2 else {"dash": _DASHES[number % len(_DASHES)]}),
                )
            )
    return curves


def _word(run: Run, split: str) -> str:
    return split if split in ("train", "test") else run.split_named(split).title


def _explained(chart: Chart) -> Chart:
    """Say why where no curve has a value."""
    curves = [curve for curve in chart.curves if curve.key]
    if any(np.isfinite(curve.values).any() for curve in curves):
        return _said_of_first(chart, curves)
    reasons = dict.fromkeys(str(curve.facts["absent"]) for curve in curves)
    said = " ".join(reason for reason in reasons if reason)
    return replace(chart, nothing=said, note=said, readings=(), samples="")


def _said_of_first(chart: Chart, curves: Sequence[Curve]) -> Chart:
    """Say on a page why the split that is shown has none of the curves, where another has."""
    whose = [str(curve.facts["samples"]) for curve in curves]
    own = [curve for curve, samples in zip(curves, whose, strict=True) if samples == whose[0]]
    if any(np.isfinite(curve.values).any() for curve in own):
        return chart
    why = next((str(curve.facts["absent"]) for curve in own if curve.facts["absent"]), "")
    return replace(chart, note="; ".join(filter(None, (chart.note, f"{whose[0]}: {why}"))))
