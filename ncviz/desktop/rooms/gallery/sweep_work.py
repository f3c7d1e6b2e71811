"""What the page of a sweep does: look how far it is, open a cell, save a table or a figure."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QFileDialog, QWidget

from ncviz.desktop.rooms.gallery.sweep_page import MAP, PLOTS, SweepPage
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.widgets.background import Background
from ncviz.errors import UserError
from ncviz.explorer.room_names import THEORY
from ncviz.jobs.runner import Runner
from ncviz.jobs.thread import WorkThread
from ncviz.jobs.worker import call
from ncviz.language import tr
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.sweeps.multiples import Multiple, check_plot, multiples_of
from ncviz.sweeps.numbers import ReadAt
from ncviz.sweeps.places import FINISHED, Place, place_of, read_solved
from ncviz.sweeps.survey import SurveyRow, survey_sweep
from ncviz.sweeps.sweep import Sweep, SweepCell
from ncviz.sweeps.sweep_table import write_sweep_table
from ncviz.sweeps.sweep_words import SweepWords
from ncviz.wording import saved_files

if TYPE_CHECKING:
    from ncviz.desktop.rooms.theory.theory_room import TheoryRoom  # which loads solvers

WATCH_MILLISECONDS = 2000
TABLES, FIGURES = "Tables (*.csv *.json)", "Figures (*.pdf *.svg *.png)"


class TheoryNear(Protocol):
    """The room in which a solved cell is shown."""

    @property
    def theory(self) -> "TheoryRoom": ...


class SweepWork:
    """Connects the page of a sweep with its folder.

    Parameters
    ----------
    window : RoomsWindow
    rooms : TheoryNear
    switch : QWidget
        Of the page; leads to the others.
    """

    def __init__(self, window: RoomsWindow, rooms: TheoryNear, switch: QWidget) -> None:
        self._window, self._rooms = window, rooms
        self._folder = Path()
        self._known: dict[int, SurveyRow] = {}
        self._read_at = ReadAt()
        self._drawn: tuple[object, ...] = ()
        self.page = SweepPage(switch)
        self._reading = Background(window, lambda: Runner(WorkThread(tr("reading of a sweep"))))
        self._plotting = Background(window, lambda: Runner(WorkThread(tr("plots of a sweep"))))
        self._saving = Background(window, lambda: Runner(WorkThread(tr("table of a sweep"))))
        self._watch = QTimer(self.page)
        self._watch.setInterval(WATCH_MILLISECONDS)
        self._watch.timeout.connect(self._look)
        self._connect()

    def _connect(self) -> None:
        page, say = self.page, self._window.note.say
        page.changed.connect(self._look_now)
        page.opened.connect(self.open_cell)
        page.table_asked.connect(self.ask_table)
        page.figure_asked.connect(self.ask_figure)
        self._reading.answered.connect(self._found)
        self._reading.unanswered.connect(say)
        self._plotting.answered.connect(lambda found: page.show_multiples(*found))
        self._plotting.unanswered.connect(say)
        self._saving.answered.connect(lambda path: say(saved_files(path)))
        self._saving.unanswered.connect(say)

    def show(self, sweep: Sweep, folder: Path) -> None:
        """Show a sweep, and watch its folder."""
        self._folder, self._known, self._drawn = folder, {}, ()
        self.page.show_sweep(sweep)
        self._watch.start()
        self._look_now()

    # How far it is

    def _look(self) -> None:
        if self.page.isVisible() and not self._reading.is_asking:
            self._look_now()

    def _look_now(self) -> None:
        sweep = self.page.sweep
        if sweep is None:
            return
        reading = ReadAt(split=str(self.page.split.currentData() or "train"))
        if reading != self._read_at:
            self._read_at, self._known, self._drawn = reading, {}, ()
        known = dict(self._known)
        self._reading.ask(
            call, survey_sweep, sweep, self._folder, reading, self.page.numbers, known
        )

    def _found(self, rows: tuple[SurveyRow, ...]) -> None:
        sweep = self.page.sweep
        if sweep is None or len(rows) != sweep.count:
            return  # of the one before
        self._known = {row.task.index: row for row in rows if row.stands.state == FINISHED}
        self.page.show_rows(rows)
        self._plot(sweep)

    def _plot(self, sweep: Sweep) -> None:
        """Draw the small plots anew, where others are wanted or more is done."""
        if self.page.view != PLOTS or sweep.model:
            return
        name, cells = str(self.page.plot.currentData()), self.page.shown_cells
        wanted = (name, cells, self._read_at, frozenset(self._known), self._folder)
        if wanted == self._drawn or self._plotting.is_asking:
            return
        self._drawn = wanted
        arguments = sweep, self._folder, name, cells, self._read_at.split
        self._plotting.ask(call, _multiples, *arguments)

    # A cell

    def open_cell(self, cell: SweepCell, seed: int | None) -> None:
        """Open the runs of a cell, or one of them; of theory go to its model."""
        window, sweep = self._window, self.page.sweep
        if sweep is None:
            return
        first = sweep.first_seed if seed is None else seed
        place = place_of(self._folder, replace(sweep.task(cell.number * sweep.seeds), seed=first))
        if sweep.model:
            self._open_model(sweep, cell, place)
            return
        path = place.cell if seed is None else place.run
        there = any(place.cell.glob(f"seed-*/{MANIFEST}")) if seed is None else path.is_dir()
        if not there:
            window.note.say(
                tr(
                    "{folder} is not trained yet: there is nothing to open.",
                    folder=SweepWords(sweep).cell(cell),
                )
            )
            return
        window.open(path)

    def _open_model(self, sweep: Sweep, cell: SweepCell, place: Place) -> None:
        window = self._window
        try:
            values = read_solved(place).get("parameters")
        except UserError:
            window.note.say(
                tr(
                    "{name} is not solved yet: there is nothing to open.",
                    name=SweepWords(sweep).cell(cell),
                )
            )
            return
        window.enter(THEORY)
        room = self._rooms.theory
        room.open_model(sweep.model)
        wrong = room.desks[sweep.model].restore(values if isinstance(values, dict) else {})
        if wrong:
            window.note.say(wrong[0])

    # Files

    def ask_table(self) -> None:
        """Ask for a file, and write the table."""
        path = self._ask(tr("Save the table of the sweep"), f"{self._stem}.csv", TABLES)
        sweep = self.page.sweep
        if path is not None and sweep is not None:
            self._saving.ask(call, _write_table, sweep, self._folder, path, self._read_at)

    def ask_figure(self) -> None:
        """Ask for a file, and draw what is seen as a figure."""
        path = self._ask(tr("Save a figure of the sweep"), f"{self._stem}.pdf", FIGURES)
        if path is not None:
            self.save_figure(path)

    def save_figure(self, path: Path) -> None:
        """Draw what is seen as a figure."""
        page = self.page
        asked = {
            "sweep": self._folder,
            "number": str(page.number.currentData() or ""),
            "across": str(page.across.currentData() or ""),
            "up": str(page.up.currentData() or ""),
            "small": "" if page.view == MAP else str(page.plot.currentData()),
            "split": self._read_at.split,
        }
        self._saving.ask(call, _draw_figure, path, asked)

    @property
    def _stem(self) -> str:
        name = "sweep" if self.page.sweep is None else self.page.sweep.name
        return "".join(letter if letter.isalnum() or letter in "-_ " else "-" for letter in name)

    def _ask(self, title: str, name: str, kinds: str) -> Path | None:
        start = str(self._folder.parent / name)
        text, _ = QFileDialog.getSaveFileName(self.page, title, start, kinds)
        return Path(text) if text else None

    def close(self) -> None:
        """End what runs in the background."""
        self._watch.stop()
        for each in (self._reading, self._plotting, self._saving):
            each.close()


def _multiples(
    sweep: Sweep, folder: Path, name: str, cells: tuple[SweepCell, ...], split: str
) -> tuple[str, tuple[Multiple, ...]]:
    return name, tuple(multiples_of(sweep, folder, check_plot(sweep, name), cells, split))


def _write_table(sweep: Sweep, folder: Path, path: Path, reading: ReadAt) -> Path:
    write_sweep_table(sweep, folder, path, reading)
    return path


def _draw_figure(path: Path, asked: dict[str, Any]) -> Path:
    from ncviz.export.figure_plan import FigurePlan  # which loads matplotlib
    from ncviz.export.figures import make_figure
    from ncviz.export.sweep_figure import SweepFigure

    figure = SweepFigure(**asked)
    return make_figure(FigurePlan(path, sweep=figure, preset=figure.preset))
