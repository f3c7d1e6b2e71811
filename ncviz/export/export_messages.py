"""What a figure, film or table in the making tells."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ncviz.jobs.messages import Cancelled, Failed


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


@dataclass(frozen=True, eq=False)
class Previewed:
    """A picture of what would be exported.

    Parameters
    ----------
    number : int
        As it was asked for.
    pixels : array of uint8, shape (height, width, 3)
    """

    number: int
    pixels: NDArray[np.uint8]


@dataclass(frozen=True)
class PreviewFailed:
    """There is no picture of it, and in one sentence why."""

    number: int
    sentence: str


@dataclass(frozen=True)
class Saved:
    """All files are in their place; the last message.

    Parameters
    ----------
    paths : tuple of Path
        Beside CSV a second one, which says how it was made.
    """

    paths: tuple[Path, ...]


Message = ExportProgress | Previewed | PreviewFailed | Saved | Failed | Cancelled
