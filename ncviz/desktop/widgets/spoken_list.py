"""What is painted as a list, as screen readers find it: a list whose items can be chosen."""

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QObject, QStringListModel, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PyQt6.QtWidgets import QFrame, QListView, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.focus_ring import FocusRing
from ncviz.desktop.widgets.key_names import ACROSS, MOVING


class SpokenList(QListView):
    """Lies unseen over rows that are painted, and has the focus and the keys for them.

    The mouse goes through it.

    Parameters
    ----------
    painted : QWidget
        Rows of one height, from its top to its foot.
    name : str
    takes_focus : bool, optional
        Keys are for its items; else for what is painted.

    Signals
    -------
    chosen(int)
        An item was gone to, with keys or by a screen reader.
    """

    chosen = pyqtSignal(int)

    def __init__(self, painted: QWidget, name: str, *, takes_focus: bool = True) -> None:
        super().__init__(painted)
        self._items, self._showing = QStringListModel(self), False
        self._ring = FocusRing(painted)
        self.setModel(self._items)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        certain(self.viewport()).setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if takes_focus else Qt.FocusPolicy.NoFocus)
        if takes_focus:
            painted.setFocusProxy(self)
        painted.installEventFilter(self)
        certain(self.selectionModel()).selectionChanged.connect(self._selected)

    def show_items(self, items: Sequence[str], chosen: int = -1) -> None:
        """Say what the rows are, and which one is chosen, without telling anyone."""
        self._showing = True
        if list(items) != self._items.stringList():
            self._items.setStringList(list(items))
        if chosen >= 0 and chosen != self.currentIndex().row():
            self.setCurrentIndex(self._items.index(chosen))
        self._showing = False

    def _selected(self) -> None:
        rows = certain(self.selectionModel()).selectedRows()
        if rows and not self._showing:
            self.chosen.emit(rows[0].row())

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if watched is self.parent() and event is not None and event.type() == QEvent.Type.Resize:
            self.setGeometry(certain(self.parentWidget()).rect())
        return super().eventFilter(watched, event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self._ring.surround(certain(self.parentWidget()))

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self._ring.hide()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        if (event.key() in MOVING and event.key() not in ACROSS) or begins_a_name(event):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint nothing."""


def begins_a_name(event: QKeyEvent) -> bool:
    """Return whether a key is a letter, or another sign, by which a list finds a row."""
    text = event.text().strip()
    return bool(text) and text.isprintable()
