"""The bookmarks of a run in a small panel: add, name, go there, remove."""

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.style.icons import icon
from ncviz.desktop.timeline.timeline_popup import Popup
from ncviz.desktop.widgets.key_names import with_native_keys
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.explorer.bookmarks import LONGEST_NAME, Bookmark, Bookmarks
from ncviz.language import tr

MOST_ROWS = 8  # seen at once
WIDTH = 20  # in heights of a line


class _Item(QListWidgetItem):
    """A bookmark in the list: its name is edited, its moment is shown beside it."""

    def __init__(self, mark: Bookmark, moment: str) -> None:
        super().__init__(mark.name)
        self._moment = moment
        self.setFlags(self.flags() | Qt.ItemFlag.ItemIsEditable)
        self.setToolTip(
            plain_tip(tr("Go to {moment}; F2 renames, Delete removes.", moment=self._moment))
        )

    def data(self, role: int) -> object:
        value = super().data(role)
        if role != Qt.ItemDataRole.DisplayRole or value == self._moment:
            return value
        return f"{value}  ·  {self._moment}"


class _List(QListWidget):
    """The list, with Delete and Return.

    Signals
    -------
    removed(int), entered(int)
        The row.
    """

    removed = pyqtSignal(int)
    entered_row = pyqtSignal(int)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        editing = self.state() == QAbstractItemView.State.EditingState
        row = self.currentRow()
        if not editing and row >= 0:
            if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self.removed.emit(row)
                return
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.entered_row.emit(row)
                return
        super().keyPressEvent(event)


class BookmarkMenu(Popup):
    """A list of moments, and a line to name this one.

    Signals
    -------
    asked(str)
        Mark this moment under a name, which may be empty.
    sought(float)
        Go to an epoch.
    stepped(int)
        Go to the next (1) or the previous (−1) bookmark.
    renamed(int, str), removed(int)
        The bookmark with that number.
    """

    asked = pyqtSignal(str)
    sought = pyqtSignal(float)
    stepped = pyqtSignal(int)
    renamed = pyqtSignal(int, str)
    removed = pyqtSignal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._marks = Bookmarks()
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setPlaceholderText(tr("A name for this moment"))
        self.name.setAccessibleName(tr("Name of the bookmark"))
        self.add = QPushButton(tr("Add"))
        self.add.setProperty("role", "primary")
        self.add.setToolTip(tr("Mark this moment (B)."))
        self.previous = self._arrow(
            "previous", with_native_keys(tr("Go to the bookmark before (Shift+←)."))
        )
        self.next = self._arrow("next", with_native_keys(tr("Go to the next bookmark (Shift+→).")))
        self.list = _List()
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setAccessibleName(tr("Bookmarks"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.empty = PlainLabel(
            tr(
                "Mark a moment worth coming back to, such as the one at which the class means "
                "begin to part."
            ),
            "sentence",
            wraps=True,
        )
        self.rename = QPushButton(tr("Rename"))
        self.remove = QPushButton(tr("Remove"))
        self._connect()
        self._lay_out()
        self.show_bookmarks(Bookmarks())

    def _arrow(self, picture: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(picture, "text", "line"))
        button.setProperty("role", "quiet")
        button.setToolTip(plain_tip(tip))
        button.setAccessibleName(tip.split(" (")[0])
        button.setIconSize(QSize(20, 20))
        return button

    def _connect(self) -> None:
        self.name.returnPressed.connect(self._ask)
        self.add.clicked.connect(self._ask)
        self.previous.clicked.connect(lambda: self.stepped.emit(-1))
        self.next.clicked.connect(lambda: self.stepped.emit(1))
        self.list.itemClicked.connect(lambda item: self._seek(self.list.row(item)))
        self.list.entered_row.connect(self._seek)
        self.list.removed.connect(self.removed)
        self.list.itemChanged.connect(self._named)
        self.list.currentRowChanged.connect(self._show_buttons)
        self.rename.clicked.connect(lambda: self.list.editItem(self.list.currentItem()))
        self.remove.clicked.connect(lambda: self.removed.emit(self.list.currentRow()))

    def _lay_out(self) -> None:
        head, below, foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        title = PlainLabel(tr("Bookmarks"), "heading")
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.previous)
        head.addWidget(self.next)
        below.setSpacing(8)
        below.addWidget(self.name, 1)
        below.addWidget(self.add)
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.rename)
        foot.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 16)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(below)
        column.addWidget(self.empty)
        column.addWidget(self.list)
        column.addLayout(foot)

    def show_bookmarks(self, bookmarks: Bookmarks) -> None:
        """List the bookmarks of a run."""
        row = min(self.list.currentRow(), len(bookmarks) - 1)
        self._marks = bookmarks
        self.list.blockSignals(True)
        self.list.clear()
        for mark in bookmarks.marks:
            self.list.addItem(_Item(mark, bookmarks.moment_text(mark.epoch)))
        self.list.setCurrentRow(row)
        self.list.blockSignals(False)
        self._fit()

    def open_above(self, button: QWidget) -> None:
        self._fit()
        super().open_above(button)
        self.name.setFocus()

    def _fit(self) -> None:
        """Take the height of the bookmarks there are, up to a few of them."""
        count = len(self._marks)
        line = self.fontMetrics().height()
        self.setFixedWidth(WIDTH * line)
        row = max(self.list.sizeHintForRow(0), line + 8)
        self.list.setFixedHeight(min(max(count, 1), MOST_ROWS) * row + 2)
        for widget in (self.list, self.rename, self.remove):
            widget.setVisible(count > 0)
        self.empty.setVisible(count == 0)
        for arrow in (self.previous, self.next):
            arrow.setEnabled(count > 0)
        self._show_buttons()
        if self.isVisible():  # grows upwards, away from its button
            bottom = self.geometry().bottom()
            self.adjustSize()
            self.move(self.x(), bottom - self.height() + 1)

    def _show_buttons(self, _row: int = -1) -> None:
        for button in (self.rename, self.remove):
            button.setEnabled(self.list.currentRow() >= 0)

    def _ask(self) -> None:
        name = self.name.text()
        self.name.clear()
        self.asked.emit(name)

    def _seek(self, row: int) -> None:
        self.sought.emit(self._marks.marks[row].epoch)

    def _named(self, item: QListWidgetItem) -> None:
        row = self.list.row(item)
        name = str(item.data(Qt.ItemDataRole.EditRole))
        if name != self._marks.marks[row].name:
            self.renamed.emit(row, name)
