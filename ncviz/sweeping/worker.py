"""A process that does tasks of a sweep for another one, and ends when that is gone.

joblib's processes wait five minutes for more work from a process that was killed, and hold their
memory and the output meanwhile.
"""

import os
import threading
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.interrupts import on_interrupt
from ncviz.jobs.control import Control
from ncviz.processes import wait_for_end_of_parent
from ncviz.sweeping.carrying_out import SweepDone, carry_out_task
from ncviz.sweeps.places import STOPPED
from ncviz.sweeps.sweep import Sweep


class _Work:
    """What this process does just now."""

    def __init__(self) -> None:
        self.doing = threading.Lock()
        self._control, self._is_to_end = Control(), False

    def begin(self) -> Control | None:
        """Return what stops a task that begins; None where none may any more."""
        self._control = Control()  # before the look: whoever asks for the end stops this one
        return None if self._is_to_end else self._control

    def end(self) -> None:
        """Stop the task, and let no other begin."""
        self._is_to_end = True
        self._control.stop()


_work = _Work()


def end_with(parent: int) -> None:
    """End this process once its parent has ended: what it does is stopped and kept before.

    Parameters
    ----------
    parent : int
        The number of that process.
    """

    def watch() -> None:
        wait_for_end_of_parent(parent)
        _work.end()
        with _work.doing:  # nothing waits for this process, and no work is left to give back
            os._exit(1)

    on_interrupt(lambda _number: _work.end())
    threading.Thread(target=watch, daemon=True).start()


def do_task(sweep: Sweep, folder: Path, index: int, ways: dict[str, Any]) -> SweepDone:
    """Do one task in such a process; see `carry_out_task`."""
    with _work.doing:
        control = _work.begin()
        if control is None:
            return SweepDone(index, STOPPED)
        try:
            return carry_out_task(sweep, folder, sweep.task(index), control=control, **ways)
        except UserError as error:  # an end like others: what is raised breaks joblib's processes
            return SweepDone(index, STOPPED, str(error))
