"""The local optima that descents from many starts found, each with its loss: a chart of them."""

from typing import Any

import numpy as np

from ncviz.charts.chart import Across, Chart, Curve, Reading
from ncviz.charts.plot import RATIO, Plot
from ncviz.models.optimum import OptimumSoFar
from ncviz.models.peeled_optimum import Optimum
from ncviz.theory.layer_peeled_descent import AGREEING
from ncviz.wording import three_digits

CONVEX = "At q = 2 the programme is convex:\nits one optimum is the global one."
SOUGHT = "The optima are still sought."
MOST_READ = 4
NONE = "No descent has come to an optimum."
GLOBAL, LOWEST, LOCAL = "global", "lowest found", "local"


def kinds_of(optimum: Optimum) -> tuple[str, ...]:
    """Return what each optimum that was found is: 'global', 'lowest found' or 'local'.

    The lowest is 'global' where it reaches what no optimum falls below; else nothing says that
    there is no lower one.
    """
    first = GLOBAL if optimum.objective <= optimum.least * (1 + AGREEING) else LOWEST
    return (first, *(LOCAL for _ in optimum.optima[1:]))


def said_of(optimum: Optimum) -> list[dict[str, Any]]:
    """Return what a file says of the optima that were found."""
    return [
        {"kind": kind, "objective": each.objective, "starts": each.starts}
        for kind, each in zip(kinds_of(optimum), optimum.optima, strict=False)
    ]


def others_in_words(optimum: Optimum) -> str:
    """Say how many local optima lie above the lowest, and from where on."""
    others = optimum.optima[1:]
    above = f"{len(others)} local {'optimum' if len(others) == 1 else 'optima'}"
    return f"{above} above it, from {three_digits(others[0].objective)} on"


def _draw(parameters: Any, answer: OptimumSoFar) -> Chart:
    optimum = answer.optimum
    found = optimum.optima if optimum.residual is not None else ()
    places, losses = np.arange(1.0, len(found) + 1), np.array([each.objective for each in found])
    first = kinds_of(optimum)[0]
    curves = (
        Curve(
            "lowest",
            first,
            np.where(places == 1, losses, np.nan),
            "classifier",
            points="full",
            end="",
            meaning="The loss of the lowest optimum that was found, in nats.",
        ),
        Curve(
            "local",
            LOCAL,
            np.where(places > 1, losses, np.nan),
            "text",
            points="hollow",
            end="",
            meaning="The losses of local optima, which lie above it.",
        ),
    )
    nothing = CONVEX if parameters.q == 2 else SOUGHT if answer.busy else NONE
    reach = (0.5, max(len(found), 2) + 0.5)
    return Chart(
        Across("ratio", places, "optimum", "optima, from the lowest on", reach=reach, whole=True),
        curves if found else (),
        readings=tuple(_readings(optimum)) if found else (),
        limits=None if found else (-1.0, 1.0),  # about the words that stand there instead
        note=f"q = {three_digits(parameters.q)}, {optimum.descents} starts" if found else "",
        nothing="" if found else nothing,
    )


def _readings(optimum: Optimum) -> list[Reading]:
    read: list[Reading] = []
    for kind, each in zip(kinds_of(optimum), optimum.optima, strict=False):
        starts = "1 start" if each.starts == 1 else f"{each.starts} starts"
        text = (
            f"{kind} <b>{three_digits(each.objective)}</b>&nbsp;({starts.replace(' ', '&nbsp;')})"
        )
        meaning = f"Mean cross-entropy in nats; {starts} of {optimum.descents} came here."
        read.append(
            Reading(
                f"optimum {len(read)}",
                text,
                each.objective,
                title=kind.capitalize(),
                meaning=meaning,
            )
        )
    return read[:MOST_READ]


OPTIMA = Plot(
    "optima",
    "Optima found",
    "Optima found for this <i>q</i>",
    "Each point is an optimum that descents came to, with its loss; the lowest is full. For q = 2 "
    "there is one alone (Fang, He, Long, Su, PNAS 2021, for q other than 2).",
    RATIO,
    _draw,
    up="loss",
    formulas=("layer-peeled",),
    logarithmic=False,
)
