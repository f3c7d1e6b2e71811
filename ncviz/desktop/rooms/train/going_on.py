"""Which trainings can go on, and what one is told of it."""

from contextlib import suppress
from pathlib import Path

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.lock import is_being_written
from ncviz.runs.repeats import repeats_of
from ncviz.runs.run import Run
from ncviz.runs.writer import STATE
from ncviz.wording import listed


def can_go_on(run: Run) -> Path | None:
    """Return the folder of a run, or of its repeats, if their training can go on."""
    repeats = repeats_of(run)
    if repeats is not None:
        is_free = repeats.being_trained is None and not is_being_written(run.path)
        return repeats.path if repeats.unfinished and is_free else None
    if run.manifest.state == "finished":
        return None
    if not (run.path / STATE).is_file() or is_being_written(run.path):
        return None
    return run.path


def has_gone_on(run: Run) -> bool:
    """Tell whether a training went on in another process since its run was opened."""
    if repeats_of(run) is not None:
        return False
    with suppress(UserError):
        return is_being_written(run.path) or Run(run.path).manifest.state != run.manifest.state
    return False  # it is no run any more: what is seen of it is all there is


def offer_to_go_on(run: Run) -> str:
    """Return the sentence that offers to go on with a training that can."""
    repeats = repeats_of(run)
    if repeats is not None:
        seeds = listed([str(seed) for seed in repeats.unfinished])
        return tr(
            "Go on training {title}: what is not finished of the seeds {seeds}.",
            title=repeats.title,
            seeds=seeds,
        )
    return tr(
        "Go on training {title}, which ended at epoch {epochs} of {epochs_2}.",
        title=run.manifest.title,
        epochs=run.epochs[-1],
        epochs_2=run.manifest.epochs,
    )
