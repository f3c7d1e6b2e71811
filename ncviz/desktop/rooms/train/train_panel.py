"""The left column of the Train room: the recipe, then how the training goes."""

from PyQt6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.rooms.train.recipe_form import RecipeForm
from ncviz.desktop.widgets.background import Background
from ncviz.desktop.widgets.columns import scrolled
from ncviz.desktop.widgets.devices import DeviceChoice, Devices
from ncviz.desktop.widgets.form_parts import caption
from ncviz.desktop.widgets.lesson_places import be_place
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.desktop.widgets.progress_buttons import ProgressButtons
from ncviz.language import tr
from ncviz.training.device import CPU, Device
from ncviz.training.naming import training_summary
from ncviz.training.recipe import Recipe
from ncviz.training.training_messages import SeedBegun, TrainingProgress
from ncviz.viewer import VIEWER, is_viewer
from ncviz.wording import duration, three_digits

CANCEL = tr("End here and throw the run away, after a question.")
CANCEL_SEED = tr("End here and throw away the run of this seed, after a question.")
KEEPS = tr("A resumed training keeps what was recorded before: Stop ends it.")


class TrainPanel(QWidget):
    """Starts a training and shows it.

    Parameters
    ----------
    devices : Devices
    work : Background
        Of a training.
    """

    def __init__(self, devices: Devices, work: Background) -> None:
        super().__init__()
        self.form = RecipeForm()
        self._devices = devices
        self.device_row = QWidget()
        self.start = QPushButton(tr("Train"))
        be_place(self.form, "recipe")
        be_place(self.start, "train")
        self.start.setProperty("role", "primary")
        self.start.setToolTip(tr("Train this network in the background and watch it collapse."))
        if is_viewer():
            self.start.setEnabled(False)
            self.start.setToolTip(VIEWER)
        self.forecast = caption()
        self.resume = QPushButton(tr("Resume"))
        self.resume.hide()
        self.open = QPushButton(tr("Open…"))
        self.open.setToolTip(tr("Show a recipe file."))
        self.save = QPushButton(tr("Save…"))
        self.save.setToolTip(tr("Keep the recipe as a file."))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.status = PlainLabel(role="title")
        self.buttons = ProgressButtons(work, tr("Training"), self.status.setText)
        self.summary = PlainLabel(role="sentence", wraps=True)
        self.numbers = {
            key: PlainLabel("–", "heading") for key in ("epoch", "loss", "error", "rate", "left")
        }
        self.pages = QStackedWidget()
        self.pages.addWidget(self._recipe_page())
        self.pages.addWidget(self._progress_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 8, 8)
        column.addWidget(self.pages)

    def _recipe_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        # No title: the tab has said it.
        column.addWidget(scrolled(self.form), 1)
        row = QHBoxLayout()
        row.addWidget(self.open)
        row.addWidget(self.save)
        row.addWidget(self.form.more)
        self.form.more.show()
        column.addLayout(row)
        column.addWidget(self._device_line())
        column.addWidget(self.forecast)
        start = QHBoxLayout()
        start.addWidget(self.resume)
        start.addWidget(self.start, 1)
        column.addLayout(start)
        return page

    def _device_line(self) -> QWidget:
        """Return the choice among devices, seen where there is one."""
        self.device = DeviceChoice(self._devices)
        self.device.setAccessibleName(tr("Device"))
        label = PlainLabel(tr("Device"), "caption")
        label.setBuddy(self.device)
        line = QHBoxLayout(self.device_row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(label)
        line.addWidget(self.device, 1)
        self._devices.changed.connect(self._show_devices)
        self._show_devices()
        return self.device_row

    def _show_devices(self) -> None:
        self.device_row.setVisible(self._devices.are_several)

    def _progress_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.status)
        column.addWidget(self.summary)
        column.addWidget(self.bar)
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        words = {
            "epoch": tr("Epoch"),
            "loss": tr("Loss"),
            "error": tr("Training error"),
            "rate": tr("Epochs a second"),
            "left": tr("Time left"),
        }
        for row, (key, text) in enumerate(words.items()):
            label = PlainLabel(text, "sentence")
            grid.addWidget(label, row, 0)
            grid.addWidget(self.numbers[key], row, 1)
        column.addLayout(grid)
        column.addWidget(self.buttons)
        column.addStretch(1)
        return page

    def show_forecast(self, words: str) -> None:
        """Say what the recipe of the form would train, or why it cannot."""
        self.forecast.setText(words)

    def offer_to_resume(self, words: str) -> None:
        """Offer to go on with the open run; '' where there is nothing to go on with."""
        self.resume.setVisible(bool(words) and not is_viewer())
        self.resume.setToolTip(plain_tip(words))

    def show_started(self, recipe: Recipe, device: Device, *, resumed: bool = False) -> None:
        """Turn to the progress of a training.

        Parameters
        ----------
        recipe : Recipe
        device : Device
            That trains.
        resumed : bool, optional
            It goes on in a run that is there, which Cancel must not throw away.
        """
        where = (
            "" if device.name == CPU else tr(" On {description}.", description=device.description)
        )
        self.summary.setText(training_summary(recipe) + where)
        for label in self.numbers.values():
            label.setText("–")
        self.numbers["epoch"].setText(tr("0 of {epochs}", epochs=recipe.epochs))
        self.bar.setRange(0, recipe.epochs)
        self.bar.setValue(0)
        self.status.setText(tr("Getting ready …"))
        self.buttons.doing = tr("Training")
        cancel = CANCEL if recipe.regimen.seeds == 1 else CANCEL_SEED
        self.buttons.begin(KEEPS if resumed else cancel, may_cancel=not resumed)
        self.pages.setCurrentIndex(1)

    def show_seed(self, seed: SeedBegun) -> None:
        """Say which of several seeds is trained from now on, and begin with its epochs."""
        self.buttons.doing = tr(
            "Training seed {seed}, {number} of {count}",
            seed=seed.seed,
            number=seed.number,
            count=seed.count,
        )
        self.bar.setValue(0)
        self.show_epoch(0)
        self.buttons.say_doing()

    def show_progress(self, progress: TrainingProgress) -> None:
        """Bring the numbers up to date."""
        self.buttons.say_doing()
        self.show_epoch(progress.epoch)
        self.numbers["loss"].setText(three_digits(progress.loss))
        self.numbers["error"].setText(f"{100 * (1 - progress.accuracy):.3g} %")
        self.numbers["rate"].setText(three_digits(progress.epochs_per_second))
        self.numbers["left"].setText(duration(progress.seconds_left))

    def show_epoch(self, epoch: int) -> None:
        """Say how far it is; what came before is no news."""
        if epoch >= self.bar.value():
            self.bar.setValue(epoch)
            self.numbers["epoch"].setText(
                tr("{epoch} of {maximum}", epoch=epoch, maximum=self.bar.maximum())
            )

    def show_recipe(self) -> None:
        """Turn back to the recipe."""
        self.pages.setCurrentIndex(0)
