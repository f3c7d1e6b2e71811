"""Who does one job at a time, and what such a job may make: a run."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic

from ncviz.jobs.messages import Answered, Cancelled, Died, End, Failed, Finished, Unanswered
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.worker import Arguments, Job, Result, Told, Work, Worker
from ncviz.language import tr
from ncviz.runs.writer import settle_run


@dataclass(frozen=True)
class RecordedEpoch:
    """A snapshot is on the disk; after the first one the run can be opened."""

    epoch: int


class Runner(Generic[Told, Result]):
    """Does one job at a time, and while there is none, answers the newest question.

    All methods return at once, `close` and `poll` with a time-out excepted, and may be
    called in any state: what makes no sense does nothing. Use one from one thread.

    Parameters
    ----------
    worker : Worker
        Who works it out.
    """

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._job: Job[Told, Result] | None = None
        self._question: Job[Any, Any] | None = None

    @property
    def pid(self) -> int | None:
        """Return the number of the process; None if there is none."""
        return self._worker.pid

    @property
    def is_running(self) -> bool:
        """Whether it was started and the last message has not been polled yet."""
        return self._job is not None and self._job.is_running

    @property
    def is_asked(self) -> bool:
        """Whether something was asked and its answer has not been polled yet."""
        return self._question is not None and self._question.is_running

    def prepare(self) -> None:
        """Get ready, so that the start is felt at once: spawn the process, import torch."""
        self._worker.prepare()

    def start(self, *arguments: Any, **named: Any) -> None:
        """Begin the job; by default a function, as `Worker.begin`.

        Raises
        ------
        RuntimeError
            If one is under way.
        """
        self._begin(*arguments, **named)

    def _begin(
        self,
        work: Work[Told, Arguments, Result],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> None:
        if self.is_running:
            raise RuntimeError(f"the {self._worker.name} is under way already")
        self.forget()
        self._job = self._worker.begin(work, *arguments, **named)

    def ask(self, *arguments: Any, **named: Any) -> None:
        """Ask for an answer, as `start` a job: `Answered` or `Unanswered` is told of it."""
        self._ask(*arguments, **named)

    def _ask(
        self,
        work: Work[Any, Arguments, Any],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> None:
        if not self.is_running:
            self.forget()
            self._question = self._worker.begin(work, *arguments, **named)

    def forget(self) -> None:
        """Want no answer any more to what was asked."""
        if self._question is not None:
            self._question.drop()

    def pause(self) -> None:
        """Hold it where it asks next."""
        if self._job is not None:
            self._job.pause()

    def resume(self) -> None:
        """Go on after a pause."""
        if self._job is not None:
            self._job.resume()

    def stop(self) -> None:
        """End it and keep what there is."""
        if self._job is not None:
            self._job.stop()

    def cancel(self) -> None:
        """End it and leave nothing behind."""
        if self._job is not None:
            self._job.cancel()

    def poll(self, timeout: float = 0.0) -> list[Any]:
        """Return the messages since the last poll, oldest first.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait for one, if there is none.
        """
        if self._question is not None and self.is_asked:
            return [self._answer(message) for message in self._question.poll(timeout)]
        return [] if self._job is None else [self._said(m) for m in self._job.poll(timeout)]

    def _answer(self, message: Any) -> Any:
        match message:
            case Finished(value=value):
                return Answered(value)
            case Failed(sentence=sentence):
                return Unanswered(sentence)
            case Died():
                return Unanswered(self._of_its_end(message))
        return message

    def _said(self, message: Told | End[Result]) -> Told | End[Result]:
        return Failed(self._of_its_end(message)) if isinstance(message, Died) else message

    def _of_its_end(self, _died: Died) -> str:
        """Say that the process has died, and what to do."""
        return tr("The work was broken off: try again.")

    def close(self, timeout: float = 0.0) -> None:
        """Stop and free everything; nothing can be polled afterwards.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait for the work to end by itself.
        """
        self.forget()
        self._worker.close(timeout)
        self.poll()


class RunMaker(Runner[Told, str]):
    """Writes a run in a process of its own, so that window and work share no interpreter lock.

    The run is whole however the process ends: if it is killed, its end is written here; if
    the parent dies, the process keeps the run and ends. A GPU's fault ('illegal memory
    access') spoils the process it happens in: close this one, and the next has another.

    The last message is `Finished` with 'finished', 'stopped' (with the recorded epochs kept)
    or 'cancelled' (with no run left), or `Failed`.

    Parameters
    ----------
    name : str
        What is done, such as 'training'.
    prepare : callable
        What the process does first; see `WorkProcess`.
    """

    def __init__(self, name: str, prepare: Callable[[], object]) -> None:
        super().__init__(WorkProcess(name, prepare))
        self._out = Path()
        self._has_run = False
        self._closes = False

    def _said(self, message: Told | End[str]) -> Told | End[str]:
        match message:
            case RecordedEpoch():
                self._has_run = True
            case Cancelled():  # before it began
                return Finished("stopped" if self._has_run else "cancelled")
            case Died():
                sentence = self._of_its_end(message)
                if self._has_run:
                    state = ("stopped", "") if self._closes else ("failed", sentence)
                    settle_run(self._out, *state)
        return super()._said(message)

    def close(self, timeout: float = 10.0) -> None:
        """Stop, keep the run, and free everything: as `Runner.close`."""
        self._closes = True
        super().close(timeout)

    def _of_its_end(self, died: Died) -> str:
        return tr(
            "The {name} process {why}: {advice}.",
            name=self._worker.name,
            why=died.why,
            advice=self._advice(),
        )

    @abstractmethod
    def _advice(self) -> str:
        """Say what to do where the process has died, as it goes on after a colon."""
