"""What sets of labels are called; read at every start of the command line, so without NumPy."""

from collections.abc import Sequence


def set_names(sets: Sequence[Sequence[int]], class_names: Sequence[str]) -> tuple[str, ...]:
    """Return what sets of labels are called."""
    return tuple(" + ".join(class_names[k] for k in labels) for labels in sets)
