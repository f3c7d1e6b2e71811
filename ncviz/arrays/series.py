"""The features of one layer, one epoch after the other."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ncviz.arrays.holding import MOST_HELD, hold
from ncviz.arrays.stored import HeldArray, StoredArray
from ncviz.arrays.streamed import StreamedRows, flat_rows
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
                    "{path} has {samples:label|labels}, and {name!r} is {words}: give one label a "
                    "sample.",
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

    @property
    def nbytes(self) -> int:
        """Return how many bytes the features of one epoch take."""
        return self.shape[1] * self.shape[2] * self.arrays[0].dtype.itemsize

    @property
    def is_held(self) -> bool:
        """Whether the features of an epoch are in the memory all at once."""
        return self.nbytes <= MOST_HELD or self._part_of(0) is None

    def told_size(self) -> str:
        """Return what is to be said where many features are held as a whole; else ''.

        Raises
        ------
        UserError
            If the memory has no room for them.
        """
        first = self.arrays[0]
        if not self.is_held or isinstance(first, HeldArray):
            return ""
        epoch = tr(" of each moment") if self.shape[0] > 1 else ""
        return hold(f"{first.name}{epoch}", self.nbytes, tr("save it as npy"))

    def _part_of(self, epoch: int) -> StoredArray | None:
        """Return the array of an epoch, N×…, where it can be read in parts."""
        found: StoredArray | None = self.arrays[0 if self._stacked else epoch]
        if found is not None and self._stacked:
            found = found.entry(epoch)
        elif found is not None and self._turned:
            found = found.turned()
        return found if found is not None and found.is_in_parts else None

    def __iter__(self) -> Iterator[NDArray[Any] | StreamedRows]:
        """Return the features of each epoch in turn, N×d, in the type of the file.

        None is held once it is handed out: a loop's own variable would hold it until the next.
        Many are not held at all, but read block by block.
        """
        if not self.is_held:
            return map(self._streamed, range(self.shape[0]))
        if self._stacked:
            return map(self._first, self.arrays[0].blocks(1))
        return map(self._read, self.arrays)

    def _streamed(self, epoch: int) -> StreamedRows:
        array = self._part_of(epoch)
        assert array is not None  # told by `is_held`
        return StreamedRows(array)

    def _first(self, block: NDArray[Any]) -> NDArray[Any]:
        return flat_rows(block[0])

    def _read(self, array: StoredArray) -> NDArray[Any]:
        values = array.read()
        return flat_rows(values.T if self._turned else values)
