"""What a training tells on its way. Nothing here imports torch."""

from dataclasses import dataclass
from pathlib import Path

from ncviz.jobs.runner import RecordedEpoch


@dataclass(frozen=True)
class TrainingProgress:
    """How far the training is; about four times a second, and at the last epoch.

    Parameters
    ----------
    epoch, epochs : int
        Done, and planned.
    loss, accuracy : float
        Of the epoch, on the training samples as their batches passed.
    epochs_per_second : float
        On average since the start, without pauses.
    seconds_left : float
        At that pace.
    """

    epoch: int
    epochs: int
    loss: float
    accuracy: float
    epochs_per_second: float
    seconds_left: float


@dataclass(frozen=True)
class SeedBegun:
    """The training of another seed begins; what is told from now on is of its run.

    Parameters
    ----------
    path : Path
        Its folder, in that of the repeats.
    seed : int
    number, count : int
        Which it is, from 1, and of how many.
    """

    path: Path
    seed: int
    number: int
    count: int


TrainingMessage = TrainingProgress | RecordedEpoch | SeedBegun
