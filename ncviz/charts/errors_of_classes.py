"""The error of each class over the epochs, on training samples and on held-out ones."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.colors import Hue
from ncviz.charts.many_classes import are_many, spread_note, spread_of_classes
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Floats, Measure, Numbers
from ncviz.charts.of_metrics import shown_beside
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure
from ncviz.charts.rich_text import rich
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.runs.run import Run
from ncviz.wording import upper_first

Errors = dict[str, tuple[np.ndarray, str]]  # of each class, by split; and why there are none


def _measure(run: Run, epoch: int, split: str) -> Errors:
    found: Errors = {}
    for each in shown_beside(("train", "test"), split):
        try:
            found[each] = LayerAt(run, epoch, len(run.manifest.layers) - 1, each).class_errors, ""
        except AbsentError as absent:
            found[each] = np.full(run.manifest.classes, np.nan), str(absent)
    return found


def _errors(split: str, found: Errors) -> Floats:
    return found[split][0]


def _spread(tables: Mapping[str, Floats], moment: Moment) -> list[Curve]:
    """Return how the errors of very many classes spread."""
    chosen, (first, second) = list(moment.classes), tables
    solid = spread_of_classes(tables[first][:, chosen], percent=True)
    other = tables[second][:, chosen]
    if not np.isfinite(other).any():
        return solid
    word = WORDS[second]
    dashed = {"color": "quiet", "dash": True, "percent": True}
    return [
        *spread_of_classes(other, tr("classes, {word}", word=word), f"{word} ", **dashed),
        *solid,
    ]


WORDS = {"train": tr("training"), "test": tr("test")}  # of what stands beside
ERRORS = Measure("errors of classes", _measure)


def _draw(numbers: Numbers, moment: Moment) -> Chart:
    if moment.split.is_foreign:
        of = upper_first(moment.split.samples)
        why = tr(
            "{of} are of classes that the network does not tell apart: it makes no mistakes.", of=of
        )
        return replace(over_epochs(numbers, []), nothing=why, note=why)
    names = numbers.run.manifest.class_names
    known = [numbers.known(ERRORS, epoch) for epoch in numbers.epochs]
    tables = {
        split: numbers.measured_of_classes(ERRORS, partial(_errors, split))
        for split in shown_beside(("train", "test"), numbers.split)
    }
    first, second = tables
    solid = {"train": "training", "test": tr("held-out samples")}.get(first, moment.split.title)
    note = tr(
        "solid: {solid}, dashed: {value} samples",
        solid=solid,
        value=tr("held-out") if second == "test" else tr("training"),
    )
    if are_many(moment):
        note = f"{note}; {spread_note(moment)}"
        return over_epochs(numbers, _spread(tables, moment), note)
    curves = []
    for k in moment.classes:
        for split in tables:
            beside, label = split == second, rich(names[k])
            values = tables[split][:, k]
            if beside and not np.isfinite(values).any():
                continue
            whys = [found[split][1] for found in known if found is not None]
            absent = next((why for why in whys if why), tr("No sample of this class was measured."))
            curves.append(
                Curve(
                    f"{split} {k}",
                    f"{label},&nbsp;{WORDS[split]}" if beside else label,
                    values,
                    Hue(k),
                    dash=beside,
                    short="┄" if beside else "",
                    end="" if beside else names[k],
                    swatch=not beside,
                    silent=beside,
                    percent=True,
                    concept="error of a class",
                    facts={"absent": absent, "samples": numbers.run.split_named(split).samples},
                    classes=(k,),
                )
            )
    return over_epochs(numbers, curves, note)


ERRORS_OF_CLASSES = Plot(
    "errors of classes",
    menu=tr("Error of each class"),
    heading=tr("Error of each class over training"),
    tip=tr(
        "Share of mistakes of each class, solid of the samples that are chosen, at first those of "
        "the training, and dashed of others; the error of all samples hides classes that have few."
    ),
    over=EPOCHS,
    draw=_draw,
    up=tr("error"),
    formulas=("class errors",),
    logarithmic=False,
    needs=(ERRORS,),
    order=425,
    group=tr("Samples and errors"),
    pages=(
        PlotFigure(
            "errors-of-classes",
            tr("error of each class over training, two curves a class"),
            tr("Error of each class"),
            caption=tr("Error of each class"),
        ),
    ),
)
