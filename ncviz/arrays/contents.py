"""What a file of arrays holds: samples and labels of the splits, layers, epochs, and the rest."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.labels import FurtherLabels, Labels
from ncviz.arrays.set_names import set_names
from ncviz.arrays.stored import LONGEST_NAME, ArrayFile, StoredArray
from ncviz.language import tr
from ncviz.wording import one_line

NO_PLACE = tr("left: ncviz has no place for it")
MOST_TOLD = 100  # arrays that are told one by one


def left_over(array: StoredArray, samples: int) -> str:
    """Return why an array is left, and how to take one that has a row for each sample."""
    has_rows = array.are_numbers and array.ndim > 1 and array.shape[0] == samples
    if not has_rows:
        return NO_PLACE
    return tr("{no_place}; --features {name} takes it", no_place=NO_PLACE, name=array.name)


Layers = Mapping[str, list[StoredArray]]
"""A layer has one array, or one an epoch."""


@dataclass(frozen=True, eq=False)
class Contents:
    """What a file of arrays holds.

    Parameters
    ----------
    file : ArrayFile
    labels : Labels
        Of the training split, and of the held-out one.
    samples : mapping of split to Layers
        'train', 'test' where there is one, and further ones by their names.
    epochs : tuple of int
        That the names give, ascending; empty if they give none.
    unit : str
        What they count.
    others : list of (part, split, StoredArray)
        What else has a meaning, such as ('losses', 'train', …); part is ''
        where the name says nothing.
    only_test : bool
        Whether the training samples are in truth a test split.
    notes : list of str
        What was chosen.
    further : mapping of str to FurtherLabels
        Labels of the further splits, by their names.
    """

    file: ArrayFile
    labels: Labels
    samples: Mapping[str, Layers]
    epochs: tuple[int, ...]
    unit: str
    others: list[tuple[str, str, StoredArray]]
    only_test: bool
    notes: list[str]
    further: Mapping[str, FurtherLabels]

    def tell_left(self, told: list[str]) -> list[str]:
        """Return what is told of arrays that are left; of many the first ones."""
        left = self.file.left.items()
        lines = [
            *told,
            *(tr("{n}: left, it {why}", n=one_line(n)[:LONGEST_NAME], why=why) for n, why in left),
        ]
        more = len(lines) - MOST_TOLD
        return [*lines[:MOST_TOLD], *[tr("{more:,} more arrays are left", more=more)] * (more > 0)]

    def names_of(self, split: str) -> tuple[str, ...]:
        """Return what the labels of a split stand for."""
        own = self.further.get(split)
        if own is not None and own.class_names:
            return own.class_names
        return (
            *self.labels.class_names,
            *set_names(self.labels.sets, self.labels.class_names),
        )

    def labels_of(self, split: str) -> NDArray[np.int64]:
        """Return the labels of a split that has samples."""
        if split in self.further:
            return self.further[split].labels
        found = self.labels.train if split == "train" else self.labels.test
        assert found is not None  # a split has samples only with its labels
        return found
