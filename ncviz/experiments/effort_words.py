"""What numbers took, in words: how many seeds, and how long."""

from ncviz.experiments.verdict import Outcome
from ncviz.language import tr


def seeds_in_words(outcome: Outcome) -> str:
    """Say with how many seeds numbers were found."""
    if not outcome.experiment.is_drawn:
        return "solved"
    count = len(outcome.seeds)
    return tr("1 seed") if count == 1 else tr("{count} seeds", count=count)


def time_taken(seconds: float) -> str:
    """Say how long something took."""
    return about_seconds(seconds) if seconds >= 1 else "< 1 s"


def about_seconds(seconds: float) -> str:
    """Say about how long something takes."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return tr("{seconds} min", seconds=round(seconds / 60))
    return f"{seconds / 3600:.1f} h"
