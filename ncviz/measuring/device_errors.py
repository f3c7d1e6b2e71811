"""What to say when a device fails, or its memory does not suffice."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.wording import memory_in_words

_SHORTAGE = ("out of memory", "can't allocate memory", "alloc_failed", "not enough memory")
# As each device's allocator says it; that of the processor counts bytes.
_ASKED = re.compile(r"(?i)tried to allocate ([\d.]+) ?([kmgt]i?b)?")
# Words of drivers, and of torch where one is missing.
_DRIVERS = re.compile(
    r"(?i)\b(cuda|cudnn|cublas|hip|rocm|mps|metal|xpu|sycl|level.zero|accelerator)"
)


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether the memory of the processor or of a GPU did not suffice."""
    # torch's are RuntimeErrors that only their words tell apart.
    said = str(error).lower()
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and any(word in said for word in _SHORTAGE)
    )


def memory_of(device: str | torch.device) -> tuple[int, int]:
    """Return how many bytes of a GPU's memory are free, and how many there are; 0 if unknown."""
    kind = torch.device(device).type
    if kind == "mps":
        total = torch.mps.recommended_max_memory()
        return max(0, total - torch.mps.driver_allocated_memory()), total
    try:
        free, total = torch.get_device_module(kind).mem_get_info(device)
    except (AttributeError, RuntimeError, AssertionError):  # not every driver tells
        return 0, 0
    return int(free), int(total)


@contextmanager
def enough_memory(what: str, remedy: str, device: str | torch.device) -> Iterator[None]:
    """Say in a sentence when the memory does not suffice.

    Parameters
    ----------
    what : str
        Takes the memory, such as 'a batch of 128 images'.
    remedy : str
        What to do, as a command.
    device : str or torch.device
        Where the memory is.

    Raises
    ------
    UserError
        How much was asked for, for what, how much is free, and what to do.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        raise UserError(shortage(error, what, remedy, device)) from error


def shortage(error: BaseException, what: str, remedy: str, device: str | torch.device) -> str:
    """Return what to say of memory that does not suffice, as `enough_memory`."""
    asked = _ASKED.search(str(error))
    words = []
    if asked:
        amount = f"{asked[1]} {asked[2]}" if asked[2] else memory_in_words(float(asked[1]))
        words.append(tr("{amount} more were asked for", amount=amount))
    kind = torch.device(device).type
    if kind != "cpu":
        words += filter(None, [free_memory_in_words(device)])
    where = tr("this computer") if kind == "cpu" else device
    said = f" ({', '.join(words)})" if words else ""
    return tr(
        "The memory of {where} does not suffice for {what}{said}: {remedy}.",
        where=where,
        what=what,
        said=said,
        remedy=remedy,
    )


def free_memory_in_words(device: str | torch.device) -> str:
    """Say how much of a device's memory is free; '' if it does not tell."""
    free, total = memory_of(device)
    if not total:
        return ""
    return tr(
        "{free} of {total} are free", free=memory_in_words(free), total=memory_in_words(total)
    )


@contextmanager
def working_device(device: str) -> Iterator[None]:
    """Say in a sentence when a GPU or its driver fails: that is no mistake of the program.

    Parameters
    ----------
    device : str
        On which all that is done within works.

    Raises
    ------
    UserError
        What the driver says, and what to do.
    """
    try:
        yield
    except (RuntimeError, AssertionError, TypeError) as error:
        if torch.device(device).type == "cpu" or not _DRIVERS.search(str(error)):
            raise
        raise UserError(
            tr(
                "The device {device} failed ({error}): try again, or choose the processor.",
                device=device,
                error=reason(error),
            )
        ) from error
