"""Connects the Train room's panel with the training in the background."""

import contextlib
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QMessageBox

from ncviz import held_files
from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.room_names import TRAIN
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.rooms.train.data_download import DataDownload
from ncviz.desktop.rooms.train.train_panel import TrainPanel, about, duration
from ncviz.desktop.rooms.train.training_session import TrainingSession
from ncviz.desktop.widgets.devices import Devices
from ncviz.desktop.widgets.mnemonics import letter_dialog
from ncviz.errors import UserError
from ncviz.explorer.explorer import Explorer
from ncviz.runs.lock import is_being_written
from ncviz.runs.run import Run
from ncviz.runs.writer import STATE, write_atomically
from ncviz.training.device import Device
from ncviz.training.forecast import forecast
from ncviz.training.recipe import Recipe, read_recipe, recipe_from_dict
from ncviz.training.training_messages import TrainingProgress
from ncviz.viewer import is_viewer, need_torch


class TrainRoom:
    """What the buttons of the Train room do.

    Parameters
    ----------
    window : RoomsWindow
    explorer : Explorer
    folder : Path
        Where runs are kept.
    """

    def __init__(self, window: RoomsWindow, explorer: Explorer, folder: Path) -> None:
        self.folder = folder
        self.devices = Devices(window, window.settings)
        self.panel = TrainPanel(self.devices)
        self.session = TrainingSession(window, folder)
        self._window = window
        self._explorer = explorer
        self._before: Path | None = None
        self._opened = False
        self._starts_soon = False  # once the devices were tried
        self._recipe: Recipe | None = None  # of the training under way
        self._pace = 0.0  # what the last one took, against the model of costs
        self._busy = self._left = ""
        self._question: QMessageBox | None = None
        self.download = DataDownload(window)
        self._connect()

    def _connect(self) -> None:
        panel, session = self.panel, self.session
        panel.start_asked.connect(self.start)
        panel.resume_asked.connect(self.resume)
        panel.form.changed.connect(self._forecast)
        panel.pause_asked.connect(self._pause)
        panel.stop_asked.connect(self._stop)
        panel.cancel_asked.connect(self._ask_cancel)
        panel.open_recipe_asked.connect(self.ask_recipe)
        panel.save_recipe_asked.connect(self.save_recipe)
        panel.form.download_asked.connect(self.download.start)
        self.devices.changed.connect(lambda: self._window.appearance.put("device"))
        self.devices.changed.connect(self._devices_changed)
        session.recorded.connect(self._recorded)
        session.progressed.connect(self._progressed)
        session.ended.connect(self._ended)
        self._explorer.listen(self._explorer_changed)
        self._forecast()

    def set_folder(self, folder: Path) -> None:
        """Keep the next runs elsewhere."""
        self.folder = folder
        self.session.set_folder(folder)

    def entered(self) -> None:
        """Get ready, so that the start is felt at once."""
        if not is_viewer():
            self.session.prepare()
            self.devices.look()
        self._offer_to_resume()

    def _explorer_changed(self, what: str) -> None:
        if what in ("run", "epochs"):
            self._offer_to_resume()

    # Before a training

    def _forecast(self) -> None:
        """Say what the recipe of the form would train, or why it cannot."""
        try:
            recipe = self.panel.form.recipe()
            coming = forecast(recipe)
        except UserError as error:
            self.panel.show_forecast(str(error))
            return
        seconds = coming.seconds * (self._pace or 1.0)
        source = "at the pace of the last training" if self._pace else "by a rough estimate"
        if not self._pace and self.devices.are_several:
            source += " for the processor"
        classes = len(coming.counts)
        fits = (
            ""
            if coming.features >= classes - 1
            else f" A simplex ETF of {classes} classes does not fit into width {coming.features}."
        )
        self.panel.show_forecast(
            f"{coming.images()} {coming.parameters:,} parameters, {coming.steps:,} steps: "
            f"about {about(seconds)}, {source}.{fits}"
        )

    @property
    def stopped_run(self) -> Path | None:
        """Return the open run if its training can go on."""
        run = self._explorer.run
        if run is None or self.session.is_running or run.manifest.state == "finished":
            return None
        if not (run.path / STATE).is_file() or is_being_written(run.path):
            return None
        return run.path

    def _offer_to_resume(self) -> None:
        run = self._explorer.run if self.stopped_run is not None else None
        self.panel.offer_to_resume(
            ""
            if run is None
            else f"Go on training {run.manifest.title}, which ended at epoch {run.epochs[-1]} "
            f"of {run.manifest.epochs}."
        )

    # Training

    def start(self) -> None:
        """Train the recipe of the form."""
        if self.session.is_running:
            self._window.note.say("A training is under way already: stop it first.")
            return
        try:
            need_torch()
            recipe = self.panel.form.recipe()
            if self.devices.are_awaited:
                self._starts_soon = True
                self._window.note.say("The GPU is tried first: the training starts in a moment.")
                return
            device, said = self.devices.choose()
            self.session.start(recipe, device.name)
        except UserError as error:
            self._window.note.say_error(error)
            return
        self._recipe = recipe
        self._started(recipe, device, said)

    def _devices_changed(self) -> None:
        self._forecast()
        if self._starts_soon and not self.devices.are_awaited:
            self._starts_soon = False
            self.start()

    def resume(self) -> None:
        """Go on with the training of the open run."""
        path = self.stopped_run
        if path is None:
            self._window.note.say("Open a run whose training was stopped: it can go on.")
            return
        try:
            need_torch()
            recipe = recipe_from_dict(
                certain(self._explorer.run).manifest.recipe, f"The recipe of {path}"
            )
            device, said = self.devices.choose()
        except UserError as error:
            self._window.note.say_error(error)
            return
        self.session.resume(path, device.name)
        self._recipe = None  # a part of a training tells no pace
        self._started(recipe, device, said, resumed=True)
        self.panel.show_epoch(certain(self._explorer.run).epochs[-1])
        self._window.enter(TRAIN)

    def _started(self, recipe: Recipe, device: Device, said: str, *, resumed: bool = False) -> None:
        self._before = None if self._explorer.run is None else self._explorer.run.path
        self._opened = False
        self._busy = "getting ready"
        self._window.note.hide()  # what it said of the training before is no longer so
        if said:
            self._window.note.say(said)
        self.panel.show_started(recipe, device, resumed=resumed)
        self._offer_to_resume()
        self._show_busy()
        self._window.presenter.spare_the_processor(True)

    def _recorded(self, epoch: int) -> None:
        path = self.session.path
        if path is None:
            return
        self.panel.show_epoch(epoch)  # progress is told seldom
        self._busy = f"epoch {self.panel.numbers['epoch'].text()}"
        self._show_busy()
        if not self._opened:
            self._opened = self._window.open(path, follow=True, stay=True)
        elif self._explorer.run is not None and self._explorer.run.path == path:
            self._refresh()

    def _refresh(self) -> None:
        # A run that is gone by now has its end told by the runner's last message.
        with contextlib.suppress(UserError):
            self._explorer.refresh()

    def _progressed(self, progress: TrainingProgress) -> None:
        self.panel.show_progress(progress)
        if self._recipe is not None and progress.epochs_per_second > 0:
            expected = forecast(self._recipe).seconds / progress.epochs
            self._pace = 1 / progress.epochs_per_second / expected
        self._busy = f"epoch {self.panel.numbers['epoch'].text()}"
        self._left = f" · {duration(progress.seconds_left)} left"
        self._show_busy()

    def _show_busy(self) -> None:
        """Say in the header, the title and the timeline that a training goes on, or waits."""
        paused, running = self.session.is_paused, self.session.is_running
        words = (
            f"training paused · {self._busy}" if paused else f"training · {self._busy}{self._left}"
        )
        self._window.busy.setText(words if running else "")
        self._window.setWindowTitle("Training paused – ncviz" if paused and running else "ncviz")
        self._window.presenter.wake("moment")
        self._window.run_panel.set_paused(self.pauses(self._explorer.run))

    def pauses(self, run: Run | None) -> bool:
        """Tell whether a run is the one whose training is paused."""
        return run is not None and self.session.is_paused and run.path == self.session.path

    def _pause(self, paused: bool) -> None:
        self.session.pause(paused)
        self.panel.show_paused(paused)
        self._show_busy()

    def _stop(self) -> None:
        self.session.stop()
        self.panel.show_ending("Stopping …")

    def _ask_cancel(self) -> None:
        """Ask before what was recorded is thrown away; the training goes on meanwhile."""
        if not self._opened:  # nothing was recorded yet
            self._cancel()
            return
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText("Throw this training away?")
        box.setInformativeText("Its run is removed, with every epoch that was recorded.")
        throw = certain(box.addButton("Throw away", QMessageBox.ButtonRole.DestructiveRole))
        stop = certain(box.addButton("Stop and keep", QMessageBox.ButtonRole.AcceptRole))
        go_on = box.addButton("Not now", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(go_on)
        box.setEscapeButton(go_on)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        throw.clicked.connect(self._cancel)
        stop.clicked.connect(self._stop)
        self._question = box
        box.finished.connect(self._answered)
        box.open()  # not exec: the training's messages are polled meanwhile
        letter_dialog(box)

    def _answered(self) -> None:
        self._question = None

    def _cancel(self) -> None:
        self.session.cancel()
        self.panel.show_ending("Cancelling …")

    def _ended(self, state: str, sentence: str) -> None:
        if self._question is not None:
            self._question.close()
        self._left = ""
        self.panel.show_recipe()
        self._window.presenter.spare_the_processor(False)
        self._show_busy()
        on_screen = self._explorer.run is not None and self._explorer.run.path == self.session.path
        if state == "cancelled":
            self._window.settings.forget(str(self.session.path))
        if state == "cancelled" and on_screen:
            if self._before is None or not self._window.open(
                self._before, remember=False, stay=True
            ):
                self._window.open_demonstration(stay=True)
        elif on_screen:
            self._refresh()
        if state == "cancelled":  # Windows keeps files that were shown meanwhile
            held_files.remove_if_possible(certain(self.session.path))
        self._explorer.player.following = False
        self._offer_to_resume()
        self._forecast()
        words = {
            "finished": "The training is finished and its run is kept.",
            "stopped": "The training was stopped; what was recorded is kept, and Resume goes on.",
            "cancelled": "The training was cancelled and its run removed.",
        }
        self._window.note.say(words.get(state, sentence))

    # Recipes

    def open_recipe(self, path: Path) -> None:
        """Show a recipe file in the form."""
        try:
            self.panel.form.set_recipe(read_recipe(path))
        except UserError as error:
            self._window.note.say_error(error)

    def ask_recipe(self) -> None:
        """Ask for a recipe file."""
        text, _ = QFileDialog.getOpenFileName(
            self._window, "Open a recipe", "", "Recipes (*.toml);;All files (*)"
        )
        if text:
            self.open_recipe(Path(text))

    def save_recipe(self) -> None:
        """Keep the recipe of the form as a file."""
        try:
            recipe = self.panel.form.recipe()
        except UserError as error:
            self._window.note.say_error(error)
            return
        text, _ = QFileDialog.getSaveFileName(
            self._window, "Save the recipe", "recipe.toml", "Recipes (*.toml)"
        )
        if not text:
            return
        path = Path(text)
        try:
            write_atomically(
                path if path.suffix else path.with_suffix(".toml"), recipe.to_toml().encode()
            )
        except UserError as error:
            self._window.note.say_error(error)

    # The end

    def may_close(self) -> bool:
        """Ask before a training is ended by closing the window."""
        if not self.session.is_running:
            return True
        answer = QMessageBox.question(
            self._window,
            "ncviz",
            "A training is under way: stop it, keep what was recorded, and close?",
        )
        return answer == QMessageBox.StandardButton.Yes

    def close(self) -> None:
        """End what runs in the background, keeping what was recorded."""
        self.download.close()
        self.devices.close()
        self.session.close()
