"""Work in the background, heard on the main thread."""

from collections.abc import Callable
from typing import Any, cast

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QMessageBox, QWidget

from ncviz.jobs.messages import Answered, Cancelled, Failed, Finished, Unanswered

POLL_MILLISECONDS = 40


class Background(QObject):
    """One job at a time, and questions before it.

    Parameters
    ----------
    parent : QObject
        The window where there is one: questions stand before it.
    make : callable
        Returns a `Runner`; asked for another one after each job: a process that has
        nothing to do holds memory for nothing, and one may be spoilt by a driver's fault.
    farewell : str, optional
        The question whether it may end with the window.
    stays : bool, optional
        Keep the runner after a job, for the questions that follow.

    Signals
    -------
    told(object)
        What is said on the way.
    done(object), failed(str), cancelled()
        How the job ended: with what it found, with a sentence, with nothing.
    called_off()
        It is asked to throw away what it made.
    answered(object), unanswered(str)
        What comes of the newest question, or why nothing does.

    Attributes
    ----------
    is_running : bool
        Whether the end of a job is awaited.
    is_asking : bool
        Whether an answer is.
    is_paused : bool
    is_called_off : bool
        Whether what it makes is about to be thrown away.
    """

    told = pyqtSignal(object)
    done = pyqtSignal(object)
    failed = pyqtSignal(str)
    cancelled = pyqtSignal()
    called_off = pyqtSignal()
    answered = pyqtSignal(object)
    unanswered = pyqtSignal(str)

    def __init__(
        self,
        parent: QObject,
        make: Callable[[], Any],
        farewell: str = "",
        *,
        stays: bool = False,
    ) -> None:
        super().__init__(parent)
        self._make, self._farewell = make, farewell
        self._window = cast(QWidget, parent)
        self._stays = stays
        self._runner: Any = None
        self.is_running = self.is_asking = self.is_paused = self.is_called_off = False
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self.poll)

    def prepare(self) -> None:
        """Get a runner ready, so that what is asked next is felt at once."""
        if self._runner is None:
            self._runner = self._make()
            self._runner.prepare()

    def start(self, *arguments: Any, **named: Any) -> None:
        """Begin the job: as `start` of the runner."""
        self.prepare()
        self._runner.start(*arguments, **named)
        self.is_running = True
        self.is_asking = self.is_paused = self.is_called_off = False
        self._timer.start()

    def ask(self, *arguments: Any, **named: Any) -> None:
        """Ask for an answer: as `ask` of the runner; nothing while a job is under way."""
        if not self.is_running:
            self.prepare()
            self._runner.ask(*arguments, **named)
            self.is_asking = True
            self._timer.start()

    def forget(self) -> None:
        """Want no answer any more."""
        if self.is_asking:
            self._runner.forget()
        self.is_asking = False

    def pause(self, paused: bool) -> None:
        """Pause, or go on."""
        if self.is_running:
            self.is_paused = paused
            self._runner.pause() if paused else self._runner.resume()

    def stop(self) -> None:
        """End the job and keep what it made."""
        if self.is_running:
            self._runner.stop()

    def cancel(self) -> None:
        """End the job and throw away what it made."""
        if self.is_running:
            self.is_called_off = True
            self._runner.cancel()
            self.called_off.emit()

    def may_close(self) -> bool:
        """Ask before the job is ended with the window."""
        if not self.is_running:
            return True
        answer = QMessageBox.question(self._window, "ncviz", self._farewell)
        return answer == QMessageBox.StandardButton.Yes

    def close(self, *timeout: float) -> None:
        """End everything; nothing more is heard.

        Parameters
        ----------
        *timeout : float
            Seconds to wait for the job to end by itself; the runner knows a usual time.
        """
        self._timer.stop()
        self.is_running = self.is_asking = self.is_paused = False
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.close(*timeout)

    def poll(self) -> None:
        """Take up what the runner tells."""
        for message in [] if self._runner is None else self._runner.poll():
            self._take(message)
        if not (self.is_running or self.is_asking):
            self._timer.stop()

    def _take(self, message: Any) -> None:
        match message:
            case Answered(value=value):
                self.is_asking = False
                self.answered.emit(value)
            case Unanswered(sentence=sentence):
                self.is_asking = False
                self.unanswered.emit(sentence)
            case Finished(value=value):
                self._end()
                self.done.emit(value)
            case Failed(sentence=sentence):
                self._end()
                self.failed.emit(sentence)
            case Cancelled():
                self._end()
                self.cancelled.emit()
            case _:
                self.told.emit(message)

    def _end(self) -> None:
        if self._stays:
            self.is_running = self.is_paused = False
        else:
            self.close()
