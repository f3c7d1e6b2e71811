"""What a figure, film or table in the making tells."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ExportProgress:
    """How far a film or a table has come.

    Parameters
    ----------
    done, total : int
        Frames, or epochs.
    seconds_left : float
        At the pace so far.
    frame : array of uint8, shape (height, width, 3), or None
        The frame that has just been drawn; in the background a small picture
        of it, and now and then only.
    """

    done: int
    total: int
    seconds_left: float
    frame: NDArray[np.uint8] | None = None
