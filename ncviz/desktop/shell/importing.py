"""Makes a run of a file of arrays that was dropped on the window, in a process of its own."""

from pathlib import Path

from PyQt6.QtCore import QObject

from ncviz import held_files
from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.widgets.background import Background
from ncviz.errors import UserError
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.runner import Runner
from ncviz.jobs.worker import call
from ncviz.language import tr
from ncviz.runs.folders import new_folder


class Importing(QObject):
    """Imports arrays one file after the other, and opens the last run that came of it."""

    def __init__(self, window: CommandedWindow) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: list[Path] = []
        self._path = self._out = Path()
        self._job = Background(window, lambda: Runner(WorkProcess("import")))
        self._job.done.connect(self._done)
        self._job.failed.connect(self._failed)

    @property
    def is_running(self) -> bool:
        """Return whether a file is being imported."""
        return self._job.is_running

    def open(self, path: Path) -> None:
        """Import a file, or let it wait for its turn."""
        if self.is_running:
            self._waiting.append(path)
            return
        # Imported here: readers of all formats, for which the first picture need not wait.
        from ncviz.recording.array_files import import_array_file

        runs = self._window.training.folder
        try:
            runs.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            sentence = tr(
                "The folder for runs {runs} cannot be made: {strerror}.",
                runs=runs,
                strerror=error.strerror,
            )
            self._window.note.say_error(UserError(sentence))
            return
        self._path, self._out = path, new_folder(runs, path.stem)
        self._window.note.say(tr("Importing {name} …", name=path.name), stays=True)
        self._job.start(call, import_array_file, path, self._out)

    def close(self) -> None:
        """Break off what is being imported; nothing of it is left."""
        self._waiting = []
        if self.is_running:
            self._job.close()
            held_files.remove_if_possible(self._out)

    def _done(self, notes: tuple[str, ...]) -> None:
        note = self._window.note
        note.close_this()
        if self._window.opening.open(self._out):
            note.say(
                tr("{name} was imported as {out}.", name=self._path.name, out=self._out),
                "\n".join(notes),
            )
        self._next()

    def _failed(self, sentence: str) -> None:
        held_files.remove_if_possible(self._out)
        self._window.note.close_this()
        self._window.note.say(sentence, stays=True)
        self._next()

    def _next(self) -> None:
        if self._waiting:
            self.open(self._waiting.pop(0))
