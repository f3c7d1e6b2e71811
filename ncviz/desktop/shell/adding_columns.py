"""Adds the columns of a table to an open run, in a thread: the table may be long."""

from pathlib import Path

from PyQt6.QtCore import QObject

from ncviz.arrays.column_table import tells_samples
from ncviz.assets import asset
from ncviz.desktop.certain import certain
from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.rooms.explore.samples_dialog import SamplesDialog
from ncviz.desktop.widgets.background import Background
from ncviz.jobs.runner import Runner
from ncviz.jobs.thread import WorkThread
from ncviz.jobs.worker import call
from ncviz.language import tr
from ncviz.runs.adding_columns import add_columns, ids_of
from ncviz.runs.run import Run
from ncviz.wording import upper_first


class AddingColumns(QObject):
    """One table at a time becomes columns of a run; what shows the run takes them up."""

    def __init__(self, window: CommandedWindow) -> None:
        super().__init__(window)
        self._window = window
        self._run: Run | None = None
        self.work = Background(window, lambda: Runner(WorkThread(tr("adding of columns"))))
        self.work.done.connect(self._done)
        self.work.failed.connect(lambda sentence: window.note.say(sentence, stays=True))

    def takes(self, path: Path) -> bool:
        """Tell whether a file that is dropped is a table for the samples that are seen."""
        run = self._window.explorer.run
        if run is None or not self._window.current.shows_run:
            return False
        return path.suffix.lower() in (".csv", ".tsv", ".txt") and tells_samples(
            path, ids_of(run.probe)
        )

    def add(self, path: Path, run: Run | None = None) -> None:
        """Add the columns of a table, to the open run or another one that is seen."""
        note, run = self._window.note, run or self._window.explorer.drawn
        if run is None:
            note.say(tr("Open a run first: then columns can be added to its samples."))
        elif asset("samples").parent in run.path.resolve().parents:
            note.say(
                tr("This sample comes with ncviz and keeps its columns: copy its folder first.")
            )
        elif self.work.is_running:
            note.say(tr("A table is being read: add the next one when that is done."))
        else:
            self._run = run
            self.work.start(call, add_columns, run.path, path, run.drawn.name)

    def _done(self, notes: tuple[str, ...]) -> None:
        window, folder = self._window, self._run.path if self._run is not None else Path()
        for run in (window.explorer.run, window.comparison.second.run, self._run):
            if run is not None and run.path == folder:
                run.whole.read_columns()
        if window.explorer.run is not None:
            window.run_panel.colors.show_run(certain(window.explorer.drawn))
        for sheet in window.findChildren(SamplesDialog):
            sheet.take_columns()
        window.presenter.show_all()
        window.note.say(
            tr("Columns of {name} were added.", name=folder.name),
            "\n".join(map(upper_first, notes)),
        )
