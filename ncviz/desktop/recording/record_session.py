"""One recording behind the dialog: polls its runner and tells what happens."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from ncviz.jobs.messages import Failed, Finished
from ncviz.jobs.runner import RecordedEpoch
from ncviz.recording.plan import RecordPlan
from ncviz.recording.recording_messages import FileProgress, Inspected, Looked, Skipped
from ncviz.recording.recording_runner import RecordRunner

POLL_MILLISECONDS = 40


class RecordSession(QObject):
    """At most one recording at a time, and questions before it.

    Parameters
    ----------
    parent : QObject
    choose : callable, optional
        Returns a runner.

    Signals
    -------
    looked(object), inspected(object), question_failed(str)
        Answers to `look` and `inspect`.
    reading(object)
        How far the files are read for an answer.
    progressed(object), skipped(object), recorded(int)
    ended(str, str)
        State ('finished', 'stopped', 'cancelled', 'failed') and a sentence.
    """

    looked = pyqtSignal(object)
    inspected = pyqtSignal(object)
    question_failed = pyqtSignal(str)
    reading = pyqtSignal(object)
    progressed = pyqtSignal(object)
    skipped = pyqtSignal(object)
    recorded = pyqtSignal(int)
    ended = pyqtSignal(str, str)

    def __init__(self, parent: QObject, choose: Callable[[], Any] = RecordRunner) -> None:
        super().__init__(parent)
        self._choose = choose
        self._runner: Any = None
        self._asks = False
        self.is_running = False
        self.path: Path | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self.poll)

    @property
    def is_asking(self) -> bool:
        """Return whether an answer is awaited."""
        return self._asks

    def prepare(self) -> None:
        """Get a runner ready, so that the first answer comes fast."""
        if self._runner is None:
            self._runner = self._choose()
            self._runner.prepare()

    def look(self, plan: RecordPlan) -> None:
        """Ask what a plan's files hold."""
        if not self.is_running:
            self.prepare()
            self._runner.look(plan)
            self._await()

    def forget(self) -> None:
        """Want no answer any more."""
        if self._runner is not None and self._asks:
            self._runner.forget()
        self._asks = False

    def inspect(self, plan: RecordPlan) -> None:
        """Ask what a plan would record."""
        if not self.is_running:
            self.prepare()
            self._runner.inspect(plan)
            self._await()

    def _await(self) -> None:
        self._asks = True
        self._timer.start()

    def start(self, plan: RecordPlan, out: Path) -> None:
        """Begin to record."""
        self.prepare()
        self.path = out
        self.is_running, self._asks = True, False
        self._runner.start(plan, out)
        self._timer.start()

    def pause(self, paused: bool) -> None:
        """Pause, or go on."""
        if self.is_running:
            self._runner.pause() if paused else self._runner.resume()

    def stop(self) -> None:
        """End and keep what was recorded."""
        if self.is_running:
            self._runner.stop()

    def cancel(self) -> None:
        """End and throw the run away."""
        if self.is_running:
            self._runner.cancel()

    def close(self) -> None:
        """End everything, keeping what was recorded."""
        self._timer.stop()
        if self._runner is not None:
            self._runner.close()
        self._runner = None
        self.is_running = self._asks = False

    def poll(self) -> None:
        """Take up what the runner tells."""
        if self._runner is None:
            return
        for message in self._runner.poll():
            self._take(message)
        if not (self.is_running or self._asks):
            self._timer.stop()

    def _take(self, message: Any) -> None:
        match message:
            case Looked():
                self._asks = False
                self.looked.emit(message)
            case Inspected():
                self._asks = False
                self.inspected.emit(message)
            case FileProgress() if not self.is_running:
                self.reading.emit(message)
            case FileProgress():
                self.progressed.emit(message)
            case Skipped():
                self.skipped.emit(message)
            case RecordedEpoch(epoch=epoch):
                self.recorded.emit(epoch)
            case Finished(value=state):
                self._end(state, "")
            case Failed(sentence=sentence) if self.is_running:
                self._end("failed", sentence)
            case Failed(sentence=sentence):
                self._asks = False
                self.question_failed.emit(sentence)

    def _end(self, state: str, sentence: str) -> None:
        self._timer.stop()
        self.is_running = False
        if self._runner is not None:
            self._runner.close()
        self._runner = None  # a runner records once
        self.ended.emit(state, sentence)
