"""How many samples of each class a training loop has: as it is told, and what is said of it."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.language import tr

Ints = NDArray[np.int64]


def absent_classes(labels: Ints, classes: int) -> list[str]:
    """Say that the model tells more classes apart than the data hold."""
    absent = np.flatnonzero(np.bincount(labels, minlength=classes) == 0).tolist()
    if not absent:
        return []
    listed = ", ".join(map(str, absent[:5])) + (" …" if len(absent) > 5 else "")
    return [
        tr(
            "the model tells {classes} classes apart and the samples hold "
            "{classes_2} of them, none of {listed}",
            classes=classes,
            classes_2=classes - len(absent),
            listed=listed,
        )
    ]


def said_of_sizes(counts: tuple[int, ...], how: str) -> list[str]:
    """Say what is known of the sizes of the classes, unless they are alike."""
    if not counts:
        return [tr("the classes' sizes in the training are unknown (train_counts= tells them)")]
    if min(counts) == max(counts):
        return []
    return [
        tr(
            "the classes have {counts:,} to {counts_2:,} samples, {how}",
            counts=min(counts),
            counts_2=max(counts),
            how=how,
        )
    ]


def told_sizes(counts: Sequence[int] | Mapping[int, int], classes: int) -> tuple[int, ...]:
    """Return the sizes of the classes as the user tells them."""
    if isinstance(counts, Mapping):
        counts = [counts.get(number, 0) for number in range(classes)]
    numbers = np.asarray(counts)
    fits = numbers.shape == (classes,) and numbers.dtype.kind in "iu"
    if not fits or numbers.min() < 0 or not numbers.any():
        raise UserError(
            tr("train_counts must be {classes} whole numbers, one for each class.", classes=classes)
        )
    return tuple(int(number) for number in numbers)
