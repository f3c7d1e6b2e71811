"""The list of checkpoints with their epochs, which can be corrected by hand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, Qt, pyqtSignal

from ncviz.counting import EPOCHS
from ncviz.desktop.style.icons import drawn_icon
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.form_parts import breakable
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.language import tr
from ncviz.recording.epochs_of_names import number_in
from ncviz.recording.recording_messages import Looked, Skipped
from ncviz.wording import upper_first

EPOCH, NAME, SAID = range(3)
HEADINGS = ("", tr("File"), "")  # the first is what is counted

_Role = Qt.ItemDataRole


class CheckpointTable(QAbstractTableModel):
    """Files, those that are left out first; rows are read when they are seen.

    Signals
    -------
    corrected(str, str)
        A path, and the epoch that was typed; '' to find it again.
    """

    corrected = pyqtSignal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._skipped: Sequence[Skipped] = ()
        self._files: Sequence[str] = ()
        self._epochs: Sequence[int] | None = None
        self._counting = EPOCHS

    def show_names(self, names: Sequence[str]) -> None:
        """List what was added, before it was read."""
        self._show((), names, None)

    def show_looked(self, looked: Looked) -> None:
        """List what was found."""
        self._counting = looked.counting
        self._show(looked.skipped, looked.files, looked.epochs)

    def _show(
        self, skipped: Sequence[Skipped], files: Sequence[str], epochs: Sequence[int] | None
    ) -> None:
        self.beginResetModel()
        self._skipped, self._files, self._epochs = skipped, files, epochs
        self.endResetModel()

    def path(self, row: int) -> str:
        """Return the path of a row."""
        left_out = len(self._skipped)
        return self._skipped[row].path if row < left_out else self._files[row - left_out]

    def paths(self) -> list[str]:
        """Return the paths of all rows."""
        return [skipped.path for skipped in self._skipped] + list(self._files)

    def epoch(self, row: int) -> str:
        """Return the epoch of a row as it is shown; '' for none."""
        number = row - len(self._skipped)
        if number < 0:
            return ""
        if self._epochs is not None:
            return self._counting.text(self._epochs[number])
        likely = number_in(self._files[number])
        return "" if likely is None else str(likely)

    def said(self, row: int) -> str:
        """Return why a row is left out; '' if it is not."""
        return self._skipped[row].sentence if row < len(self._skipped) else ""

    def reason(self, row: int) -> str:
        """Return the same beside the file's name."""
        return self._skipped[row].reason if row < len(self._skipped) else ""

    def row_of(self, path: str) -> int:
        """Return the row of a path; -1 if it has none."""
        paths = self.paths()
        return paths.index(path) if path in paths else -1

    # What Qt asks for

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Return the number of files."""
        inside = parent is not None and parent.isValid()
        return 0 if inside else len(self._skipped) + len(self._files)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a heading."""
        is_heading = orientation == Qt.Orientation.Horizontal and role == _Role.DisplayRole
        if not is_heading:
            return None
        return upper_first(self._counting.name) if section == EPOCH else HEADINGS[section]

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """Let epochs be edited."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == EPOCH else flags

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        """Return what a cell shows."""
        row, column = index.row(), index.column()
        if role in (_Role.DisplayRole, _Role.EditRole):
            return (self.epoch, self.name, self.reason)[column](row)
        if role == _Role.TextAlignmentRole and column == EPOCH:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == _Role.ToolTipRole:
            words = (tr("Type another one."), self.path(row), breakable(self.said(row)))[column]
            return plain_tip(words)
        if role == _Role.DecorationRole and column == SAID and self.said(row):
            theme, _scale = current_look()
            return drawn_icon(f"warning-{theme.name}", theme.text)
        return None

    def name(self, row: int) -> str:
        """Return a file's name, with its folder where the epoch stands there."""
        path = Path(self.path(row))
        in_folder = f"{path.parent.name}/{path.name}"
        is_there = number_in(path.name) is None and number_in(in_folder) is not None
        return in_folder if is_there else path.name

    def setData(self, index: QModelIndex, value: Any, role: int = 0) -> bool:
        """Take a correction."""
        text = str(value).strip()
        if index.column() != EPOCH or text == self.epoch(index.row()):
            return False
        self.corrected.emit(self.path(index.row()), text)
        return True
