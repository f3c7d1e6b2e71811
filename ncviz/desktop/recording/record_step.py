"""Where the run goes, and how its recording goes."""

from pathlib import Path

from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.recording.dialog_step import DialogStep
from ncviz.desktop.widgets.background import Background
from ncviz.desktop.widgets.devices import TIP, DeviceChoice, Devices
from ncviz.desktop.widgets.form_parts import Field, FieldError, PathField, caption
from ncviz.desktop.widgets.progress_buttons import ProgressButtons
from ncviz.errors import UserError
from ncviz.language import named, tr
from ncviz.recording.going_on import broken_off
from ncviz.recording.plan import RecordPlan
from ncviz.recording.recording_messages import READING, FileProgress, Skipped
from ncviz.runs.folders import new_folder
from ncviz.wording import duration

STEPS = 100  # of the bar, in one file
LEAST_HEIGHT = 48  # pixels, of the list of skipped files


class RecordStep(DialogStep):
    """The folder and the command line; then progress.

    Parameters
    ----------
    devices : Devices
    work : Background
        Of a recording.
    """

    name = named("Record")
    title = tr("Where to?")

    def __init__(self, devices: Devices, work: Background) -> None:
        super().__init__()
        self._devices = devices
        self.device_field = Field(tr("Device"), DeviceChoice(devices), TIP)
        self.out = PathField(self._ask_out)
        self.out_field = Field(tr("A new folder for the run"), self.out)
        self.command = QPlainTextEdit()
        self.command.setReadOnly(True)
        self.command.setTabChangesFocus(True)
        self.copy = QPushButton(tr("Copy the command"))
        self.copy.setAutoDefault(False)
        self.copy.setToolTip(tr("The same recording in a terminal."))
        self.command_field = Field(tr("In a terminal"), self.command)
        self.file = caption()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.buttons = ProgressButtons(work, tr("Recording"), self.heading.setText)
        self.buttons.cancel_asked.connect(self.buttons.call_off)
        self.skipped = QPlainTextEdit()
        self.skipped.setReadOnly(True)
        self.skipped.setTabChangesFocus(True)
        self.skipped.setMinimumHeight(LEAST_HEIGHT)
        self.skipped.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.skipped_field = Field(tr("Skipped"), self.skipped)
        self.question, self.progress = self._question(), self._progress()
        for page in (self.question, self.progress):
            self.add(page)
            self._column.setStretchFactor(page, 1)
        self.progress.hide()
        self.blamed = {
            "exists already": self.out_field,
            "cannot be made": self.out_field,
            "device": self.device_field,
            "the gpu": self.device_field,
        }
        devices.changed.connect(self._show_devices)
        self._show_devices()
        self.copy.clicked.connect(self._copy)
        self.out.changed.connect(lambda _: self.changed.emit())

    def _question(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.out_field)
        column.addWidget(self.device_field)
        column.addWidget(self.command_field, 1)
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addStretch(1)
        column.addLayout(row)
        return page

    def _show_devices(self) -> None:
        self.device_field.setVisible(self._devices.are_several)

    def _progress(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.file)
        column.addWidget(self.bar)
        row = QHBoxLayout()
        row.addWidget(self.buttons)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.skipped_field, 1)
        column.addStretch(0)
        return page

    def _ask_out(self, text: str) -> str:
        found, _ = QFileDialog.getSaveFileName(self, tr("A new folder for the run"), text)
        return found

    def _copy(self) -> None:
        certain(QGuiApplication.clipboard()).setText(self.command.toPlainText())

    def name_run(self, model: str, folder: Path) -> None:
        """Name the run by time and model, unless it has a name."""
        if self.out.text:
            return
        words = Path(model.rpartition(":")[2] or "checkpoints").stem
        self.out.set_text(str(new_folder(folder, words)))

    def show_command(self, command: str) -> None:
        """Show the same recording as a command line."""
        self.command.setPlainText(command)

    def first(self) -> QWidget:
        """Return the folder's name."""
        return self.out.line

    def add_to(self, plan: RecordPlan) -> RecordPlan:
        """Return the plan; refuse a folder that holds something else than what can go on."""
        if not self.out.text:
            raise FieldError(tr("Name a new folder for the run."), self.out_field)
        try:
            broken_off(self.out.path)
        except UserError as error:
            raise FieldError(str(error), self.out_field) from error
        return plan

    # Progress

    def show_started(self, files: int) -> None:
        """Show how it goes."""
        self.heading.setText(tr("Recording"))
        self.file.setText(tr("Starting …"))
        self.bar.setRange(0, max(files, 1))
        self.bar.setValue(0)
        self.skipped.clear()
        self.skipped_field.hide()
        self.buttons.begin()
        self.buttons.show()
        self.file.show()
        self.question.hide()
        self.progress.show()

    def show_progress(self, progress: FileProgress) -> None:
        """Show how far it is."""
        self.bar.setRange(0, STEPS * max(progress.files, 1))
        measured = 0.0 if progress.step == READING else progress.done + progress.share
        self.bar.setValue(round(STEPS * measured))
        words = [f"{tr(progress.step)} {progress.name}".strip()]
        words.append(tr("{done} of {files}", done=progress.done, files=progress.files))
        if progress.share:
            words.append(tr("{share:.0f} % of this file", share=100 * progress.share))
        if progress.seconds_left > 0:  # not NaN either
            words.append(tr("{seconds_left} left", seconds_left=duration(progress.seconds_left)))
        self.file.setText(" · ".join(words))

    def show_skipped(self, skipped: Skipped) -> None:
        """Tell of a file that was left out."""
        self.skipped.appendPlainText(f"{Path(skipped.path).name} {skipped.reason}")
        self.skipped_field.show()

    def show_ended(self, words: str) -> None:
        """Show how it ended."""
        self.heading.setText(words)
        self.file.hide()
        self.buttons.hide()

    def show_question(self) -> None:
        """Ask for the folder again."""
        self.heading.setText(self.title)
        self.progress.hide()
        self.question.show()


def make_parent(out: Path, runs: Path) -> None:
    """Make the folder for runs; any other must be there already."""
    try:
        if out.parent == runs:
            runs.mkdir(parents=True, exist_ok=True)
        if not out.parent.is_dir():
            raise UserError(
                tr("{parent} cannot be made: choose a folder that exists.", parent=out.parent)
            )
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or tr("choose another name")
        raise UserError(tr("{out} cannot be made: {words}.", out=out, words=words)) from error
