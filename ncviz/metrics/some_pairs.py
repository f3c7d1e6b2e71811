"""What is said where a number is of pairs of some classes, since they are very many."""

from ncviz.geometry.collapse import EVERY_PAIR, some_of
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError


def of_some(classes: int) -> str:
    """Return which pairs were looked at, as a sentence behind another; '' if all were."""
    step = some_of(classes).step
    if step is None:
        return ""
    return tr(
        " These are pairs of one class in {step}: of more than {most:,} classes not all pairs are "
        "looked at.",
        step=step,
        most=EVERY_PAIR,
    )


def require_every_pair(classes: int) -> None:
    """Refuse a number that only all pairs tell, such as their largest cosine."""
    if classes > EVERY_PAIR:
        raise AbsentError(
            tr(
                "There is no value here: of more than {most:,} classes not all pairs are looked "
                "at, and only all of them tell the nearest two.",
                most=EVERY_PAIR,
            )
        )
