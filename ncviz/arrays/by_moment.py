"""What a file has once for each moment beside the features, under names that tell which."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.meanings import Named
from ncviz.arrays.stored import ArrayFile, StoredArray
from ncviz.language import tr

PARTS = ("classifier", "bias", "logits", "losses", "learning_rate")

Other = tuple[str, str, StoredArray]
"""A part, a split, and the array."""


class ByMoment(StoredArray):
    """Arrays of one shape, one a moment, as one array with an axis more.

    Parameters
    ----------
    arrays : sequence of StoredArray
        In the order of the moments.
    """

    def __init__(self, arrays: Sequence[StoredArray]) -> None:
        shape = () if arrays[0].shape == (1,) else arrays[0].shape
        kind = np.result_type(*(array.dtype for array in arrays))
        super().__init__(arrays[0].name, (len(arrays), *shape), kind)
        self._arrays = arrays
        self.is_in_parts = all(array.is_in_parts for array in arrays)

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        """Yield so many moments at once, or fewer, in order."""
        for start in range(0, len(self._arrays), rows):
            own = [array.read() for array in self._arrays[start : start + rows]]
            yield np.stack(own).astype(self.dtype, copy=False).reshape(-1, *self.shape[1:])

    def read(self) -> NDArray[Any]:
        """Return all of them."""
        return np.concatenate([*self.blocks(1)])

    def entry(self, number: int) -> StoredArray:
        """Return the array of one moment."""
        return self._arrays[number]


def by_moment(
    named: Sequence[tuple[Named, str]], epochs: Sequence[int], file: ArrayFile
) -> list[Other]:
    """Return what a file holds beside features and labels; what is of a moment each, as one.

    Parameters
    ----------
    named : sequence of (Named, str)
        With the split of each.
    epochs : sequence of int
        Of the features, where names tell; empty otherwise.
    file : ArrayFile
        Which is told what is left: one of some moments would be taken as that of all.
    """
    groups: dict[tuple[str, str, str] | int, list[tuple[Named, str]]] = {}
    for number, (each, split) in enumerate(named):
        means = each.means
        counts = bool(epochs) and means.epoch is not None and means.part in PARTS
        own: tuple[str, str, str] | int = number
        if counts:
            own = means.part, split, means.layer
        groups.setdefault(own, []).append((each, split))
    found: list[Other] = []
    for key, group in groups.items():
        each, split = group[0]
        if not isinstance(key, tuple):
            found.append((each.means.part, split, each.array))
            continue
        at = {one.means.epoch: one.array for one, _ in group}
        arrays = [at[epoch] for epoch in epochs if epoch in at]
        alike = len({array.shape for array in arrays}) == 1
        if len(arrays) == len(epochs) and alike and all(array.are_numbers for array in arrays):
            found.append((each.means.part, split, ByMoment(arrays)))
            continue
        for one, _ in group:
            file.left[one.array.name] = tr(
                "is not there in one shape for each of {count:,} moments", count=len(epochs)
            )
    return found
