"""Whether a run has what a plot shows."""

from ncviz.geometry.etf import has_simplex_etf
from ncviz.runs.directions import class_groups
from ncviz.runs.run import Run


def minority_count(run: Run | None) -> int:
    """Return how many minority classes a run has."""
    return 0 if run is None else len(class_groups(run)[1])


def is_imbalanced(run: Run) -> bool:
    """Tell whether a run has minority classes."""
    return minority_count(run) > 0


def is_crowded(run: Run) -> bool:
    """Tell whether no simplex ETF fits into the last layer."""
    return not has_simplex_etf(run.manifest.classes, run.manifest.layers[-1].width)


def unknown_splits(run: Run) -> tuple[str, ...]:
    """Return the splits of classes that the network does not know."""
    return tuple(split.name for split in run.manifest.splits if split.is_unknown)


def splits_of_sets(run: Run) -> tuple[str, ...]:
    """Return the splits whose samples have several labels."""
    return tuple(split.name for split in run.manifest.splits if split.label_sets)


def has_test(run: Run) -> bool:
    """Tell whether held-out samples were recorded."""
    return run.snapshot(run.epochs[0]).statistics(0, "test") is not None
