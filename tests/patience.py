"""Waiting by progress: of the time that passes only that counts in which nobody does anything."""

import os
import time
from collections.abc import Callable
from pathlib import Path

SECONDS = 20.0
HUNG_SECONDS = 600  # a process that a test waits for, however busy the machine
LOOK_SECONDS = 0.25
PAUSE_SECONDS = 0.02
PROCESSES = Path("/proc")


class Patience:
    """Is over once all processes of a test have rested for so long, taken together.

    While one of them computes, or waits until a busy machine lets it compute, no patience is lost.
    What computes for ever is ended by pytest's own timeout.

    Parameters
    ----------
    seconds : float
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._left = seconds
        # To look at all processes takes longer than most waiting does: it costs nothing before.
        self._looked, self._busy = time.monotonic(), float("-inf")

    @property
    def is_over(self) -> bool:
        """Return whether to give up."""
        passed = time.monotonic() - self._looked
        if passed >= LOOK_SECONDS:
            before, self._busy = self._busy, _busy_seconds()
            self._looked += passed
            self._left -= min(passed, max(0.0, passed - (self._busy - before)))
        return self._left <= 0


def wait_for(so: Callable[[], object]) -> None:
    """Wait until something is so that other processes do, and leave the processor to them."""
    patience = Patience()
    while not so():
        assert not patience.is_over, "nobody does anything any more"
        time.sleep(PAUSE_SECONDS)


def _busy_seconds() -> float:
    """Return how long threads of this process and of its children have computed, or wanted to."""
    if not (PROCESSES / "self/schedstat").exists():
        return time.process_time()
    return sum(_busy_nanoseconds(process) for process in _family()) / 1e9


def _family() -> set[int]:
    """Return this process, and all that it has begun."""
    parents = {}
    for process in PROCESSES.iterdir():
        if process.name.isdecimal():
            try:
                # The name before may hold anything.
                fields = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()
            except OSError:  # it has ended meanwhile
                continue
            parents[int(process.name)] = int(fields[1])
    family = {os.getpid()}
    while found := {child for child, parent in parents.items() if parent in family} - family:
        family |= found
    return family


def _busy_nanoseconds(process: int) -> int:
    total = 0
    try:
        for thread in (PROCESSES / str(process) / "task").iterdir():
            computed, waited, _times = (thread / "schedstat").read_text().split()
            total += int(computed) + int(waited)
    except OSError:  # it has ended meanwhile
        pass
    return total
