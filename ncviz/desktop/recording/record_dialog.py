"""Makes a run of checkpoints, step by step."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent
from PyQt6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.recording.data_step import DataStep
from ncviz.desktop.recording.dialog_step import DialogStep, in_fields
from ncviz.desktop.recording.files_step import FilesStep
from ncviz.desktop.recording.layers_step import LayersStep
from ncviz.desktop.recording.model_step import OWN, ModelStep
from ncviz.desktop.recording.record_step import RecordStep, make_parent
from ncviz.desktop.rooms.growing_run import GrowingRun
from ncviz.desktop.widgets.background import Background
from ncviz.desktop.widgets.devices import Devices
from ncviz.desktop.widgets.dialog import Dialog
from ncviz.desktop.widgets.drops import dropped_files
from ncviz.desktop.widgets.form_parts import FieldError, scrolled_page
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.switches import show_turned, when_chosen
from ncviz.errors import UserError
from ncviz.in_english import in_english
from ncviz.language import tr
from ncviz.recording.plan import RecordPlan
from ncviz.recording.recording_messages import (
    FileProgress,
    Inspected,
    Looked,
    RecordMessage,
    Skipped,
)

REST_MILLISECONDS = 300  # after the last change, before the network is built anew
LARGE, SMALL = (720, 620), (560, 300)  # pixels at normal text
FILES, MODEL, DATA, LAYERS, RECORD = range(5)
ENDS = {
    "finished": tr("The recording is finished and its run is kept."),
    "stopped": tr("The recording was stopped; what was recorded is kept."),
    "cancelled": tr("The recording was cancelled and its run removed."),
}


class RecordDialog(Dialog):
    """Five steps beside the window, which shows the run as it is recorded.

    Parameters
    ----------
    window : QWidget
    work : Background
    run : GrowingRun
        That the work writes.
    runs_folder : callable
        Returns where runs are kept.
    devices : Devices

    Signals
    -------
    started()
        A recording begins.
    told(str)
        A sentence about its end, for the window.
    """

    started = pyqtSignal()
    told = pyqtSignal(str)

    def __init__(
        self,
        window: QWidget,
        work: Background,
        run: GrowingRun,
        runs_folder: Callable[[], Path],
        devices: Devices,
    ) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Record checkpoints"))
        self.setModal(False)
        self.setAcceptDrops(True)
        self.work, self._run = work, run
        self._runs_folder, self._devices = runs_folder, devices
        self.files, self.model, self.data = FilesStep(), ModelStep(), DataStep()
        self.layers, self.record = LayersStep(), RecordStep(devices, work)
        steps = self.files, self.model, self.data, self.layers, self.record
        self.steps: tuple[DialogStep, ...] = steps
        self.stack = QStackedWidget()
        self._group = QButtonGroup(self)
        self.rail = [self._rail_button(number, step) for number, step in enumerate(self.steps)]
        self.close_button = QPushButton(tr("Close"))
        self.back, self.next = QPushButton(tr("Go back")), QPushButton(tr("Go on"))
        self.next.setProperty("role", "primary")
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MILLISECONDS)
        self._inspected: RecordPlan | None = None
        self._asked: RecordPlan | None = None
        self._ended = False
        self._lay_out()
        self._connect()
        self.go_to(FILES)

    def _rail_button(self, number: int, step: DialogStep) -> QToolButton:
        button = QToolButton()
        button.setText(f"{number + 1}  {tr(step.name)}")
        button.setCheckable(True)
        button.setProperty("role", "room")
        button.setToolTip(plain_tip(step.title))
        self._group.addButton(button, number)
        when_chosen(button, partial(self.try_to, number))
        return button

    def _lay_out(self) -> None:
        rail = QHBoxLayout()
        rail.setSpacing(0)
        for button in self.rail:
            rail.addWidget(button)
        rail.addStretch(1)
        for step in self.steps:
            certain(step.layout()).setContentsMargins(0, 8, 12, 0)
            self.stack.addWidget(scrolled_page(step))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.close_button)
        buttons.addStretch(1)
        for way in (self.back, self.next):
            buttons.addWidget(way)
        for way in (self.close_button, self.back, self.next):
            way.setAutoDefault(False)
        self.next.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 8, 24, 16)
        column.setSpacing(8)
        column.addLayout(rail)
        column.addWidget(self.stack, 1)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self.files.look_asked.connect(lambda plan: self.work.ask("look", plan))
        self.files.forget_asked.connect(self.work.forget)
        for step in (self.files, self.model, self.data, self.layers):
            step.changed.connect(self._changed)
        self.record.changed.connect(self._show_command)
        self._devices.changed.connect(self._show_command)
        self._rest.timeout.connect(self.inspect)
        self.close_button.clicked.connect(self.close)
        self.back.clicked.connect(lambda: self.go_to(self.number - 1))
        self.next.clicked.connect(self.go_on)
        self.work.told.connect(self._told)
        self.work.answered.connect(self._answered)
        self.work.unanswered.connect(self._question_failed)
        self._run.ended.connect(self._show_ended)

    # Going through the steps

    @property
    def number(self) -> int:
        """Return the number of the step that is seen."""
        return self.stack.currentIndex()

    def go_to(self, number: int) -> None:
        """Show a step."""
        self._rest.stop()  # a question of the layers' step would end that of another
        self.stack.setCurrentIndex(number)
        show_turned(self.rail[number], True)
        running = self.work.is_running
        for button in self.rail:
            button.setEnabled(not running)
        self.back.setVisible(number > FILES and not running and not self._ended)
        self.next.setVisible(not running)
        words = tr("Record") if number == RECORD else tr("Go on")
        self.next.setText(tr("Record others") if self._ended else words)
        self.close_button.setText(tr("Hide") if running else tr("Close"))
        (self.close_button if self._ended else self.steps[number].first()).setFocus()
        if number == DATA:
            self.data.allow_own(self.model.kind.value == OWN)
        if number == LAYERS:
            self._later(0)
        if number == RECORD:
            self.record.name_run(self.model.spec, self._runs_folder())
            self._show_command()

    def try_to(self, number: int) -> None:
        """Go back at will, and forward as far as all is filled in."""
        if number <= self.number or self._fault_before(number) is None:
            self.go_to(number)

    def _fault_before(self, number: int) -> FieldError | None:
        """Return what is missing before a step, and show it."""
        plan = RecordPlan()
        for place, step in enumerate(self.steps[:number]):
            step.clear_faults()
            try:
                plan = step.add_to(plan)
            except FieldError as error:
                self.go_to(place)
                error.field.fault.say(in_fields(str(error)))
                error.field.part.setFocus()
                return error
        return None

    def go_on(self) -> None:
        """Go to the next step; from the last one, record."""
        if self._ended:
            self._begin_anew()
        elif self.number == RECORD:
            self.start()
        else:
            self.try_to(self.number + 1)

    def _begin_anew(self) -> None:
        self._ended = False
        self.fit(*LARGE)
        self.record.show_question()
        self.record.out.set_text("")
        self.go_to(FILES)

    def plan(self, steps: int = RECORD + 1) -> RecordPlan:
        """Return the plan of so many steps.

        Raises
        ------
        UserError
            Naming what is missing.
        """
        plan = RecordPlan()
        for step in self.steps[:steps]:
            plan = step.add_to(plan)
        plan = replace(plan, device=self._devices.wanted)
        plan.check()
        return plan

    def put(self, names: tuple[str, ...]) -> None:
        """Take up files and folders that were dropped or chosen."""
        if self.work.is_running:
            return
        if self._ended:
            self._begin_anew()
        self.go_to(FILES)
        self.files.put(names)
        self.files.first().setFocus()

    # Questions

    def _changed(self) -> None:
        self._inspected = None
        if self.number == LAYERS:
            self._later()

    def _later(self, milliseconds: int = REST_MILLISECONDS) -> None:
        self._rest.start(milliseconds)

    def inspect(self) -> None:
        """Ask what would be recorded."""
        try:
            # What does not fit is to be told of a file that can be read.
            plan = replace(self.plan(LAYERS + 1), checkpoints=self.files.readable())
        except FieldError as error:
            error.field.fault.say(in_fields(str(error)))
            return
        except UserError as error:
            self._blame(str(error))
            return
        if plan == self._inspected:
            return
        self._asked = plan
        self.layers.show_asking()
        self.work.ask("inspect", plan)

    def _told(self, message: RecordMessage) -> None:
        match message:
            case Skipped():
                self.record.show_skipped(message)
            case FileProgress() if self.work.is_running:
                self.record.show_progress(message)
            case FileProgress():
                step = self.layers if self.number == LAYERS else self.files
                step.show_reading(message)

    def _answered(self, answer: Looked | Inspected) -> None:
        match answer:
            case Looked():
                self.files.show_looked(answer)
                self.model.suggest(answer.model, answer.tried)
            case Inspected():
                self._inspected = self._asked
                self.layers.show_inspected(answer)

    def _question_failed(self, sentence: str) -> None:
        if self._asked is None or self.number == FILES:
            self.files.show_failed(sentence)
        else:
            self.layers.show_failed(sentence)

    def _blame(self, sentence: str) -> None:
        """Say a sentence where it belongs."""
        if self.steps[self.number].blame(sentence):
            return
        lowered = in_english(sentence).lower()
        for number, step in enumerate(self.steps[: self.number]):
            shown = (word for word, field in step.blamed.items() if not field.isHidden())
            words = [word for word in shown if word in lowered]
            if words and number != FILES:
                self.go_to(number)
                step.blamed[words[0]].fault.say(in_fields(sentence))
                return
        self.layers.show_failed(sentence)

    # Recording

    def _show_command(self) -> None:
        try:
            plan = self.plan(RECORD)
        except UserError:
            self.record.show_command("")
            return
        self.record.show_command(plan.command(self.record.out.text or "RUN"))

    def start(self) -> None:
        """Record what is chosen."""
        if self._fault_before(RECORD + 1) is not None:
            return
        out = self.record.out.path
        try:
            device, said = self._devices.choose()
            plan = replace(self.plan(), device=device.name)
            make_parent(out, self._runs_folder())
        except UserError as error:
            self._blame(str(error))
            return
        self._rest.stop()
        self._run.start(out, plan, out)
        if said:
            self.told.emit(said)
        self.record.show_started(len(self.files.files))
        self.go_to(RECORD)
        self.fit(*SMALL)  # the run is to be seen behind it
        self.started.emit()
        self.record.buttons.pause.setFocus()

    def _show_ended(self, state: str, sentence: str) -> None:
        words = ENDS.get(state, sentence)
        if state in ("failed", "cancelled"):
            # Nothing was made: the same questions stand, with their answers.
            self.record.show_question()
            self.fit(*LARGE)
            self.go_to(RECORD)
            self.record.out_field.fault.say(in_fields(sentence))
        else:
            self._ended = True
            self.record.show_ended(words)
            self.go_to(RECORD)
        self.told.emit(words)

    # The dialog

    def setVisible(self, visible: bool) -> None:
        """Suit the size of the text first, so that all of it lies on the screen."""
        if visible and not self.isVisible():
            self.fit(*(SMALL if self.work.is_running else LARGE))
        super().setVisible(visible)

    def showEvent(self, event: QShowEvent | None) -> None:
        """Get ready."""
        super().showEvent(event)
        if not self.work.is_running:
            self.work.prepare()
            self._devices.look()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Let the background rest, unless it records."""
        super().hideEvent(event)
        self._rest.stop()
        if not self.work.is_running:
            self.work.close()
            self._inspected = None

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Take files and folders."""
        assert event is not None
        if certain(event.mimeData()).hasUrls() and not self.work.is_running:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Add what is dropped."""
        assert event is not None
        self.put(tuple(dropped_files(event)))
