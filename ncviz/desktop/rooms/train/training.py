"""Connects the Train room's panel with the training in the background."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox

from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.growing_run import GrowingRun
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.rooms.train.data_download import DataDownload
from ncviz.desktop.rooms.train.endings import ENDS, ENDS_OF_REPEATS, FAREWELL
from ncviz.desktop.rooms.train.forecast_words import forecast_in_words
from ncviz.desktop.rooms.train.going_on import can_go_on, has_gone_on, offer_to_go_on
from ncviz.desktop.rooms.train.recipe_files import ask_for_recipe, save_recipe
from ncviz.desktop.widgets.background import Background
from ncviz.desktop.widgets.busy_words import TRAINING
from ncviz.desktop.widgets.devices import Devices
from ncviz.desktop.widgets.mnemonics import letter_dialog
from ncviz.errors import UserError
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.room_names import TRAIN
from ncviz.explorer.session import left_at_default
from ncviz.jobs.runner import RecordedEpoch
from ncviz.language import tr
from ncviz.parameters import changed
from ncviz.runs.folders import new_folder
from ncviz.runs.repeats import is_repeats, repeats_of
from ncviz.runs.run import Run
from ncviz.training.device import Device
from ncviz.training.training_messages import SeedBegun, TrainingMessage, TrainingProgress
from ncviz.viewer import is_viewer, need_torch
from ncviz.wording import duration, upper_first

if TYPE_CHECKING:  # every network, loss and schedule: the window's start must not wait for them
    from ncviz.desktop.rooms.train.train_panel import TrainPanel
    from ncviz.training.recipe import Recipe
    from ncviz.training.training_runner import TrainingRunner


def _runner() -> "TrainingRunner":
    from ncviz.training.training_runner import TrainingRunner

    return TrainingRunner()


class Training:
    """What the buttons of the Train room do.

    Parameters
    ----------
    window : RoomsWindow
    explorer : Explorer
    folder : Path
        Where runs are kept.
    make_room : callable
        Makes the Train room, and with it the panel.
    """

    def __init__(
        self, window: RoomsWindow, explorer: Explorer, folder: Path, make_room: Callable[[], object]
    ) -> None:
        self.folder = folder
        self.devices = Devices(window, window.settings)
        self.work = Background(window, lambda: _runner(), FAREWELL)
        self.run = GrowingRun(window, self.work, stay=True)
        self._make_room = make_room
        self._panel: TrainPanel | None = None
        self._listeners: list[Callable[[], object]] = []
        self._window = window
        self._explorer = explorer
        self._starts_soon = False  # once the devices were tried
        self._recipe: Recipe | None = None  # of the training under way
        self._repeats: Path | None = None  # the folder of several seeds that are trained
        self._pace = 0.0  # what the last one took, against the model of costs
        self._busy = self._left = self._seed = ""
        self._question: QMessageBox | None = None
        self.download = DataDownload(window)
        self._connect()

    def _connect(self) -> None:
        self.devices.changed.connect(lambda: self._window.appearance.put("device"))
        self.devices.changed.connect(self._devices_changed)
        self.work.told.connect(self._told)
        self.run.ended.connect(self._ended)
        self._explorer.listen(self._explorer_changed)

    @property
    def panel(self) -> "TrainPanel":
        """Return the left column of the room, which is made when it is first asked for."""
        if self._panel is None:
            self._make_room()
        return certain(self._panel)

    def make_panel(self) -> "TrainPanel":
        """Make the left column of the room."""
        from ncviz.desktop.rooms.train.train_panel import TrainPanel

        self._panel = TrainPanel(self.devices, self.work)
        self._connect_panel(self._panel)
        return self._panel

    def _connect_panel(self, panel: "TrainPanel") -> None:
        panel.start.clicked.connect(lambda: self.start())
        panel.resume.clicked.connect(lambda: self.resume())
        panel.open.clicked.connect(lambda: self.ask_recipe())
        panel.save.clicked.connect(lambda: self.save_recipe())
        panel.form.changed.connect(self._forecast)
        for heard in self._listeners:
            panel.form.changed.connect(heard)
        panel.buttons.paused.connect(self._show_busy)
        panel.buttons.cancel_asked.connect(self._ask_cancel)
        panel.form.download_asked.connect(self.download.start)
        self._forecast()
        self._offer_to_resume()

    def listen(self, heard: Callable[[], object]) -> None:
        """Call something whenever the recipe of the form changes."""
        self._listeners.append(heard)
        if self._panel is not None:
            self._panel.form.changed.connect(heard)

    def entered(self) -> None:
        """Get ready, so that the start is felt at once."""
        if not is_viewer():
            self.work.prepare()
            self.devices.look()
        self._offer_to_resume()

    def _explorer_changed(self, what: str) -> None:
        if self._panel is not None and what in ("run", "epochs"):
            self._offer_to_resume()

    # Before a training

    def _forecast(self) -> None:
        """Say what the recipe of the form would train, or why it cannot."""
        from ncviz.training.forecast import forecast
        from ncviz.training.room import computer_memory, require_memory

        try:
            recipe = self.panel.form.recipe()
            coming = forecast(recipe)
            if not self.devices.are_several:
                require_memory(recipe, computer_memory(), tr("this computer"))
            words = forecast_in_words(coming, self._pace, several=self.devices.are_several)
        except UserError as error:
            words = str(error)
        self.panel.show_forecast(words)

    @property
    def stopped_run(self) -> Path | None:
        """Return the open run, or the folder of its repeats, if their training can go on."""
        run = self._explorer.run
        return None if run is None or self.work.is_running else can_go_on(run)

    def _offer_to_resume(self) -> None:
        run = self._explorer.run if self.stopped_run is not None else None
        self.panel.offer_to_resume("" if run is None else offer_to_go_on(run))

    # Training

    def start(self) -> None:
        """Train the recipe of the form."""
        from ncviz.training.naming import folder_title

        if self.work.is_running:
            self._window.note.say(tr("A training is under way already: stop it first."))
            return
        try:
            need_torch()
            recipe = self.panel.form.recipe()
            if self.devices.are_awaited:
                self._starts_soon = True
                self._window.note.say(
                    tr("The GPU is tried first: the training starts in a moment.")
                )
                return
            device, said = self.devices.choose()
            self._make_folder()
        except UserError as error:
            self._window.note.say_error(error)
            return
        seeds = recipe.regimen.seeds
        title = (tr("{seeds} seeds ", seeds=seeds) if seeds > 1 else "") + folder_title(recipe)
        path = new_folder(self.folder, title)
        self.run.start(path, recipe, path, device.name)
        self._recipe = recipe
        self._repeats = path if seeds > 1 else None
        self._started(recipe, device, said)

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                tr(
                    "The folder for runs {folder} cannot be made: {strerror}.",
                    folder=self.folder,
                    strerror=error.strerror,
                )
            ) from error

    def _devices_changed(self) -> None:
        if self._panel is not None:
            self._forecast()
        if self._starts_soon and not self.devices.are_awaited:
            self._starts_soon = False
            self.start()

    def resume(self) -> None:
        """Go on with the training of the open run."""
        from ncviz.training.recipe_file import recipe_from_dict

        path = self.stopped_run
        if path is None:
            self._say_why_not()
            return
        try:
            need_torch()
            run, repeats = certain(self._explorer.run), repeats_of(self._explorer.run)
            values = run.manifest.recipe if repeats is None else repeats.recipe
            recipe = recipe_from_dict(values, tr("The recipe of {path}", path=path))
            device, said = self.devices.choose()
        except UserError as error:
            self._window.note.say_error(error)
            return
        self.run.start(path, None, path, device.name)
        self._repeats = None if repeats is None else path
        self._recipe = None  # a part of a training tells no pace
        self._started(recipe, device, said, resumed=True)
        if repeats is None:
            self.panel.show_epoch(run.epochs[-1])
        self._window.enter(TRAIN)

    def _say_why_not(self) -> None:
        run = self._explorer.run
        if run is None or self.work.is_running or not has_gone_on(run):
            self._window.note.say(tr("Open a run whose training was stopped: it can go on."))
        elif self._window.open(run.path, stay=True):
            self._window.note.say(
                tr("Its training has gone on in another process: this is how it stands now.")
            )

    def _started(
        self, recipe: "Recipe", device: Device, said: str, *, resumed: bool = False
    ) -> None:
        self._busy, self._seed = tr("getting ready"), ""
        self._window.note.hide()  # what it said of the training before is no longer so
        if said:
            self._window.note.say(said)
        self.panel.show_started(recipe, device, resumed=resumed)
        self._offer_to_resume()
        self._show_busy()

    def _told(self, message: TrainingMessage) -> None:
        from ncviz.training.forecast import forecast

        match message:
            case SeedBegun(number=number, count=count):
                self.panel.show_seed(message)
                self._seed = tr("seed {number} of {count} · ", number=number, count=count)
            case RecordedEpoch(epoch=epoch):
                self.panel.show_epoch(epoch)  # progress is told seldom
            case TrainingProgress():
                self.panel.show_progress(message)
                if self._recipe is not None and message.epochs_per_second > 0:
                    expected = forecast(changed(self._recipe, seeds=1)).seconds / message.epochs
                    self._pace = 1 / message.epochs_per_second / expected
                self._left = tr(
                    " · {seconds_left} left", seconds_left=duration(message.seconds_left)
                )
        self._busy = tr(
            "{seed}epoch {words}", seed=self._seed, words=self.panel.numbers["epoch"].text()
        )
        self._show_busy()

    def _show_busy(self) -> None:
        """Say in the header, the title and the timeline that a training goes on, or waits."""
        paused, running = self.work.is_paused, self.work.is_running
        words = (
            tr("training paused · {busy}", busy=self._busy)
            if paused
            else tr("training · {busy}{left}", busy=self._busy, left=self._left)
        )
        self._window.busy.say(TRAINING, words if running else "")
        self._window.setWindowTitle(tr("Training paused – ncviz") if paused else "ncviz")
        self._window.presenter.wake("moment")
        self._window.run_panel.set_paused(self.pauses(self._explorer.run))

    def pauses(self, run: Run | None) -> bool:
        """Tell whether a run is the one whose training is paused."""
        return run is not None and self.work.is_paused and run.path == self.run.path

    def _ask_cancel(self) -> None:
        """Ask before what was recorded is thrown away; the training goes on meanwhile."""
        buttons = self.panel.buttons
        if not self.run.was_opened:  # nothing was recorded yet
            buttons.call_off()
            return
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(tr("Throw this training away?"))
        box.setInformativeText(
            tr("Its run is removed, with every epoch that was recorded.")
            if self._repeats is None
            else tr("The run of the seed that is being trained is removed; finished ones stay.")
        )
        throw = certain(box.addButton(tr("Throw away"), QMessageBox.ButtonRole.DestructiveRole))
        stop = certain(box.addButton(tr("Stop and keep"), QMessageBox.ButtonRole.AcceptRole))
        go_on = box.addButton(tr("Not now"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(go_on)
        box.setEscapeButton(go_on)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        throw.clicked.connect(lambda: buttons.call_off())
        stop.clicked.connect(lambda: buttons.stop.click())
        self._question = box
        box.finished.connect(self._answered)
        box.open()  # not exec: the training's messages are polled meanwhile
        letter_dialog(box)

    def _answered(self) -> None:
        self._question = None

    def _ended(self, state: str, sentence: str) -> None:
        if self._question is not None:
            self._question.close()
        self._left = ""
        self.panel.show_recipe()
        self._show_busy()
        self._offer_to_resume()
        self._forecast()
        repeats, self._repeats = self._repeats, None
        if repeats is None or not is_repeats(repeats):
            # A lesson that waited for the end tells it, and speaks of what a note would cover.
            if state != "finished" or self._window.lesson_strip.isHidden():
                self._window.note.say(ENDS.get(state, sentence))
        else:
            self._show_repeats(repeats, ENDS_OF_REPEATS.get(state, sentence))

    def _show_repeats(self, folder: Path, said: str) -> None:
        """Show all seeds as one; say what became of them."""
        for seed in folder.glob("seed-*"):
            self._window.settings.forget(str(seed))
        if self._window.open(folder, stay=True):
            absent = certain(repeats_of(self._explorer.run)).said_of_absent
            self._window.note.say(f"{said} {upper_first(absent)}." if absent else said)

    # Recipes

    def written(self) -> dict[str, Any]:
        """Return what stands in the form where it is not as at first."""
        return {} if self._panel is None else self._panel.form.written()

    def write(self, written: Mapping[str, Any]) -> list[str]:
        """Fill in the form; return the names of what cannot be."""
        return [] if written == self.written() else self.panel.form.write(written)

    def show_written(self, written: Mapping[str, Any]) -> None:
        """Fill in the form as a session says; tell of what cannot be."""
        if wrong := self.write(written):
            self._window.note.say(left_at_default("recipe", wrong))

    def show_recipe(self, recipe: "Recipe", field: str) -> None:
        """Show a recipe in the form, and go to one of its fields."""
        with self._window.doings.one_step("recipe"):
            self.panel.form.set_recipe(recipe)
        self.panel.form.go_to(field)

    def open_recipe(self, path: Path) -> None:
        """Show a recipe file in the form."""
        from ncviz.training.recipe_file import read_recipe

        try:
            self.panel.form.set_recipe(read_recipe(path))
        except UserError as error:
            self._window.note.say_error(error)

    def ask_recipe(self) -> None:
        """Ask for a recipe file."""
        if path := ask_for_recipe(self._window):
            self.open_recipe(path)

    def save_recipe(self) -> None:
        """Keep the recipe of the form as a file."""
        try:
            save_recipe(self._window, self.panel.form.recipe())
        except UserError as error:
            self._window.note.say_error(error)

    # The end

    def close(self) -> None:
        """End what runs in the background, keeping what was recorded."""
        self.download.close()
        self.devices.close()
        self.work.close()
