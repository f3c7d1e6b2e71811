"""Lists of classes that paint their entries: a thousand take no more widgets than four."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    QStringListModel,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QSinglePointEvent
from PyQt6.QtWidgets import (
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.key_names import MOVING, PRESS
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.spoken_list import begins_a_name
from ncviz.desktop.widgets.teaching import teach
from ncviz.explorer.answers import Answer
from ncviz.language import tr
from ncviz.scenes.palette import class_color

_ALONE = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
_STEPS = {
    QListView.CursorAction.MoveLeft: -1,
    QListView.CursorAction.MovePrevious: -1,
    QListView.CursorAction.MoveRight: 1,
    QListView.CursorAction.MoveNext: 1,
}
_POINTS = QEvent.Type.Enter, QEvent.Type.MouseMove


@dataclass(frozen=True)
class ClassEntry:
    """A class in a list.

    Parameters
    ----------
    number : int
        Of the class.
    name : str
    text : str
        What is written of it.
    palette : str
        In which it has its hue.
    shape : int
        Index into `SHAPES`.
    checked : bool
        It is drawn in the scene.
    does : str
        What a click does, in a sentence.
    labels : tuple of int
        Of a set of labels the classes that it is made of.
    """

    number: int
    name: str
    text: str
    palette: str
    shape: int = 0
    checked: bool = True
    does: str = ""
    labels: tuple[int, ...] = ()

    @property
    def color(self) -> str:
        """Return its hue in the theme that is worn."""
        return class_color(self.labels or self.number, current_look().theme, self.palette)


class ClassList(QListView):
    """Classes in rows that wrap, each of which can be clicked: what paints them is decided below.

    One stop of the Tab key: arrows, Home and End go to another class, Enter presses it.

    Signals
    -------
    toggled : int
        The class that was clicked.
    alone : int
        The class that was clicked with Alt, where the list keeps classes alone.
    pointed : int
        The class under the pointer or with the focus; −1 for none.
    """

    toggled = pyqtSignal(int)
    alone = pyqtSignal(int)
    pointed = pyqtSignal(int)
    keeps_alone = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # What is said of a class that is pointed at.
        self.tell: Callable[[int], Answer | None] = lambda _number: None
        self._model = _Model(self)
        self._delegate = _Delegate(self)
        self._pressed = self._under = self._told = -1
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QListView.SelectionMode.MultiSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        # A click must not take the keys away from the scene.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Classes"))
        teach(certain(self.viewport()), self._answer_at)
        certain(self.selectionModel()).selectionChanged.connect(self._selected)

    @property
    def entries(self) -> Sequence[ClassEntry]:
        """Return what is listed."""
        return self._model.entries

    def set_entries(
        self, entries: Sequence[ClassEntry], texts: tuple[str, ...] | None = None
    ) -> None:
        """List classes; where they are the same in another state the focus stays.

        Parameters
        ----------
        entries : sequence of ClassEntry
        texts : tuple of str, optional
            What is written of them, where entries are made when they are asked for: of classes
            0, 1, 2, ….
        """
        if not self._model.set_entries(entries, texts):
            self._pressed = self._under = -1
            self._point_at(-1)

    def place_of(self, number: int) -> QRect:
        """Return where a class stands, in pixels of the viewport."""
        row = next(row for row, entry in enumerate(self.entries) if entry.number == number)
        return self.visualRect(self._model.index(row))

    # What a list decides

    def entry_size(self, row: int) -> QSize:
        """Return the size of an entry, with the gap to the next one."""
        raise NotImplementedError

    def paint_entry(self, painter: QPainter, place: QRect, row: int) -> None:
        """Paint an entry into the place that it has, with the gap to the next one."""
        raise NotImplementedError

    def is_current(self, row: int) -> bool:
        """Return whether keys are for an entry."""
        return self.hasFocus() and row == self.currentIndex().row()

    def is_under_mouse(self, row: int) -> bool:
        """Return whether a click would press an entry."""
        return row in (self._under, self._pressed)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._row_at(event.position().toPoint())
            certain(self.viewport()).update()
        if self._pressed < 0:
            event.ignore()  # what lies below takes it

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        self.mousePressEvent(event)  # two clicks

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        row, self._pressed = self._pressed, -1
        if row < 0:
            event.ignore()
        elif self._row_at(event.position().toPoint()) == row:
            self._press(row, event.modifiers() & Qt.KeyboardModifier.AltModifier)
        certain(self.viewport()).update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if self._pressed < 0:
            event.ignore()

    def viewportEvent(self, event: QEvent | None) -> bool:
        assert event is not None
        if event.type() in _POINTS and isinstance(event, QSinglePointEvent):
            self._enter(self._row_at(event.position().toPoint()))
        elif event.type() == QEvent.Type.Leave:
            self._enter(-1)
        return super().viewportEvent(event)

    def hideEvent(self, event: QHideEvent | None) -> None:
        self._under = self._pressed = -1
        self._point_at(-1)  # no leave is told of what is gone
        super().hideEvent(event)

    def _row_at(self, point: QPoint) -> int:
        return self.indexAt(point).row()

    def _enter(self, row: int) -> None:
        if row != self._under:
            self._under = row
            self._point_at(row if row >= 0 or not self.hasFocus() else self.currentIndex().row())
            certain(self.viewport()).update()

    def _point_at(self, row: int) -> None:
        number = self.entries[row].number if 0 <= row < len(self.entries) else -1
        if number != self._told:
            self._told = number
            self.pointed.emit(number)

    def _answer_at(self, point: QPoint) -> Answer | None:
        row = self._row_at(point)
        return None if row < 0 else self.answer_of(self.entries[row])

    def answer_of(self, entry: ClassEntry) -> Answer | None:
        """Return what is said of a class that is pointed at."""
        return self.tell(entry.number)

    def _press(self, row: int, alone: object) -> None:
        signal = self.alone if alone and self.keeps_alone else self.toggled
        signal.emit(self.entries[row].number)

    # The keys

    def event(self, event: QEvent | None) -> bool:
        # Keys of a list that has the focus are no shortcuts of the window.
        wanted = event is not None and event.type() == QEvent.Type.ShortcutOverride
        if wanted and isinstance(event, QKeyEvent) and event.key() in (*PRESS, *MOVING):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        row = self.currentIndex().row()
        if event.key() in (*PRESS, Qt.Key.Key_Space) and row >= 0:
            self._press(row, event.modifiers() & _ALONE)
        elif event.key() in MOVING or begins_a_name(event):
            super().keyPressEvent(event)  # letters go to the name that begins with them
        else:
            event.ignore()

    def moveCursor(
        self, action: QListView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        row, count = self.currentIndex().row(), len(self.entries)
        if row < 0:
            return self._model.index(0)
        if action in _STEPS:  # around the ends, and from line to line
            return self._model.index((row + _STEPS[action]) % count)
        return super().moveCursor(action, modifiers)

    def selectionCommand(
        self, _index: QModelIndex, _event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        return QItemSelectionModel.SelectionFlag.NoUpdate

    def _selected(self, selected: QItemSelection, _deselected: QItemSelection) -> None:
        """Press what a screen reader toggles: Qt knows no other action of an entry."""
        rows = [index.row() for index in selected.indexes()]
        self.clearSelection()
        for row in rows:
            self._press(row, alone=False)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        if self.hasFocus():
            self._point_at(current.row())
        certain(self.viewport()).update()

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self._point_at(self.currentIndex().row())
        certain(self.viewport()).update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self._point_at(-1)
        certain(self.viewport()).update()


class _Model(QStringListModel):
    """What a list says of its entries, to those who hear it too.

    Qt counts its rows without asking Python, which it does several times for each of thousands.
    """

    def __init__(self, parent: ClassList) -> None:
        super().__init__(parent)
        self.entries: Sequence[ClassEntry] = ()
        self._known: object = ()

    def set_entries(
        self, entries: Sequence[ClassEntry], texts: tuple[str, ...] | None = None
    ) -> bool:
        """List classes; return whether they are those of before in another state."""
        before, self.entries = self._known, entries
        self._known = [(e.number, e.text) for e in entries] if texts is None else texts
        if self._known == before:
            if entries:
                self.dataChanged.emit(self.index(0), self.index(len(entries) - 1))
            return True
        self.setStringList([e.text for e in entries] if texts is None else texts)
        return False

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        return QAbstractListModel.flags(self, index) | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if entry.checked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(entry.does)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return entry.name
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return entry.does
        return None


class _Delegate(QStyledItemDelegate):
    """Lets the list paint its entries."""

    def __init__(self, parent: ClassList) -> None:
        super().__init__(parent)
        self._list = parent

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return self._list.entry_size(index.row())

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        assert painter is not None
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._list.paint_entry(painter, option.rect, index.row())
        painter.restore()
