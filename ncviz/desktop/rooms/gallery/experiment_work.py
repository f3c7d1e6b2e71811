"""What the buttons of the experiments do: run, draw, open, compare, turn a knob."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.compare.compare_room import CompareRoom
from ncviz.desktop.rooms.gallery.experiment_card import knob_in_words
from ncviz.desktop.rooms.gallery.experiment_progress import progress_in_words
from ncviz.desktop.rooms.gallery.experiments_page import ExperimentsPage
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.scene.offscreen_canvas import opengl_of_drawers
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.background import Background
from ncviz.desktop.widgets.busy_words import EXPERIMENT
from ncviz.errors import UserError
from ncviz.experiments import experiment_runner
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.experiment import SMALL, ModelProblem, Shown, Variant
from ncviz.experiments.experiment_runner import ExperimentRunner
from ncviz.experiments.finding import RunChoice, runs_folder
from ncviz.experiments.results import experiments_folder
from ncviz.experiments.running import ExperimentProgress
from ncviz.experiments.shelf import Shelved, look_up, read_shelf
from ncviz.experiments.showing import moment_shown, state_to_show
from ncviz.experiments.thumbnails import (
    ThumbnailDrawn,
    draw_thumbnails,
    thumbnail_drawer,
)
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.room_names import COMPARE, EXPLORE, GALLERY, LAYERS, THEORY, TRAIN
from ncviz.jobs.runner import Runner
from ncviz.jobs.thread import WorkThread
from ncviz.jobs.worker import call
from ncviz.language import tr
from ncviz.runs.lock import is_being_written
from ncviz.scenes.view import View
from ncviz.scenes.view_text import text_to_view
from ncviz.training.device import CPU
from ncviz.training.training_messages import TrainingProgress
from ncviz.viewer import need_torch

if TYPE_CHECKING:
    from ncviz.desktop.rooms.theory.theory_room import TheoryRoom  # which loads solvers

_log = logging.getLogger(__name__)

WATCH_MILLISECONDS = 1500
# Of a view, what is seen and from where.
PARTS = (
    *("show_samples", "show_means", "show_classifier", "show_etf", "show_labels", "show_axes"),
    *("shadow", "camera"),
)
FAREWELL = tr("An experiment is under way: stop it, keep what was finished, and close?")
ELSEWHERE = tr("It is being run already, in another window or by a command: wait for its end.")
STOPPED = tr("stopped; what was finished is kept, and running it again goes on from there.")


class Surroundings(Protocol):
    """The rooms that an experiment is shown in."""

    @property
    def compare(self) -> CompareRoom: ...

    @property
    def theory(self) -> "TheoryRoom": ...


class ExperimentWork:
    """Connects the page of the experiments with what runs, draws and shows them.

    Parameters
    ----------
    window : RoomsWindow
    rooms : Surroundings
    switch : QWidget
        Of the page; leads to the first one.
    go_to : callable
        Turns to the page, and to the experiment of a name.
    """

    def __init__(
        self,
        window: RoomsWindow,
        rooms: Surroundings,
        switch: QWidget,
        go_to: Callable[[str], object],
    ) -> None:
        self._window, self._rooms, self._go_to = window, rooms, go_to
        self._folder = experiments_folder()
        self._row: Shelved | None = None  # that is being run
        self._stage: ExperimentProgress | None = None
        self._files: list[Path] = []  # experiments of one's own
        self._undrawn: set[Path] = set()  # pictures that cannot be had
        self.work = Background(window, lambda: ExperimentRunner(), FAREWELL)
        self._reading = Background(window, lambda: Runner(WorkThread(tr("reading of experiments"))))
        self._drawing = Background(window, lambda: thumbnail_drawer(opengl_of_drawers()))
        self._stamps: dict[str, int] = {}
        self.page = ExperimentsPage(self.work, switch)
        self._watch = QTimer(self.page)
        self._watch.setInterval(WATCH_MILLISECONDS)
        self._watch.timeout.connect(self._look)
        self._watch.start()
        self._connect()

    @property
    def is_drawing(self) -> bool:
        """Tell whether pictures of experiments are still drawn."""
        return self._drawing.is_running

    def _connect(self) -> None:
        page = self.page
        page.open_asked.connect(self.open)
        page.run_asked.connect(self.run)
        page.knob_asked.connect(self.turn_knob)
        page.compare_asked.connect(self.compare)
        page.worn.connect(self._draw_missing)
        self.work.told.connect(self._told)
        self.work.done.connect(self._done)
        self.work.failed.connect(self._failed)
        self.work.cancelled.connect(self._stopped)
        self._reading.answered.connect(self._read)
        self._reading.unanswered.connect(page.show_trouble)
        self._drawing.told.connect(self._drawn)
        self._drawing.failed.connect(lambda sentence: _log.warning("%s", sentence))
        self._drawing.done.connect(lambda _nothing: self._draw_missing())

    def add_file(self, path: Path) -> str:
        """Let the experiment of a file stand on the page, while the window is open.

        Returns
        -------
        str
            Its name.

        Raises
        ------
        UserError
            If it cannot be read.
        """
        found, path = read_experiment(path), path.absolute()
        others = [each for each in self._files if each.stem != path.stem]
        self._files = [path, *others]
        self.page.await_row(found.name)
        return found.name

    def refresh(self) -> None:
        """Look anew at what is known of the experiments."""
        self._stamps = self._stamps_now()
        self._reading.ask(call, read_shelf, self._folder, tuple(self._files))

    def _stamps_now(self) -> dict[str, int]:
        """Return when the results of each experiment were written last."""
        stamps = {}
        for path in self._folder.glob("*.json"):
            with suppress(OSError):  # gone meanwhile
                stamps[path.stem] = path.stat().st_mtime_ns
        return stamps

    def _look(self) -> None:
        """Take up results that another window or a command has written."""
        if self.work.is_running or self._reading.is_asking or not self.page.isVisible():
            return
        now, before = self._stamps_now(), self._stamps
        changed = {name for name in now | before if now.get(name) != before.get(name)}
        if changed:
            self.page.forget_troubles(changed)
            self.refresh()

    def _read(self, rows: tuple[Shelved, ...]) -> None:
        self.page.show_rows(rows)
        self._draw_missing()

    # Pictures

    def _draw_missing(self) -> None:
        """Draw pictures that are not there yet, while the page is seen."""
        if self._drawing.is_running or not self.page.isVisible():
            return
        theme = current_look().theme.name
        wanted = tuple(
            (row.experiment, row.outcome.form, row.seed or 0, row.picture(theme))
            for row in self.page.rows
            if row.opens
            and row.picture(theme) not in self._undrawn
            and not row.picture(theme).exists()
        )
        if wanted:
            self._undrawn |= {path for *_, path in wanted}  # until they are told to be drawn
            self._drawing.start(draw_thumbnails, wanted, self._folder, theme)

    def _drawn(self, drawn: ThumbnailDrawn) -> None:
        if drawn.trouble:
            _log.warning("No picture of %s: %s", drawn.name, drawn.trouble)
        self._undrawn = {path for path in self._undrawn if not path.exists()}
        self.page.show_pictures()

    # A run

    def run(self, row: Shelved, seeds: int) -> None:
        """Carry an experiment out in the background."""
        if self.work.is_running:
            self._window.note.say(tr("An experiment is under way: wait for it, or stop it."))
            return
        home = runs_folder(self._folder, row.experiment, SMALL)
        if any(map(is_being_written, (home, *home.glob("*/*")))):
            self._window.note.say(ELSEWHERE)
            return
        device, said = CPU, ""
        try:
            if not row.of_theory:
                need_torch()
                chosen, said = self._window.training.devices.choose()
                device = chosen.name
        except UserError as error:
            self._window.note.say_error(error)
            return
        if said:
            self._window.note.say(said)
        again = row.begins_anew(seeds)
        self._row, self._stage = row, None
        self.work.start(row.experiment, self._folder, seeds, device, again=again)
        self.page.begin(row)
        self._window.busy.say(EXPERIMENT, tr("experiment · {title}", title=row.experiment.title))

    def _told(self, message: object) -> None:
        row = certain(self._row)
        if isinstance(message, ExperimentProgress):
            self._stage = message
        stage = self._stage
        if stage is None:
            return
        if not isinstance(message, ExperimentProgress | TrainingProgress):
            return
        training = message if isinstance(message, TrainingProgress) else None
        parts = progress_in_words(row.experiment, stage, training)
        share = 0.0 if training is None else training.epoch / training.epochs
        self.page.show_progress(
            " · ".join(filter(None, parts)), (stage.number - 1 + share) / stage.count
        )
        self._window.busy.say(
            EXPERIMENT, tr("experiment · {parts}", parts=" · ".join(filter(None, parts[2:])))
        )

    def _done(self, state: str) -> None:
        if state == experiment_runner.ELSEWHERE:
            self._ended(ELSEWHERE)
            return
        if state != "finished":
            self._stopped()
            return
        row = look_up(certain(self._row).experiment, self._folder)
        said = row.outcome.failure or f"{row.outcome.verdict}, {row.held}"
        self._ended(f"{row.experiment.title}: {said.rstrip('.')}.")

    def _stopped(self) -> None:
        self._ended(f"{certain(self._row).experiment.title}: {STOPPED}")

    def _failed(self, sentence: str) -> None:
        self._ended(sentence, trouble=sentence)

    def _ended(self, sentence: str, trouble: str = "") -> None:
        self._row = None
        self.page.end(trouble)
        self._window.busy.say(EXPERIMENT, "")
        self._window.note.say(sentence, stays=bool(trouble))
        self.refresh()

    # What it shows

    def open(
        self, row: Shelved, left: RunChoice | None = None, right: RunChoice | None = None
    ) -> None:
        """Show an experiment as its figure does, or another of its variants and seeds."""
        left = left or certain(row.first)
        if row.of_theory:
            e = row.experiment
            self._go_to_model(e.variant(left.variant), e.shown, seek=True)
            self._claim(row, e.claim, row.found(left.variant), self._sees_model(row))
        else:
            self._show_runs(row, left, right or row.second, row.experiment.shown.room)

    def compare(
        self, row: Shelved, left: RunChoice | None = None, right: RunChoice | None = None
    ) -> None:
        """Lay two of its runs side by side."""
        self._show_runs(row, left or certain(row.first), right or row.second, COMPARE)

    def _show_runs(self, row: Shelved, left: RunChoice, right: RunChoice | None, room: str) -> None:
        """Open a run, in Compare with another one, where they are still there."""
        window, e = self._window, row.experiment
        try:
            state = state_to_show(e, left, right, form=row.outcome.form, room=room)
        except UserError:
            self._gone(row)
            return
        paths = [state.run, state.second.run]
        if not all(path is None or path.is_dir() for path in paths):
            self._gone(row)
            return
        if not window.open(certain(state.run), stay=True, remember=not left.supplied):
            return
        settings = window.settings
        own = {name: getattr(settings, name) for name in ("palette", "shapes", "recorded_only")}
        view = replace(moment_shown(state.view, certain(window.explorer.run)), **own)
        window.explorer.go_to(view.epoch)
        second = replace(state.second, view=view)
        window.state.show(replace(state, view=view, second=second))
        if state.plots.kinds:
            window.plots.arrange(state.plots)
        seen = partial(self._sees_run, [path for path in paths if path is not None])
        self._claim(row, e.claim, row.found(left.variant), seen)
        if e.shown.plays:
            window.explorer.player.seek(0.0)
            window.explorer.player.play()
            window.presenter.wake("moment")

    def _claim(self, row: Shelved, words: str, found: str, still: Callable[[], bool]) -> None:
        """Say above the scene what is claimed, or what happens at a knob, while that is seen."""

        def back() -> None:
            self._window.enter(GALLERY)
            self._go_to(row.name)

        self._window.frame.claim.say(words, found, still, back)

    def _sees_run(self, paths: Sequence[Path]) -> bool:
        run = self._window.explorer.run
        here = run is not None and any(run.path.is_relative_to(path) for path in paths)
        return here and self._window.room in (EXPLORE, LAYERS, COMPARE)

    def _sees_model(self, row: Shelved) -> Callable[[], bool]:
        problem = row.experiment.variants[0].small
        assert isinstance(problem, ModelProblem)  # of a row of theory
        window, theory = self._window, self._rooms.theory
        return lambda: window.room == THEORY and theory.model == problem.model

    def _gone(self, row: Shelved) -> None:
        self._window.note.say(
            tr("The run of {title} is not there any more.", title=row.experiment.title)
        )
        self.refresh()

    def _go_to_model(self, variant: Variant, shown: Shown, *, seek: bool) -> None:
        problem, theory = variant.small, self._rooms.theory
        assert isinstance(problem, ModelProblem)  # of a row of theory
        self._window.enter(THEORY)
        with self._window.doings.no_step():  # what is taken back is the model
            self._show_parts(text_to_view(shown.view))
        with self._window.doings.one_step("theory"):
            theory.open_model(problem.model)
            theory.desks[problem.model].put(problem.parameters)
        desk = theory.desks[problem.model]
        if seek and isinstance(desk, DescentDesk):
            desk.seek(desk.player.stops[-1] if problem.step is None else problem.step)

    def _show_parts(self, view: View) -> None:
        """Show what a picture shows, and from where, whatever was hidden in the one before."""
        state = self._window.state
        state.look(replace(state.view, **{name: getattr(view, name) for name in PARTS}))

    def turn_knob(self, row: Shelved) -> None:
        """Go where its field can be turned, and say what happens then."""
        e, window = row.experiment, self._window
        knob = certain(e.knob)
        variant = e.variant(knob.variant)
        if row.of_theory:
            self._go_to_model(variant, e.shown, seek=False)
            self._rooms.theory.panel.panel_of(self._rooms.theory.model).go_to(knob.field)
        else:
            window.enter(TRAIN)
            window.training.show_recipe(variant.small, knob.field)
        still = self._sees_model(row) if row.of_theory else lambda: window.room == TRAIN
        self._claim(row, knob_in_words(e), "", still)

    # The end

    def close(self) -> None:
        """End what runs in the background, keeping what was finished."""
        self._watch.stop()
        self._reading.close()
        self._drawing.close()
        self.work.close()
