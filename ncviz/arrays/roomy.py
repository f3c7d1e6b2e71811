"""Room for numbers that are read again and again: in the memory, or of very many in a file."""

import math
import os
import tempfile
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ncviz.arrays.holding import MOST_HELD
from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.wording import memory_in_words

_PIECE = 2**24  # bytes written at once


def roomy_array(shape: Sequence[int], dtype: DTypeLike) -> NDArray[Any]:
    """Return an array of zeros, to be filled.

    Of more than `MOST_HELD` bytes it is a file that nobody sees, mapped into the memory: what is
    not looked at need not be there. It is gone with the array.

    Parameters
    ----------
    shape : sequence of int
    dtype : data type

    Raises
    ------
    UserError
        If the disk has no room for it.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size <= MOST_HELD:
        return np.zeros(tuple(shape), dtype)
    try:
        with tempfile.TemporaryFile() as file:
            _claim(file.fileno(), size)
            return np.memmap(file, dtype, "r+", shape=tuple(shape))
    except (OSError, OverflowError) as error:
        raise UserError(
            tr(
                "The samples take {size}, for which {folder} has no room ({why}): choose "
                "fewer with --per-class, free some, or let TMPDIR name another folder.",
                size=memory_in_words(size),
                folder=tempfile.gettempdir(),
                why=getattr(error, "strerror", None) or reason(error),
            )
        ) from error


def _claim(file: int, size: int) -> None:
    """Make a file so large, of blocks that the disk has: a write to the map cannot fail later."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size)
        return
    zeros = bytes(_PIECE)
    for start in range(0, size, _PIECE):
        os.write(file, zeros[: size - start])
