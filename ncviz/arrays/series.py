"""The features of one layer, one epoch after the other."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.stored import StoredArray
from ncviz.errors import UserError
from ncviz.language import tr


class FeatureSeries:
    """Features of N samples at E epochs, read epoch by epoch.

    Parameters
    ----------
    arrays : sequence of StoredArray
        One, N×d or E×N×d, or E of N×d. What a sample has more axes of is laid
        out in a row; d×N is turned.
    samples : int
        N.
    path : Path
        Of their file, for messages.
    are_images : bool, optional
        N×H×W rather than E×N×d, where both would fit.

    Raises
    ------
    UserError
        If the shapes do not fit N samples, or each other.
    """

    def __init__(
        self,
        arrays: Sequence[StoredArray],
        samples: int,
        path: Path,
        *,
        are_images: bool = False,
    ) -> None:
        self.arrays = tuple(arrays)
        self._stacked = False
        self._turned = False
        first = arrays[0]
        shape = first.shape
        for other in arrays:
            if other.shape != shape:
                raise UserError(
                    tr(
                        "{path}: {name!r} is {words} and {name_2!r} {words_2}: "
                        "give the same features each time.",
                        path=path,
                        name=first.name,
                        words=first.words,
                        name_2=other.name,
                        words_2=other.words,
                    )
                )
        if not (first.are_numbers or first.dtype.kind == "b") or first.ndim < 2:
            raise UserError(
                tr(
                    "{path}: the array {name!r} is {words}: give N×d or E×N×d real numbers.",
                    path=path,
                    name=first.name,
                    words=first.words,
                )
            )
        may_stack = len(arrays) == 1 and first.ndim >= 3 and shape[1] == samples
        if may_stack and not (shape[0] == samples and (are_images or first.ndim > 3)):
            self._stacked = True
            shape = shape[1:]
        elif shape[0] != samples and first.ndim == 2 and shape[1] == samples:
            self._turned = True
            shape = shape[::-1]
        if shape[0] != samples:
            raise UserError(
                tr(
                    "{path} has {samples:,} labels, and {name!r} is {words}: give one "
                    "label a sample.",
                    path=path,
                    samples=samples,
                    name=first.name,
                    words=first.words,
                )
            )
        self.shape_of_one = shape[1:]
        epochs = first.shape[0] if self._stacked else len(arrays)
        self.shape = (epochs, samples, math.prod(shape[1:]))

    @property
    def words(self) -> str:
        """Return how the features lie in the file, where that is not N×d; else ''."""
        epochs, samples, width = self.shape
        words = tr(", of {epochs:,} moments", epochs=epochs) if epochs > 1 else ""
        if self._turned:
            words += tr(", turned to {samples:,}×{width:,}", samples=samples, width=width)
        if len(self.shape_of_one) > 1:
            one = "×".join(str(n) for n in self.shape_of_one)
            words += tr(", the {one} numbers of a sample in a row", one=one)
        return words

    def __iter__(self) -> Iterator[NDArray[Any]]:
        """Return the features of each epoch in turn, N×d, in the type of the file.

        None is held once it is handed out: a loop's own variable would hold it until the next.
        """
        if self._stacked:
            return map(self._first, self.arrays[0].blocks(1))
        return map(self._read, self.arrays)

    def _first(self, block: NDArray[Any]) -> NDArray[Any]:
        return self._rows(block[0])

    def _read(self, array: StoredArray) -> NDArray[Any]:
        values = array.read()
        return self._rows(values.T if self._turned else values)

    def _rows(self, values: NDArray[Any]) -> NDArray[Any]:
        values = values.reshape(len(values), -1)
        return values.astype(np.uint8) if values.dtype.kind == "b" else values
