"""D and NC1 over the layers on every split of a run that was measured on further ones."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ncviz.charts.applies import Condition
from ncviz.charts.chart import Chart, Curve, Reading
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Floats, Measure, Numbers
from ncviz.charts.over_layers import over_layers
from ncviz.charts.plot import LAYERS, Plot, PlotFigure
from ncviz.charts.rich_text import plain, rich
from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.collapse import nc1
from ncviz.geometry.separation import separation_fuzziness
from ncviz.language import tr
from ncviz.runs.layer_names import with_symbol
from ncviz.runs.run import Run
from ncviz.runs.splits import Split
from ncviz.wording import three_digits

_DASHES = ((6, 3), (2, 2), (8, 3, 2, 3), (12, 4), (4, 6))


@dataclass(frozen=True, eq=False)
class OverLayers:
    """A split at an epoch.

    Parameters
    ----------
    fuzziness, nc1 : array, shape (m,)
        Of each layer; NaN where it was not recorded.
    """

    fuzziness: Floats
    nc1: Floats


def _measure(run: Run, epoch: int, _split: str) -> dict[str, OverLayers]:
    snapshot, layers = run.snapshot(epoch), range(len(run.manifest.layers))

    def over(of: Callable[[ClassStatistics], float], split: str) -> Floats:
        found = (snapshot.statistics(layer, split) for layer in layers)
        return np.array([np.nan if each is None else of(each) for each in found])

    return {
        split.name: OverLayers(over(separation_fuzziness, split.name), over(nc1, split.name))
        for split in run.splits
    }


ALL_SPLITS = Measure(tr("all splits"), _measure)


has_further = Condition(
    lambda run: bool(run.manifest.splits),
    tr("It was measured on training and held-out samples alone."),
)
"""Whether layers were measured beside training and held-out samples."""


def _chart(numbers: Numbers, moment: Moment, take: Callable[[OverLayers], Floats]) -> Chart:
    found = numbers.measured(ALL_SPLITS, moment.epoch)
    curves = []
    for number, split in enumerate(numbers.run.splits):
        further = split.name not in ("train", "test")
        curves.append(
            Curve(
                split.name,
                rich(split.title),
                take(found[split.name]),
                "text" if split.name == "train" else "quiet",
                dash=_DASHES[number % len(_DASHES)] if further else False,
                end=split.title,
                meaning=_meaning(split),
            )
        )
    here = with_symbol(moment.layer_names, moment.layer)
    where = Reading("layer", rich(here), moment.layer, title=here)
    readings = where, *(_reading(curve, moment) for curve in curves)
    return over_layers(moment, curves, readings=readings, note=moment.name, samples="")


def _reading(curve: Curve, moment: Moment) -> Reading:
    """Return the value of a split at this layer: its line names it, as colours are alike."""
    value = float(curve.values[moment.layer])
    return Reading(
        curve.key,
        f"<b>{three_digits(value)}</b>",
        value,
        title=plain(curve.label),
        sign=rich(curve.line),
        meaning=curve.meaning,
    )


def _meaning(split: Split) -> str:
    if split.name == "train":
        return tr("The samples that the network learns from.")
    if split.label_sets:
        return tr("Samples with several labels, by the means of each set of labels.")
    if split.parts:
        return tr("What merged classes were before, by the means of their own.")
    if split.is_foreign:
        return tr("Of classes that the network does not tell apart, by the means of their own.")
    return tr("Samples that the network does not learn from, of the same classes.")


def _draw_fuzziness(numbers: Numbers, moment: Moment) -> Chart:
    return _chart(numbers, moment, lambda split: split.fuzziness)


def _draw_nc1(numbers: Numbers, moment: Moment) -> Chart:
    return _chart(numbers, moment, lambda split: split.nc1)


FUZZINESS_OF_SPLITS = Plot(
    "fuzziness of splits",
    menu=tr("D on all splits"),
    heading=tr("<i>D<sub>t</sub></i> on every split"),
    tip=tr(
        "Separation fuzziness over the layers on training samples, held-out ones and those that a "
        "recipe measures beside them (He & Su, PNAS 2023)."
    ),
    over=LAYERS,
    draw=_draw_fuzziness,
    up="D",
    formulas=("fuzziness", "held out"),
    needs=(ALL_SPLITS,),
    applies=has_further,
    order=72,
    group=tr("Layer by layer"),
    pages=(
        PlotFigure(
            "all-splits",
            tr("D over layers on every split"),
            tr("Separation fuzziness on every split"),
            caption=tr("D on all splits"),
            order=42,
        ),
    ),
)
NC1_OF_SPLITS = Plot(
    "nc1 of splits",
    menu=tr("NC1 on all splits"),
    heading=tr("NC1 of each layer on every split"),
    tip=tr(
        "Variability within classes over the layers, by the class means of each split itself "
        "(Papyan, Han, Donoho, PNAS 2020; over layers: Li et al., TMLR 2024)."
    ),
    over=LAYERS,
    draw=_draw_nc1,
    up=tr("NC1"),
    formulas=("nc1", "held out"),
    needs=(ALL_SPLITS,),
    applies=has_further,
    order=73,
    group=tr("Layer by layer"),
    pages=(
        PlotFigure(
            "all-splits-nc1",
            tr("NC1 over layers on every split"),
            tr("NC1 of each layer on every split"),
            caption=tr("NC1 on all splits"),
            order=43,
        ),
    ),
)
