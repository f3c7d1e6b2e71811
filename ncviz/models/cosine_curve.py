"""The chart of the peeled models: a cosine over R, with R₀ and where the timeline stands."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ncviz.charts.chart import Across, Chart, Curve, Reading, Sign, Spot, Upright
from ncviz.charts.colors import Shade
from ncviz.charts.plot import RATIO, Plot, PlotFigure
from ncviz.charts.rich_text import plain
from ncviz.language import tr
from ncviz.models.class_sizes import Sized
from ncviz.models.model import Number
from ncviz.models.optimum import OptimumModel, OptimumSoFar
from ncviz.wording import three_digits, upper_first

HEADING = tr("Cosine between {} over <i>R</i>")
WHO = {True: tr("minority classifiers"), False: tr("the two smallest classes' classifiers")}
NO_COSINE = tr("One minority class has no second one\nto compare with: there is no cosine.")
NO_CURVE = tr("One minority class has no second one to compare with: there is no curve to keep.")
TWO_SMALLEST = tr("The classifiers of the two smallest classes")
ITALIC = re.compile(r"(\w) =")
NAMED_AT = 2000.0  # R at which a curve that is of something else says so
BELOW_CURVES = 0.09  # of the axis: there is nothing there but a curve's first bit


def cosine_plot(tip: str, draw: Callable[[Any, OptimumSoFar], Chart]) -> Plot:
    """Return a plot of a cosine over R; `draw` is given parameters and answer."""
    heading = HEADING.format(tr("minority classifiers"))
    return Plot(
        "cosine",
        plain(heading),
        heading,
        tip,
        RATIO,
        draw,
        up=tr("cosine"),
        formulas=("layer-peeled", "minority", "critical ratio"),
        logarithmic=False,
        pages=(PlotFigure("cosine", plain(heading), tr("Cosine of minority classifiers")),),
    )


def cosine_chart(
    model: OptimumModel[Any],
    parameters: Sized,
    answer: OptimumSoFar,
    of: str = "",
    reading: str = "",
) -> Chart:
    """Return the cosine over R, and the one that is seen.

    Parameters
    ----------
    model : OptimumModel
    parameters : Sized
    answer : OptimumSoFar
    of : str
        What the curve is of where that is not what is seen, such as 'q = 2'.
    reading : str
        What is then read above the plot of the two, rich text.
    """
    moments, values = answer.points
    low, high = answer.reach
    named = ITALIC.sub(r"<i>\1</i> =", of)
    curve = Curve(
        "cosine",
        ", ".join(filter(None, [tr("cosine"), named])),
        values,
        Shade(0.45, "ground", "classifier") if of else "classifier",
        strong=True,
        end="",
        faint=bool(of),
        sign=Sign(of, NAMED_AT, "quiet", below=True) if of else None,
    )
    reached = not of and low <= answer.critical <= high
    told = tr("dashed: R₀ = {critical}", critical=three_digits(answer.critical))
    mark = Upright(answer.critical, "R₀", told, height=BELOW_CURVES)
    cosine = model.cosine(parameters, answer.optimum)
    return Chart(
        Across(
            "ratio",
            moments,
            model.symbol,
            tr("imbalance ratio R, logarithmic"),
            logarithmic=True,
            reach=(low, high),
        ),
        (curve,),
        title=HEADING.format(WHO[parameters.exponents is None]),
        uprights=(mark,) if reached else (),
        spots=(Spot(parameters.ratio, cosine, "", here=True),) if np.isfinite(cosine) else (),
        readings=_readings(model, parameters, answer, cosine, reading if of else ""),
        note=", ".join(filter(None, [_label(parameters), of])),
        limits=(-1.0, 1.0),
        nothing=NO_COSINE if parameters.lone_minority else "",
    )


def _label(p: Sized) -> str:
    """Return what a figure says of the classes."""
    groups = (
        tr("{majority} of them majority", majority=p.majority) if p.exponents is None else p.preset
    )
    return f"K = {p.classes}, {groups}, E = {three_digits(p.budget)}"


def _readings(
    model: OptimumModel[Any], parameters: Sized, answer: OptimumSoFar, cosine: float, of_other: str
) -> tuple[Reading, ...]:
    p, facts, critical = parameters, {"classes": parameters.classes}, answer.critical
    *others, last = model.numbers(parameters, answer)
    three = f"<i>R</i><sub>0</sub> = <b>{three_digits(critical)}</b>"
    return (
        Reading("imbalance", f"<i>R</i> = <b>{three_digits(p.ratio)}</b>", p.ratio, facts=facts),
        _cosine_reading(parameters, answer, cosine, last),
        Reading("power", of_other, getattr(p, "q", 2.0), facts=facts)
        if of_other
        else Reading("critical ratio", three, critical, facts=facts),
        *(reading_of(number) for number in others),
    )


def _cosine_reading(p: Sized, answer: OptimumSoFar, cosine: float, number: Number) -> Reading:
    text, facts = tr("cosine <b>{cosine}</b>", cosine=three_digits(cosine)), {"classes": p.classes}
    if np.isnan(cosine) or answer.optimum.zeros > 1:
        title = upper_first(tr(number.name))
        return Reading("minority cosine", text, cosine, title=title, meaning=number.tip)
    if p.exponents is None:
        return Reading("minority cosine", text, cosine, facts=facts)
    pair = {**facts, "pair": TWO_SMALLEST}
    return Reading("minority cosine", text, cosine, "cosine", facts=pair, roles=("classifier",))


def reading_of(number: Number) -> Reading:
    """Return a number as a reading above a plot."""
    value = np.nan if number.value is None else number.value
    text = f"{tr(number.name)} <b>{three_digits(number.value)}</b>"
    return Reading(number.name, text, value, title=upper_first(tr(number.name)), meaning=number.tip)
