"""Which files are the checkpoints, and what was found in them."""

from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from ncviz.desktop.form_parts import Field, FieldError, breakable, caption, choice, choose
from ncviz.desktop.icons import icon
from ncviz.desktop.plain_text import plain_tip
from ncviz.desktop.recording.step import Consent, Step
from ncviz.desktop.theme import current_look
from ncviz.errors import UserError
from ncviz.recording.checkpoint_parts import as_named
from ncviz.recording.epochs import SUFFIXES, find_checkpoints, number_in
from ncviz.recording.messages import Looked
from ncviz.recording.plan import RecordPlan, is_code

KINDS = f"Checkpoints ({' '.join(f'*{suffix}' for suffix in SUFFIXES)});;All files (*)"
EPOCH, NAME, SAID = range(3)


class FilesStep(Step):
    """Chooses files; those that cannot be read are marked with a sentence.

    Signals
    -------
    look_asked(object)
        A plan, as far as it says which files there are and how they are read.
    """

    look_asked = pyqtSignal(object)
    name = "Checkpoints"
    title = "Which checkpoints?"
    hint = "Nothing in a file is run. Epochs come from the files, or from their names."

    def __init__(self) -> None:
        super().__init__()
        self._files: list[str] = []
        self._given: tuple[str, ...] = ()  # folders and patterns that stand for all of them
        self.looked: Looked | None = None
        self.add_files, self.add_folder = QPushButton("Add files…"), QPushButton("Add folder…")
        self.remove = QPushButton("Remove")
        self.list = QTreeWidget()
        self.list.setHeaderLabels(["Epoch", "File", ""])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName("Checkpoints")
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.list.header()
        header.setSectionResizeMode(EPOCH, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(SAID, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(True)
        self.list.setMinimumHeight(96)
        self.place = choice({})
        self.list_field = Field("", self.list)
        self.place_field = Field(
            "Weights", self.place, "The files hold more than one network: which to record."
        )
        self.loader = QLineEdit()
        self.loader.setPlaceholderText("package.module:function; usually none")
        self.consent = Consent()
        self.loader_field = Field(
            "Read by",
            self.loader,
            "Your code, for files that ncviz cannot read: it is given a file's path and returns "
            "the state dict.",
        )
        self.consent_field = Field("", self.consent)
        self.consent_field.hide()
        self.place_field.hide()
        self.summary = caption("Drop a folder of checkpoints here, or add one.")
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self.add_files, self.add_folder, self.remove):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        self.add(buttons)
        self.add(self.list_field)
        self._column.setStretchFactor(self.list_field, 1)
        self.add(self.place_field)
        self.add(self.loader_field)
        self.add(self.consent_field)
        self.add(self.summary)
        self.add_files.clicked.connect(self._ask_files)
        self.add_folder.clicked.connect(self._ask_folder)
        self.remove.clicked.connect(self._remove)
        self.list.itemSelectionChanged.connect(self._show_chosen)
        self.place.activated.connect(lambda _: self._look())
        self.loader.textChanged.connect(self._loader_changed)
        self.consent.toggled.connect(lambda _: self._look())
        self._show_chosen()

    @property
    def files(self) -> tuple[str, ...]:
        """Return all files that were added."""
        return tuple(self._files)

    def put(self, names: tuple[str, ...]) -> None:
        """Add files and folders."""
        self.clear_faults()
        find = as_named if self._loader else find_checkpoints
        try:
            found = [str(path) for path in find(names)]
        except UserError as error:
            self.list_field.fault.say(str(error))
            return
        self._given = names if not self._files else ()
        self._files += [name for name in found if name not in self._files]
        self._look()

    def _look(self) -> None:
        self.looked = None
        self._show_files()
        self.changed.emit()
        if self._files:
            self.summary.setText(f"Reading {counted(len(self._files))} …")
            asked = RecordPlan(checkpoints=self.files, weights=str(self.place.currentData() or ""))
            self.look_asked.emit(replace(asked, load=self._loader, trusted=bool(self._loader)))
        else:
            self.summary.setText("Drop a folder of checkpoints here, or add one.")

    @property
    def _loader(self) -> str:
        """Return the user's code that reads the files, once she has said yes to it."""
        spec = self.loader.text().strip()
        return spec if is_code(spec) and self.consent.isChecked() else ""

    def _loader_changed(self) -> None:
        self.clear_faults()
        spec = self.loader.text().strip()
        self.consent.ask_for(spec)
        self.consent_field.setVisible(bool(spec))
        self.changed.emit()

    def _show_files(self) -> None:
        """List the files before they were read."""
        self.list.clear()
        for name in self._files:
            number = number_in(Path(name).name)
            self._row(name, "" if number is None else str(number), "")

    def _row(self, name: str, epoch: str, said: str) -> None:
        row = QTreeWidgetItem([epoch, Path(name).name, said])
        row.setData(NAME, Qt.ItemDataRole.UserRole, name)
        row.setTextAlignment(EPOCH, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.setToolTip(NAME, plain_tip(name))
        if said:
            theme, _scale = current_look()
            row.setIcon(SAID, icon(f"warning-{theme.name}", theme.text))
            row.setToolTip(SAID, plain_tip(breakable(said)))
        self.list.addTopLevelItem(row)

    def show_looked(self, looked: Looked) -> None:
        """Show what was found in the files."""
        self.looked = looked
        self.list.clear()
        for skipped in looked.skipped:
            self._row(skipped.path, "", skipped.sentence)
        for name, epoch in zip(looked.files, looked.epochs, strict=True):
            self._row(name, str(epoch), "")
        asked = str(self.place.currentData() or "")
        self.place.blockSignals(True)
        self.place.clear()
        self.place.addItem("the trained network", "")
        for place in filter(None, looked.places):
            self.place.addItem(place, place)
        choose(self.place, asked)
        self.place.blockSignals(False)
        self.place_field.setVisible(len(looked.places) > 1)
        words = [f"{counted(len(looked.files))}, {_span(looked.epochs)}"]
        if looked.skipped:
            words.append(f"{len(looked.skipped)} cannot be read and will be skipped")
        if looked.like:
            words.append(looked.like)
        if looked.classes:
            words.append(f"{looked.classes} classes")
        self.summary.setText(" · ".join(words))
        self._show_chosen()
        self.changed.emit()

    def show_failed(self, sentence: str) -> None:
        """Say why the files are none to record."""
        self.summary.setText("")
        self.list_field.fault.say(sentence)

    def _show_chosen(self) -> None:
        """Say the whole sentence of a bad file that is chosen."""
        chosen = self.list.selectedItems()
        self.remove.setEnabled(bool(chosen))
        said = chosen[0].text(SAID) if len(chosen) == 1 else ""
        self.list_field.fault.say(said)

    def _remove(self) -> None:
        gone = {row.data(NAME, Qt.ItemDataRole.UserRole) for row in self.list.selectedItems()}
        self._files = [name for name in self._files if name not in gone]
        self._given = ()
        self._look()

    def keyPressEvent(self, event: object) -> None:
        """Let Delete remove the chosen files."""
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self._remove()
        else:
            super().keyPressEvent(event)

    def _ask_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "Choose checkpoints", self._start(), KINDS)
        if names:
            self.put(tuple(names))

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "A folder of checkpoints", self._start())
        if name:
            self.put((name,))

    def _start(self) -> str:
        return str(Path(self._files[-1]).parent) if self._files else ""

    def readable(self) -> tuple[str, ...]:
        """Return the files but for those that are known to be bad."""
        bad = {item.path for item in self.looked.skipped} if self.looked else set()
        return tuple(name for name in self._files if name not in bad)

    def first(self) -> QWidget:
        """Return the button that adds a folder, or the list once there are files."""
        return self.list if self._files else self.add_folder

    def add_to(self, plan: RecordPlan) -> RecordPlan:
        """Return the plan with the checkpoints; the recording names those it skips."""
        if not self._files:
            raise FieldError("Add the checkpoints first.", self.list_field)
        spec = self.loader.text().strip()
        if spec and not is_code(spec):
            raise FieldError(
                "Name a function such as my_package.files:read_weights.", self.loader_field
            )
        if spec and not self.consent.isChecked():
            raise FieldError(
                "This code would run on this computer: say yes to it first.", self.consent_field
            )
        if not self.readable():
            raise FieldError("None of these files can be recorded.", self.list_field)
        several = self.looked is not None and len(self.looked.places) > 1
        weights = str(self.place.currentData() or "") if several else ""
        plan = replace(plan, checkpoints=self._given or self.files, weights=weights)
        return replace(plan, load=self._loader, trusted=plan.trusted or bool(self._loader))


def counted(files: int) -> str:
    """Return '1 checkpoint' or '40 checkpoints'."""
    return "1 checkpoint" if files == 1 else f"{files} checkpoints"


def _span(epochs: tuple[int, ...]) -> str:
    if not epochs:
        return "no epochs"
    return f"epoch {epochs[0]}" if len(epochs) == 1 else f"epochs {epochs[0]} to {epochs[-1]}"
