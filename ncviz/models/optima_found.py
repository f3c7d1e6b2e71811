"""The local optima that descents from many starts found, each with its loss: a chart of them."""

from typing import Any

import numpy as np

from ncviz.charts.chart import Across, Chart, Curve, Reading, Spot
from ncviz.charts.colors import Shade
from ncviz.charts.plot import RATIO, Plot
from ncviz.language import tr
from ncviz.models.optimum import OptimumSoFar
from ncviz.models.peeled_optimum import Optimum, curve_ratios
from ncviz.theory.layer_peeled_descent import AGREEING, LocalOptimum
from ncviz.wording import three_digits, upper_first

GLOBAL, LOWEST, LOCAL = tr("global"), tr("lowest found"), tr("local")
MOST_READ = 4
ROOM = 1.1  # of the height of the highest


def kinds_of(optimum: Optimum) -> tuple[str, ...]:
    """Return what each optimum that was found is: 'global', 'lowest found' or 'local'.

    The lowest is 'global' where it reaches what no optimum falls below; else nothing says that
    there is no lower one.
    """
    certain = optimum.residual is None or optimum.objective <= optimum.least * (1 + AGREEING)
    first = GLOBAL if certain else LOWEST
    found = _found(optimum)
    return (first, *(LOCAL for _ in found[1:]))[: len(found)]


def said_of(optimum: Optimum) -> list[dict[str, Any]]:
    """Return what a file says of the optima that were found."""
    return [
        {"kind": kind, "objective": each.objective, "starts": each.starts}
        for kind, each in zip(kinds_of(optimum), optimum.optima, strict=False)
    ]


def others_in_words(optimum: Optimum) -> str:
    """Say how many local optima lie above the lowest, and from where on."""
    others = optimum.optima[1:]
    above = tr(
        "{count} local {value}",
        count=len(others),
        value=tr("optimum") if len(others) == 1 else tr("optima"),
    )
    return tr(
        "{above} above it, from {objective} on",
        above=above,
        objective=three_digits(others[0].objective),
    )


def _draw(parameters: Any, answer: OptimumSoFar) -> Chart:
    optimum, moments = answer.optimum, curve_ratios(answer.reach)
    losses = np.array([each.objective for each in _found(optimum)])
    above = 100 * (losses[1:] / losses[:1] - 1)
    at = parameters.ratio if answer.answered is None else answer.answered.ratio
    curves = [
        Curve(
            "lowest",
            (*kinds_of(optimum), LOWEST)[0],
            np.zeros_like(moments),
            Shade(0.45, "ground", "classifier"),
            end="",
            meaning=tr("The lowest optimum that was found, which others are compared with."),
        )
    ]
    if len(above):
        curves.append(
            Curve(
                "local",
                LOCAL,
                above,
                "text",
                points="hollow",
                end="",
                at=np.full(len(above), at),
                meaning=tr("How far the losses of local optima lie above the lowest."),
            )
        )
    starts = (
        tr("one convex programme")
        if optimum.residual is None
        else tr("{descents} starts", descents=optimum.descents)
    )
    return Chart(
        Across(
            "ratio",
            moments,
            "R",
            tr("imbalance ratio R, logarithmic"),
            logarithmic=True,
            reach=answer.reach,
        ),
        tuple(curves),
        spots=(Spot(parameters.ratio, 0.0, "", here=True),) if len(losses) else (),
        readings=tuple(_readings(optimum)),
        note=f"q = {three_digits(parameters.q)}, {starts}",
        limits=(0.0, ROOM * float(above.max(initial=1.0))),
    )


def _found(optimum: Optimum) -> tuple[LocalOptimum, ...]:
    """Return all optima that are known: of a convex programme its one."""
    exact = optimum.residual is None
    return (LocalOptimum(optimum.objective, 1),) if exact else optimum.optima


def _readings(optimum: Optimum) -> list[Reading]:
    read: list[Reading] = []
    for kind, each in zip(kinds_of(optimum), _found(optimum), strict=True):
        starts = tr("1 start") if each.starts == 1 else tr("{starts} starts", starts=each.starts)
        told = "" if optimum.residual is None else f"&nbsp;({starts})".replace(" ", "&nbsp;")
        text = f"{kind} <b>{three_digits(each.objective)}</b>{told}"
        meaning = tr("Mean cross-entropy in nats; the programme is convex, with one optimum.")
        if optimum.residual is not None:
            meaning = tr(
                "Mean cross-entropy in nats; {starts} of {descents} came here.",
                starts=starts,
                descents=optimum.descents,
            )
        title = upper_first(kind)
        read.append(
            Reading(f"{kind} {len(read)}", text, each.objective, title=title, meaning=meaning)
        )
    return read[:MOST_READ]


OPTIMA = Plot(
    "optima",
    tr("Optima found"),
    tr("Optima found, above the lowest"),
    tr(
        "Hollow: by how many per cent the loss of each local optimum that descents came to lies "
        "above the lowest. At q = 2 the programme is convex, with one optimum, the global one "
        "(Fang, He, Long, Su, PNAS 2021, for q other than 2)."
    ),
    RATIO,
    _draw,
    up=tr("above, %"),
    formulas=("layer-peeled",),
    logarithmic=False,
)
