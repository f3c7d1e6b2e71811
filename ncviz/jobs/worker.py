"""Who works in the background, and the jobs that it is given."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from ncviz.jobs.control import Control
from ncviz.jobs.messages import ENDS, End

Told = TypeVar("Told")
Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")

# What a generator yields is told, too.
Work = Callable[
    Concatenate[Control, Callable[[Told], None], Arguments],
    Result | Generator[Told, None, Result],
]

MOST_AT_ONCE = 1000  # messages of one poll: whoever is flooded with them goes on all the same


class Job(Generic[Told, Result]):
    """Something that is worked out in the background.

    All methods return at once, `poll` with a time-out excepted, and may be called in any
    state: what makes no sense does nothing.
    """

    def __init__(self, worker: "Worker", number: int) -> None:
        self._worker = worker
        self._number = number
        self._messages: list[Told | End[Result]] = []
        self._has_ended = False
        self.cancelled_at: float | None = None

    @property
    def is_running(self) -> bool:
        """Return whether its end has not been polled yet."""
        return not self._has_ended or bool(self._messages)

    def pause(self) -> None:
        """Hold it."""
        self._ask("pause")

    def resume(self) -> None:
        """Go on after a pause."""
        self._ask("resume")

    def stop(self) -> None:
        """End it and keep what there is."""
        self._ask("stop")

    def cancel(self) -> None:
        """End it and leave nothing behind."""
        if self.cancelled_at is None:
            self.cancelled_at = time.monotonic()
            self._ask("cancel")

    def drop(self) -> None:
        """Cancel it and hear no more of it."""
        self.cancel()
        self._worker.forget(self._number)
        self._has_ended, self._messages = True, []

    def wait(self) -> None:
        """Wait for its end, which can still be polled."""
        while not self._has_ended:
            self._worker.listen(1.0)

    def poll(self, timeout: float = 0.0) -> list[Told | End[Result]]:
        """Return the messages since the last poll, oldest first.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait for one, if there is none.
        """
        if not self._has_ended:
            self._worker.listen(0.0 if self._messages else timeout)
        messages, self._messages = self._messages, []
        return messages

    def take(self, message: Told | End[Result]) -> None:
        """Take what the worker says of it."""
        self._messages.append(message)
        self._has_ended = isinstance(message, ENDS)

    def _ask(self, request: str) -> None:
        if not self._has_ended:
            self._worker.ask(self._number, request)


class Worker(ABC):
    """Does jobs, one after the other, while whoever gave them goes on. Use one from one thread.

    Parameters
    ----------
    name : str
        What it does, such as 'training': a word that goes before 'failed'.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._jobs: dict[int, Job[Any, Any]] = {}
        self._given = 0

    @property
    def pid(self) -> int | None:
        """Return the number of its process; None if it has none."""
        return None

    def prepare(self) -> None:  # noqa: B027 - a thread is ready at once
        """Get ready, so that the first job begins soon."""

    def begin(
        self,
        work: Work[Told, Arguments, Result],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Job[Told, Result]:
        """Begin a job, or let it wait for those before it.

        Parameters
        ----------
        work : callable
            Given a `Control` to obey, a function to tell with, and what follows. What it
            returns comes with `Finished`; a `UserError` that it raises is told as `Failed`.
        *arguments, **named
        """
        self._given += 1
        job: Job[Told, Result] = Job(self, self._given)
        self._jobs[self._given] = job
        self._send_work(self._given, work, arguments, named)
        return job

    def forget(self, number: int) -> None:
        """Pass on no more of what a job tells."""
        self._jobs.pop(number, None)

    def drop_all(self) -> None:
        """Cancel all jobs and hear no more of them."""
        for job in tuple(self._jobs.values()):
            job.drop()

    def _pass_on(self, number: int, message: Any) -> None:
        job = self._jobs.get(number)
        if job is not None:
            job.take(message)
            if isinstance(message, ENDS):
                self.forget(number)

    @abstractmethod
    def ask(self, number: int, request: str) -> None:
        """Ask a job for 'pause', 'resume', 'stop' or 'cancel'."""

    @abstractmethod
    def listen(self, timeout: float) -> None:
        """Give each job what it told, waiting for something if there is nothing."""

    @abstractmethod
    def close(self, timeout: float = 0.0) -> None:
        """Stop every job and end.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait for what is being done. Its end can still be polled.
        """

    @abstractmethod
    def _send_work(
        self, number: int, work: Callable[..., Any], arguments: tuple[Any, ...], named: Any
    ) -> None: ...


def call(
    _control: Control, _tell: Callable[[Any], None], function: Callable[..., Any], *arguments: Any
) -> Any:
    """Do a job that is a function which tells nothing and cannot be broken off."""
    return function(*arguments)
