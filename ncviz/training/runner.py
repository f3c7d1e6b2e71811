"""A training in the background: what one asks of it and what it tells.

Nothing here imports torch or Qt. A window's timer, or a loop on the command
line, calls `Runner.poll`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ncviz.training.device import CPU
from ncviz.training.recipe import Recipe


@dataclass(frozen=True)
class Progress:
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
class RecordedEpoch:
    """A snapshot is on the disk; after the first one the run can be opened."""

    epoch: int


@dataclass(frozen=True)
class Finished:
    """The training has ended; the last message.

    Parameters
    ----------
    state : str
        'finished'; 'stopped', with the recorded epochs kept; or 'cancelled',
        with no run left.
    """

    state: str


@dataclass(frozen=True)
class Failed:
    """The training has failed; the last message.

    Parameters
    ----------
    sentence : str
        What happened and what to do. The recorded epochs are kept.
    """

    sentence: str


Message = Progress | RecordedEpoch | Finished | Failed


class Runner(Protocol):
    """Runs one training in the background and records it.

    All methods return at once, `close` and `poll` with a time-out excepted,
    and may be called in any state: what makes no sense does nothing.
    """

    @property
    def is_running(self) -> bool:
        """Whether it was started and the last message has not been polled yet."""
        ...

    def prepare(self) -> None:
        """Get ready, so that `start` is felt at once: import torch and warm it up."""
        ...

    def start(self, recipe: Recipe | None, out: Path, device: str = CPU) -> None:
        """Train as the recipe says and record into the folder `out`; None resumes its run.

        Parameters
        ----------
        recipe : Recipe or None
        out : Path
        device : str, optional
            One that works, such as 'cuda:0'.

        Raises
        ------
        RuntimeError
            If it was started before: a runner runs once.
        """
        ...

    def pause(self) -> None:
        """Hold the training before its next batch."""
        ...

    def resume(self) -> None:
        """Go on after a pause."""
        ...

    def stop(self) -> None:
        """End the training and keep the run."""
        ...

    def cancel(self) -> None:
        """End the training and remove the run."""
        ...

    def poll(self, timeout: float = 0.0) -> list[Message]:
        """Return the messages since the last poll, oldest first.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait for one, if there is none.
        """
        ...

    def close(self, timeout: float = 10.0) -> None:
        """Stop, keep the run, and free everything; nothing can be polled afterwards.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait for the training to end by itself.
        """
        ...
