"""How a job is carried out, in a thread as in a process: its last message says how it ended."""

import logging
import signal
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ncviz.errors import UserError
from ncviz.jobs.control import CancelledError, Control
from ncviz.language import tr

Result = TypeVar("Result")

MEMORY = tr("The memory is too small for this: choose a smaller size.")


@dataclass(frozen=True)
class Finished(Generic[Result]):
    """The job has come to its end.

    Parameters
    ----------
    value : object
        What it found.
    """

    value: Result


@dataclass(frozen=True)
class Failed:
    """The job cannot be done.

    Parameters
    ----------
    sentence : str
        What happened and what to do.
    """

    sentence: str


@dataclass(frozen=True)
class Cancelled:
    """The job was broken off, as was wished."""


@dataclass(frozen=True)
class Died:
    """The job's process ended before the job did.

    Parameters
    ----------
    pid : int
        Of the process, for what it left half done.
    exitcode : int
        Negative for the signal that killed it.
    """

    pid: int
    exitcode: int

    @property
    def why(self) -> str:
        """Say how the process ended, as it goes on after its name."""
        if self.exitcode >= 0:
            return tr(
                "ended by itself (exit code {exitcode}), the terminal may say why",
                exitcode=self.exitcode,
            )
        number = -self.exitcode
        # Of a mapped file that has no such page any more.
        if number == getattr(signal, "SIGBUS", 0):
            why = tr("a file that it reads was shortened, or the disk fails")
            return tr("crashed (signal {number}): {why}", number=number, why=why)
        if number == signal.SIGSEGV:
            return tr("crashed (signal {number}), perhaps in a library that it uses", number=number)
        return tr(
            "was killed (signal {number}), perhaps because the memory was full", number=number
        )


End = Finished[Result] | Failed | Cancelled | Died
ENDS = (Finished, Failed, Cancelled, Died)


@dataclass(frozen=True)
class Answered(Generic[Result]):
    """The answer to the newest question."""

    value: Result


@dataclass(frozen=True)
class Unanswered:
    """The newest question has no answer, and in one sentence why."""

    sentence: str


def carry_out(
    name: str, control: Control, tell: Callable[[Any], object], work: Callable[[], Any]
) -> End[Any]:
    """Do a job and return how it ended.

    Parameters
    ----------
    name, control, work
        As of `pieces`.
    tell : callable
        Given what the job yields.
    """
    piece_by_piece = pieces(name, control, work)
    while True:
        try:
            tell(next(piece_by_piece))
        except StopIteration as last:
            end: End[Any] = last.value
            return end


def pieces(name: str, control: Control, work: Callable[[], Any]) -> Generator[Any, None, End[Any]]:
    """Do a job piece by piece and return how it ended.

    Parameters
    ----------
    name : str
        What is done, such as 'training'.
    control : Control
        Asked before it begins.
    work : callable
        What it returns is what it found; a generator yields what it has to tell.
    """
    try:
        control.check()
        found = work()
        return Finished((yield from found) if isinstance(found, Generator) else found)
    except CancelledError:
        return Cancelled()
    except Exception as error:  # noqa: BLE001 - it is told, and what nobody foresaw is logged
        return failure(error, name)


def failure(error: Exception, name: str) -> Failed:
    """Return what to tell of what ended a job; what nobody foresaw is logged, too.

    Parameters
    ----------
    error : Exception
    name : str
        What was done, such as 'training'.
    """
    if not isinstance(error, UserError | MemoryError):
        logging.getLogger(__name__).error("The %s failed.", name, exc_info=error)
    return Failed(sentence_of(error, name))


def sentence_of(error: BaseException, name: str) -> str:
    """Return the one sentence about what ended a job.

    Parameters
    ----------
    error, name
        As of `failure`.
    """
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, MemoryError):
        return MEMORY
    said = f"{type(error).__name__}: {error}"
    return tr(
        "The {name} failed ({said}): this is a mistake in ncviz, report it.", name=name, said=said
    )
