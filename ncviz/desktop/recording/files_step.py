"""Which files are the checkpoints, and what was found in them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from PyQt6.QtCore import QModelIndex, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ncviz.counting import Counting
from ncviz.desktop.certain import certain
from ncviz.desktop.recording.checkpoint_table import EPOCH, NAME, SAID, CheckpointTable
from ncviz.desktop.recording.dialog_step import CodeField, DialogStep, code_line, in_fields
from ncviz.desktop.widgets.form_parts import Field, FieldError, caption, choice, choose
from ncviz.errors import UserError
from ncviz.language import named, tr
from ncviz.recording.checkpoint_paths import SUFFIXES
from ncviz.recording.epochs_of_names import check_pattern
from ncviz.recording.plan import RecordPlan
from ncviz.recording.plan_texts import parse_epochs
from ncviz.recording.recording_messages import FileProgress, Looked, checkpoints
from ncviz.runs.manifest import LAST_EPOCH

KINDS = tr(
    "Checkpoints ({suffixes});;All files (*)",
    suffixes=" ".join(f"*{suffix}" for suffix in SUFFIXES),
)
ROW_PADDING = 6  # pixels
NO_EPOCHS = tr(
    "No file says its epoch: write below where the number stands in the names, or type the "
    "epochs into the list."
)


class Reason(QStyledItemDelegate):
    """A sentence that is cut at its end, where a name is cut in its middle."""

    def initStyleOption(self, option: QStyleOptionViewItem | None, index: QModelIndex) -> None:
        """Prepare what is drawn."""
        super().initStyleOption(option, index)
        if option is not None:
            option.textElideMode = Qt.TextElideMode.ElideRight


class FilesStep(DialogStep):
    """Chooses files; those that cannot be read are marked with a sentence.

    Signals
    -------
    look_asked(object)
        A plan, as far as it says which files there are and how they are read.
    forget_asked()
        The answer is wanted no more.
    """

    look_asked = pyqtSignal(object)
    forget_asked = pyqtSignal()
    name = named("Checkpoints")
    title = tr("Which checkpoints?")
    hint = tr(
        "Nothing in a file is run. Epochs come from the files, or from their names; double-click "
        "one, or press F2, to type another."
    )

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()  # files, folders and patterns that were added
        self._epochs: dict[str, float] = {}  # that were typed
        self._taken = ""  # the network that is recorded unless another is chosen
        self.looked: Looked | None = None
        self.add_files, self.add_folder = (
            QPushButton(tr("Add files…")),
            QPushButton(tr("Add folder…")),
        )
        self.remove, self.cancel = QPushButton(tr("Remove")), QPushButton(tr("Cancel reading"))
        self.table = CheckpointTable()
        self.list = QTableView()
        self.list.setModel(self.table)
        self.list.setShowGrid(False)
        self.list.setTabKeyNavigation(False)
        self.list.setWordWrap(False)
        self.list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        certain(self.list.verticalHeader()).hide()
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName(tr("Checkpoints"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = certain(self.list.horizontalHeader())
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setResizeContentsPrecision(0)  # of the rows that are seen
        header.setSectionResizeMode(EPOCH, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(SAID, QHeaderView.ResizeMode.Stretch)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegateForColumn(SAID, Reason(self.list))
        self.list.setMinimumHeight(96)
        self.place = choice({})
        self.list_field = Field("", self.list)
        self.place_field = Field(
            tr("The files hold more than one network: which to record"),
            self.place,
            tr("The trained one, unless you choose an average or another copy of it."),
        )
        line = code_line(tr("package.module:function; usually none"))
        self.loader = CodeField(self.field("load", line), "my_package.files:read_weights")
        self.place_field.hide()
        self.pattern = self.part("epoch_pattern", own=True)
        self.pattern_field = self.field("epoch_pattern", self.pattern)
        self.summary = caption(tr("Drop a folder of checkpoints here, or add one."))
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self.add_files, self.add_folder, self.remove, self.cancel):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        self.add(buttons)
        self.add(self.list_field)
        self._column.setStretchFactor(self.list_field, 1)
        self.add(self.place_field)
        self.add(self.pattern_field, self.loader.field)
        self.add(self.loader.consent_field)
        self.add(self.summary)
        self.add_files.clicked.connect(self._ask_files)
        self.add_folder.clicked.connect(self._ask_folder)
        self.remove.clicked.connect(self._remove)
        self.cancel.clicked.connect(self._cancel)
        self.cancel.hide()
        self.table.corrected.connect(self._correct)
        self.pattern.editingFinished.connect(self._pattern_changed)
        self._pattern = ""
        chosen = certain(self.list.selectionModel())
        chosen.selectionChanged.connect(lambda *_: self._show_chosen())
        self.place.activated.connect(lambda _: self._look())
        self.follow_inputs(loader=self.loader.line)
        self.loader.allowed.connect(self._look)
        self._show_chosen()

    @property
    def files(self) -> tuple[str, ...]:
        """Return all files that were found, or what was added before they are."""
        return tuple(self.table.paths()) if self.looked else self._names

    def put(self, names: tuple[str, ...]) -> None:
        """Add files and folders; they are looked for in the background."""
        self._names = tuple(dict.fromkeys(self._names + names))
        self.table.show_names(self._names)
        self._look()

    def _look(self) -> None:
        self.clear_faults()
        rows = certain(self.list.verticalHeader())
        rows.setDefaultSectionSize(self.list.fontMetrics().height() + ROW_PADDING)
        self.looked = None
        self._show_chosen()
        self.changed.emit()
        self.cancel.setVisible(bool(self._names))
        if self._names:
            self.summary.setText(tr("Looking for the checkpoints …"))
            self.look_asked.emit(self._asked())
        else:
            self.summary.setText(tr("Drop a folder of checkpoints here, or add one."))

    def _asked(self) -> RecordPlan:
        return RecordPlan(
            checkpoints=self._names,
            weights=str(self.place.currentData() or ""),
            epoch_pattern=self._pattern,
            epochs=self._epochs,
            load=self._loader,
            trusted=bool(self._loader),
        )

    @property
    def _loader(self) -> str:
        """Return the user's code that reads the files, once she has said yes to it."""
        return self.loader.text if self.loader.may_run else ""

    def _cancel(self) -> None:
        self.forget_asked.emit()
        self.cancel.hide()
        self.summary.setText(tr("Not read to the end: the files are read when they are recorded."))

    def written(self) -> dict[str, Any]:
        return {
            **super().written(),
            "names": list(self._names),
            "epochs": dict(self._epochs),
            "pattern": self._pattern,
        }

    def write(self, written: Mapping[str, Any]) -> list[str]:
        names, epochs, pattern = (written.get(name) for name in ("names", "epochs", "pattern"))
        wrong = super().write({"loader": written["loader"]} if "loader" in written else {})
        if isinstance(pattern, str):
            self.pattern.setText(pattern)
            self._pattern_changed()
        if isinstance(epochs, dict) and all(map(_is_epoch, epochs.values())):
            self._epochs = epochs
        elif epochs is not None:
            wrong.append("epochs")
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            self.put(tuple(names))
        else:
            wrong.append("names")
        return wrong

    def _correct(self, path: str, text: str) -> None:
        """Take the epoch that was typed for a file."""
        epochs = {name: number for name, number in self._epochs.items() if name != path}
        try:
            self._epochs = epochs | (parse_epochs([f"{path}={text}"]) if text else {})
        except UserError:
            self.list_field.fault.say(tr("{words!r} is no number from 0: type one.", words=text))
        else:
            self._look()

    def _pattern_changed(self) -> None:
        pattern = self.pattern.text().strip()
        try:
            check_pattern(pattern)
        except UserError as error:
            self.pattern_field.fault.say(str(error))
            return
        self.pattern_field.fault.say("")
        if pattern != self._pattern:
            self._pattern = pattern
            self._look()

    def show_reading(self, progress: FileProgress) -> None:
        """Show how far the files are read."""
        self.summary.setText(
            tr(
                "Reading {name} · {done:,} of {files:,}",
                name=progress.name,
                done=progress.done,
                files=progress.files,
            )
        )

    def show_looked(self, looked: Looked) -> None:
        """Show what was found in the files."""
        self.looked = looked
        self.cancel.hide()
        self._fill(looked)
        self._offer(looked)
        words = [f"{checkpoints(len(looked.files))}, {_span(looked.epochs, looked.counting)}"]
        if looked.skipped:
            words.append(tr("{count:,} left out, as the list says", count=len(looked.skipped)))
        if looked.like:
            words.append(looked.like)
        if looked.classes:
            words.append(tr("{classes:,} classes", classes=looked.classes))
        if looked.files:
            words.append(looked.said.removesuffix("."))
        self.summary.setText(" · ".join(words))
        self._show_chosen()
        self.changed.emit()

    def _fill(self, looked: Looked) -> None:
        """List what was found, and stay at the same file."""
        row = self.list.currentIndex().row()
        path = self.table.path(row) if row >= 0 else ""
        has_focus = self.list.isAncestorOf(QApplication.focusWidget() or self)
        self.table.show_looked(looked)
        self.list.setColumnHidden(SAID, not looked.skipped)
        row = self.table.row_of(path)
        if row >= 0:
            self.list.setCurrentIndex(self.table.index(row, EPOCH))
        if has_focus:
            self.list.setFocus()

    def _offer(self, looked: Looked) -> None:
        """Offer the networks of the files; the first is the one that ncviz chose."""
        asked = str(self.place.currentData() or "")
        if not asked:
            self._taken = looked.place
        self.place.blockSignals(True)
        self.place.clear()
        self.place.addItem(
            tr("{taken}, chosen by ncviz", taken=self._taken or tr("all of the file")), ""
        )
        for place in looked.places:
            if place and place != self._taken:
                self.place.addItem(place, place)
        choose(self.place, asked)
        self.place.blockSignals(False)
        self.place_field.setVisible(len(looked.places) > 1)

    def show_failed(self, sentence: str) -> None:
        """Say why the files are none to record."""
        self.cancel.hide()
        self.table.show_names(self._names)
        self.summary.setText("")
        self.list_field.fault.say(in_fields(sentence))

    def _chosen(self) -> list[int]:
        return [index.row() for index in certain(self.list.selectionModel()).selectedRows()]

    def _show_chosen(self) -> None:
        """Say the whole sentence of a bad file that is chosen."""
        chosen = self._chosen()
        self.remove.setEnabled(bool(chosen))
        nothing = NO_EPOCHS if self.looked and not self.looked.files else ""
        said = self.table.said(chosen[0]) if len(chosen) == 1 else nothing
        self.list_field.fault.say(said)

    def _remove(self) -> None:
        gone = set(self._chosen())
        kept = (path for row, path in enumerate(self.table.paths()) if row not in gone)
        self._names = tuple(kept)
        self.table.show_names(self._names)
        self._epochs = {name: self._epochs[name] for name in self._names if name in self._epochs}
        self._look()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Let Delete remove the chosen files."""
        assert event is not None
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self._remove()
        else:
            super().keyPressEvent(event)

    def _ask_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, tr("Choose checkpoints"), self._start(), KINDS
        )
        if names:
            self.put(tuple(names))

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("A folder of checkpoints"), self._start())
        if name:
            self.put((name,))

    def _start(self) -> str:
        return str(Path(self._names[-1]).parent) if self._names else ""

    def readable(self) -> tuple[str, ...]:
        """Return the files but for those that are known to be left out."""
        return self.looked.files if self.looked else self._names

    def first(self) -> QWidget:
        """Return the button that adds a folder, or the list once there are files."""
        return self.list if self._names else self.add_folder

    def add_to(self, plan: RecordPlan) -> RecordPlan:
        """Return the plan with the checkpoints; the recording names those it skips."""
        if not self._names:
            raise FieldError(tr("Add the checkpoints first."), self.list_field)
        if self.loader.text:
            self.loader.check()
        if not self.readable():
            raise FieldError(NO_EPOCHS, self.list_field)
        several = self.looked is not None and len(self.looked.places) > 1
        return replace(
            plan,
            checkpoints=self._names,
            weights=str(self.place.currentData() or "") if several else "",
            epoch_pattern=self._pattern,
            epochs=self._epochs,
            load=self._loader,
            trusted=plan.trusted or bool(self._loader),
        )


def _is_epoch(number: object) -> bool:
    return type(number) in (int, float) and 0 <= cast(float, number) <= LAST_EPOCH


def _span(epochs: tuple[int, ...], counting: Counting) -> str:
    return counting.span(epochs[0], epochs[-1]) if epochs else tr("no epochs")
