"""Whether a run has what a plot shows."""

from ncviz.runs.directions import class_groups
from ncviz.runs.run import Run


def is_imbalanced(run: Run) -> bool:
    """Tell whether a run has minority classes."""
    return bool(class_groups(run)[1])


def has_test(run: Run) -> bool:
    """Tell whether held-out samples were recorded."""
    return run.snapshot(run.epochs[0]).statistics(0, "test") is not None
