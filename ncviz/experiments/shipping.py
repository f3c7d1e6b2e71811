"""The small runs and pictures of experiments that ship with ncviz: made, thinned, measured."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ncviz.experiments.experiment import EPOCHS, LAST, SMALL, Experiment, mark_of, subject_of
from ncviz.experiments.finding import SHIPPED_SEED, name_by_variant
from ncviz.held_files import remove_if_possible
from ncviz.runs.run import Run
from ncviz.runs.thinning import thin_run
from ncviz.runs.writer import SNAPSHOTS, snapshot_name
from ncviz.scenes.view_text import text_to_view

PER_CLASS = 12  # drawn samples of a class
MOST_BYTES = 250_000  # of a run, beyond the epochs that have to be there
LEAST_EPOCHS, MOST_EPOCHS = 4, 12


def thin_for_shipping(experiment: Experiment, variant: str, run: Run, home: Path) -> Path:
    """Write a run of seed 0 as it ships; return its folder.

    Parameters
    ----------
    experiment : Experiment
    variant : str
    run : Run
        Of the variant's small form with seed 0.
    home : Path
        The folder of what ships of experiments.
    """
    mark = mark_of(subject_of(experiment.variant(variant), SMALL, SHIPPED_SEED))
    path = home / experiment.name / mark
    remove_if_possible(path)
    needed = _needed(experiment, run)
    thin_run(run, path, epochs=needed, per_class=PER_CLASS, texts=False)
    each = (path / SNAPSHOTS / snapshot_name(run.epochs[-1])).stat().st_size
    count = min(MOST_EPOCHS, max(LEAST_EPOCHS, len(needed), MOST_BYTES // each))
    if len(needed) < min(count, len(run.epochs)):
        remove_if_possible(path)
        some = _filled(needed, run.epochs, count)
        thin_run(run, path, epochs=some, per_class=PER_CLASS, texts=False)
    name_by_variant(path, experiment, variant, SMALL)
    return path


def _needed(experiment: Experiment, run: Run) -> set[int]:
    """Return the epochs without which the run would not show what it should."""
    if any(each.over == EPOCHS for each in experiment.expected) and len(run.epochs) <= MOST_EPOCHS:
        return set(run.epochs)
    named = {each.epoch for each in experiment.expected} | {
        text_to_view(experiment.shown.view).epoch
    }
    return {run.epochs[0], run.epochs[-1]} | {run.recorded(e) for e in named - {LAST, 0}}


def _filled(needed: set[int], recorded: Sequence[int], count: int) -> set[int]:
    """Return so many epochs: the needed ones, and others where the widest gaps are.

    Gaps are those of log(1 + epoch), for much happens early.
    """
    chosen, rest = sorted(needed), [epoch for epoch in recorded if epoch not in needed]
    while rest and len(chosen) < count:
        places = np.log1p(chosen)
        distances = [float(np.abs(places - np.log1p(epoch)).min()) for epoch in rest]
        chosen = sorted([*chosen, rest.pop(int(np.argmax(distances)))])
    return set(chosen)


def stale_runs(experiments: Sequence[Experiment], home: Path) -> Iterator[Path]:
    """Yield the folders of runs that no experiment has any more."""
    marks = {
        (e.name, mark_of(subject_of(v, SMALL, SHIPPED_SEED)))
        for e in experiments
        for v in e.variants
    }
    for path in home.glob("*/*/manifest.json"):
        if (path.parent.parent.name, path.parent.name) not in marks:
            yield path.parent
