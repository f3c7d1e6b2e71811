"""A training that the window started: polls its runner, tells what happens."""

from pathlib import Path

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from ncviz.errors import UserError
from ncviz.jobs.messages import Failed, Finished
from ncviz.jobs.runner import RecordedEpoch
from ncviz.runs.folders import new_folder
from ncviz.training.device import CPU
from ncviz.training.naming import folder_title
from ncviz.training.recipe import Recipe
from ncviz.training.training_messages import Message, TrainingProgress
from ncviz.training.training_runner import TrainingRunner

POLL_MILLISECONDS = 40


class TrainingSession(QObject):
    """At most one training at a time.

    Signals
    -------
    recorded(int)
        An epoch is on disk.
    progressed(Progress)
    ended(str, str)
        State ('finished', 'stopped', 'cancelled', 'failed') and a sentence.
    """

    recorded = pyqtSignal(int)
    progressed = pyqtSignal(object)
    ended = pyqtSignal(str, str)

    def __init__(self, parent: QObject, folder: Path) -> None:
        super().__init__(parent)
        self._folder = folder
        self._runner: TrainingRunner | None = None
        self._ready: TrainingRunner | None = None
        self.path: Path | None = None
        self.is_paused = False
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self.poll)

    @property
    def is_running(self) -> bool:
        """Return whether a training is under way."""
        return self._runner is not None

    def set_folder(self, folder: Path) -> None:
        """Keep the next runs elsewhere."""
        self._folder = folder

    def prepare(self) -> None:
        """Get a runner ready, so that the start is felt at once."""
        if self._ready is None and self._runner is None:
            self._ready = TrainingRunner()
            self._ready.prepare()

    def start(self, recipe: Recipe, device: str = CPU) -> None:
        """Begin to train, on a device that works.

        Raises
        ------
        UserError
            If the folder for runs cannot be made.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"The folder for runs {self._folder} cannot be made: {error.strerror}."
            ) from error
        self._begin(recipe, new_folder(self._folder, folder_title(recipe)), device)

    def resume(self, run: Path, device: str = CPU) -> None:
        """Go on with the training of a run that was stopped."""
        self._begin(None, run, device)

    def _begin(self, recipe: Recipe | None, path: Path, device: str) -> None:
        self.path, self.is_paused = path, False
        self._runner = self._ready or TrainingRunner()
        self._ready = None
        self._runner.start(recipe, self.path, device)
        self._timer.start()

    def pause(self, paused: bool) -> None:
        """Pause, or go on."""
        if self._runner is not None:
            self.is_paused = paused
            self._runner.pause() if paused else self._runner.resume()

    def stop(self) -> None:
        """End and keep what was recorded."""
        if self._runner is not None:
            self._runner.stop()

    def cancel(self) -> None:
        """End and throw the run away."""
        if self._runner is not None:
            self._runner.cancel()

    def close(self) -> None:
        """End everything, keeping what was recorded."""
        self._timer.stop()
        for runner in (self._runner, self._ready):
            if runner is not None:
                runner.close()
        self._runner = self._ready = None

    def poll(self) -> None:
        """Take up what the runner tells."""
        if self._runner is None:
            return
        for message in self._runner.poll():
            self._take(message)

    def _take(self, message: Message) -> None:
        match message:
            case TrainingProgress():
                self.progressed.emit(message)
            case RecordedEpoch(epoch=epoch):
                self.recorded.emit(epoch)
            case Finished(value=state):
                self._end(state, "")
            case Failed(sentence=sentence):
                self._end("failed", sentence)

    def _end(self, state: str, sentence: str) -> None:
        self._timer.stop()
        if self._runner is not None:
            self._runner.close()
        self._runner = None
        self.is_paused = False
        self.ended.emit(state, sentence)
