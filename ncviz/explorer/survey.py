"""Computes the cells of a model's map in the background, once."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ncviz.explorer.model_search import PATIENCE, AskedByName
from ncviz.geometry.slabs import one_blas_thread
from ncviz.jobs.control import Control
from ncviz.jobs.messages import ENDS, Died, Failed
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.thread import WorkThread
from ncviz.jobs.worker import Job, Worker
from ncviz.language import tr

Cell = tuple[int, int]
Cells = Callable[[], Iterator[tuple[Cell, float]]]
PAUSE = 0.02  # seconds between two looks at what is computed


@dataclass(frozen=True)
class Surveyed:
    """A cell whose value has come."""

    cell: Cell
    value: float


class Survey:
    """The values of a map, as far as they are known.

    Parameters
    ----------
    cells : callable
        Yields cell by cell what `DescentModel.survey` does.

    Attributes
    ----------
    known : dict of cell to float
    complete : bool
        Whether no more of them come.
    failure : str
        A sentence why, if it did not come to the last; else empty.
    """

    def __init__(self, cells: Cells) -> None:
        self.known: dict[Cell, float] = {}
        self.complete = False
        self.failure = ""
        self._cells = cells
        self._worker: Worker = WorkThread(tr("map of a model"))
        self._job: Job[Surveyed, None] | None = None

    def go_elsewhere(self, cells: AskedByName) -> None:
        """Compute in a process from now on, which ends with the last cell."""
        self._worker, self._cells = WorkProcess(self._worker.name), cells

    def begin(self) -> None:
        """Begin to compute; later calls change nothing."""
        if self._job is None and not self.complete:
            self._job = self._worker.begin(_survey, self._cells)

    def poll(self) -> bool:
        """Take up what has come; return whether that is anything: a cell, or the end."""
        is_new = False
        for message in [] if self._job is None else self._job.poll():
            if isinstance(message, Surveyed):
                self.known[message.cell] = message.value
                is_new = True
            elif isinstance(message, ENDS):
                self.complete = is_new = True
                self.failure = _why_it_ended(message)
                self._worker.close()
        return is_new

    def finish(self) -> None:
        """Wait until every cell is known."""
        self.begin()
        while not self.complete:
            self.poll()
            time.sleep(PAUSE)

    def close(self) -> None:
        """End what is computed."""
        if self._job is not None:
            self._job.drop()
            self._job = None
        self._worker.close(PATIENCE)


def _why_it_ended(message: object) -> str:
    match message:
        case Died() as died:
            return tr(
                "The search for this map {why}: a cell that lacks its number gets it once the "
                "sliders are set to it.",
                why=died.why,
            )
        case Failed(sentence=sentence):
            return sentence
    return ""


def _survey(control: Control, tell: Callable[[Surveyed], None], cells: Cells) -> None:
    with one_blas_thread():
        for cell, value in cells():
            control.check()
            tell(Surveyed(cell, value))
