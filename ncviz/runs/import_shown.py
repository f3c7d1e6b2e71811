"""What samples of a file of arrays are shown as: pictures, or texts."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.stored import StoredArray
from ncviz.runs.probe import LONGEST_TEXT, are_pictures

MOST_BYTES = 2**28


def are_images(array: StoredArray, samples: int) -> bool:
    """Tell whether an array holds a picture for each of so many samples."""
    return array.shape[0] == samples and are_pictures(array.shape)


def are_texts(array: StoredArray, samples: int) -> bool:
    """Tell whether an array holds a text for each of so many samples."""
    given = array.dtype.kind in "US" and array.nbytes <= MOST_BYTES
    return given and array.shape in ((samples,), (samples, 1))


def texts_of(array: StoredArray, usable: NDArray[np.bool_]) -> Sequence[str]:
    """Return the texts of the usable samples, no longer than they are shown.

    Parameters
    ----------
    array : StoredArray, shape (N,)
        See `are_texts`.
    usable : array of bool, shape (N,)
    """
    rows: NDArray[Any] = array.read().reshape(len(usable))[usable]
    if rows.dtype.kind == "S":
        rows = np.char.decode(rows, "utf-8", "replace")
    return [text[: 8 * LONGEST_TEXT] for text in rows.tolist()]
