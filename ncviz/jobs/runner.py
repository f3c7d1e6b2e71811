"""A job that writes a run: it may be paused and stopped, and what it recorded is kept."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, Generic, ParamSpec, TypeVar

from ncviz.jobs.control import Control
from ncviz.jobs.messages import Cancelled, Died, End, Failed, Finished
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.worker import Job
from ncviz.runs.writer import settle_run

Told = TypeVar("Told")
Arguments = ParamSpec("Arguments")


@dataclass(frozen=True)
class RecordedEpoch:
    """A snapshot is on the disk; after the first one the run can be opened."""

    epoch: int


class Runner(ABC, Generic[Told]):
    """Writes one run in a process of its own, so that window and work share no interpreter lock.

    The run is whole however the process ends: if it is killed, its end is written here; if
    the parent dies, the process keeps the run and ends. A GPU's fault ('illegal memory
    access') spoils the process it happens in: it is this one's, and the next has another.

    All methods return at once, `close` and `poll` with a time-out excepted, and may be
    called in any state: what makes no sense does nothing. The last message is `Finished`
    with 'finished', 'stopped' (with the recorded epochs kept) or 'cancelled' (with no run
    left), or `Failed`.

    Parameters
    ----------
    name : str
        What is done, such as 'training'.
    prepare : callable
        What the process does first; see `WorkProcess`.
    """

    def __init__(self, name: str, prepare: Callable[[], object]) -> None:
        self._worker = WorkProcess(name, prepare)
        self._job: Job[Told, str] | None = None
        self._out = Path()
        self._has_run = False

    @property
    def is_running(self) -> bool:
        """Whether it was started and the last message has not been polled yet."""
        return self._job is not None and self._job.is_running

    def prepare(self) -> None:
        """Get ready, so that the start is felt at once: spawn the process, import torch."""
        self._worker.prepare()

    def _begin(
        self,
        out: Path,
        work: Callable[Concatenate[Control, Callable[[Told], None], Arguments], str],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> None:
        if self._job is not None:
            raise RuntimeError("a runner runs once")
        self._out = out
        self._job = self._worker.begin(work, *arguments, **named)

    def pause(self) -> None:
        """Hold it before its next batch."""
        if self._job is not None:
            self._job.pause()

    def resume(self) -> None:
        """Go on after a pause."""
        if self._job is not None:
            self._job.resume()

    def stop(self) -> None:
        """End it and keep the run."""
        if self._job is not None:
            self._job.stop()

    def cancel(self) -> None:
        """End it and remove the run."""
        if self._job is not None:
            self._job.cancel()

    def poll(self, timeout: float = 0.0) -> list[Told | Finished[str] | Failed]:
        """Return the messages since the last poll, oldest first.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait for one, if there is none.
        """
        return [] if self._job is None else [self._said(m) for m in self._job.poll(timeout)]

    def _said(self, message: Told | End[str]) -> Told | Finished[str] | Failed:
        match message:
            case RecordedEpoch():
                self._has_run = True
            case Cancelled():  # before it began
                return Finished("stopped" if self._has_run else "cancelled")
            case Died():
                sentence = self._of_its_end(message)
                self._settle("failed", sentence)
                return Failed(sentence)
        return message

    def close(self, timeout: float = 10.0) -> None:
        """Stop, keep the run, and free everything; nothing can be polled afterwards.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait for the work to end by itself.
        """
        self._worker.close(timeout)
        for message in [] if self._job is None else self._job.poll():
            self._has_run |= isinstance(message, RecordedEpoch)
            if isinstance(message, Died):
                self._settle("stopped")

    def _of_its_end(self, died: Died) -> str:
        return f"The {self._worker.name} process {died.why}: {self._advice()}."

    @abstractmethod
    def _advice(self) -> str:
        """Say what to do where the process has died, as it goes on after a colon."""

    def _settle(self, state: str, message: str = "") -> None:
        if self._has_run:
            settle_run(self._out, state, message)
