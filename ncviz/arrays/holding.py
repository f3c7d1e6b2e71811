"""What has to be in the memory as a whole, said before the memory is claimed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.wording import memory_in_words

MOST_HELD = 256 * 2**20  # bytes of one layer at one epoch; more are read block by block
_MEMORY = Path("/proc/meminfo")


def _silent(_sentence: str) -> None:
    pass


_saying: ContextVar[Callable[[str], None]] = ContextVar("saying", default=_silent)


@contextmanager
def saying(say: Callable[[str], None]) -> Iterator[None]:
    """Hand over what is held as a whole, a sentence each, before it is read.

    Parameters
    ----------
    say : callable
        Given a sentence.
    """
    token = _saying.set(say)
    try:
        yield
    finally:
        _saying.reset(token)


def free_memory() -> int:
    """Return how many bytes of memory are free; 0 where the system does not tell."""
    try:
        for line in _MEMORY.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return 0


def hold(name: str, count: int, advice: str) -> str:
    """Say that something large is held as a whole, or refuse it where the memory has no room.

    Parameters
    ----------
    name : str
    count : int
        Bytes that it takes.
    advice : str
        How it could be read in parts.

    Returns
    -------
    str
        What was said; '' of what is small.

    Raises
    ------
    UserError
        If more is asked for than is free.
    """
    if count <= MOST_HELD:
        return ""
    free, size = free_memory(), memory_in_words(count)
    if 0 < free < count:
        raise UserError(
            tr(
                "{name} is read as a whole and takes {size} of memory, of which {free} "
                "are free: {advice}.",
                name=name,
                size=size,
                free=memory_in_words(free),
                advice=advice,
            )
        )
    said = tr(
        "{name}: read as a whole, {size} of memory; {advice} to have it read in parts",
        name=name,
        size=size,
        advice=advice,
    )
    _saying.get()(said)
    return said
