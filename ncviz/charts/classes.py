"""The law for each class: D over the layers, one curve a class."""

import math

import numpy as np

from ncviz.charts.chart import Chart, Curve, Reading
from ncviz.charts.law import LAW_HOLDS, course
from ncviz.charts.many_classes import are_many, spread_legend, spread_note, spread_of_classes
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Measure, Numbers
from ncviz.charts.over_layers import over_layers
from ncviz.charts.plot import LAYERS, Plot, PlotFigure
from ncviz.charts.rich_text import rich
from ncviz.geometry.separation import fit_law, law_correlations
from ncviz.language import tr
from ncviz.runs.measures import class_fuzziness_by_layer
from ncviz.wording import correlation, three_digits

WORST = "r of the worst class"
NAMED = 6  # so many classes are named with their numbers, more only where one points at them
CLASSES = Measure("classes", class_fuzziness_by_layer)


def _draw(numbers: Numbers, moment: Moment) -> Chart:
    table = np.asarray(numbers.measured(CLASSES, moment.epoch), dtype=np.float64)
    if are_many(moment):
        spread = spread_of_classes(table[:, list(moment.classes)])
        note = f"{moment.name}, {spread_note(moment)}"
        shown = {"legend": spread_legend(spread), "note": note, "reach": table.ravel()}
        return over_layers(moment, spread, **shown)
    names = moment.class_names
    curves = [
        Curve(
            str(k),
            rich(names[k]),
            table[:, k],
            moment.hue(k),
            end=names[k],
            swatch=True,
            classes=(moment.drawn_as(k),),
        )
        for k in moment.classes
    ]
    readings, note = [], moment.name
    if len(curves) <= NAMED:
        for k in moment.classes:
            ratio = fit_law(table[:, k]).decay_ratio
            word, title = f"<b>{three_digits(ratio)}</b>", tr("ρ of {names}", names=names[k])
            readings.append(
                Reading(str(k), word, ratio, "rho", title, classes=(moment.drawn_as(k),))
            )
        note += f", ρ = {', '.join(three_digits(reading.value) for reading in readings)}"
    lead = "<i>ρ</i> of " if readings else ""
    worst = _worst(table)
    if not math.isnan(worst):
        readings.append(
            Reading(WORST, tr("worst <i>r</i> = <b>{worst}</b>", worst=correlation(worst)), worst)
        )
    return over_layers(
        moment,
        curves,
        readings=tuple(readings),
        lead=lead,
        note=note,
        reach=table.ravel(),
        gist=_gist(table[:, list(moment.classes)]),
    )


def _worst(table: np.ndarray) -> float:
    """Return r of the class, of all that have samples, whose line is least straight."""
    found = law_correlations(table[:, ~np.isnan(table).all(axis=0)])
    return float(np.max(found)) if len(found) else math.nan


def _gist(table: np.ndarray) -> str:
    """Say of how many of the classes shown the line falls straight."""
    said = [course(column) for column in table.T]
    straight, known = said.count(LAW_HOLDS), sum(map(bool, said))
    if straight == known:
        return LAW_HOLDS if known else ""
    return (
        tr("{straight} of {known} fall straight", straight=straight, known=known)
        if straight
        else tr("none falls straight")
    )


LAW_OF_CLASSES = Plot(
    "classes",
    menu=tr("Law of each class"),
    heading=tr("<i>D<sub>t</sub></i> of each class over the layers"),
    tip=tr(
        "The separation fuzziness restricted to one class; the law holds for each of them "
        "(He & Su, PNAS 2023)."
    ),
    over=LAYERS,
    draw=_draw,
    up=tr("D of a class"),
    formulas=("class law", "law"),
    needs=(CLASSES,),
    order=60,
    pages=(
        PlotFigure(
            "classes",
            tr("D over layers, one curve a class"),
            tr("Separation fuzziness of each class"),
            up="D",
            caption=tr("D over layers, by class"),
            order=30,
            summary="one",
        ),
    ),
)
