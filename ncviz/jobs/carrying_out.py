"""How a job is carried out, in a thread as in a process: whatever happens, it ends in a message."""

import logging
from collections.abc import Callable
from typing import TypeVar

from ncviz.errors import UserError
from ncviz.jobs.control import CancelledError, Control
from ncviz.jobs.messages import Cancelled, End, Failed, Finished

Result = TypeVar("Result")

MEMORY = "The memory is too small for this: choose a smaller size."


def carry_out(name: str, control: Control, work: Callable[[], Result]) -> End[Result]:
    """Do a job and return how it ended.

    Parameters
    ----------
    name : str
        What is done, such as 'training'.
    control : Control
        Asked before it begins.
    work : callable
    """
    try:
        control.check()
        return Finished(work())
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
    return f"The {name} failed ({said}): this is a mistake in ncviz, report it."
