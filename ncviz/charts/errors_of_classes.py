"""The error of each class over the epochs, on training samples and on held-out ones."""

from collections.abc import Mapping
from functools import partial

import numpy as np

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.colors import Hue
from ncviz.charts.many_classes import are_many, spread_note, spread_of_classes
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Floats, Measure, Numbers
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure
from ncviz.charts.rich_text import rich
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.runs.run import Run

Errors = dict[str, tuple[np.ndarray, str]]  # of each class, by split; and why there are none


def _measure(run: Run, epoch: int) -> Errors:
    found: Errors = {}
    for split in ("train", "test"):
        try:
            found[split] = LayerAt(run, epoch, len(run.manifest.layers) - 1, split).class_errors, ""
        except AbsentError as absent:
            found[split] = np.full(run.manifest.classes, np.nan), str(absent)
    return found


def _errors(split: str, found: Errors) -> Floats:
    return found[split][0]


def _spread(tables: Mapping[str, Floats], moment: Moment) -> list[Curve]:
    """Return how the errors of very many classes spread."""
    shown = list(moment.classes)
    train = spread_of_classes(tables["train"][:, shown], percent=True)
    test = tables["test"][:, shown]
    if not np.isfinite(test).any():
        return train
    held_out = {"color": "quiet", "dash": True, "percent": True}
    return [*spread_of_classes(test, "classes, test", "test ", **held_out), *train]


ERRORS = Measure("errors of classes", _measure)


def _draw(numbers: Numbers, moment: Moment) -> Chart:
    names = numbers.run.manifest.class_names
    known = [numbers.known(ERRORS, epoch) for epoch in numbers.epochs]
    tables = {
        split: numbers.measured_of_classes(ERRORS, partial(_errors, split))
        for split in ("train", "test")
    }
    if are_many(moment):
        return over_epochs(numbers, _spread(tables, moment), spread_note(moment))
    curves = []
    for k in moment.classes:
        for split in tables:
            held_out, label = split == "test", rich(names[k])
            values = tables[split][:, k]
            if held_out and not np.isfinite(values).any():
                continue
            whys = [found[split][1] for found in known if found is not None]
            absent = next((why for why in whys if why), "No sample of this class was measured.")
            curves.append(
                Curve(
                    f"{split} {k}",
                    f"{label},&nbsp;test" if held_out else label,
                    values,
                    Hue(k),
                    dash=held_out,
                    short="┄" if held_out else "",
                    end="" if held_out else names[k],
                    swatch=not held_out,
                    silent=held_out,
                    percent=True,
                    concept="error of a class",
                    facts={"absent": absent, **({"split": "held-out"} if held_out else {})},
                    classes=(k,),
                )
            )
    return over_epochs(numbers, curves)


ERRORS_OF_CLASSES = Plot(
    "errors of classes",
    menu="Error of each class",
    heading="Error of each class over training",
    tip="Share of mistakes of each class, solid of training samples and dashed of held-out ones; "
    "the error of all samples hides classes that have few.",
    over=EPOCHS,
    draw=_draw,
    up="error",
    formulas=("class errors",),
    logarithmic=False,
    needs=(ERRORS,),
    order=425,
    group="Samples and errors",
    pages=(
        PlotFigure(
            "errors-of-classes",
            "error of each class over training, two curves a class",
            "Error of each class",
            note="solid: training, dashed: held-out samples",
            caption="Error of each class",
        ),
    ),
)
