"""LE-SDE of a run: strengths from its mean logits, and the LE-ODE that imitates it."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ncviz.charts.chart import Chart, Curve, Reading, Upright
from ncviz.charts.colors import Shade
from ncviz.charts.known_elasticity import LOGITS, KnownElasticity, has_elasticity, known_elasticity
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Floats, Numbers
from ncviz.charts.of_metrics import plot_of
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure
from ncviz.charts.rich_text import plain, rich
from ncviz.counting import Counting
from ncviz.language import tr
from ncviz.metrics.elasticity import said_of_sizes
from ncviz.theory.le_sde_estimates import Strengths
from ncviz.wording import three_digits

GROUP = tr("Local elasticity, LE-SDE")
SOURCE = "Zhang, Wang, Su, NeurIPS 2021"
PALE = 0.6  # of quiet words: what is before S is larger than its noise
CLOSE, ROUGH = 0.1, 0.5  # of RD, in words
NAMED = 6  # so many classes have their RD told
NO_L = tr("S stays within its noise, by which the L-model divides: nothing is said of that")
UNTOLD = Reading("no_l", tr("no L-model"), math.nan, title=tr("L-model"), meaning=f"{NO_L}.")


def _explained(numbers: Numbers, moment: Moment, curves: list[Curve], why: str) -> Chart:
    return replace(over_epochs(numbers, curves, why, moment), nothing=why)


def _draw_strengths(of: tuple[str, str], numbers: Numbers, moment: Moment) -> Chart:
    estimated = known_elasticity(numbers)
    if isinstance(estimated, str):
        return _explained(numbers, moment, [_nothing(numbers, of[0])], estimated)
    found = estimated.found
    models = [each for each in (found.of_i, found.of_l) if each is not None]
    curves = [c for each in models for c in _curves_of(each, of, estimated, len(numbers.epochs))]
    certain = _mark(estimated, numbers) if found.of_l is not None else ()
    begins = tr(
        "{estimated}, where S is larger than its noise; thin: before", estimated=_since(estimated)
    )
    readings = _tails(models) if of[0] == "A" else ()
    told = [plain(reading.text) for reading in readings]
    if found.of_l is None:
        readings = (UNTOLD, *readings)
    note = (begins if models[1:] else NO_L, *told, said_of_sizes(numbers.run))
    chart = over_epochs(numbers, curves, "; ".join(filter(None, note)), moment)
    # The head is what divides by noise: the rest decides how high the plot is.
    reach = np.concatenate([c.values for c in curves if not c.faint])
    return replace(chart, uprights=(*chart.uprights, *certain), reach=reach, readings=readings)


def _nothing(numbers: Numbers, name: str) -> Curve:
    return Curve(f"{name}_l", f"<i>{name}</i>", np.full(len(numbers.epochs), np.nan), "text")


def _letters(of: tuple[str, str]) -> tuple[str, str]:
    letters = {"A": "A", "B": "B", "alpha": "α", "beta": "β"}
    return letters[of[0]], letters[of[1]]


def _curves_of(
    model: Strengths, of: tuple[str, str], estimated: KnownElasticity, count: int
) -> list[Curve]:
    """Return two curves of a model, each with its pale head where it has one."""
    curves = []
    is_l = model.kind == "L"
    for name, letter, dash in zip(of, _letters(of), (False, True), strict=True):
        values = getattr(model, name)
        slope = (
            tr("per {unit}", unit=estimated.unit)
            if of[0] == "alpha"
            else tr("from the certain moment on")
        )
        line = Curve(
            f"{name}_{model.kind.lower()}",
            tr("<i>{letter}</i>&nbsp;{kind}", letter=letter, kind=model.kind),
            estimated.spread_out(values, count),
            "text" if is_l else "quiet",
            dash=dash,
            strong=is_l and not dash,
            end=f"{letter} {model.kind}",
            meaning=tr(
                "{letter} of the {kind}-model, {slope} ({source}).",
                letter=letter,
                kind=model.kind,
                slope=slope,
                source=SOURCE,
            ),
        )
        if estimated.found.first:
            head = estimated.spread_out(values, count, head=True)
            pale: dict[str, Any] = {
                "color": Shade(PALE),
                "silent": True,
                "unnamed": True,
                "end": "",
                "makes_room": False,
            }
            key = f"{line.key}_head"
            curves.append(
                replace(line, key=key, values=head, faint=True, strong=False, of=line.key, **pale)
            )
        curves.append(line)
    return curves


def _mark(estimated: KnownElasticity, numbers: Numbers) -> tuple[Upright, ...]:
    first = estimated.found.first
    if not first:
        return ()
    at = numbers.epochs[estimated.rows[first]]
    return (Upright(float(at), tr("certain"), "", dots=True, height=0.08),)


def _since(estimated: KnownElasticity) -> str:
    at = float(estimated.found.times[estimated.found.first or 0])
    return tr("from {at} on", at=Counting(estimated.unit).named(at))


def _tails(models: list[Strengths]) -> tuple[Reading, ...]:
    found = []
    for model in reversed(models):
        kind, r, slope = model.kind, model.tail_index, model.tail_slope
        found.append(
            Reading(
                f"tail_{kind.lower()}",
                tr(
                    "<i>r</i>&nbsp;{kind}&nbsp;<b>{r}</b>, slope <b>{slope}</b>",
                    kind=kind,
                    r=three_digits(r),
                    slope=three_digits(slope),
                ),
                r,
                title=tr("Tail index of the {kind}-model", kind=kind),
                meaning=tr(
                    "As published, 1 − log |A| / log t over the last tenth of the time, which "
                    "is biased; the slope is 1 − d log |A| / d log t over the last decade."
                ),
            )
        )
    return tuple(found)


def _draw_imitation(numbers: Numbers, moment: Moment) -> Chart:
    estimated = known_elasticity(numbers)
    if isinstance(estimated, str):
        return _explained(numbers, moment, [_nothing(numbers, "X")], estimated)
    found, count, names = estimated.found, len(numbers.epochs), moment.class_names
    curves: list[Curve] = []
    for k in moment.classes:
        line = Curve(
            f"x{k}",
            rich(names[k]),
            _whole(estimated, found.logits[:, k, k], count),
            moment.hue(k),
            end=names[k],
            swatch=True,
            meaning=tr("The mean logit of {names} for its own class.", names=names[k]),
            classes=(moment.drawn_as(k),),
        )
        curves.append(line)
        if found.imitated is not None:
            made = estimated.spread_out(found.imitated[:, k, k], count)
            curves.append(_imitated(line, made))
    told, lines = UNTOLD, tr("mean logit of the own class")
    if found.difference is not None:
        off = found.difference[-1][list(moment.classes)]
        told = _difference([names[k] for k in moment.classes], off)
        lines = tr(
            "solid: {lines}, dashed: LE-ODE {estimated}; {words}",
            lines=lines,
            estimated=_since(estimated),
            words=plain(told.text),
        )
    note = (lines, "" if found.difference is not None else NO_L, said_of_sizes(numbers.run))
    chart = over_epochs(numbers, curves, "; ".join(filter(None, note)), moment)
    return replace(chart, readings=(told,))


def _imitated(line: Curve, values: Floats) -> Curve:
    return replace(
        line,
        key=line.key.replace("x", "ode"),
        label=f"{line.label}&nbsp;LE&#8209;ODE",
        values=values,
        dash=True,
        short="┄",
        end="",
        swatch=False,
        silent=True,
        meaning=tr("The same of the LE-ODE with the estimated α and β, nowhere scaled to fit."),
    )


def _whole(estimated: KnownElasticity, values: Floats, count: int) -> Floats:
    whole = np.full(count, np.nan)
    whole[list(estimated.rows)] = values
    return whole


def _in_words(value: float) -> str:
    if math.isnan(value):
        return "nowhere"
    return "closely" if value < CLOSE else "roughly" if value < ROUGH else "hardly"


def _difference(names: list[str], off: Floats) -> Reading:
    """Tell RD of the classes, of each of a few."""
    mean, worst = float(off.mean()), float(off.max())
    if len(off) <= NAMED:
        numbers = ", ".join(f"<b>{three_digits(float(value))}</b>" for value in off)
        each = ", ".join(
            f"{name} {_in_words(float(value))}" for name, value in zip(names, off, strict=True)
        )
    else:
        numbers = tr(
            "<b>{mean}</b>, at most <b>{worst}</b>",
            mean=three_digits(mean),
            worst=three_digits(worst),
        )
        each = tr(
            "them {mean} on average, {worst} at worst", mean=_in_words(mean), worst=_in_words(worst)
        )
    return Reading(
        "rd",
        f"RD&nbsp;{numbers}",
        mean,
        title=tr("RD, mean of the classes"),
        meaning=tr(
            "How far imitated and true mean logits are apart at the end, all K of them, over "
            "the mean of their lengths. The LE-ODE follows {each}.",
            each=each,
        ),
    )


def _strengths(name: str, of: tuple[str, str], order: int, **words: Any) -> Plot:
    def draw(numbers: Numbers, moment: Moment) -> Chart:
        return _draw_strengths(of, numbers, moment)

    return _plot(name, draw, order, **words)


def _plot(name: str, draw: Callable[[Numbers, Moment], Chart], order: int, **words: Any) -> Plot:
    title = words["menu"]
    return Plot(
        name,
        over=EPOCHS,
        draw=draw,
        formulas=("elastic estimates",),
        logarithmic=False,
        needs=(LOGITS,),
        applies=has_elasticity,
        of_many_moments=True,
        order=order,
        group=GROUP,
        pages=(PlotFigure(name.replace(" ", "-"), title, title),),
        **words,
    )


SEPARATION = plot_of(
    "logit separation",
    ("logit_separation",),
    menu=tr("S, separation of mean logits"),
    heading=tr("<i>S</i>, separation of mean logits"),
    tip=tr(
        "How far the mean logits of a class point towards its label, averaged over the classes; "
        "below 0 they point away, as with more wrong labels than right ones ({source}, L-model).",
        source=SOURCE,
    ),
    up="S",
    over=EPOCHS,
    group=GROUP,
    order=510,
    splits=("train", "test"),
)
GROWTH = _strengths(
    "elastic growth",
    ("A", "B"),
    520,
    menu=tr("A and B of LE-SDE"),
    heading=tr("<i>A</i> and <i>B</i> from mean logits"),
    tip=tr(
        "A = ∫α and B = ∫β, estimated from mean logits by the L-model and the I-model ({source}). "
        "Thin where S is within its noise, of which the L-model takes the logarithm.",
        source=SOURCE,
    ),
    up="A, B",
)
STRENGTHS = _strengths(
    "elastic strengths",
    ("alpha", "beta"),
    530,
    menu=tr("α and β of LE-SDE"),
    heading=tr("<i>α</i> and <i>β</i>, how strongly images pull"),
    tip=tr(
        "Slopes of A and B: how strongly a step on an image pulls the logits of its own class, and "
        "those of others ({source}). α above β is local elasticity.",
        source=SOURCE,
    ),
    up="α, β",
)
IMITATION = _plot(
    "imitation",
    _draw_imitation,
    540,
    menu=tr("Imitation by the LE-ODE"),
    heading=tr("Mean logits and the LE-ODE that imitates them"),
    tip=tr(
        "The mean logit of each class for itself, and that of the L-model's equation with the "
        "estimated α and β, nowhere scaled to fit ({source}). RD is the relative difference of all "
        "logits of a class at the end.",
        source=SOURCE,
    ),
    up=tr("logit"),
)
