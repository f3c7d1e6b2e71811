"""What a recipe would train, and how long it would take, in words."""

from typing import TYPE_CHECKING

from ncviz.language import tr
from ncviz.wording import rough_duration

if TYPE_CHECKING:  # every network: the window's start must not wait for them
    from ncviz.training.forecast import Forecast


def forecast_in_words(coming: "Forecast", pace: float | None, *, several: bool) -> str:
    """Say what would be trained and about how long it takes.

    Parameters
    ----------
    coming : Forecast
    pace : float or None
        Seconds that the last training took over those that were estimated; None or 0 before one.
    several : bool
        Whether there are several devices to choose from.
    """
    source = tr("at the pace of the last training") if pace else tr("by a rough estimate")
    if not pace and several:
        source += tr(" for the processor")
    classes = len(coming.counts)
    fits = (
        ""
        if coming.features >= classes - 1
        else tr(
            " A simplex ETF of {classes} classes does not fit into width {features}.",
            classes=classes,
            features=coming.features,
        )
    )
    return tr(
        "{images} {parameters:,} parameters, {steps:,} steps: about {seconds}, {source}.{fits}",
        images=coming.images(),
        parameters=coming.parameters,
        steps=coming.steps,
        seconds=rough_duration(coming.seconds * (pace or 1.0)),
        source=source,
        fits=fits,
    )
