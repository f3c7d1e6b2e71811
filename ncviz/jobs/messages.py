"""How a job ends. Its last message is one of these."""

import signal
from dataclasses import dataclass
from typing import Generic, TypeVar

Result = TypeVar("Result")


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
            return f"ended by itself (exit code {self.exitcode}), the terminal may say why"
        number = -self.exitcode
        if number == getattr(
            signal, "SIGBUS", 0
        ):  # of a mapped file that has no such page any more
            return (
                f"crashed (signal {number}): a file that it reads was shortened, or the disk fails"
            )
        if number == signal.SIGSEGV:
            return f"crashed (signal {number}), perhaps in a library that it uses"
        return f"was killed (signal {number}), perhaps because the memory was full"


End = Finished[Result] | Failed | Cancelled | Died
