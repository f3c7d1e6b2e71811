"""A job in the background whose messages are heard on the main thread."""

from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from ncviz.jobs.messages import Cancelled, Died, Failed, Finished
from ncviz.jobs.worker import Arguments, Job, Result, Told, Work, Worker

POLL_MILLISECONDS = 50


class Background(QObject):
    """Has one job done at a time.

    Signals
    -------
    told(object)
        What the job tells on its way.
    done(object), failed(str)
        What it found, or one sentence; a job that was cancelled ends in silence.
    """

    told = pyqtSignal(object)
    done = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(self, parent: QObject, worker: Worker) -> None:
        super().__init__(parent)
        self._worker = worker
        self._job: Job[Any, Any] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self._poll)

    @property
    def is_running(self) -> bool:
        """Return whether its end is awaited."""
        return self._job is not None

    def start(
        self,
        work: Work[Told, Arguments, Result],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> None:
        """Begin; as `Worker.begin`."""
        self._job = self._worker.begin(work, *arguments, **named)
        self._timer.start()

    def cancel(self) -> None:
        """End the job where it asks next; nothing half done is kept."""
        if self._job is not None:
            self._job.cancel()

    def close(self, timeout: float = 0.0) -> None:
        """End the job and who does it; nothing more is heard.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait for the job to end by itself.
        """
        self._timer.stop()
        self._worker.close(timeout)
        self._job = None

    def _poll(self) -> None:
        for message in [] if self._job is None else self._job.poll():
            if isinstance(message, Finished | Failed | Cancelled | Died):
                self._end(message)
            else:
                self.told.emit(message)

    def _end(self, end: Finished[Any] | Failed | Cancelled | Died) -> None:
        self.close()  # a process that has nothing to do holds memory for nothing
        match end:
            case Finished(value=value):
                self.done.emit(value)
            case Failed(sentence=sentence):
                self.failed.emit(sentence)
            case Died():
                self.failed.emit("The work was broken off: try again.")
