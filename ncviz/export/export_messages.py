"""What a figure, film or table in the making tells."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.language import tr


@dataclass(frozen=True, eq=False)
class ExportProgress:
    """How far a film or a table has come.

    Parameters
    ----------
    done, total : int
        Frames, or epochs.
    seconds_left : float
        At the pace so far; NaN where there is none yet.
    frame : array of uint8, shape (height, width, 3), or None
        The frame that has just been drawn; in the background a small picture
        of it, and now and then only.
    doing : str
        What is done where it is no frame that is drawn, such as a search.
    """

    done: int
    total: int
    seconds_left: float
    frame: NDArray[np.uint8] | None = None
    doing: str = ""

    @property
    def words(self) -> str:
        """Return what is done, and how far it is."""
        return self.doing or tr("frame {done:,} of {total:,}", done=self.done, total=self.total)
